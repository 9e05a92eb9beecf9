package reports

import (
	"fmt"

	"tenement/internal/strategy"
)

// Estimate is one case simulated over many seeds. A run of a few hundred calls,
// live or of one seed, is a sample; the estimate is what it is a sample of.
//
// For every seed, or range of hosts of a seed: let the simulation report to
// Observer, then call End. An estimate is not safe for concurrent use; each
// worker has one of its own, and Merge adds them up. All state is integers
// kept by seed, so neither the order of merging nor the way that seeds and
// hosts were split changes a figure.
type Estimate struct {
	recorder *Recorder // of all seeds: a seed costs a handful of integers, not a histogram
	blocking Blocking
	seeds    map[uint64][]seen // by seed, then by group
	before   []seen            // what the recorder held at the last End
}

// seen counts the calls of one group, and those of them that failed.
type seen struct {
	calls, failures uint64
	refusals        []refusals // of the group and of each of its parts; nil if none are counted
}

// refusals counts attempts, and those of them that a limit turned away.
type refusals struct {
	Attempts uint64 `json:"attempts"`
	Refused  uint64 `json:"refused"`
}

// add adds counts.
func (s *seen) add(o *seen) {
	s.calls += o.calls
	s.failures += o.failures
	for i, r := range o.refusals {
		if i == len(s.refusals) {
			s.refusals = append(s.refusals, refusals{})
		}
		s.refusals[i].Attempts += r.Attempts
		s.refusals[i].Refused += r.Refused
	}
}

// since is what was counted since before, which becomes now.
func (t *tally) since(before *seen) seen {
	now := seen{calls: t.calls(), failures: t.results.Failures()}
	if t.apart != nil {
		now.refusals = append(now.refusals, refusals{t.attempts(), t.outcomes[Throttled]})
		for i := range t.parts {
			now.refusals = append(now.refusals, refusals{t.parts[i].attempts, t.parts[i].refused})
		}
	}
	fresh := seen{calls: now.calls - before.calls, failures: now.failures - before.failures}
	for i, r := range now.refusals {
		if i < len(before.refusals) {
			r.Attempts -= before.refusals[i].Attempts
			r.Refused -= before.refusals[i].Refused
		}
		fresh.refusals = append(fresh.refusals, r)
	}
	*before = now
	return fresh
}

// NewEstimate is an estimate without seeds, for groups 0..groups-1.
func NewEstimate(groups int) *Estimate {
	return &Estimate{
		recorder: newLightRecorder(groups),
		seeds:    map[uint64][]seen{},
		before:   make([]seen, groups),
	}
}

// Observer is what the simulation of the next seed reports to.
func (e *Estimate) Observer() strategy.Observer { return e.recorder }

// End assigns to this seed what Observer was told since the last End. If the hosts
// of a seed are simulated in parts, call End after each part.
func (e *Estimate) End(seed uint64) {
	counts := e.counts(seed)
	for g := range e.before {
		more := e.recorder.groups[g].since(&e.before[g])
		counts[g].add(&more)
	}
	e.recorder.EndBlock(e.blocking.Number(seed))
}

// CountBlocks keeps blocks of so many seeds. Call it before anything is counted.
func (e *Estimate) CountBlocks(by Blocking) {
	if by.N > 0 {
		e.blocking = by
		e.recorder.CountBlocks()
	}
}

// JoinBlocks makes blocks twice as large, for twice as many seeds.
func (e *Estimate) JoinBlocks() {
	e.blocking.N *= 2
	e.recorder.joinBlocks()
}

// blocks are the blocks of the estimate, nil if it keeps none.
func (e *Estimate) blocks(groups []GroupInfo) *Blocks {
	return newBlocks(BySeeds, e.recorder, groups, e.blocking, uint64(len(e.seeds)))
}

// CountApart counts the parts of a group. Call it before anything is counted.
func (e *Estimate) CountApart(group int, a Apart) { e.recorder.CountApart(group, a) }

// counts are the counts of a seed, by group; they are zero at first.
func (e *Estimate) counts(seed uint64) []seen {
	if e.seeds[seed] == nil {
		e.seeds[seed] = make([]seen, len(e.before))
	}
	return e.seeds[seed]
}

// Merge adds the seeds of another estimate of the same case. It panics if the
// number of groups or the size of blocks differs.
func (e *Estimate) Merge(o *Estimate) {
	if e.blocking != o.blocking {
		panic(fmt.Sprintf("reports: merging estimates with blocks of %+v and of %+v", e.blocking, o.blocking))
	}
	e.recorder.Merge(o.recorder)
	for seed, from := range o.seeds {
		counts := e.counts(seed)
		for g := range from {
			counts[g].add(&from[g])
		}
	}
	for g := range e.before {
		e.before[g].add(&o.before[g])
	}
}

// HalfWidth is half the width of the 95 % confidence interval of a group's
// failure rate, as a fraction; 1 without a call.
func (e *Estimate) HalfWidth(group int) float64 {
	s := e.spread(group)
	ci := s.interval()
	if ci == nil {
		return 1
	}
	return (ci[1] - ci[0]) / 2
}

// spread is how a group's failures vary from seed to seed.
func (e *Estimate) spread(group int) (s spread) {
	for _, counts := range e.seeds {
		s.see(counts[group].failures, counts[group].calls)
	}
	return s
}

// simulated is a group's figures over all seeds.
func (e *Estimate) simulated(group int) *Simulated {
	t, s := &e.recorder.groups[group], e.spread(group)
	mean, sd := s.mean()
	histogram, attempts := encode(t.latency.histogram()), encode(t.attemptLatency.histogram())
	out := &Simulated{
		Seeds: s.seeds, Calls: s.n, Failures: s.x,
		Attempts: t.attempts(), FirstTries: t.firstTries,
		Throttled: t.outcomes[Throttled], Dropped: t.outcomes[Dropped], Results: t.results, Served: t.served,
		FailureRate: share(s.x, s.n), FailureRateCI95: s.interval(),
		Amplification:   share(t.attempts(), t.calls()),
		FailuresPerSeed: PerSeed{Mean: tidy(mean), SD: tidy(sd)},
		ReadyWithin1s:   share(t.ready, t.calls()),
		LatencyMS:       quantiles(histogram),
		Histogram:       histogram,

		AttemptLatencyMS: quantiles(attempts),
		AttemptHistogram: attempts,

		Starts: newStarts(t.lives),
	}
	out.Apart = e.seedsApart(group, out)
	return out
}
