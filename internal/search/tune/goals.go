package tune

import (
	"cmp"
	"math"
	"slices"
)

// goal is what somebody may want most. Its losses are compared one after the other; each is
// rounded, so that a difference too small to matter leaves it to the next.
type goal struct {
	name, title string
	loss        func(v vector, c *standard) []float64
	alone       bool // whether it is for those who can change nothing of others
}

// standard is what goals compare a candidate with.
type standard struct {
	today   vector
	safe    float64 // the failure rate that is still about as low as it gets
	weights map[string]float64
}

// The resolutions of the objectives.
const (
	ofShares   = 0.0005
	ofAttempts = 0.05
	ofLatency  = 0.1 // of a factor of e
)

func rounded(x, by float64) float64 { return math.Round(x / by) }

// latency is a p99 as goals compare it: by factors.
func (v *vector) latency() float64 { return rounded(math.Log(1+v.p99), ofLatency) }

// staler is how far a candidate serves credentials past their time more often than today's
// settings do. No goal trades that away.
func (c *standard) staler(v *vector) float64 {
	return rounded(max(v.stale-c.today.stale-0.001, 0), 0.001)
}

// unsafe is how far a candidate fails more often than the safest, and a point more.
func (c *standard) unsafe(v *vector) float64 { return rounded(max(v.fail-c.safe, 0), ofShares) }

// margin is how much more often than the safest candidate the fastest and the kindest may
// fail.
const margin = 0.01

// The names of the recommendations.
const (
	Safest  = "safest"
	Fastest = "fastest"
	Kindest = "kindest"
	Alone   = "on your own"
	Yours   = "yours"
)

var goals = []goal{
	{Safest, "fails least often; of equals, it is the least work", safest, false},
	{Fastest, "has the lowest p99 of those that fail at most a point more often than the safest", func(v vector, c *standard) []float64 {
		return []float64{c.staler(&v), c.unsafe(&v), v.latency(), v.effort, rounded(v.fail, ofShares), rounded(v.harm, ofShares)}
	}, false},
	{Kindest, "harms the neighbours least of those that fail at most a point more often than the safest", func(v vector, c *standard) []float64 {
		return []float64{c.staler(&v), c.unsafe(&v), rounded(v.harm, ofShares), rounded(v.attempts, ofAttempts), v.effort, rounded(v.fail, ofShares)}
	}, false},
	{Alone, "fails least often of what you can change yourself", safest, true},
	{Yours, "has the least sum by your weights", func(v vector, c *standard) []float64 {
		return []float64{c.score(&v)}
	}, false},
}

// goals are those of the search, in the order in which it takes care of them: who gives
// weights wants that sum first.
func (t *Tuner) goals() []*goal {
	var all []*goal
	for i := range goals {
		if goals[i].name == Yours && t.o.Weights != nil {
			all = append([]*goal{&goals[i]}, all...)
		} else {
			all = append(all, &goals[i])
		}
	}
	return all
}

// safest is the loss of the goals that want the fewest failures.
func safest(v vector, c *standard) []float64 {
	return []float64{c.staler(&v), rounded(v.fail, ofShares), v.effort, v.latency(), rounded(v.attempts, ofAttempts), rounded(v.harm, ofShares)}
}

// defaultWeights are the weights of the sum that --weight changes: of a percentage point of
// failures, harm or staleness, of a second of p99, of an attempt per call, and of a unit of
// effort.
func defaultWeights() map[string]float64 {
	return map[string]float64{FailureRate: 1, P99: 0.1, Attempts: 0.1, Harm: 0.5, Staleness: 0.1, Effort: 0.1}
}

// score is the weighted sum of the objectives.
func (c *standard) score(v *vector) float64 {
	w := c.weights
	return float64(w[FailureRate]*100*v.fail) + float64(w[P99]*v.p99/1000) + float64(w[Attempts]*v.attempts) +
		float64(w[Harm]*100*v.harm) + float64(w[Staleness]*100*v.stale) + float64(w[Effort]*v.effort)
}

// judged is a trial with its objectives over the blocks that are looked at.
type judged struct {
	*trial
	vector
}

// standardOf is what goals compare a pool with. It has today's.
func (t *Tuner) standardOf(pool []judged) *standard {
	c := &standard{weights: t.weights, safe: math.Inf(1)}
	for i := range pool {
		if pool[i].key == "" {
			c.today = pool[i].vector
		}
	}
	for i := range pool {
		if c.staler(&pool[i].vector) == 0 {
			c.safe = min(c.safe, pool[i].fail)
		}
	}
	c.safe += margin
	return c
}

// ranked is a pool in the order of a goal.
func (g *goal) ranked(pool []judged, c *standard) []judged {
	type lost struct {
		judged
		loss []float64
	}
	all := make([]lost, len(pool))
	for i, j := range pool {
		all[i] = lost{j, g.loss(j.vector, c)}
		if g.alone && j.others {
			all[i].loss = []float64{math.Inf(1)}
		}
	}
	slices.SortFunc(all, func(a, b lost) int {
		return cmp.Or(slices.Compare(a.loss, b.loss), cmp.Compare(a.key, b.key))
	})
	out := make([]judged, len(all))
	for i := range all {
		out[i] = all[i].judged
	}
	return out
}

// dominates reports whether a is at least as good as b in every objective, and better in
// one, by more than their resolution.
func dominates(a, b *vector) bool {
	as, bs := a.steps(), b.steps()
	better := false
	for i := range as {
		if as[i] > bs[i] {
			return false
		}
		better = better || as[i] < bs[i]
	}
	return better
}

// steps are the objectives, in the order of Objectives, in steps of their resolution.
func (v *vector) steps() [6]float64 {
	return [6]float64{
		rounded(v.fail, ofShares), v.latency(), rounded(v.attempts, ofAttempts),
		rounded(v.harm, ofShares), rounded(v.stale, 0.001), v.effort,
	}
}

// front are those of a pool that no other dominates; of equals, the first.
func front(pool []judged) []judged {
	var out []judged
	for i := range pool {
		beaten := slices.ContainsFunc(pool, func(o judged) bool { return dominates(&o.vector, &pool[i].vector) })
		same := slices.ContainsFunc(out, func(o judged) bool { return o.steps() == pool[i].steps() })
		if !beaten && !same {
			out = append(out, pool[i])
		}
	}
	return out
}
