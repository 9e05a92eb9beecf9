package reports

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/strategy"
)

// Gate is a promise about a run: TARGET.METRIC OP VALUE, where the target is a
// group or "endpoint", which means all groups together.
type Gate struct {
	Expr   string // as it was written
	Target string
	Metric string   // one of Metrics
	Op     string   // < <= > >= == !=
	Value  float64  // a fraction, a count, or milliseconds, as the metric is
	Cases  []string // the cases it binds; none means every case
}

// GateResult is how a gate fared in one case. A null value fails it.
type GateResult struct {
	Expr   string   `json:"expr"`
	Target string   `json:"target"`
	Metric string   `json:"metric"`
	Op     string   `json:"op"`
	Bound  float64  `json:"bound"` // the gate's Value
	Case   string   `json:"case"`
	Value  *float64 `json:"value"`
	OK     bool     `json:"ok"`
}

// EndpointTarget is the target that means all groups together.
const EndpointTarget = "endpoint"

// figures are what gates read, of a group or of all of them: in a simulated
// report those of all its seeds, as its table and its sentences; otherwise the
// run's own.
type figures struct {
	runs                                            uint64 // that count as one
	calls, failures, attempts, throttled, fromCache uint64
	latency                                         Histogram
}

// take adds a group.
func (f *figures) take(r *Report, g *Group) {
	if s := r.seeds(g); s != nil {
		f.runs = s.Seeds
		f.calls += s.Calls
		f.failures += s.Failures
		f.attempts += s.Attempts
		f.throttled += s.Throttled
		f.fromCache += s.Served[strategy.Cached]
		f.latency = f.latency.plus(s.Histogram)
		return
	}
	f.runs = 1
	f.calls += g.Calls
	f.failures += g.failures()
	f.attempts += g.Attempts
	f.throttled += g.Outcomes[throttled]
	f.fromCache += g.Served[strategy.Cached]
	f.latency = f.latency.plus(g.Histograms.Latency)
}

// metric is a figure that a gate can read.
type metric struct {
	name string
	of   func(f *figures) *float64
}

var metrics = []metric{
	{"failure_rate", func(f *figures) *float64 { return share(f.failures, f.calls) }},
	{"throttled_share", func(f *figures) *float64 { return share(f.throttled, f.attempts) }},
	{"cached_share", func(f *figures) *float64 { return share(f.fromCache, f.calls) }},
	{"amplification", func(f *figures) *float64 { return share(f.attempts, f.calls) }},
	{"calls", func(f *figures) *float64 { return share(f.calls, f.runs) }},
	{"attempts", func(f *figures) *float64 { return share(f.attempts, f.runs) }},
	{"mean", latencyMetric(func(l *Latency) float64 { return l.Mean })},
	{"p50", latencyMetric(func(l *Latency) float64 { return l.P50 })},
	{"p90", latencyMetric(func(l *Latency) float64 { return l.P90 })},
	{"p99", latencyMetric(func(l *Latency) float64 { return l.P99 })},
	{"p99_9", latencyMetric(func(l *Latency) float64 { return l.P999 })},
	{"max", latencyMetric(func(l *Latency) float64 { return l.Max })},
}

// Metrics are the names of what a gate can read. Rates and shares are
// fractions; mean and everything after it is the latency of successes, in
// milliseconds.
func Metrics() []string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.name
	}
	return names
}

// latencyMetrics is where the metrics begin that are durations.
const latencyMetrics = "mean"

func latencyMetric(of func(*Latency) float64) func(*figures) *float64 {
	return func(f *figures) *float64 {
		l := f.latency.latency()
		if l == nil {
			return nil
		}
		x := of(l)
		return &x
	}
}

// isTime reports whether the gate's metric is a duration.
func (g GateResult) isTime() bool {
	return slices.Index(Metrics(), g.Metric) >= slices.Index(Metrics(), latencyMetrics)
}

// isShare reports whether the gate's metric is a fraction.
func (g GateResult) isShare() bool {
	return strings.HasSuffix(g.Metric, "_rate") || strings.HasSuffix(g.Metric, "_share")
}

// judge evaluates gates. A live run is judged by its own figures, never by what
// is simulated beside it: it is the run that has to hold. What was simulated over
// many seeds is judged by their mean, which one lucky seed does not pass. An
// interrupted run is not judged.
func (r *Report) judge(gates []Gate) error {
	r.Gates = []GateResult{}
	if r.Partial {
		return nil // some of the cases may not have had their turn
	}
	for _, g := range gates {
		read := slices.IndexFunc(metrics, func(m metric) bool { return m.name == g.Metric })
		if read < 0 {
			return fmt.Errorf("gate %q: unknown metric %q", g.Expr, g.Metric)
		}
		holds, known := operators[g.Op]
		if !known {
			return fmt.Errorf("gate %q: unknown operator %q", g.Expr, g.Op)
		}
		for _, name := range g.Cases {
			if r.Case(name) == nil {
				return fmt.Errorf("gate %q: no case is called %q", g.Expr, name)
			}
		}
		for i := range r.Cases {
			c := &r.Cases[i]
			if len(g.Cases) > 0 && !slices.Contains(g.Cases, c.Name) {
				continue
			}
			target := r.target(c, g.Target)
			if target == nil {
				return fmt.Errorf("gate %q: no group is called %q in the case %q", g.Expr, g.Target, c.Name)
			}
			value := metrics[read].of(target)
			r.Gates = append(r.Gates, GateResult{
				Expr: g.Expr, Target: g.Target, Metric: g.Metric, Op: g.Op, Bound: g.Value,
				Case: c.Name, Value: value, OK: value != nil && holds(*value, g.Value),
			})
		}
	}
	return nil
}

// target is the figures of the group of that name, or of all of them, or nil.
func (r *Report) target(c *Case, name string) *figures {
	f := &figures{runs: 1}
	g := c.group(name)
	switch {
	case g != nil:
		f.take(r, g)
	case name != EndpointTarget:
		return nil
	default:
		for i := range c.Groups {
			f.take(r, &c.Groups[i])
		}
	}
	return f
}

// operators compare a figure with a gate's value.
var operators = map[string]func(figure, bound float64) bool{
	"<":  func(x, y float64) bool { return x < y },
	"<=": func(x, y float64) bool { return x <= y },
	">":  func(x, y float64) bool { return x > y },
	">=": func(x, y float64) bool { return x >= y },
	"==": func(x, y float64) bool { return x == y },
	"!=": func(x, y float64) bool { return x != y },
}

// Failed is the gates that did not hold.
func (r *Report) Failed() []GateResult {
	var failed []GateResult
	for _, g := range r.Gates {
		if !g.OK {
			failed = append(failed, g)
		}
	}
	return failed
}
