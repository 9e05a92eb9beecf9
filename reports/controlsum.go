package reports

import "slices"

// Rows are the states with their names, in their order.
func (s *ControlStates) Rows() []ControlState {
	return []ControlState{
		{"running", s.Running}, {"throttled", s.Throttled}, {"no capacity", s.NoCapacity}, {"denied", s.Denied},
		{"failed", s.Failed}, {"lost", s.Lost}, {"timed out", s.TimedOut}, {"withheld", s.Withheld}, {"under way", s.UnderWay},
	}
}

// ControlState is a state, and how many tasks are in it.
type ControlState struct {
	Name string
	N    uint64
}

// Add adds the counts of other tasks.
func (s *ControlStates) Add(o *ControlStates) {
	s.Running += o.Running
	s.Throttled += o.Throttled
	s.NoCapacity += o.NoCapacity
	s.Denied += o.Denied
	s.Failed += o.Failed
	s.Lost += o.Lost
	s.TimedOut += o.TimedOut
	s.Withheld += o.Withheld
	s.UnderWay += o.UnderWay
}

// Sum is the number of all tasks.
func (s *ControlStates) Sum() (sum uint64) {
	for _, row := range s.Rows() {
		sum += row.N
	}
	return sum
}

// Tested reports whether strategies are tried on a caller.
func (c *ControlPlane) Tested() bool {
	return slices.ContainsFunc(c.Callers, func(o ControlCaller) bool { return o.UnderTest })
}

// All is all callers together: the counts, the times and the sharing that add up, and the
// share over the seeds. Only of one caller has that an interval.
func (c *ControlPlane) All() ControlCaller { return c.sum(false) }

// You are the callers under test together, or all of them if none is.
func (c *ControlPlane) You() ControlCaller { return c.sum(c.Tested()) }

// sum is all callers together, or those under test.
func (c *ControlPlane) sum(tested bool) ControlCaller {
	all := ControlCaller{FailedAt: map[string]uint64{}}
	var alone, own, others, lost float64
	var judged []*ControlCaller
	for i := range c.Callers {
		o := &c.Callers[i]
		if tested && !o.UnderTest {
			continue
		}
		if o.NotRunningRate != nil {
			judged = append(judged, o)
			lost += float64(o.overSeeds() * float64(o.Asked))
		}
		all.Asked += o.Asked
		all.Calls += o.Calls
		all.Attempts += o.Attempts
		all.Died += o.Died
		all.Replaced += o.Replaced
		all.ReplacedRunning += o.ReplacedRunning
		all.States.Add(&o.States)
		for step, n := range o.FailedAt {
			all.FailedAt[step] += n
		}
		all.StartHistogram = all.StartHistogram.Add(o.StartHistogram)
		all.AnswerHistogram = all.AnswerHistogram.Add(o.AnswerHistogram)
		s := &o.Sharing
		all.Sharing.Placed += s.Placed
		all.Sharing.MostOnHost = max(all.Sharing.MostOnHost, s.MostOnHost)
		if s.Placed > 0 && s.AloneShare != nil && s.OwnMean != nil && s.OthersMean != nil {
			n := float64(s.Placed)
			alone, own, others = alone+float64(*s.AloneShare*n), own+float64(*s.OwnMean*n), others+float64(*s.OthersMean*n)
		}
	}
	if n := float64(all.Sharing.Placed); n > 0 {
		a, b, c := tidy(alone/n), tidy(own/n), tidy(others/n)
		all.Sharing.AloneShare, all.Sharing.OwnMean, all.Sharing.OthersMean = &a, &b, &c
	}
	all.Derive()
	switch {
	case len(judged) == 1:
		all.OverSeeds = judged[0].OverSeeds
	case slices.ContainsFunc(judged, func(o *ControlCaller) bool { return o.OverSeeds != nil }):
		all.OverSeeds = &ControlOverSeeds{Mean: tidy(lost / float64(all.Asked))}
	}
	return all
}

// overSeeds is the share of its tasks that are not RUNNING: the mean of the seeds, if there
// are several.
func (c *ControlCaller) overSeeds() float64 {
	if c.OverSeeds != nil {
		return c.OverSeeds.Mean
	}
	return *c.NotRunningRate
}

// Derive computes what follows from the counts.
func (c *ControlCaller) Derive() {
	c.NotRunningRate = share(c.Asked-min(c.States.Running, c.Asked), c.Asked)
	c.StartMS, c.AnswerMS = c.StartHistogram.figures(), c.AnswerHistogram.figures()
}

// Derive computes what follows from the figures.
func (c *ControlCapacity) Derive() {
	c.WastedShare = nil
	if c.PaidVCPUHours > 0 {
		x := tidy(max(0, 1-c.UsedVCPUHours/c.PaidVCPUHours))
		c.WastedShare = &x
	}
}

// ControlPlane reports whether the report is of a control plane.
func (r *Report) ControlPlane() bool { return len(r.Cases) > 0 && r.Cases[0].ControlPlane != nil }
