package reports

import (
	"fmt"
	"math"
	"slices"
)

// clone is a copy; it shares only what add does not change.
func (c *Case) clone() Case {
	out := *c
	out.Groups = slices.Clone(c.Groups)
	for i := range out.Groups {
		if s := out.Groups[i].Simulated; s != nil {
			out.Groups[i].Simulated = s.clone()
		}
		if r := out.Groups[i].Recorded; r != nil {
			out.Groups[i].Recorded = r.clone()
		}
		out.Groups[i].Activities = slices.Clone(out.Groups[i].Activities)
		out.Groups[i].Lives = out.Groups[i].Lives.clone()
	}
	out.Endpoint = c.Endpoint.clone()
	out.Endpoints = slices.Clone(c.Endpoints)
	for i := range out.Endpoints {
		out.Endpoints[i] = out.Endpoints[i].clone()
	}
	if c.Series != nil {
		copied := *c.Series
		copied.Groups = slices.Clone(copied.Groups)
		for _, row := range copied.rows() {
			*row = slices.Clone(*row)
		}
		copied.Level = slices.Clone(copied.Level)
		out.Series = &copied
	}
	return out
}

// clone is a copy that shares only what add does not change.
func (e *Endpoint) clone() Endpoint {
	out := *e
	if t := e.Tally; t != nil {
		copied := *t
		out.Tally = &copied
	}
	out.TurnedAwayBy = slices.Clone(e.TurnedAwayBy)
	if u := e.Upstream; u != nil {
		copied := *u
		out.Upstream = &copied
	}
	return out
}

// add adds the counts of the same endpoint in another run.
func (e *Endpoint) add(o *Endpoint) {
	if e.Tally != nil {
		e.Add(*o.Tally)
		for i := range min(len(e.TurnedAwayBy), len(o.TurnedAwayBy)) {
			e.TurnedAwayBy[i] += o.TurnedAwayBy[i]
		}
	}
	if e.Upstream != nil {
		e.Upstream.add(o.Upstream)
	}
}

// add adds the counts of another case that is alike. It is an error if a sum is
// larger than what a report may hold; those of a series end at the largest number.
func (c *Case) add(o *Case) error {
	c.addBlocks(o) // while the simulations of both are still there
	c.Endpoint.add(&o.Endpoint)
	buckets := c.Series != nil && o.Series != nil && c.Series.BucketS == o.Series.BucketS
	for i := range c.Endpoints {
		c.Endpoints[i].add(&o.Endpoints[i], buckets)
	}
	for i := range c.Groups {
		if err := c.Groups[i].add(&o.Groups[i]); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	switch {
	case c.Series == nil:
	case o.Series == nil || !c.Series.alike(o.Series):
		c.Series = nil
	default:
		c.Series.add(o.Series)
	}
	return c.checkCounts()
}

// addBlocks adds the blocks of another case that is alike: rounds and hosts are added
// up, and of seeds, as of simulations, those are kept that are of more.
func (c *Case) addBlocks(o *Case) {
	switch {
	case c.Blocks == nil || o.Blocks == nil || !c.Blocks.alike(o.Blocks):
		c.Blocks = nil
	case c.Blocks.Of != BySeeds:
		c.Blocks = c.Blocks.joined(o.Blocks)
	case len(c.Groups) > 0 && c.Groups[0].Simulated != nil && o.Groups[0].Simulated != nil && o.Groups[0].Simulated.larger(c.Groups[0].Simulated):
		c.Blocks = o.Blocks
	}
}

// add adds the counts of another group. Simulations are not added: both estimate
// the same thing, perhaps with the same seeds. The one with more seeds is kept.
func (g *Group) add(o *Group) error {
	ready := readyCount(g) + readyCount(o)
	g.Calls += o.Calls
	g.Attempts += o.Attempts
	g.FirstTries += o.FirstTries
	add(g.Results[:], o.Results[:])
	add(g.Outcomes[:], o.Outcomes[:])
	add(g.Served[:], o.Served[:])
	g.ReadyWithin1s = share(min(ready, g.Calls), g.Calls)
	g.Histograms = Histograms{
		Latency:        g.Histograms.Latency.Add(o.Histograms.Latency),
		FailureLatency: g.Histograms.FailureLatency.Add(o.Histograms.FailureLatency),
		AttemptLatency: g.Histograms.AttemptLatency.Add(o.Histograms.AttemptLatency),
		Lateness:       g.Histograms.Lateness.Add(o.Histograms.Lateness),
		Clamped:        g.Histograms.Clamped + o.Histograms.Clamped,
	}
	if o.Simulated != nil && (g.Simulated == nil || o.Simulated.larger(g.Simulated)) {
		g.Simulated = o.Simulated.clone()
	}
	switch {
	case g.Recorded == nil:
	case o.Recorded == nil || !g.Recorded.alike(o.Recorded):
		g.Recorded = nil
	default:
		g.Recorded.add(o.Recorded, g.Histograms.AttemptLatency)
	}
	for i := range g.Activities {
		g.Activities[i].add(&o.Activities[i])
	}
	if g.Lives != nil {
		g.Lives.add(o.Lives)
	}
	return g.checkSamples()
}

// checkSamples checks how many samples the histograms have.
func (g *Group) checkSamples() error {
	for _, h := range g.Histograms.named() {
		if n, _ := h.h.Percentiles(); n > mostCount {
			return fmt.Errorf("%s: %d samples: want at most %g", h.name, n, float64(mostCount))
		}
	}
	return nil
}

// readyCount is the count behind ready_within_1s, which is exact.
func readyCount(g *Group) uint64 { return shareCount(g.ReadyWithin1s, g.Calls) }

// shareCount is the count behind a share, 0 if that is not known.
func shareCount(share *float64, of uint64) uint64 {
	if share == nil {
		return 0
	}
	return uint64(math.Round(*share * float64(of)))
}

func (s *Series) alike(o *Series) bool {
	if s.BucketS != o.BucketS || len(s.Groups) != len(o.Groups) ||
		(s.Admitted == nil) != (o.Admitted == nil) || (s.Level == nil) != (o.Level == nil) {
		return false
	}
	for i := range s.Groups {
		if s.Groups[i].Name != o.Groups[i].Name || (s.Groups[i].Admitted == nil) != (o.Groups[i].Admitted == nil) {
			return false
		}
	}
	return true
}

// add adds another series that is alike. The sum is as long as the longer one.
func (s *Series) add(o *Series) {
	long := max(len(s.Arrivals), len(o.Arrivals))
	from := o.rows()
	for i, row := range s.rows() {
		if *row == nil {
			continue
		}
		*row = fit(*row, long)
		addRow(*row, *from[i])
	}
	if len(s.Level) == 0 || len(o.Level) == 0 {
		return
	}
	mine, theirs := float64(s.LevelHosts), float64(o.LevelHosts)
	s.LevelHosts += o.LevelHosts
	levels := make([]float64, long)
	for i := range levels {
		a, b := s.Level[min(i, len(s.Level)-1)], o.Level[min(i, len(o.Level)-1)]
		levels[i] = tokens((float64(a*mine) + float64(b*theirs)) / float64(s.LevelHosts))
	}
	s.Level = levels
}
