package reports

import "tenement/internal/stat"

// Group is what tasks of one tenant that behave alike asked for and got. Its own
// counts and figures are of the run itself, in a simulated report of the run's seed;
// Simulated is over many seeds.
type Group struct {
	Name      string    `json:"name"`             // as in the profile
	Tenant    string    `json:"tenant"`           // whose tasks they are
	UnderTest bool      `json:"under_test"`       // they are what the strategies are tried on
	Tasks     int       `json:"tasks"`            // per host; of a group with a placement, on the host that has most
	Placed    []HostRun `json:"placed,omitempty"` // of a group with a placement: how many tasks each host has, in order of the hosts
	Processes int       `json:"processes"`        // per task
	Flow      string    `json:"flow,omitempty"`   // what they ask for

	OfferedPerS   float64  `json:"offered_per_s"` // calls per second of the run, on all hosts
	Calls         uint64   `json:"calls"`         // wishes of the application
	Attempts      uint64   `json:"attempts"`      // answered, timed out or broken; background refreshes included
	Amplification *float64 `json:"amplification"` // attempts per call
	Results       Results  `json:"results"`       // calls, by how they ended
	Outcomes      Outcomes `json:"outcomes"`      // attempts, by how they ended; dropped ones are timeouts too, and a copy of a request that another copy has beaten is unfinished
	FirstTries    uint64   `json:"first_tries"`   // attempts that were not retries
	Served        Served   `json:"served"`        // calls, by where their answer came from

	FailureRate     *float64 `json:"failure_rate"`      // share of calls that failed
	FailureRateCI95 *Ends    `json:"failure_rate_ci95"` // Wilson, as if calls were independent: they are not, see Simulated
	ReadyWithin1s   *float64 `json:"ready_within_1s"`   // share of calls that succeeded within 1 s of their schedule

	LatencyMS        *Latency  `json:"latency_ms"`            // of successes, from the scheduled instant
	P99CI95          *Interval `json:"p99_ci95_ms,omitempty"` // 95 % interval of the p99 of successes
	FailureLatencyMS *Latency  `json:"failure_latency_ms"`    // of failures, from the scheduled instant
	AttemptLatencyMS *Latency  `json:"attempt_latency_ms"`    // from the send
	LatenessMS       *Lateness `json:"lateness_ms"`           // of the generator itself

	Histograms Histograms `json:"histograms"`           // those distributions in full
	Simulated  *Simulated `json:"simulated,omitempty"`  // over many seeds
	Recorded   *Recorded  `json:"recorded,omitempty"`   // of a group that replays a recording
	Activities []Activity `json:"activities,omitempty"` // what its tasks do, if that is several things
	Lives      *Lives     `json:"lives,omitempty"`      // where tasks come and go
}

// Latency is a distribution's figures, in milliseconds.
type Latency struct {
	Mean float64 `json:"mean"`  // of all
	P50  float64 `json:"p50"`   // the median
	P90  float64 `json:"p90"`   // the 90th percentile
	P99  float64 `json:"p99"`   // the 99th
	P999 float64 `json:"p99_9"` // the 99.9th
	Max  float64 `json:"max"`   // the longest
}

// Lateness is how late calls began, in milliseconds.
type Lateness struct {
	P50 float64 `json:"p50"` // the median
	P99 float64 `json:"p99"` // the 99th percentile
	Max float64 `json:"max"` // the longest
}

// Histograms are the distributions in full, in the HdrHistogram V2 compressed
// format and base64: nanoseconds, 1 µs to 1 h, 3 digits.
type Histograms struct {
	Latency        Histogram `json:"latency"`         // of successes
	FailureLatency Histogram `json:"failure_latency"` // of failures
	AttemptLatency Histogram `json:"attempt_latency"` // of attempts that ended
	Lateness       Histogram `json:"lateness"`        // of all calls
	Clamped        uint64    `json:"clamped"`         // values outside the range, counted at its end
}

// namedHistogram is a histogram and its path in the JSON of its group.
type namedHistogram struct {
	name string
	h    Histogram
}

// named are all four.
func (h *Histograms) named() []namedHistogram {
	return []namedHistogram{
		{"histograms.latency", h.Latency}, {"histograms.failure_latency", h.FailureLatency},
		{"histograms.attempt_latency", h.AttemptLatency}, {"histograms.lateness", h.Lateness},
	}
}

// newGroup is a group with the figures that one recorder counted in so many
// seconds.
func newGroup(info GroupInfo, t *tally, seconds float64) Group {
	g := Group{
		Name: info.Name, Tenant: info.Tenant, UnderTest: info.UnderTest,
		Tasks: info.Tasks, Placed: info.Placed, Processes: max(info.Processes, 1), Flow: info.Flow,
		Calls: t.calls(), Attempts: t.attempts(), FirstTries: t.firstTries,
		Results: t.results, Served: t.served, Outcomes: t.outcomes,
		Activities: newActivities(info.Activities, t.activities), Lives: newLives(info.Lives, t.lives),
		ReadyWithin1s: share(t.ready, t.calls()),
		Histograms: Histograms{
			Latency:        encode(t.latency.histogram()),
			FailureLatency: encode(t.failureLatency.histogram()),
			AttemptLatency: encode(t.attemptLatency.histogram()),
			Lateness:       encode(t.allLateness().histogram()),
			Clamped:        t.clamped,
		},
	}
	g.Derive(seconds)
	return g
}

// Derive computes every figure that follows from counts and histograms.
func (g *Group) Derive(seconds float64) {
	g.OfferedPerS = 0
	if seconds > 0 {
		g.OfferedPerS = tidy(float64(g.Calls) / seconds)
	}
	g.Amplification = share(g.Attempts, g.Calls)
	g.FailureRate = share(g.Failures(), g.Calls)
	g.FailureRateCI95 = (*Ends)(stat.Wilson(g.Failures(), g.Calls))
	g.LatencyMS = g.Histograms.Latency.figures()
	g.FailureLatencyMS = g.Histograms.FailureLatency.figures()
	g.AttemptLatencyMS = g.Histograms.AttemptLatency.figures()
	g.LatenessMS = nil
	if l := g.Histograms.Lateness.figures(); l != nil {
		g.LatenessMS = &Lateness{l.P50, l.P99, l.Max}
	}
}

// Failures is how many calls failed.
func (g *Group) Failures() uint64 { return g.Results.Failures() }

// Successes is how many calls did not.
func (g *Group) Successes() uint64 { return g.Results.Total() - g.Results.Failures() }
