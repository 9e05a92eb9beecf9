package reports

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/throttle"
)

// Further is a further endpoint that every host has besides its own, which activities
// ask by name: what limited it, what went wrong with it, and what it did.
type Further struct {
	Name string `json:"name"` // as in the profile
	Endpoint
	Groups []FurtherGroup `json:"groups,omitempty"` // those that asked it
	Series *FurtherSeries `json:"series"`           // what it did over time; null where it was not kept
}

// FurtherGroup is what a further endpoint did with the requests of one group.
type FurtherGroup struct {
	Name string `json:"name"` // of the group
	throttle.Tally
}

// FurtherSeries is what a further endpoint did over time, in the buckets of the case's
// series, without those after the last one in which it did something.
type FurtherSeries struct {
	Admitted  []uint32 `json:"admitted"`  // by the instant of arrival
	Throttled []uint32 `json:"throttled"` // turned away by a limit: refused or dropped
}

// FurtherInfo is what a report says of a further endpoint besides its figures.
type FurtherInfo struct {
	Name string
	EndpointInfo
}

// newFurther are the further endpoints of a case.
func newFurther(in *CaseInput) (all []Further) {
	for i := range in.Further {
		info := &in.Further[i]
		one := CaseInput{EndpointInfo: info.EndpointInfo, Hosts: in.Hosts}
		f := Further{Name: info.Name}
		if in.Counts != nil && i < len(in.Counts.Further) {
			one.Counts = &in.Counts.Further[i]
			f.count(in, one.Counts)
		}
		f.Endpoint = newEndpoint(&one)
		all = append(all, f)
	}
	return all
}

// count takes in what the endpoint counted of groups, and over time.
func (f *Further) count(in *CaseInput, n *throttle.Counts) {
	for i, g := range in.Groups {
		if i < len(n.ByGroup) && n.ByGroup[i].Requests > 0 {
			f.Groups = append(f.Groups, FurtherGroup{g.Name, n.ByGroup[i]})
		}
	}
	if r := in.Recorder; r.buckets > 0 && n.Series.Bucket == time.Duration(r.width.by) {
		f.Series = &FurtherSeries{fit(n.Series.Admitted, r.buckets), fit(n.Series.Throttled, r.buckets)}
		f.Series.trim()
	}
}

// rows are the arrays of counts.
func (s *FurtherSeries) rows() []*[]uint32 { return []*[]uint32{&s.Admitted, &s.Throttled} }

// trim cuts the series after the last bucket in which something happened.
func (s *FurtherSeries) trim() {
	end := 0
	for _, row := range s.rows() {
		for i, n := range *row {
			if n != 0 {
				end = max(end, i+1)
			}
		}
	}
	for _, row := range s.rows() {
		*row = (*row)[:end]
	}
}

// clone is a copy that shares only what add does not change.
func (f *Further) clone() Further {
	out := *f
	out.Endpoint = f.Endpoint.clone()
	out.Groups = slices.Clone(f.Groups)
	if f.Series != nil {
		out.Series = &FurtherSeries{slices.Clone(f.Series.Admitted), slices.Clone(f.Series.Throttled)}
	}
	return out
}

// alike reports whether two are the same endpoint, their counts apart.
func (f *Further) alike(o *Further) bool { return f.Name == o.Name && f.Endpoint.alike(&o.Endpoint) }

// add adds the counts of the same endpoint in another run. buckets is that both runs have
// the same buckets of time.
func (f *Further) add(o *Further, buckets bool) {
	f.Endpoint.add(&o.Endpoint)
	for _, g := range o.Groups {
		at := slices.IndexFunc(f.Groups, func(have FurtherGroup) bool { return have.Name == g.Name })
		if at < 0 {
			f.Groups = append(f.Groups, g)
		} else {
			f.Groups[at].Add(g.Tally)
		}
	}
	if f.Series == nil || o.Series == nil || !buckets {
		f.Series = nil
		return
	}
	long, from := max(len(f.Series.Admitted), len(o.Series.Admitted)), o.Series.rows()
	for i, row := range f.Series.rows() {
		*row = fit(*row, long)
		addRow(*row, *from[i])
	}
}

func (f *Further) check() error {
	if err := first(text("name", f.Name), f.Endpoint.check(), f.checkCounts()); err != nil {
		return err
	}
	if n := len(f.Groups); n > mostGroups {
		return fmt.Errorf("groups: %d of them: want at most %d", n, mostGroups)
	}
	if s := f.Series; s != nil && (len(s.Admitted) != len(s.Throttled) || len(s.Admitted) > maxBuckets) {
		return fmt.Errorf("series: %d and %d buckets: want as many of each, and at most %d", len(s.Admitted), len(s.Throttled), maxBuckets)
	}
	return nil
}

// checkCounts checks the counts that a merge adds up.
func (f *Further) checkCounts() error {
	for i := range f.Groups {
		g := &f.Groups[i]
		if err := first(text("name", g.Name), checkTally(&g.Tally)); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	return f.Endpoint.checkCounts()
}

// checkFurther checks the further endpoints of a case.
func (c *Case) checkFurther() error {
	if n := len(c.Endpoints); n > mostParts {
		return fmt.Errorf("endpoints: %d of them: want at most %d", n, mostParts)
	}
	names := map[string]bool{}
	for i := range c.Endpoints {
		f := &c.Endpoints[i]
		if err := f.check(); err != nil {
			return fmt.Errorf("endpoints[%d].%w", i, err)
		}
		if names[f.Name] {
			return fmt.Errorf("endpoints[%d].name: %q is taken", i, f.Name)
		}
		names[f.Name] = true
	}
	return nil
}
