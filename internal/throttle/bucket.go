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

// bucket is the rule of a TokenBucket and of a LeakyBucket.
//
// A bucket's debt is what it lacks to be full: 0 when it is full, Burst tokens
// when it is empty. The debt is an integer in fractions of
// a token, chosen so that a nanosecond repays a whole number of them: exact at
// every rational rate, without drift. A leaky bucket is one of a single token
// that lends as many as may wait.
//
// The n of a state is the debt as of at, the instant of the last admission.
type bucket struct {
	gain        int64 // fractions that a nanosecond repays
	token       int64 // fractions in a token
	span        int64 // nanoseconds that repay any debt; longer spans could overflow when multiplied by gain
	cost        int64 // what an admitted request takes: Cost tokens
	refusalCost int64 // what a refused request takes: RefusalCost tokens

	// The debts that decide about a request.
	prompt int64 // the largest at which it is admitted at once: there are tokens for its cost
	late   int64 // the largest at which it is admitted at all, after a wait
	retry  int64 // the largest at which a refused request may be admitted: RetryAfter waits for it
	empty  int64 // the debt of an empty bucket: Burst tokens
}

func newBucket(l Limit, delay bool) rule {
	gain, token := fractions(l.Rate)
	b := &bucket{gain: gain, token: token, span: maxDebt / gain}
	if l.Kind == LeakyBucket {
		b.cost, b.empty, b.late = token, token, l.Burst*token
		b.retry = b.late // it is admitted as soon as it may wait
		return b
	}
	b.cost, b.refusalCost, b.empty = max(l.Cost, 1)*token, l.RefusalCost*token, l.Burst*token
	b.prompt = b.empty - b.cost
	b.late, b.retry = b.prompt, b.prompt
	if delay {
		b.late = maxDebt - b.cost
	}
	return b
}

// fractions splits a token so finely that a nanosecond repays a whole number:
// gain/token is the rate per nanosecond, in lowest terms.
func fractions(r Rate) (gain, token int64) {
	g := gcd(r.Tokens, r.Seconds*nanosPerSecond)
	return r.Tokens / g, r.Seconds * nanosPerSecond / g
}

// debt is the debt of a state at now. It changes nothing.
func (b *bucket) debt(now time.Duration, s state) int64 {
	passed := int64(now - s.at)
	if passed > b.span {
		return 0
	}
	return max(s.n-max(passed, 0)*b.gain, 0)
}

func (b *bucket) ask(now time.Duration, s *state) Decision {
	debt := b.debt(now, *s)
	if debt <= b.prompt {
		return Decision{OK: true}
	}
	return b.short(debt)
}

// short is the Decision for a request when the tokens do not cover its cost.
func (b *bucket) short(debt int64) Decision {
	if debt <= b.late {
		return Decision{OK: true, Wait: b.until(debt, b.prompt)}
	}
	return Decision{RetryAfter: b.until(b.refused(debt), b.retry)}
}

// until is how long it takes to repay a debt down to a smaller one, rounded up.
func (b *bucket) until(debt, to int64) time.Duration {
	return time.Duration((debt - to + b.gain - 1) / b.gain)
}

// refused is a debt after a refusal has taken its cost, or the tokens that are
// left if they are fewer.
func (b *bucket) refused(debt int64) int64 { return max(debt, min(debt+b.refusalCost, b.empty)) }

func (b *bucket) take(now, _ time.Duration, s *state) {
	s.n = b.debt(now, *s) + b.cost
	s.at = max(now, s.at)
}

func (b *bucket) refuse(now time.Duration, s *state) {
	if b.refusalCost == 0 {
		return
	}
	if debt := b.debt(now, *s); debt > b.late {
		s.n = b.refused(debt)
		s.at = max(now, s.at)
	}
}

func (b *bucket) idle(now time.Duration, s, unused *state) bool {
	return b.debt(now, *s) <= b.debt(now, *unused)
}

func (b *bucket) release(*state) {}

func (b *bucket) forget() {}

func (b *bucket) milli(now time.Duration, s *state) int64 {
	debt := b.debt(now, *s)
	if debt == 0 { // most buckets, most of the time
		return b.empty / b.token * 1000
	}
	left := b.empty - debt
	whole, rest := left/b.token, left%b.token
	if rest < 0 {
		whole, rest = whole-1, rest+b.token
	}
	return whole*1000 + thousandths(rest, b.token)
}

// carry keeps the tokens that are left, up to the new burst, as SetBurst and
// SetLimit of golang.org/x/time/rate do: a larger burst makes room, and grants
// nothing. What is owed to requests that wait stays owed, in tokens. Fractions
// are rounded so that a change gives nothing away.
func (b *bucket) carry(now time.Duration, old rule, s *state) {
	from := old.(*bucket)
	size, left := b.size(), from.size()-from.debt(now, *s)
	if left >= 0 {
		whole, _ := convert(left, from.token, b.token, size)
		s.n = size - whole
	} else {
		owed, rest := convert(-left, from.token, b.token, maxDebt-size-1)
		if s.n = size + owed; rest {
			s.n++
		}
	}
	s.at = max(now, s.at)
}

// size is the debt of a bucket without tokens: Burst tokens, or the single one
// of a leaky bucket.
func (b *bucket) size() int64 { return b.prompt + b.cost }

// convert is an amount of tokens in other fractions of a token, at most so
// much, and whether it was rounded down.
func convert(n, token, to, most int64) (converted int64, rounded bool) {
	hi, lo := bits.Mul64(uint64(n), uint64(to))
	if hi >= uint64(token) {
		return most, false
	}
	q, rest := bits.Div64(hi, lo, uint64(token))
	if q > uint64(most) {
		return most, false
	}
	return int64(q), rest > 0
}
