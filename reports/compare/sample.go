package compare

import (
	"slices"

	"tenement/reports"
)

// count is what shares are made of.
type count int

const (
	calls count = iota
	failures
	attempts
	throttled
	starts // of tasks
	failedStarts
	numCounts
)

// latency is what a quantile is of.
type latency int

const (
	ofCalls  latency = iota // successes
	ofStarts                // starts that succeeded, from the launch
	numLatencies
)

// sample is the groups of a target in a case: in all, and by replicate.
type sample struct {
	report *reports.Report
	groups []*reports.Group
	total  [numCounts]uint64
	// latency is the latencies in all, over the seeds of a simulated report.
	latency [numLatencies]reports.Histogram

	blocks *reports.Blocks // the replicates; nil if there are none
	counts [][numCounts]uint64
	steps  [numLatencies][][]reports.Step
	plane  bool // of a control plane: the total is that of the replicates

	cumulated [numLatencies]*cumulated // of steps, once it is asked for
}

// newSample is a target of a case.
func newSample(r *reports.Report, c *reports.Case, target string) *sample {
	s := &sample{report: r, plane: c.ControlPlane != nil}
	places := c.Places(target)
	if !s.plane {
		s.addGroups(c, places)
	}
	b := c.Blocks
	if b == nil {
		return s
	}
	s.blocks = b
	known := false
	s.counts = make([][numCounts]uint64, len(b.First))
	for i := range s.steps {
		s.steps[i] = make([][]reports.Step, len(b.First))
	}
	for _, i := range places {
		g := &b.Groups[i]
		for k := range b.First {
			for j, row := range [numCounts][]uint64{g.Calls, g.Failures, g.Attempts, g.Throttled, g.Starts, g.FailedStarts} {
				if len(row) == 0 { // groups without starts have no row of them
					continue
				}
				s.counts[k][j] += row[k]
				if s.plane {
					s.total[j] += row[k]
				}
			}
		}
		for of, each := range [numLatencies][][]reports.Step{b.Steps(i), b.StartSteps(i)} {
			for k, steps := range each {
				s.steps[of][k] = reports.AddSteps(s.steps[of][k], steps)
			}
		}
		known = known || len(g.Starts) > 0
	}
	if !known {
		s.total[starts], s.total[failedStarts] = 0, 0 // in a report of an old version
	}
	return s
}

// addGroups adds groups of a case to what the sample is in all.
func (s *sample) addGroups(c *reports.Case, places []int) {
	for _, i := range places {
		g := &c.Groups[i]
		s.groups = append(s.groups, g)
		own, took := [numCounts]uint64{g.Calls, g.Failures(), g.Attempts, g.Outcomes[reports.Throttled]}, [numLatencies]reports.Histogram{g.Histograms.Latency}
		if l := g.Lives; l != nil {
			own[starts], own[failedStarts], took[ofStarts] = l.Started+l.FailedStarts, l.FailedStarts, l.StartHistogram
		}
		if o := s.report.OverSeeds(g); o != nil {
			own, took = [numCounts]uint64{o.Calls, o.Failures, o.Attempts, o.Throttled}, [numLatencies]reports.Histogram{o.Histogram}
			if l := o.Starts; l != nil {
				own[starts], own[failedStarts], took[ofStarts] = l.Started+l.FailedStarts, l.FailedStarts, l.Histogram
			}
		}
		for j, n := range own {
			s.total[j] += n
		}
		for of, h := range took {
			s.latency[of] = s.latency[of].Add(h)
		}
	}
	s.total[failures] = min(s.total[failures], s.total[calls])
	s.total[throttled] = min(s.total[throttled], s.total[attempts]) // a damaged report may have any counts
}

// lacks reports whether a figure is of starts, and no task starts, or a report of an old
// version does not know how often, or how long that takes.
func (s *sample) lacks(f *figure) bool {
	switch {
	case !f.aboutStarts():
		return false
	case s.total[starts] == 0:
		return true
	case f.latency != ofStarts || s.blocks == nil || s.total[starts] == s.total[failedStarts]:
		return false
	}
	return !slices.ContainsFunc(s.steps[ofStarts], func(of []reports.Step) bool { return len(of) > 0 })
}

// unknown reports whether a sample has no counts at all: that of a control plane in a report
// of an old version, which kept no replicates.
func (s *sample) unknown() bool { return s.plane && s.blocks == nil }

// rate is a share, or a ratio, of all calls; nil of none.
func (s *sample) rate(f *figure) *float64 {
	x, n := s.total[f.share], s.total[f.of]
	if n == 0 {
		return nil
	}
	v := float64(x) / float64(n)
	return &v
}

// value is a figure of the whole sample, nil if it has none.
func (s *sample) value(f *figure) *float64 {
	if f.quantile == 0 {
		return s.rate(f)
	}
	if s.plane {
		return s.ofSteps(f)
	}
	samples, at := s.latency[f.latency].Percentiles()
	if samples == 0 {
		return nil
	}
	v := at(f.quantile * 100)
	return &v
}

// ofSteps is a quantile of all replicates together, nil without a sample.
func (s *sample) ofSteps(f *figure) *float64 {
	var all []reports.Step
	for _, steps := range s.steps[f.latency] {
		all = reports.AddSteps(all, steps)
	}
	if len(all) == 0 {
		return nil
	}
	v := quantileOf(all, f.quantile)
	return &v
}

// identical reports whether two simulated samples are of the same counts. Of a control
// plane, whose tasks are few, that is about the counts of a figure, seed by seed.
func (s *sample) identical(o *sample, f *figure) bool {
	if s.plane {
		same := func(a, b [numCounts]uint64) bool { return a[f.share] == b[f.share] && a[f.of] == b[f.of] }
		return s.blocks.Paired(o.blocks) && slices.EqualFunc(s.counts, o.counts, same) &&
			(f.quantile == 0 || slices.EqualFunc(s.steps[f.latency], o.steps[f.latency], slices.Equal))
	}
	if s.report.Engine != reports.Sim || len(s.groups) != len(o.groups) || s.total != o.total || s.latency != o.latency {
		return false
	}
	for i, a := range s.groups {
		b := o.groups[i]
		if a.Calls != b.Calls || a.Attempts != b.Attempts || a.Results != b.Results || a.Outcomes != b.Outcomes || a.Served != b.Served ||
			a.Histograms.Latency != b.Histograms.Latency || (a.Simulated == nil) != (b.Simulated == nil) {
			return false
		}
		if x, y := a.Simulated, b.Simulated; x != nil && (x.Seeds != y.Seeds || x.Calls != y.Calls || x.Attempts != y.Attempts || x.Throttled != y.Throttled ||
			x.Results != y.Results || x.Served != y.Served || x.Histogram != y.Histogram) {
			return false
		}
	}
	return true
}
