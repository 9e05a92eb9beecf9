package live

import (
	"context"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"tenement/internal/plan"
)

// pacer is a vegeta Pacer over the absolute instants of a schedule. It does the waiting
// itself, so that a run can be stopped in the middle of a wait. It ends the attack
// by its stop value: a Targeter without targets would make an error result.
type pacer struct {
	ctx   context.Context //nolint:containedctx // Pace has no parameter for one
	began time.Time
	calls *schedule
	wait  Waiter
	rate  float64 // mean, in calls a second
	fleet *fleet  // whose tasks come and go; nil if none do
	end   time.Duration
}

var _ vegeta.Pacer = (*pacer)(nil)

// Pace implements vegeta.Pacer: it returns when the next call is due. Vegeta asks once
// for each hit.
func (p *pacer) Pace(time.Duration, uint64) (wait time.Duration, stop bool) {
	if p.fleet != nil {
		return 0, !p.paceTasks()
	}
	a, more := p.calls.take()
	return 0, !more || !p.wait.Until(p.ctx, p.began.Add(a.At))
}

// paceTasks returns when the next call is due, and has tasks start and stop until
// then; false after the last call. The end of a call can bring an earlier arrival than
// the one that it waits for, and further ones until the end of the arrivals.
func (p *pacer) paceTasks() bool {
	for {
		ctx, wake := context.WithCancel(p.ctx)
		at := p.calls.await(wake)
		last := at >= p.end
		came := p.wait.Until(ctx, p.began.Add(min(at, p.end)))
		wake()
		switch {
		case p.ctx.Err() != nil, last && came:
			return false
		case !came:
			continue
		}
		switch a, _ := p.calls.take(); a.Kind {
		case plan.TaskStarts:
			p.fleet.startTask(&a)
		case plan.TaskStops:
			p.fleet.stopTask(&a)
		default:
			return true
		}
	}
}

// Rate implements vegeta.Pacer: the mean rate, in hits a second.
func (p *pacer) Rate(time.Duration) float64 { return p.rate }
