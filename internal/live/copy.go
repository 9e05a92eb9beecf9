package live

import (
	"context"
	"sync/atomic"
	"time"

	"tenement/internal/strategy"
)

// copied is what the engine keeps of a copy of a request (strategy.Hedge), so that it can
// cancel it.
type copied struct {
	ctx    context.Context //nolint:containedctx // of the copy: it ends when it has lost, or with its task
	cancel context.CancelFunc
	at     atomic.Int64 // when it lost, plus 1
}

// lost reports whether another copy has won. It is false for a call that is no copy.
func (c *copied) lost() bool { return c != nil && c.at.Load() != 0 }

// end is when it has lost.
func (c *copied) end() time.Duration { return time.Duration(c.at.Load() - 1) }

// ctx is what ends the player's attempts and sleeps.
func (p *player) ctx() context.Context {
	if p.copy != nil {
		return p.copy.ctx
	}
	return p.task.ctx
}

// adopt makes a player whose call is a copy of a request one that can be cancelled.
func (d *domain) adopt(p *player) {
	if p.call.Parent() == nil {
		return
	}
	p.copy = new(copied)
	p.copy.ctx, p.copy.cancel = context.WithCancel(p.task.ctx)
	if d.copies == nil {
		d.copies = make(map[*strategy.Call]*player)
	}
	d.copies[p.call] = p
}

// lose cancels a call that has been woken, if it is a copy that has lost, and reports
// whether it was under way. If it was, its player does not go on.
func (d *domain) lose(now time.Duration, k *strategy.Call, busy bool) bool {
	p := d.copies[k]
	if p == nil {
		return false
	}
	delete(d.copies, k)
	if busy {
		p.copy.at.Store(int64(now) + 1)
	}
	p.copy.cancel()
	return busy
}
