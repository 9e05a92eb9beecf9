package gate

import "slices"

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
}

// Metrics are all metrics. Those in milliseconds are latencies of successes,
// from the scheduled instant.
var Metrics = []Metric{
	{"failure_rate", Fraction, "share of calls that failed"},
	{"throttled_share", Fraction, "share of attempts that a limit refused"},
	{"cached_share", Fraction, "share of calls that a cache answered"},
	{"stale_share", Fraction, "share of calls that used credentials past their expiry, within the grace"},
	{"expired_share", Fraction, "share of calls that used credentials past their expiry and the grace, or failed because of it"},
	{"amplification", Number, "attempts per call"},
	{"calls", Number, "calls; of a simulation, the mean of its seeds"},
	{"attempts", Number, "attempts; of a simulation, the mean of its seeds"},
	{"mean", Milliseconds, "mean latency of successes"},
	{"p50", Milliseconds, "median latency of successes"},
	{"p90", Milliseconds, "90th percentile of the latency of successes"},
	{"p99", Milliseconds, "99th percentile of the latency of successes"},
	{"p99_9", Milliseconds, "99.9th percentile of the latency of successes"},
	{"max", Milliseconds, "latency of the slowest success"},
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
