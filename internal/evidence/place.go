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
	n := 0 // admitted from here on
	for _, admitted := range answers {
		if admitted {
			n++
		}
	}
	for i, admitted := range answers {
		until, group := b.bounds(answers[i:], n, end, after)
		from := last
		if admitted {
			from = max(from, b.at+b.when(1)+guard)
		}
		from = max(from, b.notBefore(answers[i:], n, end, after))
		until = min(until, end)
		from = min(from, end)
		at := max(from, last)
		if until > at {
			at += share(until-at, k.With(uint64(i)), group)
		}
		if b.take(at) != admitted {
			misfits++
		}
		put(i, at)
		last = min(at+1, end)
		if admitted {
			n--
		}
	}
	b.pass(end + 1)
	return misfits
}

// ahead is what comes before the next refusal: how many are admitted, and how many
// answers come until the end of that run of refusals. Without a refusal there is none.
func ahead(answers []bool) (admitted, until int, any bool) {
	for i, a := range answers {
		if a {
			admitted++
			continue
		}
		for i < len(answers) && !answers[i] {
			i++
		}
		return admitted, i, true
	}
	return admitted, len(answers), false
}

// bounds is the instant by which the first of the answers must come, and how many answers
// share the time until then. N of them are admitted.
func (b *bucket) bounds(answers []bool, n int, end time.Duration, after tokens) (until time.Duration, group int) {
	admitted, count, refusal := ahead(answers)
	if refusal && float64(admitted)+1 < b.burst {
		return b.at + b.when(1+float64(admitted)) - guard, count
	}
	// Nothing binds it but what is to be left at the end. Beyond the instant at which
	// the bucket is full, waiting loses tokens.
	full := b.at + max(0, b.when(b.burst))
	most := b.burst - float64(n) - after.lo // left at the end if it was full until end
	if most < 0 {
		end = max(full, end+time.Duration(most/b.rate*float64(time.Second)))
	}
	if refusal {
		return end, 1
	}
	return end, len(answers)
}

// notBefore is the instant until which the bucket must stay full so that no more than
// after.hi is left at the end, if nothing else binds the answers.
func (b *bucket) notBefore(answers []bool, n int, end time.Duration, after tokens) time.Duration {
	admitted, _, refusal := ahead(answers)
	if refusal && float64(admitted)+1 < b.burst || n == 0 {
		return 0
	}
	left := b.level + b.rate*(end-b.at).Seconds() - float64(n)
	if left <= after.hi || b.burst-after.hi-float64(n) > 0 && after.hi >= b.burst {
		return 0
	}
	// Full until t, it ends with burst − n + rate·(end − t).
	t := end - time.Duration((after.hi-b.burst+float64(n))/b.rate*float64(time.Second))
	return min(t, end)
}

// share is a keyed part of a span, as the first of so many instants that fall in it
// evenly has it: on average one of group+1 equal parts.
func share(span time.Duration, k draw.Key, group int) time.Duration {
	return time.Duration(math.Min(1, 2*k.Float()/float64(group+1)) * float64(span))
}
