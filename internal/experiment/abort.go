package experiment

import (
	"fmt"
	"time"

	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/reports"
)

// GateEndedError is why a live run ended that a gate has ended: nothing that could still
// come would have met it.
type GateEndedError struct{ reports.Ended }

// Error implements error.
func (e *GateEndedError) Error() string {
	return fmt.Sprintf("%s in %s: nothing that could still come would have met it", e.Gate.Expr, e.Case)
}

// guard watches the gates of a live case that can end the run. It is the observer of the
// case, and passes on what it is told; the engine calls it from one goroutine at a time.
type guard struct {
	strategy.Observer
	plan.Watcher
	name  string
	gates []*watched
	stop  func(error)
	ended bool
}

// watched is a gate that can end the run, with what it has seen so far.
type watched struct {
	gate.Gate
	bound  float64
	groups []bool // those that it is about
	calls  uint64 // that will have ended when the run ends, or reports.UnknownCalls
	soFar  reports.SoFar
}

// guarded is the observer of a live case: the recorder, behind a guard if a gate can end
// the run. stop is called once at most.
func (x *Experiment) guarded(c *caseRun, stop func(error)) strategy.Observer {
	g := &guard{Observer: c.recorder, Watcher: c.recorder, name: c.Name, stop: stop}
	in := reports.Input{Baseline: x.options.Baseline, BaselineCase: x.options.BaselineCase}
	var calls []uint64
	for i := range x.options.Gates {
		one := &x.options.Gates[i]
		if !one.AbortOn || !one.Judges(c.Name) {
			continue
		}
		bound, known := in.Bound(one, c.Name)
		if !known {
			continue // the report says that it is not judged
		}
		if calls == nil {
			calls = plannedCalls(c.plan)
		}
		w := &watched{Gate: *one, bound: bound, groups: make([]bool, len(c.plan.Groups))}
		for j := range c.plan.Groups {
			if w.Target == gate.Endpoint || w.Target == c.plan.Groups[j].Name {
				w.groups[j] = true
				w.calls = sumOfCalls(w.calls, calls[j])
			}
		}
		g.gates = append(g.gates, w)
	}
	if g.gates == nil {
		return c.recorder
	}
	return g
}

// sumOfCalls is the sum of two numbers of calls, either of which may be unknown.
func sumOfCalls(a, b uint64) uint64 {
	if a == reports.UnknownCalls || b == reports.UnknownCalls {
		return reports.UnknownCalls
	}
	return a + b
}

// plannedCalls is how many calls each group of a plan makes. It is unknown where it
// depends on what the calls bring.
func plannedCalls(p *plan.Plan) []uint64 {
	n := make([]uint64, len(p.Groups))
	for host := range p.Hosts {
		arrivals := p.Arrivals(host)
		for a, more := arrivals.Next(); more; a, more = arrivals.Next() {
			n[a.Group]++
		}
	}
	for i := range p.Groups {
		if p.Groups[i].Dynamic() {
			n[i] = reports.UnknownCalls
		}
	}
	return n
}

// Attempted implements strategy.Observer.
func (g *guard) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	g.Observer.Attempted(k, sent, ended, o)
	for _, w := range g.gates {
		if w.groups[k.Group] {
			w.soFar.Attempted(o)
			g.look(w, ended)
		}
	}
}

// Finished implements strategy.Observer.
func (g *guard) Finished(k *strategy.Call) {
	g.Observer.Finished(k)
	for _, w := range g.gates {
		if w.groups[k.Group] {
			w.soFar.Finished(k)
			g.look(w, k.Ended)
		}
	}
}

// look ends the run if calls are left, and nothing that they could do meets the gate.
func (g *guard) look(w *watched, now time.Duration) {
	if g.ended || w.soFar.Calls >= w.calls {
		return
	}
	low, high := w.soFar.Range(w.Metric, w.calls)
	if w.CanHold(low, high, w.bound) {
		return
	}
	g.ended = true
	g.stop(&GateEndedError{reports.Ended{
		Gate: w.Gate, Case: g.name, Bound: w.bound, Value: w.soFar.Figure(w.Metric), AfterS: now.Seconds(),
	}})
}
