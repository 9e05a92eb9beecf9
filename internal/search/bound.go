package search

import (
	"math"

	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports/capacity"
)

// bound is the closed form of the capacity of a case: where its condition ceases to hold
// within the range. It is nil where none applies.
func (s *Search) bound(c plan.Case, side capacity.Side) (*float64, string) {
	r := s.o.Vary.Range
	rule := ""
	holds := func(x float64) (holds, known bool) {
		at, err := s.at(s.o.Profile, x, "")
		if err != nil || at.Check(c) != nil {
			return false, false
		}
		f := closedForm(at.Plan(c, s.o.Seed), s.gates)
		if f.rule == "" {
			return false, false
		}
		rule = f.rule
		return f.load <= f.room*(1+1e-12), true
	}
	low, ok := holds(r.Low)
	high, ok2 := holds(r.High)
	if !ok || !ok2 || low == high || low != (side == capacity.Below) {
		return nil, ""
	}
	good, bad := r.Low, r.High
	if high {
		good, bad = bad, good
	}
	for range 60 {
		middle := snap(r, (good+bad)/2)
		if middle == good || middle == bad {
			break
		}
		here, ok := holds(middle)
		if !ok {
			return nil, ""
		}
		if here {
			good = middle
		} else {
			bad = middle
		}
	}
	if r.Step == 0 {
		good = snap(r, math.Round(good*1e4)/1e4)
	}
	return &good, rule
}

// condition is that of a closed form: that the load is within the room.
type condition struct {
	load, room float64
	rule       string
}

// The closed forms.
const (
	herdRule   = "a herd: (burst + rate × window) / (1 − share that may fail)"
	steadyRule = "a steady load without caches: rate / (1 − share that may fail)"
)

// closedForm is the closed form of a plan and the first of its objectives that has one: of
// one token bucket, and of calls that no cache answers. The zero condition applies to none.
func closedForm(p *plan.Plan, gates []gate.Gate) condition {
	for i := range gates {
		if c := closedFormOf(p, &gates[i]); c.rule != "" {
			return c
		}
	}
	return condition{}
}

// closedFormOf is that of one objective.
func closedFormOf(p *plan.Plan, g *gate.Gate) condition {
	if len(p.Limits) != 1 || len(p.Changes)+len(p.Faults)+len(p.Differ) > 0 || p.Dynamic() {
		return condition{}
	}
	l := &p.Limits[0]
	if g.Metric != "failure_rate" && g.Metric != "throttled_share" || g.Op[0] != '<' || g.Value >= 1 {
		return condition{}
	}
	if l.Kind != throttle.TokenBucket || l.RefusalCost > 0 {
		return condition{}
	}
	each := l.Scope&(throttle.TaskScope|throttle.IPScope) != 0
	if l.Scope != throttle.HostScope && !each {
		return condition{}
	}
	cost := float64(max(l.Cost, 1))
	rate, burst := l.Rate.PerSecond()/cost, math.Floor(float64(l.Burst)/cost)
	herd, steady, window := 0.0, 0.0, 0.0
	for i := range p.Groups {
		group := &p.Groups[i]
		tasks := float64(group.Tasks)
		if each {
			tasks = 1
		}
		calls := tasks * float64(group.Processes)
		if int(group.Resource) >= len(p.Resources) || len(p.Resources[group.Resource].Legs) > 1 || len(group.Activities) > 1 {
			return condition{}
		}
		if each && g.Target != group.Name && g.Target != gate.Endpoint {
			continue
		}
		once, isOnce := group.Pattern.(plan.Once)
		switch {
		case isOnce:
			herd += calls
			window = max(window, once.Within.Seconds())
		case !asksEachTime(group):
			return condition{}
		case plan.Steady(group.Pattern) > 0 && !each:
			steady += calls * plan.Steady(group.Pattern)
		case plan.Steady(group.Pattern) > 0:
			steady = max(steady, calls*plan.Steady(group.Pattern))
		default:
			return condition{}
		}
	}
	switch {
	case herd > 0 && steady == 0:
		return condition{herd * (1 - g.Value), burst + rate*window, herdRule}
	case steady > 0 && herd == 0 && (g.Metric == "failure_rate" || onlyTries(p)):
		return condition{steady * (1 - g.Value), rate, steadyRule}
	}
	return condition{}
}

// asksEachTime reports whether every call of a group asks the endpoint.
func asksEachTime(g *plan.Group) bool {
	if _, none := g.Strategy.Cache.(strategy.NoCache); none || g.Strategy.Cache == nil {
		return true
	}
	return g.PerCall && g.Strategy.Scope == strategy.PerProcess
}

// onlyTries reports whether no group retries.
func onlyTries(p *plan.Plan) bool {
	for i := range p.Groups {
		if p.Groups[i].Strategy.Retry != nil {
			if _, none := p.Groups[i].Strategy.Retry.(strategy.NoRetry); !none {
				return false
			}
		}
	}
	return true
}
