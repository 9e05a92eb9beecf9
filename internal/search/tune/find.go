package tune

import (
	"cmp"
	"context"
	"slices"

	"tenement/internal/draw"
)

// The rounds of the halving: after each a third of the candidates is left, and the next
// simulates so many blocks of them.
var rounds = []int{1, 3, 9, 27}

const (
	keptShare = 3    // one in so many is left after a round
	halving   = 0.55 // the share of the blocks that halving may take
	// firstLook and stepBlocks are those with which the local search looks at a candidate,
	// and at a better one.
	firstLook  = 3
	stepBlocks = 9
)

// find searches, and returns what it knows best: the trials with as many blocks as any.
// After an error it is the best so far.
func (t *Tuner) find(ctx context.Context) ([]judged, error) {
	left, err := t.halve(ctx)
	if err != nil {
		return left, err
	}
	if left, err = t.climb(ctx, left); err != nil {
		return left, err
	}
	return t.simplify(ctx, left)
}

// first are the candidates of the first round: today's, all with one change, and others at
// random.
func (t *Tuner) first() []*trial {
	// A candidate costs a block in the first round, and about as much in each other.
	n := max(int(halving*float64(t.blocks))/len(t.rounds()), 3*keptShare)
	all := []*trial{t.trial(make(candidate, len(t.space.Parameters)))}
	take := func(c candidate) {
		if one := t.trial(c); !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	singles := t.space.singles()
	if most := max(n/3, 1); len(singles) > most { // evenly
		for i := range most {
			take(singles[i*len(singles)/most])
		}
	} else {
		for _, c := range singles {
			take(c)
		}
	}
	key := draw.Seed(t.o.Seed).Name("tune")
	for i := uint64(0); len(all) < n && i < uint64(20*n); i++ {
		take(t.space.random(key.With(i)))
	}
	return all
}

// halve is successive halving. Today's settings stay to the end.
func (t *Tuner) halve(ctx context.Context) ([]judged, error) {
	trials := t.first()
	t.spent.Candidates = len(trials)
	var pool []judged
	for _, blocks := range t.rounds() {
		t.progress.say("trying %d candidates", len(trials))
		if err := t.fill(ctx, &t.search, blocks, trials...); err != nil {
			if pool == nil { // better than nothing
				pool = t.look(trials, 1)
			}
			return pool, err
		}
		pool = t.look(trials, blocks)
		t.spent.Halvings = append(t.spent.Halvings, len(pool))
		if blocks == t.final() {
			return pool, nil
		}
		trials = trials[:0:0]
		for _, j := range t.best(pool, max(len(pool)/keptShare, 2*len(goals))) {
			trials = append(trials, j.trial)
		}
	}
	return pool, nil
}

// look is a pool of the trials that have a plan, over their first blocks of the search.
func (t *Tuner) look(trials []*trial, blocks int) []judged {
	var pool []judged
	for _, one := range trials {
		if seen := t.search.of(one); len(seen) >= blocks && seen[0].Invalid == "" {
			pool = append(pool, judged{one, vectorOf(seen[:blocks], one.work)})
		}
	}
	return pool
}

// best are n of a pool, and today's: those that no other dominates, for up to half of the
// places, and those that stand first in the order of a goal, goal by goal.
func (t *Tuner) best(pool []judged, n int) []judged {
	standard := t.standardOf(pool)
	var orders [][]judged
	for _, g := range t.goals() {
		orders = append(orders, g.ranked(pool, standard))
	}
	var out []judged
	take := func(j judged) {
		if !slices.ContainsFunc(out, func(o judged) bool { return o.trial == j.trial }) {
			out = append(out, j)
		}
	}
	for _, j := range pool {
		if j.key == "" {
			take(j)
		}
	}
	for _, j := range spread(front(pool), n/2) {
		take(j)
	}
	for place := 0; place < len(pool) && len(out) < n; place++ {
		for _, order := range orders {
			if len(out) < n {
				take(order[place])
			}
		}
	}
	return out
}

// climb is the local search: from the best of each goal, one step at a time, as long as a
// step helps; then from others that nothing dominates, as long as there are blocks left. The
// candidates of a step race: few blocks for all, more for the better ones.
func (t *Tuner) climb(ctx context.Context, pool []judged) ([]judged, error) {
	looked := map[*trial]bool{}
	for t.left() > 0 {
		near := t.near(pool, looked)
		if len(near) == 0 {
			if len(t.starts(pool, looked)) == 0 {
				return pool, nil
			}
			continue
		}
		t.progress.say("step %d from the best", t.spent.Steps+1)
		fresh, err := t.race(ctx, pool, near)
		if err != nil {
			return pool, err
		}
		t.spent.Steps++
		t.spent.Candidates = t.tried()
		pool = append(pool, fresh...)
	}
	return pool, nil
}

// mostNear bounds the candidates of a step.
const mostNear = 60

// near are the candidates of the next step: the neighbours of those that lead and were not
// looked at, in an order drawn by key.
func (t *Tuner) near(pool []judged, looked map[*trial]bool) []*trial {
	var near []*trial
	for _, g := range t.starts(pool, looked) {
		if len(near) >= mostNear {
			break
		}
		looked[g.trial] = true
		var beside []*trial
		for _, c := range t.space.neighbours(g.candidate) {
			if one := t.trial(c); len(t.search.of(one)) < stepBlocks && !slices.Contains(near, one) && !slices.Contains(beside, one) {
				beside = append(beside, one)
			}
		}
		key := draw.Seed(t.o.Seed).Name("step").With(uint64(t.spent.Steps))
		slices.SortFunc(beside, func(a, b *trial) int {
			return cmp.Or(cmp.Compare(key.Name(a.key).Bits(), key.Name(b.key).Bits()), cmp.Compare(a.key, b.key))
		})
		near = append(near, beside...)
	}
	return near[:min(len(near), mostNear, max(t.left()/firstLook, 1))]
}

// race simulates the candidates of a step, the better ones with more blocks, and returns
// those that lead with as many as the pool has.
func (t *Tuner) race(ctx context.Context, pool []judged, near []*trial) ([]judged, error) {
	if err := t.fill(ctx, &t.search, firstLook, near...); err != nil {
		return nil, err
	}
	today := t.trial(make(candidate, len(t.space.Parameters)))
	var second []*trial
	for _, j := range t.best(t.look(append([]*trial{today}, near...), firstLook), max(len(near)/keptShare, len(goals))) {
		second = append(second, j.trial)
	}
	if err := t.fill(ctx, &t.search, stepBlocks, second...); err != nil {
		return nil, err
	}
	// Those that lead over these blocks are simulated with as many as the others.
	wide := t.look(append(trialsOf(pool), second...), stepBlocks)
	var promising []*trial
	for _, g := range append(t.leaders(wide), spread(front(wide), t.judged.finalists)...) {
		if len(t.search.of(g.trial)) < t.final() && !slices.Contains(promising, g.trial) {
			promising = append(promising, g.trial)
		}
	}
	if err := t.fill(ctx, &t.search, t.final(), promising...); err != nil {
		return nil, err
	}
	return t.look(promising, t.final()), nil
}

// final is how many blocks the last round of the halving simulates.
func (t *Tuner) final() int {
	all := t.rounds()
	return all[len(all)-1]
}

// rounds are those that there are blocks for.
func (t *Tuner) rounds() []int {
	if t.blocks < smallSearch {
		return rounds[:len(rounds)-1]
	}
	return rounds
}

// simplify looks at the best of each goal and at the front with each one of their changes
// taken back, and keeps what is as good for less work.
func (t *Tuner) simplify(ctx context.Context, pool []judged) ([]judged, error) {
	final := t.final()
	looked := map[*trial]bool{}
	for {
		with := map[*trial][]*trial{} // by a simpler one, those that it may replace
		var simpler []*trial
		for _, j := range append(t.leaders(pool), spread(front(pool), t.judged.finalists)...) {
			for i, v := range j.candidate {
				if v == 0 || looked[j.trial] {
					continue
				}
				c := slices.Clone(j.candidate)
				c[i] = 0
				one := t.trial(t.space.normal(c))
				if with[one] == nil {
					simpler = append(simpler, one)
				}
				with[one] = append(with[one], j.trial)
			}
			looked[j.trial] = true
		}
		if len(simpler) == 0 {
			return pool, nil
		}
		t.progress.say("taking back what does not help")
		if err := t.fill(ctx, &t.search, stepBlocks, simpler...); err != nil {
			return pool, err
		}
		var good []*trial
		for _, j := range t.look(simpler, stepBlocks) {
			for _, was := range t.look(with[j.trial], stepBlocks) {
				if dominates(&j.vector, &was.vector) && len(t.search.of(j.trial)) < final && !slices.Contains(good, j.trial) {
					good = append(good, j.trial)
				}
			}
		}
		if err := t.fill(ctx, &t.search, final, good...); err != nil {
			return pool, err
		}
		t.spent.Candidates = t.tried()
		pool = append(pool, t.look(good, final)...)
	}
}

// starts are where the next steps begin: at leaders whose neighbours are not known, else at
// the first others of the front.
func (t *Tuner) starts(pool []judged, looked map[*trial]bool) []judged {
	known := func(j judged) bool { return looked[j.trial] }
	if fresh := slices.DeleteFunc(t.leaders(pool), known); len(fresh) > 0 {
		return fresh
	}
	fresh := slices.DeleteFunc(front(pool), known)
	return fresh[:min(len(fresh), leadersEach)]
}

// leadersEach is how many lead for each goal.
const leadersEach = 3

// leaders are those that stand first for a goal, each once.
func (t *Tuner) leaders(pool []judged) []judged {
	standard := t.standardOf(pool)
	var out []judged
	for _, g := range t.goals() {
		for _, j := range g.ranked(pool, standard)[:min(leadersEach, len(pool))] {
			if !slices.ContainsFunc(out, func(o judged) bool { return o.trial == j.trial }) {
				out = append(out, j)
			}
		}
	}
	return out
}

func trialsOf(pool []judged) []*trial {
	var out []*trial
	for _, j := range pool {
		out = append(out, j.trial)
	}
	return out
}

// left is how many blocks the search may still simulate.
func (t *Tuner) left() int {
	return t.blocks - int(t.spent.Runs/t.search.seeds)
}

// tried is how many candidates were simulated.
func (t *Tuner) tried() (n int) {
	for _, one := range t.trials {
		if len(t.search.of(one)) > 0 {
			n++
		}
	}
	return n
}
