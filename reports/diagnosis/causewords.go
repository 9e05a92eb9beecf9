package diagnosis

import (
	"fmt"

	"tenement/internal/stat"
	"tenement/internal/words"
)

// sayNothingFails says that all is well, and how far away the limit is.
func (d *Diagnosis) sayNothingFails() string {
	l := &d.Limit
	trouble, ours := d.trouble(), d.Base.Endpoint.Tally != nil
	switch {
	case d.You.Calls == 0:
		return "No call was made under test, so there is nothing to judge."
	case d.You.Fail():
		return ""
	case d.Neighbours.Failures > 0:
		return fmt.Sprintf("You do not fail. The neighbours fail %s of their calls.", words.Roughly(d.Neighbours.FailureRate()))
	case trouble != nil:
		return fmt.Sprintf("Nothing fails: %s, but retries made up for it.", words.List(trouble, "and"))
	case d.You.Attempts == 0:
		return "Nothing fails: your task sends no request."
	case l.First == nil:
		return "Nothing fails: there is no limit."
	case !ours && (!l.Only || l.Capacity == 0):
		return "Nothing fails."
	case !l.Only:
		return "Nothing fails: the limits turned no request away."
	case l.Capacity == 0:
		return "Nothing fails: the limit turned no request away."
	case !l.Shared:
		return "Nothing fails: " + d.perTask() + "."
	}
	sentence := fmt.Sprintf("Nothing fails: the load is %s of %s", words.Roughly(l.Load/l.Capacity), l.name())
	if d.Sharing.Attempts > 0 {
		sentence += fmt.Sprintf("; you send %s of it", words.Roughly(stat.Ratio(d.You.Attempts, d.You.Attempts+d.Sharing.Attempts)))
	}
	return sentence + "."
}

// trouble is what went wrong with requests although no call failed, in parts of
// a sentence.
func (d *Diagnosis) trouble() []string {
	var parts []string
	if l := &d.Limit; l.TurnedAway > 0 {
		what := "throttled"
		if t := d.Base.Endpoint.Tally; t != nil && t.Dropped > 0 {
			what = "turned away"
		}
		parts = append(parts, fmt.Sprintf("%s (%s) %s %s", words.Plural(l.TurnedAway, "request", "requests"),
			words.Roughly(stat.Ratio(l.TurnedAway, l.Attempts)), words.Were(l.TurnedAway), what))
	}
	parts = append(parts, d.endpointParts()...)
	if part := d.upstreamPart(); part != "" {
		parts = append(parts, part)
	}
	return parts
}

// name is the limit as load is compared with it.
func (l *Limit) name() string {
	if l.Varies {
		return "the limit's mean"
	}
	return "the limit"
}

// given is the capacity in a sentence.
func (l *Limit) given() string {
	if l.Varies {
		return words.PerSecond(l.Capacity) + " on average"
	}
	return words.Rate(l.Capacity)
}

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
			words.PerSecond(d.Sharing.PerSecond(d.Sharing.Attempts)), words.PerSecond(d.You.PerSecond(d.You.Attempts)),
			gives(d.Limit.First, "it", d.Limit.given()))
	case ByYou:
		return "You are your own noisy neighbour: " + d.yourLoad() + "." + d.retryWords("your")
	case ByBursts:
		return d.burstWords()
	case ByTaskItself:
		return d.taskWords()
	case UnknownWhether:
		return d.refusalWords()
	}
	return ""
}

// yourLoad compares the load, most of which is yours, with the limit.
func (d *Diagnosis) yourLoad() string {
	l, first := &d.Limit, d.You.PerSecond(d.You.FirstTries)
	switch {
	case first > l.Capacity:
		return fmt.Sprintf("your first tries are %s, and the limit is %s", words.PerSecond(first), l.given())
	case l.Asked > l.Capacity:
		return fmt.Sprintf("first tries are %s, %s of that yours, and the limit is %s", words.PerSecond(l.Asked), words.PerSecond(first), l.given())
	}
	return fmt.Sprintf("the load is %s with retries, and the limit is %s", words.PerSecond(l.Load), l.given())
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

// burstWords says that bursts use up the limit, not the mean load.
func (d *Diagnosis) burstWords() string {
	l := &d.Limit
	sentence := "Bursts " + wordsOf(l.First).use
	if l.Peak != nil {
		sentence += ": " + d.peakWords()
	}
	asked, load := words.Roughly(l.Asked/l.Capacity), words.Roughly(l.Load/l.Capacity)
	sentence += fmt.Sprintf(". The average load is %s of %s", asked, l.name())
	if load != asked {
		sentence += ", " + load + " with retries"
	}
	return sentence + "."
}

// peakWords is the most that came at once, and how much the limit has room for.
func (d *Diagnosis) peakWords() string {
	l := &d.Limit
	text := fmt.Sprintf("up to %s within %s", words.Plural(l.Peak.Requests, "request", "requests"), words.Span(l.Peak.WithinS))
	subject := "it"
	switch hosts := max(d.Base.Endpoint.Hosts, 1); {
	case hosts > 1:
		text += fmt.Sprintf(" on %d hosts", hosts)
		subject = "each " + wordsOf(l.First).noun
	case !l.Shared:
		subject = "the " + wordsOf(l.First).noun
	}
	return text + ", and " + holds(l.First, subject)
}

// taskWords is for limits that tasks do not share.
func (d *Diagnosis) taskWords() string {
	limit := wordsOf(d.Limit.First)
	each := fmt.Sprintf("Each %s has its own %s", sharers(d.Limit.First), limit.noun)
	if !d.You.Fail() {
		return each + ", so the neighbours affect only themselves."
	}
	sentence := each + ", so only you can " + limit.useYours + ". " + words.Capital(d.perTask()) + "."
	tasks := float64(d.You.Tasks()) * d.hosts()
	switch {
	case d.You.PerSecond(d.You.Attempts) > d.Limit.PerTask*tasks:
	case tasks == 1 && d.Limit.Peak != nil:
		sentence += fmt.Sprintf(" Bursts %s: %s.", limit.use, d.peakWords())
	case tasks == 1:
		sentence += fmt.Sprintf(" Bursts %s.", limit.use)
	default:
		sentence += fmt.Sprintf(" Bursts, or a few of the tasks, %s.", limit.useTheirs)
	}
	return sentence
}

// perTask is what the average task sends, beside the limit that it has to
// itself.
func (d *Diagnosis) perTask() string {
	one := 0.0
	if tasks := float64(d.You.Tasks()) * d.hosts(); tasks > 0 {
		one = d.You.PerSecond(d.You.Attempts) / tasks
	}
	return fmt.Sprintf("a task sends %s on average, and its limit is %s", words.PerSecond(one), words.Rate(d.Limit.PerTask))
}

// refusalWords says how many requests were turned away, where there is no
// telling who left no room.
func (d *Diagnosis) refusalWords() string {
	l := &d.Limit
	requests := fmt.Sprintf("%s (%s)", words.Plural(l.TurnedAway, "request", "requests"), words.Roughly(stat.Ratio(l.TurnedAway, l.Attempts)))
	if l.Only {
		return fmt.Sprintf("The limit, %s, turned away %s.", Terms(l.First), requests)
	}
	return fmt.Sprintf("The %d limits turned away %s%s.", len(d.Base.Endpoint.Limits), requests, d.byLimit())
}

// byLimit says which of several limits turned requests away; nothing where that
// is not known.
func (d *Diagnosis) byLimit() string {
	e := &d.Base.Endpoint
	var total uint64
	for _, n := range e.TurnedAwayBy {
		total += n
	}
	var parts []string
	for i, n := range e.TurnedAwayBy {
		name := "the first limit"
		if e.Limits[i].Name != "" {
			name = fmt.Sprintf("the limit %q", e.Limits[i].Name)
		}
		switch n {
		case 0:
		case total:
			return ", all of them by " + name
		default:
			parts = append(parts, words.Roughly(stat.Ratio(n, total))+" by "+name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + words.List(parts, "and")
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
