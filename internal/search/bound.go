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
	herdRule    = "a herd: (burst + rate × window) / (1 − share that may fail)"
	steadyRule  = "a steady load without caches: rate / (1 − share that may fail)"
	poissonRule = "random calls that are not retried: the blocking of the queue M/D/1/burst"
	cachedRule  = "a steady load with caches: a fetch each lifetime and gap between uses, rate / (1 − share that may fail)"
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
	var d demand
	for i := range p.Groups {
		group := &p.Groups[i]
		if int(group.Resource) >= len(p.Resources) || len(p.Resources[group.Resource].Legs) > 1 || len(group.Activities) > 1 {
			return condition{}
		}
		if !each && len(group.Placed) > 1 {
			return condition{} // hosts have different numbers of tasks
		}
		if each && g.Target != group.Name && g.Target != gate.Endpoint {
			continue
		}
		one := demandOf(group, each, p.Duration)
		if one.kinds() != 1 {
			return condition{}
		}
		d.add(one, each)
	}
	tries := onlyTries(p)
	switch {
	case d.kinds() != 1:
		return condition{}
	case d.herd > 0:
		return condition{d.herd * (1 - g.Value), burst + rate*d.window, herdRule}
	case g.Metric == "throttled_share" && (!tries || d.cached > 0):
		return condition{}
	case d.cached > 0:
		return condition{d.cached * (1 - g.Value), rate, cachedRule}
	case d.random && tries && g.Value > 0 && rate > 0 && burst >= 1 && burst <= mostQueue:
		return condition{blocking(d.steady/rate, int(burst)), g.Value, poissonRule}
	}
	return condition{d.steady * (1 - g.Value), rate, steadyRule}
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
