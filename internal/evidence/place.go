package evidence

import (
	"math"
	"time"

	"tenement/internal/draw"
)

// bucket is what is left in one token bucket while answers are placed.
type bucket struct {
	rate, burst float64 // tokens per second, tokens
	// level is the tokens as of an instant, at.
	level float64
	at    time.Duration
}

// pass lets time pass until an instant.
func (b *bucket) pass(until time.Duration) {
	if until > b.at {
		b.level = min(b.burst, b.level+b.rate*(until-b.at).Seconds())
		b.at = until
	}
}

// take decides a request at an instant, and reports whether it is admitted.
func (b *bucket) take(at time.Duration) bool {
	b.pass(at)
	if b.level < 1-rounding/10 {
		return false
	}
	b.level = max(0, b.level-1)
	return true
}

// when is how long after b.at the bucket holds so many tokens, as if it had no end.
func (b *bucket) when(level float64) time.Duration {
	return time.Duration((level - b.level) / b.rate * float64(time.Second))
}

// guard is how far a placed answer stays away from the instant at which the bucket would
// decide otherwise.
const guard = 100 * time.Nanosecond

// place finds times for the answers of one step of a bucket, in order, within
// [begins, begins+width), so that the bucket gives those answers and ends within after.
// Within what fits, each falls at a keyed instant. It calls put with each answer's
// index and time, and returns how many answers the bucket does not give.
//
// An answer may come from when the one before it came, and if it was admitted from when
// there is a token. It must come before the bucket has a token too many for the next
// refusal. A bucket that was emptied by a burst from full sets no such bound for the
// first of the burst: while it is full, waiting changes nothing.
func (b *bucket) place(answers []bool, begins, width time.Duration, after tokens, k draw.Key, put func(i int, at time.Duration)) (misfits int64) {
	b.pass(begins)
	end := begins + width - 1
	last := begins
	views := ahead(answers)
	for i, admitted := range answers {
		v := &views[i]
		from, until, group := b.window(v, end, after)
		if admitted {
			from = max(from, b.at+b.when(1)+guard)
		}
		at := max(last, min(from, end))
		if until = min(until, end); until > at {
			at += share(until-at, k.With(uint64(i)), group)
		}
		if b.take(at) != admitted {
			misfits++
		}
		put(i, at)
		last = min(at+1, end)
	}
	b.pass(end + 1)
	return misfits
}

// view is what comes from one of a step's answers on, that one included.
type view struct {
	admitted int // before the next refusal
	group    int // answers up to the end of the next run of refusals
	refusal  bool
	all      int // admitted in the rest of the step
	left     int // answers in the rest of the step
}

// ahead is the view from each answer.
func ahead(answers []bool) []view {
	views := make([]view, len(answers)+1)
	for i := len(answers) - 1; i >= 0; i-- {
		v, next := &views[i], &views[i+1]
		*v = *next
		v.left++
		v.group++
		if answers[i] {
			v.admitted++
			v.all++
			continue
		}
		if v.refusal = true; next.admitted > 0 || !next.refusal {
			v.group = 1
		}
		v.admitted = 0
	}
	return views
}

// window is from when and until when the first answer of a view may come, and how many
// answers share that time.
func (b *bucket) window(v *view, end time.Duration, after tokens) (from, until time.Duration, group int) {
	if v.refusal && float64(v.admitted) <= b.burst-1 {
		return 0, b.at + b.when(1+float64(v.admitted)) - guard, v.group
	}
	// Only what is to be left at the end binds it. Beyond the instant at which the
	// bucket is full, waiting loses tokens: full until t, it ends with
	// burst + rate·(end − t) − n.
	fullUntil := func(left float64) time.Duration {
		return end - time.Duration((left-b.burst+float64(v.all))/b.rate*float64(time.Second))
	}
	full := b.at + max(0, b.when(b.burst))
	until = min(end, max(full, fullUntil(after.lo)))
	if natural := b.level + b.rate*(end-b.at).Seconds() - float64(v.all); natural > after.hi && v.all > 0 {
		from = min(fullUntil(after.hi), end)
	}
	if v.refusal {
		return from, until, 1
	}
	return from, until, v.left
}

// share is a keyed part of a span, as the first of so many instants that fall in it
// evenly has it: on average one of group+1 equal parts.
func share(span time.Duration, k draw.Key, group int) time.Duration {
	return time.Duration(math.Min(1, 2*k.Float()/float64(group+1)) * float64(span))
}
