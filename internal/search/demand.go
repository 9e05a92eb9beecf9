package search

import (
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// demand is what groups want of the endpoint, as closed forms need it: one kind of it.
type demand struct {
	herd   float64 // fetches that start together
	window float64 // within which they do, in seconds
	steady float64 // calls a second, each of which asks
	random bool    // those come at random instants (Poisson)
	cached float64 // fetches a second of clients that keep documents
}

// kinds is how many kinds of demand there are.
func (d *demand) kinds() int {
	n := 0
	for _, x := range []float64{d.herd, d.steady, d.cached} {
		if x > 0 {
			n++
		}
	}
	return n
}

// add adds that of another group: the largest counts where each task has a limit of its own.
func (d *demand) add(o demand, each bool) {
	d.random = o.random && (d.random || d.steady == 0)
	d.window = max(d.window, o.window)
	if each {
		d.herd, d.steady, d.cached = max(d.herd, o.herd), max(d.steady, o.steady), max(d.cached, o.cached)
		return
	}
	d.herd, d.steady, d.cached = d.herd+o.herd, d.steady+o.steady, d.cached+o.cached
}

// leastLives is how many lifetimes of a document a run has to have to be steady.
const leastLives = 10

// demandOf is that of a group, or of one of its tasks; the zero demand if no closed form
// has it.
func demandOf(g *plan.Group, each bool, duration time.Duration) demand {
	tasks := float64(g.Tasks)
	if each {
		tasks = 1
	}
	calls := tasks * float64(g.Processes)
	if g.Strategy.Sidecar.On {
		return demand{} // it fetches ahead of the calls
	}
	domains, uses := calls, 1.0 // sharing domains, and processes of one
	if shares(g) {
		domains, uses = tasks, float64(g.Processes)
	}
	if once, ok := g.Pattern.(plan.Once); ok {
		if !asksEachTime(g) && g.Strategy.Scope != strategy.PerProcess && !shares(g) {
			return demand{}
		}
		return demand{herd: domains, window: once.Within.Seconds()}
	}
	rate := plan.Steady(g.Pattern)
	switch life := ttlOf(g); {
	case rate <= 0:
		return demand{}
	case asksEachTime(g):
		return demand{steady: calls * rate, random: plan.Memoryless(g.Pattern)}
	case life > 0 && plan.Memoryless(g.Pattern) && duration.Seconds() >= leastLives*(life+1/(rate*uses)):
		// A document is used for its lifetime, and the next use after that fetches: see
		// "Modeling TTL-based Internet caches" (INFOCOM 2003). If only a share of the
		// fetches succeeds, the uses in between fail, and the share of failures is
		// 1 − rate × (lifetime + gap) / domains.
		return demand{cached: domains / (life + 1/(rate*uses))}
	}
	return demand{}
}

// shares reports whether the processes of a task have one cache, and fetch for each other.
func shares(g *plan.Group) bool {
	return g.Strategy.Scope == strategy.PerTask && g.Strategy.Flight.Kind == strategy.Join && !g.Strategy.Flight.FirstEach &&
		g.Strategy.Flight.MaxWait == 0 && !noCache(g)
}

// ttlOf is the mean time that a group's clients keep a document, in seconds; 0 if that does
// not follow from the strategy alone.
func ttlOf(g *plan.Group) float64 {
	s := g.Strategy
	ttl, ok := s.Cache.(strategy.TTL)
	if !ok || ttl.StaleOnError > 0 || s.Negative.For > 0 || len(s.Negative.Classes) > 0 || s.Early.Beta > 0 || s.FirstUse > 1 || g.PerCall ||
		s.Scope == strategy.PerHost || s.Scope == strategy.PerTask && !shares(g) {
		return 0
	}
	return ttl.For.Seconds() * (1 - ttl.Jitter/2)
}

// noCache reports whether a group keeps nothing.
func noCache(g *plan.Group) bool {
	_, none := g.Strategy.Cache.(strategy.NoCache)
	return none || g.Strategy.Cache == nil
}

// asksEachTime reports whether every call of a group asks the endpoint.
func asksEachTime(g *plan.Group) bool {
	return noCache(g) || g.PerCall && g.Strategy.Scope == strategy.PerProcess
}
