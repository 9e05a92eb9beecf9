package reports

import (
	"sync"

	"tenement/internal/strategy"
)

// Estimate gathers one case simulated over many seeds. One run of a few hundred
// calls, live or with one seed, is a sample; this is what it is a sample of.
//
// For every seed: let the simulation report to what Observe hands out, then
// call EndSeed. A seed that was broken off is never ended, and is the last. All
// seeds go into the same few recorders, so that a seed costs
// a handful of integers and not a histogram. One goroutine at a time runs the
// seeds; several estimates of the same case can be merged.
type Estimate struct {
	groups []spread
	before []seen // what the recorders held at the last EndSeed

	mu        sync.Mutex // a run may ask for observers from its workers
	recorders []*Recorder
	lent      int // of the recorders, to the seed under way
}

// seen is what one seed's share is the difference of.
type seen struct{ failures, calls uint64 }

// NewEstimate is an estimate without seeds, for groups 0..groups-1.
func NewEstimate(groups int) *Estimate {
	return &Estimate{groups: make([]spread, groups), before: make([]seen, groups)}
}

// Observe is an observer for one worker of the seed under way.
func (e *Estimate) Observe() strategy.Observer {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lent == len(e.recorders) {
		e.recorders = append(e.recorders, newLightRecorder(len(e.groups)))
	}
	e.lent++
	return e.recorders[e.lent-1]
}

// EndSeed ends a seed, whose workers must all have returned.
func (e *Estimate) EndSeed() {
	e.lent = 0
	for g := range e.groups {
		var now seen
		for _, r := range e.recorders {
			now.failures += r.groups[g].results.Failures()
			now.calls += r.groups[g].calls()
		}
		e.groups[g].see(now.failures-e.before[g].failures, now.calls-e.before[g].calls)
		e.before[g] = now
	}
}

// Merge adds the seeds of another estimate of the same case. Both must be
// between two seeds.
func (e *Estimate) Merge(o *Estimate) {
	for g := range e.groups {
		e.groups[g].add(o.groups[g])
		e.before[g].failures += o.before[g].failures
		e.before[g].calls += o.before[g].calls
	}
	if len(e.recorders) == 0 {
		e.recorders = []*Recorder{newLightRecorder(len(e.groups))}
	}
	for _, r := range o.recorders {
		e.recorders[0].Merge(r)
	}
}

// simulated is a group's figures over all seeds.
func (e *Estimate) simulated(group int) *Simulated {
	var t tally
	for _, r := range e.recorders {
		t.merge(&r.groups[group])
	}
	s := &e.groups[group]
	mean, sd := s.mean()
	return &Simulated{
		Seeds: s.seeds, Calls: s.n, Failures: s.x,
		Attempts: t.attempts(), FirstTries: t.firstTries,
		Throttled: t.outcomes[Throttled], Dropped: t.outcomes[Dropped], Results: t.results, Served: t.served,
		FailureRate: share(s.x, s.n), FailureRateCI95: s.interval(),
		Amplification:   share(t.attempts(), t.calls()),
		FailuresPerSeed: PerSeed{Mean: tidy(mean), SD: tidy(sd)},
		LatencyMS:       quantiles(encode(t.latency.histogram())),
		Histogram:       encode(t.latency.histogram()),
	}
}
