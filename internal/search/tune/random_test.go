package tune

import (
	"flag"
	"math"
	"testing"

	"tenement/internal/draw"
	"tenement/internal/stat"
	"tenement/profiles"
)

var long = flag.Bool("long", false, "run the long form of TestRandomSearch: 20 repeats on noisy-neighbour")

// fiveParameters is a space of five parameters of noisy-neighbour.
const fiveParameters = `
version: 1
parameters:
  - {parameter: retries, path: strategy.retry, values: ["{exponential: {base: 200ms, cap: 10s, jitter: full, attempts: 4}}"]}
  - {parameter: tries, path: strategy.retry.exponential.attempts, range: 1..20, needs: retries}
  - {parameter: first wait, path: strategy.retry.exponential.base, range: 50ms..5s, needs: retries}
  - {parameter: longest wait, path: strategy.retry.exponential.cap, range: 5s..40s, needs: retries}
  - {parameter: jitter, path: strategy.retry.exponential.jitter, values: [none, equal, decorrelated], needs: retries}
`

// TestRandomSearch holds the search against a random search that may simulate as much:
// both look for the least sum by weights, and are judged on the same seeds, which neither
// has seen. Random is better by more than its interval in at most 1 of 20 repeats. (`make
// validate` runs the long form.)
func TestRandomSearch(t *testing.T) {
	t.Parallel()
	repeats, blocks, p := 1, 120, load(t, small)
	if *long {
		var err error
		if p, err = profiles.Open("noisy-neighbour", profiles.Options{}); err != nil {
			t.Fatal(err)
		}
		repeats, blocks = 20, 600
	}
	today, _ := CaseOf(p, "")
	space, err := ReadSpace("five.yaml", []byte(fiveParameters), p, today)
	if err != nil {
		t.Fatal(err)
	}
	worse := 0
	for i := range uint64(repeats) {
		tuner := tunerOf(t, p, Options{Space: space, Blocks: blocks, Weights: map[string]float64{}})
		if !*long {
			tuner.search.seeds, tuner.unseen.seeds = 6, 6 // one seed tells too little
		}
		tuner.search.first += i << 20
		tuner.unseen.first += i << 20
		tuner.o.Seed = i
		found, err := tuner.find(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		yours := &goals[len(goals)-1]
		ours := yours.ranked(found, tuner.standardOf(found))[0].trial
		random := tuner.random(t, int(tuner.spent.Runs/tuner.search.seeds), i)
		if err := tuner.fill(t.Context(), &tuner.unseen, judgeBlocks, ours, random); err != nil {
			t.Fatal(err)
		}
		by, half := tuner.apart(random, ours)
		t.Logf("repeat %d: ours %q, random %q: random is %+.3f ±%.3f", i, ours.key, random.key, by, half)
		if by < -half {
			worse++
		}
	}
	if worse > 1 {
		t.Errorf("random search is better in %d of %d repeats, want at most 1", worse, repeats)
	}
}

// random is the best of as many random candidates as so many blocks allow.
func (t *Tuner) random(test *testing.T, blocks int, repeat uint64) *trial {
	var trials []*trial
	key := draw.Seed(repeat).Name("random search")
	for i := range uint64(blocks / stepBlocks) {
		c := make(candidate, len(t.space.Parameters))
		for j := range c {
			c[j] = int8(draw.Below(key.With(i).With(uint64(j)).Bits(), uint64(len(t.space.Parameters[j].Values)+1)))
		}
		trials = append(trials, t.trial(t.space.normal(c)))
	}
	if err := t.fill(test.Context(), &t.search, stepBlocks, trials...); err != nil {
		test.Fatal(err)
	}
	pool := t.look(trials, stepBlocks)
	c := &standard{weights: t.weights, safe: math.Inf(1)}
	return goals[len(goals)-1].ranked(pool, c)[0].trial
}

// apart is how far the score of a is above that of b on the unseen seeds, block by block,
// and half of its 95 % interval.
func (t *Tuner) apart(a, b *trial) (by, half float64) {
	c := &standard{weights: t.weights}
	var moves []float64
	for i := range judgeBlocks {
		va, vb := vectorOf(t.unseen.of(a)[i:i+1], a.work), vectorOf(t.unseen.of(b)[i:i+1], b.work)
		moves = append(moves, c.score(&va)-c.score(&vb))
		by += moves[i] / judgeBlocks
	}
	for i := range moves {
		moves[i] = (moves[i] - by) / judgeBlocks
	}
	return by, float64(stat.T95(judgeBlocks-1) * stat.MovesError(moves))
}
