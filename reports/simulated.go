package reports

import "math"

// Simulated is what a case does on average over many seeds, beside what the one
// live run of it did.
type Simulated struct {
	Seeds           uint64      `json:"seeds"`
	Calls           uint64      `json:"calls"` // over all seeds, as all counts here
	Failures        uint64      `json:"failures"`
	Attempts        uint64      `json:"attempts"`
	FirstTries      uint64      `json:"first_tries"`
	FailureRate     *float64    `json:"failure_rate"`
	FailureRateCI95 *[2]float64 `json:"failure_rate_ci95"` // of the mean; calls of one seed are not independent
	Amplification   *float64    `json:"amplification"`
	FailuresPerSeed PerSeed     `json:"failures_per_seed"`
	LatencyMS       *Quantiles  `json:"latency_ms"` // of successes
	Histogram       Histogram   `json:"histogram"`  // of the same
	// Agrees is whether the live failures are what a seed would show; null
	// where there are too few seeds to say, or the run was cut short.
	Agrees *bool `json:"agrees"`
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
	l := h.latency()
	if l == nil {
		return nil
	}
	return &Quantiles{l.P50, l.P99}
}

// minSeeds is how many seeds it takes to call a live count unusual.
const minSeeds = 50

// judge fills in whether failures counted live, in so many runs, agree: they
// lie within four standard deviations of what seeds show, and at least one
// failure is always forgiven.
func (s *Simulated) judge(failures uint64, runs int) {
	s.Agrees = nil
	if s.Seeds < minSeeds {
		return
	}
	n := float64(runs)
	off := math.Abs(float64(failures) - s.FailuresPerSeed.Mean*n)
	agrees := off <= max(4*s.FailuresPerSeed.SD*math.Sqrt(n), 1)
	s.Agrees = &agrees
}
