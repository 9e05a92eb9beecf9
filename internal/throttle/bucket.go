package throttle

import "time"

// Bucket is a token bucket of its own, the Limiter for one stream of requests.
//
// What a bucket has given out and not yet earned back is its debt: 0 when it is
// full, Burst tokens when it is empty. The debt is an integer in fractions of
// a token, chosen so that a nanosecond repays a whole number of them: exact at
// every rational rate, without drift. A refusal changes nothing.
type Bucket struct {
	terms terms
	state state
}

// NewBucket is a full bucket. With delay it lends tokens: a request beyond the
// limit is admitted after a wait, instead of refused. NewBucket panics if
// l.Check fails.
func NewBucket(l Limit, delay bool) *Bucket { return &Bucket{terms: newTerms(l, delay)} }

// Ask implements Limiter.
func (b *Bucket) Ask(now time.Duration) Decision { return b.terms.ask(now, b.state) }

// Commit implements Limiter.
func (b *Bucket) Commit(now time.Duration, admitted bool) {
	if admitted {
		b.terms.take(now, &b.state)
	}
}

// nanosPerSecond is typed, so that products of it are checked as int64.
const nanosPerSecond = int64(time.Second)

// maxDebt bounds the debt of any bucket, in fractions of a token, so that no
// sum of two of them overflows.
const maxDebt = int64(1) << 62

// state is one bucket's state. The zero state is a full bucket.
type state struct {
	debt int64         // in fractions of a token, as of the instant at
	at   time.Duration // of the last admission
}

// terms is what all buckets of a limit have in common.
type terms struct {
	gain  int64 // fractions that a nanosecond repays
	token int64 // fractions in a token
	room  int64 // the largest debt that leaves a whole token: (burst−1) tokens
	most  int64 // the largest debt after which a request is still let in, late or not
	span  int64 // nanoseconds that repay any debt; more would overflow when multiplied
}

func newTerms(l Limit, delay bool) terms {
	if err := l.Check(); err != nil {
		panic("throttle: " + err.Error())
	}
	gain, token := fractions(l.Rate)
	t := terms{gain: gain, token: token, room: (l.Burst - 1) * token, span: maxDebt / gain}
	t.most = t.room
	if delay {
		t.most = maxDebt - token
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
	return max(s.debt-max(passed, 0)*t.gain, 0)
}

// ask is the Decision for a request at now.
func (t *terms) ask(now time.Duration, s state) Decision {
	debt := t.owed(now, s)
	if debt <= t.room {
		return Decision{OK: true}
	}
	return t.late(debt)
}

// late is the Decision for a request that finds no whole token.
func (t *terms) late(debt int64) Decision {
	wait := time.Duration((debt - t.room + t.gain - 1) / t.gain)
	if debt <= t.most {
		return Decision{OK: true, Wait: wait}
	}
	return Decision{RetryAfter: wait}
}

// take gives a token out at now.
func (t *terms) take(now time.Duration, s *state) {
	s.debt = t.owed(now, *s) + t.token
	s.at = max(now, s.at)
}

// milli is what is left in the bucket at now, in thousandths of a token,
// rounded down. It is negative where tokens have been lent.
func (t *terms) milli(now time.Duration, s state) int64 {
	left := t.room + t.token - t.owed(now, s)
	whole, rest := left/t.token, left%t.token
	if rest < 0 {
		whole, rest = whole-1, rest+t.token
	}
	return whole*1000 + thousandths(rest, t.token)
}
