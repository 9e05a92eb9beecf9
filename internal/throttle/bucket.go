package throttle

import (
	"math/bits"
	"time"
)

// nanosPerSecond is typed, so that products of it are checked as int64.
const nanosPerSecond = int64(time.Second)

// maxDebt bounds the debt of any bucket, in fractions of a token, so that no
// sum of two of them overflows.
const maxDebt = int64(1) << 62

// terms is the rule of a TokenBucket and of a LeakyBucket.
//
// What a bucket has given out and not yet earned back is its debt: 0 when it is
// full, Burst tokens when it is empty. The debt is an integer in fractions of
// a token, chosen so that a nanosecond repays a whole number of them: exact at
// every rational rate, without drift. A leaky bucket is one of a single token
// that lends as many as may wait.
//
// The n of a state is the debt as of at, the instant of the last admission.
type terms struct {
	gain  int64 // fractions that a nanosecond repays
	token int64 // fractions in a token
	price int64 // what a request takes: Cost tokens
	fine  int64 // what a refused request takes: RefusalCost tokens
	full  int64 // the debt of an empty bucket
	room  int64 // the largest debt that leaves enough for a request: full − price
	most  int64 // the largest debt after which a request is still let in, late or not
	back  int64 // the largest debt after which one that has been refused may come back
	span  int64 // nanoseconds that repay any debt; more would overflow when multiplied
}

func newTerms(l Limit, delay bool) *terms {
	gain, token := fractions(l.Rate)
	t := &terms{gain: gain, token: token, span: maxDebt / gain}
	if l.Kind == LeakyBucket {
		t.price, t.full, t.most = token, token, l.Burst*token
		t.back = t.most
		return t
	}
	t.price, t.fine, t.full = max(l.Cost, 1)*token, l.RefusalCost*token, l.Burst*token
	t.room = t.full - t.price
	t.most, t.back = t.room, t.room
	if delay {
		t.most = maxDebt - t.price
	}
	return t
}

// fractions splits a token so finely that a nanosecond repays a whole number:
// gain/token is the rate per nanosecond, in lowest terms.
func fractions(r Rate) (gain, token int64) {
	g := gcd(r.Tokens, r.Seconds*nanosPerSecond)
	return r.Tokens / g, r.Seconds * nanosPerSecond / g
}

// owed is the debt at now. It changes nothing.
func (t *terms) owed(now time.Duration, s state) int64 {
	passed := int64(now - s.at)
	if passed > t.span {
		return 0
	}
	return max(s.n-max(passed, 0)*t.gain, 0)
}

func (t *terms) ask(now time.Duration, s *state) Decision {
	debt := t.owed(now, *s)
	if debt <= t.room {
		return Decision{OK: true}
	}
	return t.late(debt)
}

// late is the Decision for a request that does not find the tokens it takes.
func (t *terms) late(debt int64) Decision {
	if debt <= t.most {
		return Decision{OK: true, Wait: t.until(debt, t.room)}
	}
	return Decision{RetryAfter: t.until(t.fined(debt), t.back)}
}

// until is how long it takes to repay a debt down to another.
func (t *terms) until(debt, to int64) time.Duration {
	return time.Duration((debt - to + t.gain - 1) / t.gain)
}

// fined is a debt after a refusal: no bucket gets emptier than empty by one.
func (t *terms) fined(debt int64) int64 { return max(debt, min(debt+t.fine, t.full)) }

func (t *terms) take(now, _ time.Duration, s *state) {
	s.n = t.owed(now, *s) + t.price
	s.at = max(now, s.at)
}

func (t *terms) refuse(now time.Duration, s *state) {
	if t.fine == 0 {
		return
	}
	if debt := t.owed(now, *s); debt > t.most {
		s.n = t.fined(debt)
		s.at = max(now, s.at)
	}
}

func (t *terms) idle(now time.Duration, s *state) bool { return t.owed(now, *s) == 0 }

func (t *terms) release(*state) {}

func (t *terms) forget() {}

func (t *terms) milli(now time.Duration, s *state) int64 {
	left := t.full - t.owed(now, *s)
	whole, rest := left/t.token, left%t.token
	if rest < 0 {
		whole, rest = whole-1, rest+t.token
	}
	return whole*1000 + thousandths(rest, t.token)
}

// carry keeps the debt, in tokens, as far as a bucket of these terms can have
// one; fractions of a fraction are rounded up, so that nothing is given away.
func (t *terms) carry(now time.Duration, old rule, s *state) {
	from := old.(*terms)
	most := t.most + t.price
	hi, lo := bits.Mul64(uint64(from.owed(now, *s)), uint64(t.token))
	debt := most
	if hi < uint64(from.token) {
		q, rest := bits.Div64(hi, lo, uint64(from.token))
		if rest > 0 {
			q++
		}
		if q < uint64(most) {
			debt = int64(q)
		}
	}
	s.n, s.at = debt, max(now, s.at)
}
