package live

import (
	"context"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// pacer is a vegeta Pacer over a list of absolute instants. It does the waiting
// itself, so that a run can be stopped in the middle of a wait. It ends the attack
// by its stop value: a Targeter without targets would make an error result.
type pacer struct {
	ctx   context.Context //nolint:containedctx // Pace has no parameter for one
	began time.Time
	at    []time.Duration
	wait  Waiter
}

var _ vegeta.Pacer = (*pacer)(nil)

// Pace implements vegeta.Pacer: it returns when hit number hits is due.
func (p *pacer) Pace(_ time.Duration, hits uint64) (wait time.Duration, stop bool) {
	if hits >= uint64(len(p.at)) {
		return 0, true
	}
	return 0, !p.wait.Until(p.ctx, p.began.Add(p.at[hits]))
}

// Rate implements vegeta.Pacer: the mean rate of the list, in hits a second.
func (p *pacer) Rate(time.Duration) float64 {
	if len(p.at) == 0 || p.at[len(p.at)-1] <= 0 {
		return 0
	}
	return float64(len(p.at)) / p.at[len(p.at)-1].Seconds()
}
