package strategy

import "time"

// Breaker is a circuit breaker. It opens after Failures failed attempts in a row or, if
// Rate is set, when that share of the attempts in its window has failed. While it is
// open it refuses every send. After Open it lets Trials attempts pass, and closes if
// they went well: with Failures all of them, with Rate less than that share failed. The
// zero Breaker is none.
//
// It judges after every attempt, as resilience4j does; Polly judges after failures
// alone. An attempt that ends while it is open counts for nothing. As in the libraries, a
// trial that never ends keeps it half open for ever: give attempts a timeout.
type Breaker struct {
	Failures int
	Rate     float64
	// The window of Rate is the last Calls attempts or, if that is 0, the last Window.
	Calls  int
	Window time.Duration
	Least  int // attempts in the window before Rate counts; at most Calls, if that is set
	// SlowRate is the share of attempts that take Slow or longer that opens it too; Slow
	// 0 is never. It needs Rate.
	Slow     time.Duration
	SlowRate float64

	Open   time.Duration
	Trials int        // 0 means 1
	On     Conditions // what counts as failed; 0 means OnDefault
}

// The defaults of three libraries.
var (
	FailsafeGoBreaker   = Breaker{Failures: 1, Open: time.Minute}
	Resilience4jBreaker = Breaker{Rate: 0.5, Calls: 100, Least: 100, Slow: time.Minute, SlowRate: 1, Open: time.Minute, Trials: 10}
	PollyBreaker        = Breaker{Rate: 0.1, Window: 30 * time.Second, Least: 100, Open: 5 * time.Second}
)

// set reports whether there is a breaker at all.
func (b *Breaker) set() bool { return b.Failures > 0 || b.Rate > 0 }

// circuit is the state of a breaker.
type circuit uint8

const (
	closed circuit = iota
	opened
	halfOpen
)

// breaker is the policy of a Breaker.
type breaker struct {
	*Breaker
	circuit
	until  time.Duration // when it is half open
	trials int           // that were let pass, while it is half open
	row    int           // failures in a row
	seen   tallied       // of the last Calls, or of the trials: some have failed
	recent []byte        // the last Calls: a bit for failed, one for slow
	next   int           // where the next one goes
	tally                // of the last Window
}

// What recent keeps of an attempt.
const (
	hasFailed = 1 << iota
	wasSlow
)

func (p *breaker) reset() {
	p.trials = 0
	p.close()
}

// close begins to count again.
func (p *breaker) close() {
	p.circuit, p.row, p.seen, p.next = closed, 0, tallied{}, 0
	if p.Rate > 0 && p.Calls == 0 {
		p.start(p.Window)
	}
}

func (p *breaker) ask(now time.Duration, a asking) verdict {
	if a.planned {
		return passed
	}
	if p.circuit == opened && now >= p.until {
		p.circuit, p.trials, p.seen = halfOpen, 0, tallied{}
	}
	switch {
	case p.circuit == closed:
		return passed
	case p.circuit == halfOpen && p.trials < max(p.Trials, 1):
		p.trials++
		return passed
	}
	return verdict{refused: true}
}

func (p *breaker) heard(now time.Duration, a asking, o *Outcome) {
	failed, slow := int64(0), int64(0)
	if !o.Good() && p.On.orDefault().Has(o) {
		failed = 1
	}
	if p.Slow > 0 && a.took >= p.Slow {
		slow = 1
	}
	switch p.circuit {
	case closed:
		if p.trips(now, failed, slow) {
			p.open(now)
		}
	case halfOpen:
		p.seen.add(1, failed, slow)
		switch {
		case p.Rate == 0 && failed > 0:
			p.open(now)
		case p.seen.all < int64(max(p.Trials, 1)):
		case p.Rate > 0 && p.tooMany(p.seen):
			p.open(now)
		default:
			p.close()
		}
	}
}

// open refuses from now on.
func (p *breaker) open(now time.Duration) { p.circuit, p.until = opened, now+p.Open }

// trips counts an attempt, and reports whether it opens the breaker.
func (p *breaker) trips(now time.Duration, failed, slow int64) bool {
	if p.Rate == 0 {
		p.row++
		p.row *= int(failed)
		return p.row >= p.Failures
	}
	if p.Calls > 0 {
		p.remember(failed, slow)
		return p.seen.all >= int64(min(p.Least, p.Calls)) && p.tooMany(p.seen)
	}
	p.pass(now)
	p.add(1, failed, slow)
	return p.sum.all >= int64(p.Least) && p.tooMany(p.sum)
}

// remember counts an attempt among the last Calls.
func (p *breaker) remember(failed, slow int64) {
	if p.recent == nil {
		p.recent = make([]byte, p.Calls)
	}
	if p.seen.all == int64(p.Calls) {
		old := p.recent[p.next]
		p.seen.add(-1, -int64(old&hasFailed), -int64(old&wasSlow)/wasSlow)
	}
	p.recent[p.next] = byte(failed*hasFailed + slow*wasSlow)
	p.next = (p.next + 1) % p.Calls
	p.seen.add(1, failed, slow)
}

// tooMany reports whether too many of the attempts have failed, or were slow.
func (p *breaker) tooMany(t tallied) bool {
	return float64(t.some) >= float64(p.Rate*float64(t.all)) ||
		p.Slow > 0 && p.SlowRate > 0 && float64(t.slow) >= float64(p.SlowRate*float64(t.all))
}

// giveBack lets another trial pass in the place of one that will not be heard of.
func (p *breaker) giveBack(asking) {
	if p.circuit == halfOpen && int64(p.trials) > p.seen.all {
		p.trials--
	}
}
