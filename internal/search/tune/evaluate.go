package tune

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/profiles"
)

// trial is a candidate and what its blocks counted.
type trial struct {
	candidate candidate
	key       string
	work      float64             // its effort
	others    bool                // whether somebody else must change something
	blocks    map[string][]counts // by series, block by block
}

// series are blocks of seeds: those of the search, those that it does not see, and those
// of each variant. All candidates have the same seeds.
type series struct {
	name    string
	first   uint64   // seed
	seeds   uint64   // of a block
	variant *variant // nil is the profile as it is
}

// of are the blocks of a trial.
func (s *series) of(t *trial) []counts { return t.blocks[s.name] }

// job is a block of a trial.
type job struct {
	trial  *trial
	series *series
	block  int
	made   func() (*profiles.Profile, error) // of all blocks of the trial in a fill
}

// key is that of the job's result.
func (j *job) key() string { return fmt.Sprintf("%s %04d %s", j.series.name, j.block, j.trial.key) }

// fill simulates what trials lack of the first n blocks of a series. After an error they
// have what was simulated until then.
func (t *Tuner) fill(ctx context.Context, s *series, n int, trials ...*trial) error {
	var jobs []job
	for _, one := range trials {
		made := sync.OnceValues(func() (*profiles.Profile, error) { return t.profile(one, s) })
		for b := len(s.of(one)); b < n; b++ {
			jobs = append(jobs, job{one, s, b, made})
		}
	}
	results, done := make([]counts, len(jobs)), make([]bool, len(jobs))
	err := t.work(ctx, jobs, results, done)
	for i := range jobs {
		j := &jobs[i]
		if !done[i] || len(s.of(j.trial)) != j.block {
			continue // the fill was interrupted
		}
		j.trial.blocks[s.name] = append(j.trial.blocks[s.name], results[i])
		t.spent.Runs += s.seeds
		t.spent.Calls += results[i].All
	}
	return err
}

// work does jobs on every processor, and marks those that are done.
func (t *Tuner) work(ctx context.Context, jobs []job, results []counts, done []bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		mu   sync.Mutex
		next int
		wg   sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(jobs) {
					return
				}
				if err := t.do(ctx, &jobs[i], &results[i]); err != nil {
					cancel(err)
					return
				}
				done[i] = true
				t.progress.done(1)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// do does a job, unless its result is kept from before.
func (t *Tuner) do(ctx context.Context, j *job, into *counts) error {
	if t.o.Dir.Get(j.key(), into) {
		return nil
	}
	*into = counts{}
	p, err := j.made()
	if err != nil {
		into.Invalid = err.Error()
		return t.o.Dir.Put(j.key(), into)
	}
	for i := range j.series.seeds {
		seed := j.series.first + uint64(j.block)*j.series.seeds + i
		one := p.Plan(t.today, seed)
		observer := newCounter(one)
		for _, hosts := range part(hostsOf(one), t.hostsEach, j.block) {
			if _, err := sim.Run(ctx, one, hosts, observer); err != nil {
				if early := (*sim.InterruptedError)(nil); errors.As(err, &early) {
					return context.Cause(ctx)
				}
				return err
			}
		}
		into.add(&observer.counts)
	}
	return t.o.Dir.Put(j.key(), into)
}

// hostCalls is about how many calls the hosts of a seed make that are simulated: hosts do
// not depend on each other, so a few stand for all.
const hostCalls = 20_000

// profile is the profile of a trial in a series.
func (t *Tuner) profile(one *trial, s *series) (*profiles.Profile, error) {
	p, err := t.o.Profile.WithAll(t.space.sets(one.candidate))
	if err == nil && s.variant != nil {
		var sets []plan.Setting
		if sets, err = s.variant.sets(p, t.today); err == nil {
			p, err = p.WithAll(sets)
		}
	}
	if err != nil {
		return nil, err
	}
	return p, p.Check(t.today)
}

// trial is the trial of a candidate: one, however often it is asked for.
func (t *Tuner) trial(c candidate) *trial {
	key := t.space.key(c)
	if known := t.trials[key]; known != nil {
		return known
	}
	one := &trial{candidate: c, key: key, work: t.space.effort(c), others: t.space.others(c), blocks: map[string][]counts{}}
	t.trials[key] = one
	return one
}
