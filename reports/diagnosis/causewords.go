package diagnosis

import (
	"fmt"

	"tenement/internal/words"
)

// sayShare says whose requests they were that used the limit up.
func (d *Diagnosis) sayShare() string {
	share := d.Cause.YourShare
	switch {
	case share == nil:
		return ""
	case d.Sharing.Attempts == 0:
		return "You sent all requests."
	}
	return fmt.Sprintf("You sent %s of the requests.", words.Roughly(*share))
}

// sayCause says who used up the limit, and what part of that is retries.
func (d *Diagnosis) sayCause() string {
	limit := wordsOf(d.Limit.First)
	switch d.Cause.UsedBy {
	case ByNeighbours:
		return "The neighbours " + limit.used + "." + d.retryWords("their")
	case ByBoth:
		return fmt.Sprintf("You and the neighbours %s together: they send %s, you send %s, and %s.", limit.used,
			words.PerSecond(d.Sharing.PerSecond(d.Sharing.Attempts)), words.PerSecond(d.Mine.PerSecond(d.Mine.Attempts)),
			gives(d.Limit.First, "it", d.Limit.given()))
	case ByYou:
		return "You are your own noisy neighbour: " + d.yourLoad() + "." + d.retryWords("your")
	case ByBursts:
		return d.burstWords()
	case ByEachTask:
		return d.taskWords()
	case ByUnknown:
		return d.refusalWords()
	}
	return ""
}

// yourLoad compares the load, most of which is yours, with the limit.
func (d *Diagnosis) yourLoad() string {
	l, first := &d.Limit, d.Mine.PerSecond(d.Mine.FirstTries)
	switch {
	case first > l.Capacity:
		return fmt.Sprintf("your first tries are %s, and the limit is %s", above(first, l.Capacity), l.given())
	case l.Asked > l.Capacity:
		return fmt.Sprintf("first tries are %s, %s of that yours, and the limit is %s", above(l.Asked, l.Capacity), words.PerSecond(first), l.given())
	}
	return fmt.Sprintf("the load is %s with retries, and the limit is %s", above(l.Load, l.Capacity), l.given())
}

// above is a rate, with the digits that tell it apart from a limit that it is above.
func above(rate, limit float64) string {
	text := words.PerSecond(rate)
	for digits := 3; rate > limit && text == words.PerSecond(limit) && digits <= 5; digits++ {
		if more := words.Significant(rate, digits); more != words.Significant(limit, digits) {
			return more + "/s"
		}
	}
	return text
}

// retryWords is the sentence about the retries of whoever used the limit up.
func (d *Diagnosis) retryWords(whose string) string {
	c := &d.Cause
	var sentence string
	switch {
	case c.Retries == 0:
		return ""
	case c.Retries > 0.5 && c.Retries < 0.6:
		sentence = fmt.Sprintf(" Over half of %s load is retries", whose)
	default:
		sentence = fmt.Sprintf(" %s of %s load is retries", words.Roughly(c.Retries), whose)
	}
	if c.WithoutRetries != nil {
		sentence += "; without them " + d.instead(&c.WithoutRetries.You)
	}
	return sentence + "."
}

// instead is how much of yours fails after a change, beside what does now.
func (d *Diagnosis) instead(changed *Totals) string {
	now := words.Roughly(d.You.FailureRate())
	if changed.Failures == 0 {
		return "none of your calls fails, instead of " + now
	}
	then := words.Roughly(changed.FailureRate())
	if then == now {
		return "you still fail " + now
	}
	return fmt.Sprintf("you fail %s, not %s", then, now)
}

// sayRefusalCost says what refused requests take of a bucket that makes them
// pay.
func (d *Diagnosis) sayRefusalCost() string {
	if d.Cause.PaidRefusals == 0 {
		return ""
	}
	l := d.Limit.First
	return fmt.Sprintf("Refusals take tokens too: %s, up to %s each, while the bucket refills at %s.",
		words.PerSecond(d.Cause.PaidRefusals), words.Plural(uint64(l.RefusalCost), "token", "tokens"), words.Rate(l.RatePerS*d.hosts()))
}
