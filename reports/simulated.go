package reports

import "cmp"

// Simulated is what a case does on average over many seeds. A live report has it
// beside the counts of the run, a simulated report beside the counts of the seed
// that was asked for, which is the first of the seeds.
type Simulated struct {
	Seeds           uint64   `json:"seeds"`             // how many
	Calls           uint64   `json:"calls"`             // over all seeds, as all counts here
	Failures        uint64   `json:"failures"`          // calls that failed
	Attempts        uint64   `json:"attempts"`          // requests
	FirstTries      uint64   `json:"first_tries"`       // attempts that were not retries
	Throttled       uint64   `json:"throttled"`         // attempts
	Dropped         uint64   `json:"dropped"`           // attempts
	Results         Results  `json:"results"`           // calls, by how they ended
	Served          Served   `json:"served"`            // calls, by where their answer came from
	FailureRate     *float64 `json:"failure_rate"`      // share of calls that failed
	FailureRateCI95 *Ends    `json:"failure_rate_ci95"` // of the mean; calls of one seed are not independent
	Amplification   *float64 `json:"amplification"`     // attempts per call
	FailuresPerSeed PerSeed  `json:"failures_per_seed"` // how failures vary
	// ReadyWithin1s is the share of calls that succeeded within 1 s of their schedule.
	ReadyWithin1s    *float64   `json:"ready_within_1s,omitempty"`
	LatencyMS        *Quantiles `json:"latency_ms"`                   // of successes
	P99CI95          *Interval  `json:"p99_ci95_ms,omitempty"`        // 95 % interval of the p99 of successes
	Histogram        Histogram  `json:"histogram"`                    // of the same
	AttemptLatencyMS *Quantiles `json:"attempt_latency_ms,omitempty"` // from the send
	AttemptHistogram Histogram  `json:"attempt_histogram,omitempty"`  // of the same
	// Starts are those of the group's tasks; absent where none starts in the run, and in
	// reports of old versions.
	Starts *Starts `json:"starts,omitempty"`
	// Apart is how far the seeds are apart; null in reports of old versions.
	Apart *SeedsApart `json:"seeds_apart,omitempty"`
	// Agrees is whether the live run is what a seed would show, in all that Agreement
	// covers; null where there are too few seeds to say, where the run was cut
	// short, and in a simulated report.
	Agrees    *bool      `json:"agrees"`
	Agreement *Agreement `json:"agreement,omitempty"` // null in reports of old versions, whose Agrees is about failures
}

// Starts are starts of tasks, over all seeds.
type Starts struct {
	Started         uint64   `json:"started"`           // tasks whose start succeeded
	FailedStarts    uint64   `json:"failed_starts"`     // tasks whose start failed
	FailedStartRate *float64 `json:"failed_start_rate"` // of both
	// FailedStartRateCI95 is the 95 % interval of FailedStartRate: that of a mean over seeds,
	// because starts of one seed are not independent. It is absent in reports of old versions,
	// as are P50CI95 and P99CI95.
	FailedStartRateCI95 *Ends      `json:"failed_start_rate_ci95,omitempty"`
	StartMS             *Quantiles `json:"start_ms"`              // from launch to success
	P50CI95             *Interval  `json:"p50_ci95_ms,omitempty"` // 95 % interval of the median of StartMS
	P99CI95             *Interval  `json:"p99_ci95_ms,omitempty"` // 95 % interval of the p99 of StartMS
	Histogram           Histogram  `json:"start_histogram"`       // of the same
}

// newStarts are the starts that were counted; nil if none was.
func newStarts(t *livesTally) *Starts {
	if t == nil || t.started+t.failed == 0 {
		return nil
	}
	h := encode(t.took.histogram())
	return &Starts{Started: t.started, FailedStarts: t.failed, FailedStartRate: share(t.failed, t.started+t.failed), StartMS: quantiles(h), Histogram: h}
}

func (s *Starts) check() error {
	if s == nil {
		return nil
	}
	return first(count("starts.started", s.Started), count("starts.failed_starts", s.FailedStarts),
		given("starts.failed_start_rate", s.FailedStartRate != nil, "started + failed_starts", s.Started > 0 || s.FailedStarts > 0),
		given("starts.start_ms", s.StartMS != nil, "started", s.Started > 0),
		s.Histogram.holds("starts.start_histogram", s.Started),
		s.P50CI95.check("starts.p50_ci95_ms", mostMS), s.P99CI95.check("starts.p99_ci95_ms", mostMS),
		maybe("starts.failed_start_rate", s.FailedStartRate, 1), interval("starts.failed_start_rate_ci95", s.FailedStartRateCI95), s.StartMS.check("starts.start_ms"))
}

// clone is a copy that shares nothing that a merge fills in.
func (s *Simulated) clone() *Simulated {
	out := *s
	if s.Starts != nil {
		starts := *s.Starts
		out.Starts = &starts
	}
	return &out
}

// larger reports whether s is the one of two to keep: the one with more seeds, or
// with more calls if the seeds are equal. The order of a merge does not matter.
func (s *Simulated) larger(o *Simulated) bool {
	return cmp.Or(cmp.Compare(s.Seeds, o.Seeds), cmp.Compare(s.Calls, o.Calls),
		cmp.Compare(s.Attempts, o.Attempts), cmp.Compare(s.Failures, o.Failures)) > 0
}

// PerSeed is how a count varies from seed to seed.
type PerSeed struct {
	Mean float64 `json:"mean"` // over the seeds
	SD   float64 `json:"sd"`   // standard deviation
}

// Quantiles are in milliseconds.
type Quantiles struct {
	P50 float64 `json:"p50"` // the median
	P99 float64 `json:"p99"` // the 99th percentile
}

func quantiles(h Histogram) *Quantiles {
	l := h.figures()
	if l == nil {
		return nil
	}
	return &Quantiles{l.P50, l.P99}
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
		if p := r.Cases[i].ControlPlane; p != nil {
			return p.Seeds
		}
		for j := range r.Cases[i].Groups {
			if s := r.OverSeeds(&r.Cases[i].Groups[j]); s != nil {
				return s.Seeds
			}
		}
	}
	return 0
}
