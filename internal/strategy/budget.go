package strategy

import "time"

// Budget pays for retries from what first tries earn, so that retries are at most a
// share of them, whatever fails. In each Window, or since the client began if that is
// 0, it pays for Floor + PerSecond·seconds + Ratio·(first tries) retries.
// Sources: Finagle's RetryBudget; Site Reliability Engineering, chapter 21 (10 % of the
// requests of a client); the token bucket of Marc Brooker's retry simulator.
type Budget struct {
	Ratio     float64 // retries that a first try earns
	PerSecond float64 // and that a second earns
	Floor     int     // retries that need not be earned
	Window    time.Duration
}

// FinagleBudget is the default of Finagle, and of tower and Linkerd.
var FinagleBudget = Budget{Ratio: 0.2, PerSecond: 10, Window: 10 * time.Second}

// budget is the policy of a Budget. In its tally all are the first tries, some the
// retries.
type budget struct {
	*Budget
	tally
	began   time.Duration // when the client sent first
	started bool
}

// eternity is the time that a Budget without a window looks back on.
const eternity = 10 * maxWait

func (p *budget) reset() {
	p.started = false
	p.start(p.Window)
	if p.Window == 0 {
		p.start(eternity)
	}
}

func (p *budget) ask(now time.Duration, a asking) verdict {
	if !p.started {
		p.started, p.began = true, now
	}
	p.pass(now)
	switch {
	case a.first:
		p.add(1, 0, 0)
	case a.planned && float64(p.sum.some+1) > p.earned(now):
		return verdict{refused: true}
	case a.planned:
		p.add(0, 1, 0)
	}
	return passed
}

// earned is how many retries are paid for.
func (p *budget) earned(now time.Duration) float64 {
	over := p.Window
	if over == 0 {
		over = now - p.began
	}
	const rounding = 1e-9 // ten times 0.1 is 1
	return float64(p.Ratio*float64(p.sum.all)) + float64(p.PerSecond*over.Seconds()) + float64(p.Floor) + rounding
}

func (*budget) heard(time.Duration, asking, *Outcome) {}

// giveBack takes back what a first try has earned that was not sent, and returns a retry
// that was not planned in the end.
func (p *budget) giveBack(a asking) {
	switch {
	case a.sent:
	case a.planned:
		p.add(0, -1, 0)
	case a.first:
		p.add(-1, 0, 0)
	}
}
