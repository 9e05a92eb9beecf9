package experiment

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// gathering collects the results of the units of one case. Each worker adds to a
// result that it alone holds; the idle ones are merged at the end.
type gathering struct {
	mu      sync.Mutex
	idle    []*Result
	pending int           // units that have not ended
	hosts   int           // of the units that have, those that ran to their end
	begun   int           // hosts that ran in part
	ran     time.Duration // how far the furthest of these hosts came
}

func (g *gathering) take() *Result {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := len(g.idle)
	if n == 0 {
		return new(Result)
	}
	r := g.idle[n-1]
	g.idle = g.idle[:n-1]
	return r
}

// give returns the result of a unit that ended with err. The last unit merges the
// results, so that a finished case holds the memory of one.
func (g *gathering) give(u Unit, r *Result, err error) {
	hosts, ran := int(u.Hosts.N), time.Duration(0)
	if err != nil {
		hosts, ran = reached(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.idle = append(g.idle, r)
	g.hosts += hosts
	g.ran = max(g.ran, ran)
	if ran > 0 {
		g.begun++
	}
	if g.pending--; g.pending == 0 {
		g.merge()
	}
}

// merge returns the result of all units so far, or nil if none was begun.
func (g *gathering) merge() *Result {
	if len(g.idle) == 0 {
		return nil
	}
	for _, r := range g.idle[1:] {
		g.idle[0].Merge(r)
	}
	g.idle = g.idle[:1]
	return g.idle[0]
}

// workAll runs the units of all pieces in their order, on every processor, and
// returns the results of each case. The first error ends it.
func (x *Experiment) workAll(ctx context.Context, all []pieces, doing string) (map[string]*gathering, error) {
	cases, units := map[string]*gathering{}, 0
	for _, p := range all {
		if cases[p.all.Case] == nil {
			cases[p.all.Case] = new(gathering)
		}
		cases[p.all.Case].pending += p.n()
		units += p.n()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	tracker := x.track(doing, units)
	next := pulled(all)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), units) {
		wg.Go(func() {
			for u, more := next(); more && ctx.Err() == nil; u, more = next() {
				g := cases[u.Case]
				r := g.take()
				p := part{of: tracker}
				err := x.work(ctx, u, r, p.now)
				g.give(u, r, err)
				if err != nil {
					cancel(err)
					return
				}
				p.end()
			}
		})
	}
	wg.Wait()
	return cases, context.Cause(ctx)
}

// pulled returns a function for any goroutine that gives the units one by one.
func pulled(all []pieces) func() (u Unit, more bool) {
	var mu sync.Mutex
	i := 0
	return func() (Unit, bool) {
		mu.Lock()
		defer mu.Unlock()
		for len(all) > 0 && i == all[0].n() {
			all, i = all[1:], 0
		}
		if len(all) == 0 {
			return Unit{}, false
		}
		i++
		return all[0].unit(i - 1), true
	}
}
