package strategy

import (
	"time"

	"tenement/internal/draw"
)

// Throttling is the adaptive throttling of Google's SRE book: a client refuses its own
// sends, at random, the more of them the fewer the endpoint accepts. The share refused
// is max(0, (requests − K·accepts) / (requests + 1)), over the last Window. Requests
// count whether they are sent or refused here, so a client sends K times what is
// accepted while it wants more than that. K 0 is no throttling.
// Source: Site Reliability Engineering, chapter 21, "Client-Side Throttling".
type Throttling struct {
	K      float64
	Window time.Duration
	On     Conditions // what counts as not accepted; 0 means OnDefault
}

// SREThrottling is the Throttling of the book.
var SREThrottling = Throttling{K: 2, Window: 2 * time.Minute}

// throttling is the policy of a Throttling. In its tally all are the requests, some
// those that were accepted.
type throttling struct {
	*Throttling
	tally
}

func (p *throttling) reset() { p.start(p.Window) }

func (p *throttling) ask(now time.Duration, a asking) verdict {
	if a.planned {
		return passed
	}
	p.pass(now)
	refused := draw.Float(a.u) < p.share()
	p.add(1, 0, 0)
	return verdict{refused: refused}
}

// share is the share of sends that are refused.
func (p *throttling) share() float64 {
	return (float64(p.sum.all) - float64(p.K*float64(p.sum.some))) / float64(p.sum.all+1)
}

func (p *throttling) heard(now time.Duration, _ asking, o *Outcome) {
	if o.Good() || !p.On.orDefault().Has(o) {
		p.pass(now)
		p.add(0, 1, 0)
	}
}

// giveBack does nothing: what is not sent counts as a request, whoever refuses it.
func (*throttling) giveBack(asking) {}

// orDefault is the conditions, or OnDefault if there are none.
func (c Conditions) orDefault() Conditions {
	if c == 0 {
		return OnDefault
	}
	return c
}
