package reports

import (
	"cmp"
	"math"
)

// Simulated is what a case does on average over many seeds. A live report has it
// beside the counts of the run, a simulated report beside the counts of the seed
// that was asked for, which is the first of the seeds.
type Simulated struct {
	Seeds           uint64      `json:"seeds"`
	Calls           uint64      `json:"calls"` // over all seeds, as all counts here
	Failures        uint64      `json:"failures"`
	Attempts        uint64      `json:"attempts"`
	FirstTries      uint64      `json:"first_tries"`
	Throttled       uint64      `json:"throttled"` // attempts
	Dropped         uint64      `json:"dropped"`   // attempts
	Results         Results     `json:"results"`
	Served          Served      `json:"served"`
	FailureRate     *float64    `json:"failure_rate"`
	FailureRateCI95 *[2]float64 `json:"failure_rate_ci95"` // of the mean; calls of one seed are not independent
	Amplification   *float64    `json:"amplification"`
	FailuresPerSeed PerSeed     `json:"failures_per_seed"`
	LatencyMS       *Quantiles  `json:"latency_ms"` // of successes
	Histogram       Histogram   `json:"histogram"`  // of the same
	// Agrees is whether the live failures are what a seed would show; null
	// where there are too few seeds to say, where the run was cut short, and in
	// a simulated report.
	Agrees *bool `json:"agrees"`
}

// larger reports whether s is the one of two to keep: the one with more seeds, or
// with more calls if the seeds are equal. The order of a merge does not matter.
func (s *Simulated) larger(o *Simulated) bool {
	return cmp.Or(cmp.Compare(s.Seeds, o.Seeds), cmp.Compare(s.Calls, o.Calls),
		cmp.Compare(s.Attempts, o.Attempts), cmp.Compare(s.Failures, o.Failures)) > 0
}

// PerSeed is how a count varies from seed to seed.
type PerSeed struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// Quantiles are in milliseconds.
type Quantiles struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

func quantiles(h Histogram) *Quantiles {
	l := h.figures()
	if l == nil {
		return nil
	}
	return &Quantiles{l.P50, l.P99}
}

// MinSeeds is the least number of seeds that can show a live count to be unusual.
const MinSeeds = 50

// compare fills in whether live runs agree with their simulation. Beside a recording
// stands the live run itself.
func (r *Report) compare() {
	if r.Engine != Live {
		return
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		for j := range c.Groups {
			if s := c.Groups[j].Simulated; s != nil && c.RanS == 0 {
				s.judge(c.Groups[j].Failures(), c.Runs())
			}
			if rec := c.Groups[j].Recorded; rec != nil {
				rec.ofRun()
			}
		}
	}
}

// OverSeeds is what a group does over all seeds of a simulated report. It is nil in
// a live report, and where only one seed was simulated.
func (r *Report) OverSeeds(g *Group) *Simulated {
	if r.Engine != Sim || g.Simulated == nil || g.Simulated.Seeds == 0 {
		return nil
	}
	return g.Simulated
}

// SimulatedSeeds is how many seeds the shares of a simulated report are the mean
// of, or 0 if they are those of its runs.
func (r *Report) SimulatedSeeds() uint64 {
	for i := range r.Cases {
		for j := range r.Cases[i].Groups {
			if s := r.OverSeeds(&r.Cases[i].Groups[j]); s != nil {
				return s.Seeds
			}
		}
	}
	return 0
}

// judge fills in whether failures counted in a number of live runs agree: they are
// within four standard deviations of the mean of the seeds, or off by one at most.
func (s *Simulated) judge(failures uint64, runs int) {
	s.Agrees = nil
	if s.Seeds < MinSeeds {
		return
	}
	n := float64(runs)
	off := math.Abs(float64(failures) - float64(s.FailuresPerSeed.Mean*n))
	agrees := off <= max(4*s.FailuresPerSeed.SD*math.Sqrt(n), 1)
	s.Agrees = &agrees
}
