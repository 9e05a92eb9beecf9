package gate

import (
	"slices"
	"strings"
)

// Unit is what a metric's value counts.
type Unit string

// The units of metrics.
const (
	Fraction     Unit = "rate"   // 0..1
	Milliseconds Unit = "ms"     // of latency
	Number       Unit = "number" // a number as such
)

// Metric is a figure that a gate can judge.
type Metric struct {
	Name string // as in expressions
	Unit Unit
	Doc  string // a phrase, for help and documents
	// Settles is that the calls so far can settle the figure before the run ends, so
	// that a gate on it can end the run.
	Settles bool
}

// OfStarts reports whether the metric is about starts of tasks, not about calls.
func (m Metric) OfStarts() bool { return strings.Contains(m.Name, "start") }

// Metrics are all metrics. Those in milliseconds are latencies of successes from the
// scheduled instant, or of attempts from the send.
var Metrics = []Metric{
	{"failure_rate", Fraction, "share of calls that failed", true},
	{"throttled_share", Fraction, "share of attempts that a limit refused", false},
	{"cached_share", Fraction, "share of calls that a cache answered", true},
	{"stale_share", Fraction, "share of calls that used credentials past their expiry, within the grace", true},
	{"expired_share", Fraction, "share of calls that used credentials past their expiry and the grace, or failed because of it", true},
	{"withheld_share", Fraction, "share of calls that ended without the request they wanted, because a policy of the client refused it", true},
	{"ready_within_1s", Fraction, "share of calls that succeeded within 1 s of their schedule", true},
	{"amplification", Number, "attempts per call", true},
	{"calls", Number, "calls; of a simulation, the mean of its seeds", true},
	{"failures", Number, "calls that failed; of a simulation, the mean of its seeds", true},
	{"attempts", Number, "attempts; of a simulation, the mean of its seeds", true},
	{"throttled", Number, "attempts that a limit refused; of a simulation, the mean of its seeds", true},
	{"mean", Milliseconds, "mean latency of successes", false},
	{"p50", Milliseconds, "median latency of successes", false},
	{"p90", Milliseconds, "90th percentile of the latency of successes", false},
	{"p95", Milliseconds, "95th percentile of the latency of successes", false},
	{"p99", Milliseconds, "99th percentile of the latency of successes", false},
	{"p99_9", Milliseconds, "99.9th percentile of the latency of successes", false},
	{"max", Milliseconds, "latency of the slowest success", false},
	{"attempt_p50", Milliseconds, "median latency of attempts, from the send; those that broke count too", false},
	{"attempt_p90", Milliseconds, "90th percentile of the latency of attempts", false},
	{"attempt_p95", Milliseconds, "95th percentile of the latency of attempts", false},
	{"attempt_p99", Milliseconds, "99th percentile of the latency of attempts", false},
	{"failed_start_rate", Fraction, "share of the starts of tasks that failed", false},
	{"failed_starts", Number, "starts of tasks that failed; of a simulation, the mean of its seeds", false},
	{"start_p50", Milliseconds, "median time from the launch of a task to a start that succeeds", false},
	{"start_p99", Milliseconds, "99th percentile of that time", false},
}

// MetricOf is the metric with a name.
func MetricOf(name string) (Metric, bool) {
	i := slices.IndexFunc(Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return Metrics[i], true
}

// Names are the names of all metrics.
func Names() []string {
	names := make([]string, len(Metrics))
	for i, m := range Metrics {
		names[i] = m.Name
	}
	return names
}
