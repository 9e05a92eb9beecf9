package live

import (
	"context"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
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
}

var _ vegeta.Pacer = (*pacer)(nil)

// Pace implements vegeta.Pacer: it returns when the next call is due. Vegeta asks once
// for each hit.
func (p *pacer) Pace(time.Duration, uint64) (wait time.Duration, stop bool) {
	a, more := p.calls.take()
	return 0, !more || !p.wait.Until(p.ctx, p.began.Add(a.At))
}

// Rate implements vegeta.Pacer: the mean rate, in hits a second.
func (p *pacer) Rate(time.Duration) float64 { return p.rate }
