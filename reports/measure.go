package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// Measure counts what conditions on a run need, and no more: for each of them two sums,
// whose ratio is compared with Bound. Sums of runs add up, so a search keeps those of
// each seed and adds seeds where the answer is not clear yet.
//
// Let a simulation of one seed report to it, then call End. It is not safe for concurrent
// use.
type Measure struct {
	conditions []condition
	groups     []uint64 // the conditions that a group is part of, a bit each
	seen       []soFarAndTime
	calls      uint64 // of all groups
}

// condition is a gate as a measure counts it.
type condition struct {
	gate.Gate
	kind   measured
	above  time.Duration // of a quantile: latencies above it count
	strict bool          // above is at least
	share  float64       // of a quantile: what may be above
	steps  steps

	ofStarts bool // of tasks, not of calls
}

// measured is how a metric becomes two sums.
type measured struct {
	part func(*soFarAndTime) uint64
	of   func(*soFarAndTime) uint64 // nil is each run
}

// soFarAndTime is what a condition has counted since the last End.
type soFarAndTime struct {
	SoFar
	successes, spent uint64 // and their latency, in ns
	timed            uint64 // attempts that have a latency
	slow             uint64 // of what the quantile is of

	started, failedStarts uint64 // tasks whose start succeeded, or failed
}

var (
	ofAllCalls     = func(s *soFarAndTime) uint64 { return s.Calls }
	ofAllAttempts  = func(s *soFarAndTime) uint64 { return s.attempts }
	ofAllSuccesses = func(s *soFarAndTime) uint64 { return s.successes }
	ofTimed        = func(s *soFarAndTime) uint64 { return s.timed }
	ofSlow         = func(s *soFarAndTime) uint64 { return s.slow }
	ofAllStarts    = func(s *soFarAndTime) uint64 { return s.started + s.failedStarts }
	ofStarted      = func(s *soFarAndTime) uint64 { return s.started }
	ofNotStarted   = func(s *soFarAndTime) uint64 { return s.failedStarts }
)

// measures are the metrics that a measure knows: all but the slowest call, which is no
// mean over runs.
var measures = map[string]measured{
	"failure_rate":    {func(s *soFarAndTime) uint64 { return s.failures() }, ofAllCalls},
	"throttled_share": {func(s *soFarAndTime) uint64 { return s.refused }, ofAllAttempts},
	"cached_share":    {func(s *soFarAndTime) uint64 { return s.cached }, ofAllCalls},
	"stale_share":     {func(s *soFarAndTime) uint64 { return s.results[strategy.Stale] }, ofAllCalls},
	"expired_share":   {func(s *soFarAndTime) uint64 { return s.results[strategy.Expired] }, ofAllCalls},
	"ready_within_1s": {func(s *soFarAndTime) uint64 { return s.ready }, ofAllCalls},
	"amplification":   {ofAllAttempts, ofAllCalls},
	"calls":           {ofAllCalls, nil},
	"failures":        {func(s *soFarAndTime) uint64 { return s.failures() }, nil},
	"attempts":        {ofAllAttempts, nil},
	"throttled":       {func(s *soFarAndTime) uint64 { return s.refused }, nil},
	"mean":            {func(s *soFarAndTime) uint64 { return s.spent }, ofAllSuccesses},
	"p50":             {ofSlow, ofAllSuccesses},
	"p90":             {ofSlow, ofAllSuccesses},
	"p95":             {ofSlow, ofAllSuccesses},
	"p99":             {ofSlow, ofAllSuccesses},
	"p99_9":           {ofSlow, ofAllSuccesses},
	"attempt_p50":     {ofSlow, ofTimed},
	"attempt_p90":     {ofSlow, ofTimed},
	"attempt_p95":     {ofSlow, ofTimed},
	"attempt_p99":     {ofSlow, ofTimed},

	"failed_start_rate": {ofNotStarted, ofAllStarts},
	"failed_starts":     {ofNotStarted, nil},
	"start_p50":         {ofSlow, ofStarted},
	"start_p99":         {ofSlow, ofStarted},
}

// beyond is the share of latencies beyond a quantile.
var beyond = map[string]float64{
	"p50": 0.5, "p90": 0.1, "p95": 0.05, "p99": 0.01, "p99_9": 0.001,
	"attempt_p50": 0.5, "attempt_p90": 0.1, "attempt_p95": 0.05, "attempt_p99": 0.01,
	"start_p50": 0.5, "start_p99": 0.01,
}

// mostConditions bounds the conditions of a measure: they are bits of a word.
const mostConditions = 16

// NewMeasure is a measure of gates in a run of groups with these names, in the order of
// the plan. The error is a gate that no mean over runs can judge.
func NewMeasure(gates []gate.Gate, groups []string) (*Measure, error) {
	m := &Measure{groups: make([]uint64, len(groups)), seen: make([]soFarAndTime, len(gates))}
	if len(gates) > mostConditions {
		return nil, fmt.Errorf("%d conditions: want at most %d", len(gates), mostConditions)
	}
	for i := range gates {
		g := &gates[i]
		kind, known := measures[g.Metric]
		switch {
		case !known:
			return nil, fmt.Errorf("%s is about one call, and has no mean over runs: p99_9 has", g.Metric)
		case g.Relative != nil:
			return nil, fmt.Errorf("%s: want a value for a bound", g.Expr)
		case !slices.Contains([]string{"<", "<=", ">", ">="}, g.Op):
			return nil, fmt.Errorf("%s: want <, <=, > or >=: a search has a side that holds", g.Expr)
		}
		metric, _ := gate.MetricOf(g.Metric)
		c := condition{Gate: *g, kind: kind, share: beyond[g.Metric], ofStarts: metric.OfStarts()}
		if c.share > 0 {
			c.above = time.Duration(g.Value * float64(time.Millisecond))
			c.strict = g.Op == "<" || g.Op == ">=" // a latency of exactly the bound is beyond it
		}
		m.conditions = append(m.conditions, c)
		found := false
		for j, name := range groups {
			if g.Target == gate.Endpoint || g.Target == name {
				m.groups[j] |= 1 << i
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("%s: no group is called %q: want %s, or %s, which is all of them", g.Expr, g.Target, strings.Join(words.Some(groups), ", "), gate.Endpoint)
		}
	}
	return m, nil
}

// Attempted implements strategy.Observer.
func (m *Measure) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	bits := m.groups[k.Group]
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 == 0 {
			continue
		}
		s, c := &m.seen[i], &m.conditions[i]
		s.Attempted(o)
		if c.share > 0 && c.ofAttempts() && (o.Status != 0 || o.Err != strategy.NoFailure) {
			s.timed++
			c.time(s, ended-sent)
		}
	}
}

// Finished implements strategy.Observer.
func (m *Measure) Finished(k *strategy.Call) {
	m.calls++
	bits := m.groups[k.Group]
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 == 0 {
			continue
		}
		s, c := &m.seen[i], &m.conditions[i]
		s.Finished(k)
		if k.Result.Failed() || k.Result == strategy.Stopped {
			continue
		}
		s.successes++
		s.spent += uint64(max(k.Ended-k.Scheduled, 0))
		if c.share > 0 && !c.ofAttempts() && !c.ofStarts {
			c.time(s, k.Ended-k.Scheduled)
		}
	}
}

// Launched implements plan.Watcher.
func (m *Measure) Launched(uint32, time.Duration) {}

// Started implements plan.Watcher.
func (m *Measure) Started(group uint32, launched, at time.Duration) {
	for i := range m.conditions {
		if m.groups[group]&(1<<i) == 0 {
			continue
		}
		s, c := &m.seen[i], &m.conditions[i]
		s.started++
		if c.ofStarts && c.share > 0 {
			c.time(s, at-launched)
		}
	}
}

// StartFailed implements plan.Watcher.
func (m *Measure) StartFailed(group, _ uint32, _, _ time.Duration) {
	for i := range m.conditions {
		if m.groups[group]&(1<<i) != 0 {
			m.seen[i].failedStarts++
		}
	}
}

// Ended implements plan.Watcher.
func (m *Measure) Ended(uint32, time.Duration, time.Duration) {}

// ofAttempts reports whether a quantile is of attempts.
func (c *condition) ofAttempts() bool { return c.Metric[0] == 'a' }

// time counts a latency of what a quantile is of.
func (c *condition) time(s *soFarAndTime, took time.Duration) {
	c.steps.record(took)
	if took > c.above || c.strict && took == c.above {
		s.slow++
	}
}

// Sum is a part of a whole, of one run or of several. Those of runs add up.
type Sum struct{ Part, Of uint64 }

// End is the sums of the run that has ended, a condition each, and begins the next one.
func (m *Measure) End() []Sum {
	out := make([]Sum, len(m.conditions))
	for i := range m.conditions {
		s, kind := &m.seen[i], &m.conditions[i].kind
		out[i] = Sum{kind.part(s), 1}
		if kind.of != nil {
			out[i].Of = kind.of(s)
		}
		*s = soFarAndTime{}
	}
	return out
}

// Steps is how long what the quantile of a condition is of has taken, since it was last
// asked; nil of any other condition.
func (m *Measure) Steps(i int) []Step { return m.conditions[i].steps.take() }

// Calls is how many calls of all groups have ended.
func (m *Measure) Calls() uint64 { return m.calls }

// Measured is how the ratio of a gate's sums is read.
type Measured struct {
	Bound float64 // in the unit of the ratio
	Below bool    // the gate holds below the bound, not above it
	Equal bool    // it holds at the bound
	Share bool    // the part is of the whole: the ratio is from 0 to 1
	// Beyond is the share beyond a quantile, whose gate is about that share: 0 of any
	// other metric. Scale makes the metric of the ratio.
	Beyond, Scale float64
}

// MeasuredOf is how the sums of a gate, which NewMeasure has taken, are read.
func MeasuredOf(g *gate.Gate) Measured {
	m := Measured{Bound: g.Value, Below: g.Op[0] == '<', Equal: len(g.Op) == 2, Scale: 1}
	metric, _ := gate.MetricOf(g.Metric)
	m.Share = metric.Unit == gate.Fraction
	switch {
	case beyond[g.Metric] > 0:
		m.Beyond, m.Share = beyond[g.Metric], true
		m.Bound, m.Equal = m.Beyond, m.Below
	case g.Metric == "mean":
		m.Scale = 1 / float64(time.Millisecond)
		m.Bound = g.Value * float64(time.Millisecond)
	}
	return m
}

// Holds reports whether a ratio holds.
func (m *Measured) Holds(ratio float64) bool {
	switch {
	case ratio == m.Bound:
		return m.Equal
	case m.Below:
		return ratio < m.Bound
	}
	return ratio > m.Bound
}

// QuantileOf is the quantile of steps that this share is beyond, in milliseconds: the
// middle of its step. Of no steps it is 0.
func QuantileOf(steps []Step, beyond float64) float64 {
	all := uint64(0)
	for _, s := range steps {
		all += s.N
	}
	at := max(0, float64(all)*(1-beyond))
	sum := uint64(0)
	for i, s := range steps {
		if sum += s.N; float64(sum) >= at || i == len(steps)-1 {
			from, to := StepRange(int(s.Number))
			return (from + to) / 2
		}
	}
	return 0
}
