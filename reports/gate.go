package reports

import (
	"fmt"

	"tenement/internal/gate"
	"tenement/internal/strategy"
)

// GateResult is how a gate fared in one case. A null value fails it.
type GateResult struct {
	Expr   string   `json:"expr"`   // as it was written
	Target string   `json:"target"` // a group, or endpoint
	Metric string   `json:"metric"` // what it is about
	Op     string   `json:"op"`     // how figure and bound are compared
	Bound  float64  `json:"bound"`  // in the metric's unit
	Case   string   `json:"case"`   // in which it was judged
	Value  *float64 `json:"value"`  // the figure that was judged
	OK     bool     `json:"ok"`     // it holds
}

// sums are what gates read, of a group or of all groups: in a simulated report
// over all its seeds, as in its table; otherwise of the run itself.
type sums struct {
	runs                                            uint64 // that count as one
	calls, failures, attempts, throttled, fromCache uint64
	results                                         Results
	latency                                         Histogram
}

// take adds a group.
func (f *sums) take(r *Report, g *Group) {
	if s := r.OverSeeds(g); s != nil {
		f.runs = s.Seeds
		f.calls += s.Calls
		f.failures += s.Failures
		f.attempts += s.Attempts
		f.throttled += s.Throttled
		f.fromCache += s.Served[strategy.Cached]
		add(f.results[:], s.Results[:])
		f.latency = f.latency.Add(s.Histogram)
		return
	}
	f.runs = 1
	f.calls += g.Calls
	f.failures += g.Failures()
	f.attempts += g.Attempts
	f.throttled += g.Outcomes[Throttled]
	f.fromCache += g.Served[strategy.Cached]
	add(f.results[:], g.Results[:])
	f.latency = f.latency.Add(g.Histograms.Latency)
}

// readings are how each metric of package gate is read.
var readings = map[string]func(f *sums) *float64{
	"failure_rate":    func(f *sums) *float64 { return share(f.failures, f.calls) },
	"throttled_share": func(f *sums) *float64 { return share(f.throttled, f.attempts) },
	"cached_share":    func(f *sums) *float64 { return share(f.fromCache, f.calls) },
	"stale_share":     func(f *sums) *float64 { return share(f.results[strategy.Stale], f.calls) },
	"expired_share":   func(f *sums) *float64 { return share(f.results[strategy.Expired], f.calls) },
	"amplification":   func(f *sums) *float64 { return share(f.attempts, f.calls) },
	"calls":           func(f *sums) *float64 { return share(f.calls, f.runs) },
	"attempts":        func(f *sums) *float64 { return share(f.attempts, f.runs) },
	"mean":            ofLatency(func(l *Latency) float64 { return l.Mean }),
	"p50":             ofLatency(func(l *Latency) float64 { return l.P50 }),
	"p90":             ofLatency(func(l *Latency) float64 { return l.P90 }),
	"p99":             ofLatency(func(l *Latency) float64 { return l.P99 }),
	"p99_9":           ofLatency(func(l *Latency) float64 { return l.P999 }),
	"max":             ofLatency(func(l *Latency) float64 { return l.Max }),
}

func ofLatency(of func(*Latency) float64) func(*sums) *float64 {
	return func(f *sums) *float64 {
		l := f.latency.figures()
		if l == nil {
			return nil
		}
		x := of(l)
		return &x
	}
}

// judge evaluates gates. A live run is judged by what it counted itself, not by
// its simulation. A simulated report is judged by the mean of its seeds: one lucky
// seed does not pass. An interrupted run is not judged: some of the cases may not
// have run.
func (r *Report) judge(gates []gate.Gate) error {
	r.Gates = []GateResult{}
	if r.Partial {
		return nil
	}
	cases := make(map[string]bool, len(r.Cases))
	for i := range r.Cases {
		cases[r.Cases[i].Name] = true
	}
	figures := make(map[reading]*float64)
	for _, g := range gates {
		read, known := readings[g.Metric]
		if !known {
			return fmt.Errorf("gate %q: unknown metric %q", g.Expr, g.Metric)
		}
		if _, err := g.Holds(0); err != nil {
			return fmt.Errorf("gate %q: %w", g.Expr, err)
		}
		judged := make(map[string]bool, len(g.Cases))
		for _, name := range g.Cases {
			judged[name] = true
			if !cases[name] {
				return fmt.Errorf("gate %q: no case is called %q", g.Expr, name)
			}
		}
		for i := range r.Cases {
			c := &r.Cases[i]
			if len(g.Cases) > 0 && !judged[c.Name] {
				continue
			}
			key := reading{i, g.Target, g.Metric}
			value, done := figures[key]
			if !done {
				target := r.target(c, g.Target)
				if target == nil {
					return fmt.Errorf("gate %q: no group is called %q in the case %q", g.Expr, g.Target, c.Name)
				}
				value = read(target)
				figures[key] = value
			}
			ok := false
			if value != nil {
				ok, _ = g.Holds(*value) // its operator is known
			}
			r.Gates = append(r.Gates, GateResult{
				Expr: g.Expr, Target: g.Target, Metric: g.Metric, Op: g.Op, Bound: g.Value,
				Case: c.Name, Value: value, OK: ok,
			})
		}
	}
	return nil
}

// reading is what a gate reads: a metric of a target in the case at a place.
type reading struct {
	place          int
	target, metric string
}

// target sums the group of that name up, or all groups; nil if there is none.
func (r *Report) target(c *Case, name string) *sums {
	f := &sums{runs: 1}
	g := c.group(name)
	switch {
	case g != nil:
		f.take(r, g)
	case name != gate.Endpoint:
		return nil
	default:
		for i := range c.Groups {
			f.take(r, &c.Groups[i])
		}
	}
	return f
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
