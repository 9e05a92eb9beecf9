package strategy

import "time"

// Bucket is a token bucket of the client's own: each attempt takes a token, Tokens come
// in each Per, and at most Burst are kept. Without a token an attempt waits for its own,
// in the order of asking, or is refused. Tokens 0 is no bucket.
// Source: the Generic Cell Rate Algorithm, as of golang.org/x/time/rate.
type Bucket struct {
	Tokens  int
	Per     time.Duration
	Burst   int           // 0 means 1
	MaxWait time.Duration // an attempt that would wait longer is refused at once; 0 is no bound
	Refuse  bool          // rather than wait at all
}

// bucket is the policy of a Bucket.
type bucket struct {
	*Bucket
	every time.Duration // one token comes in this
	slack time.Duration // how far the tokens that are kept reach
	full  time.Duration // when the bucket would be full if nobody took any more
}

func (p *bucket) reset() {
	p.every = max(min(p.Per/time.Duration(p.Tokens), maxWait), 1)
	p.slack = time.Duration(min(float64(max(p.Burst, 1)-1)*float64(p.every), float64(maxWait)))
	p.full = 0
}

func (p *bucket) ask(now time.Duration, a asking) verdict {
	if a.planned {
		return passed
	}
	full := max(p.full, now)
	wait := full - now - p.slack
	if wait > 0 && (p.Refuse || wait > tighter(p.MaxWait, maxWait)) {
		return verdict{refused: true}
	}
	p.full = full + p.every
	return verdict{after: max(wait, 0)}
}

func (*bucket) heard(time.Duration, asking, *Outcome) {}

// giveBack returns the token of an attempt that was not sent, if none was promised after
// it: else the next attempt would be promised the same instant as the last one.
func (p *bucket) giveBack(a asking) {
	if last := p.full - p.every - p.slack; !a.sent && a.call.entered >= last {
		p.full -= p.every
	}
}
