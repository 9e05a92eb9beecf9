package reports

import (
	"tenement/internal/gate"
	"tenement/internal/stat"
	"tenement/internal/strategy"
)

// sums are what gates read, of a group or of all groups: in a simulated report over all
// its seeds, as in its table; otherwise of the run itself.
type sums struct {
	calls, failures, attempts, throttled, fromCache, ready uint64
	results                                                Results
	latency, attemptLatency                                Histogram

	starts, failedStarts uint64    // of tasks; starts have succeeded or failed
	startLatency         Histogram // of those that succeeded
}

// take adds a group.
func (s *sums) take(r *Report, g *Group) {
	if o := r.OverSeeds(g); o != nil {
		s.calls += o.Calls
		s.failures += o.Failures
		s.attempts += o.Attempts
		s.throttled += o.Throttled
		s.fromCache += o.Served[strategy.Cached]
		add(s.results[:], o.Results[:])
		s.ready += shareCount(o.ReadyWithin1s, o.Calls)
		s.latency = s.latency.Add(o.Histogram)
		s.attemptLatency = s.attemptLatency.Add(o.AttemptHistogram)
		if l := o.Starts; l != nil {
			s.takeStarts(l.Started, l.FailedStarts, l.Histogram)
		}
		return
	}
	s.calls += g.Calls
	s.failures += g.Failures()
	s.attempts += g.Attempts
	s.throttled += g.Outcomes[Throttled]
	s.fromCache += g.Served[strategy.Cached]
	s.ready += readyCount(g)
	add(s.results[:], g.Results[:])
	s.latency = s.latency.Add(g.Histograms.Latency)
	s.attemptLatency = s.attemptLatency.Add(g.Histograms.AttemptLatency)
	if l := g.Lives; l != nil {
		s.takeStarts(l.Started, l.FailedStarts, l.StartHistogram)
	}
}

// takeStarts adds starts of tasks.
func (s *sums) takeStarts(succeeded, failed uint64, took Histogram) {
	s.starts += succeeded + failed
	s.failedStarts += failed
	s.startLatency = s.startLatency.Add(took)
}

// sample is a target as gates judge it: what was counted of it, and what is known of how
// far its calls depend on each other.
type sample struct {
	sums
	runs uint64 // that the counts are of: live runs, or seeds
	// blocks are the groups in blocks of seeds or hosts, which add up to the counts; nil
	// if none are kept, and of a live run.
	blocks []groupBlocks
	// interval is that of the failure rate as the table has it; nil where it has to be
	// worked out.
	interval *Ends
	// apart is how far the seeds of the simulation are apart, for figures that have no
	// blocks.
	apart SeedsApart
}

// groupBlocks is a group in the blocks of its case.
type groupBlocks struct {
	*GroupBlocks
	steps, starts func() [][]Step
}

// target is the group of that name in a case, or all groups together; nil if there is
// none.
func (r *Report) target(c *Case, name string) *sample {
	var places []int
	for i := range c.Groups {
		if name == c.Groups[i].Name {
			return r.sampleOf(c, []int{i})
		}
		places = append(places, i)
	}
	if name != gate.Endpoint {
		return nil
	}
	return r.sampleOf(c, places)
}

// sampleOf is the groups at these places of a case together.
func (r *Report) sampleOf(c *Case, places []int) *sample {
	s := &sample{runs: uint64(c.Runs())}
	for _, i := range places {
		g := &c.Groups[i]
		s.take(r, g)
		o := r.OverSeeds(g)
		if o != nil {
			s.runs = o.Seeds
			s.blocks = append(s.blocks, c.blocksOf(i, BySeeds)...)
		} else if r.Engine == Sim {
			s.blocks = append(s.blocks, c.blocksOf(i, ByHosts)...)
		}
		if g.Simulated != nil {
			s.apart.widen(g.Simulated.apart())
		}
		if o != nil && len(places) == 1 {
			s.interval = o.FailureRateCI95
		}
	}
	return s
}

// bound fills in the intervals that stand on blocks: of every p99, and of starts.
func (r *Report) bound() {
	for i := range r.Cases {
		c := &r.Cases[i]
		for j := range c.Groups {
			g := &c.Groups[j]
			var run sample
			if s := g.Simulated; s != nil {
				run.apart = s.apart()
				seeds := sample{apart: run.apart, blocks: c.blocksOf(j, BySeeds)}
				s.P99CI95 = seeds.p99(s.Histogram)
				seeds.boundStarts(s.Starts)
			}
			g.P99CI95 = run.p99(g.Histograms.Latency)
		}
	}
}

// boundStarts fills in the intervals of starts over seeds.
func (s *sample) boundStarts(of *Starts) {
	if of == nil {
		return
	}
	s.takeStarts(of.Started, of.FailedStarts, of.Histogram)
	if e := s.share(ofFailedStarts, ofStarts); e != nil {
		of.FailedStartRateCI95 = &Ends{e.interval.Low, e.interval.High}
	}
	if e := s.quantile(s.startLatency, 0.5, startTimes); e != nil {
		of.P50CI95 = e.interval
	}
	if e := s.quantile(s.startLatency, 0.99, startTimes); e != nil {
		of.P99CI95 = e.interval
	}
}

// p99 is the interval of a p99; nil without a sample.
func (s *sample) p99(h Histogram) *Interval {
	if e := s.quantile(h, 0.99, callTimes); e != nil {
		return e.interval
	}
	return nil
}

// blocksOf is a group in the blocks of seeds or of hosts; nil if the case keeps none.
func (c *Case) blocksOf(group int, of string) []groupBlocks {
	b := c.Blocks
	if b == nil || b.Of != of {
		return nil
	}
	return []groupBlocks{{&b.Groups[group], func() [][]Step { return b.Steps(group) }, func() [][]Step { return b.StartSteps(group) }}}
}

// row is a count in each block; nil if there are no blocks, or if they do not have it.
func (s *sample) row(of counter) []float64 {
	if of.row == nil || len(s.blocks) == 0 {
		return nil
	}
	known := false // groups without starts have no row of them
	sum := make([]float64, len(s.blocks[0].Calls))
	for _, b := range s.blocks {
		for i, n := range of.row(b.GroupBlocks) {
			sum[i] += float64(n)
			known = true
		}
	}
	if !known {
		return nil
	}
	return sum
}

// moves is the ratio of two counts, and how much each block moves it; nil if the blocks
// do not have both.
func (s *sample) moves(part, whole counter) (ratio float64, moves []float64) {
	x, n := s.row(part), s.row(whole)
	if x == nil || n == nil {
		return 0, nil
	}
	return stat.Moves(x, n)
}

// inBlocks is a count in all blocks together.
func (s *sample) inBlocks(of counter) float64 { return total64(s.row(of)) }

// times are what a latency is of.
type times int

const (
	callTimes    times = iota // successes
	attemptTimes              // attempts, of which blocks keep none
	startTimes                // starts that succeeded
)

// steps adds up something of each block, given the step that a latency is in; nil if there
// are no blocks.
func (s *sample) steps(what times, of func(Step) float64) []float64 {
	var sum []float64
	for _, b := range s.blocks {
		all := b.steps
		if what == startTimes {
			all = b.starts
		}
		one := each(all(), of)
		if sum == nil {
			sum = make([]float64, len(one))
		}
		for i, x := range one {
			sum[i] += x
		}
	}
	return sum
}

// timed is how many latencies each block has; nil if there are no blocks, or if they do not
// have these.
func (s *sample) timed(what times) []float64 {
	if what == attemptTimes {
		return nil
	}
	n := s.steps(what, func(Step) float64 { return 1 })
	if total64(n) == 0 {
		return nil
	}
	return n
}

func total64(row []float64) (sum float64) {
	for _, x := range row {
		sum += x
	}
	return sum
}
