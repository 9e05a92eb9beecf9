package experiment

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// gathering collects the results of the units of one case. Each worker adds to a
// result that it alone holds; the idle ones are merged at the end.
type gathering struct {
	mu      sync.Mutex
	idle    []*Result
	pending int           // units that have not ended
	ran     time.Duration // how far the furthest interrupted unit came
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
func (g *gathering) give(r *Result, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.idle = append(g.idle, r)
	g.ran = max(g.ran, reached(err))
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

// workAll runs units in their order, on every processor, and returns the results
// of each case. The first error ends it.
func (x *Experiment) workAll(ctx context.Context, units []Unit, doing string) (map[string]*gathering, error) {
	cases := map[string]*gathering{}
	for _, u := range units {
		if cases[u.Case] == nil {
			cases[u.Case] = new(gathering)
		}
		cases[u.Case].pending++
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	progress := x.progress(doing, len(units))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(units)) {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(units) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				g := cases[units[n].Case]
				r := g.take()
				err := x.Work(ctx, units[n], r)
				g.give(r, err)
				if err != nil {
					cancel(err)
					return
				}
				progress()
			}
		})
	}
	wg.Wait()
	return cases, context.Cause(ctx)
}
