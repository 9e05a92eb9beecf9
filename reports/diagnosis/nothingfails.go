package diagnosis

import (
	"fmt"
	"math"

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
	case d.Yours.Failures > 0:
		return "You do not fail." // see sayYours
	case d.Neighbours.Failures > 0:
		return fmt.Sprintf("You do not fail. The neighbours fail %s of their calls.", words.Roughly(d.Neighbours.FailureRate()))
	case trouble != nil:
		return fmt.Sprintf("Nothing fails: %s, but retries made up for it.", d.ofRun(words.List(trouble, "and")))
	case d.You.Attempts == 0:
		return "Nothing fails: your task sends no request."
	case l.First == nil && furtherTroubles(d.Base) > 0:
		return "Nothing fails: retries made up for what further endpoints turned away or failed."
	case l.First == nil && reaches(d.Base):
		return "Nothing fails."
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
		sentence += fmt.Sprintf("; you send %s of it", words.Roughly(stat.Ratio(d.Mine.Attempts, d.Mine.Attempts+d.Sharing.Attempts)))
	}
	return sentence + "."
}

// sayYours says how much of your other tasks fails.
func (d *Diagnosis) sayYours() string {
	if d.Yours.Failures == 0 {
		return ""
	}
	sentence := fmt.Sprintf("Your other tasks, %s, fail %s of their calls.", words.List(words.Some(d.Yours.Names()), "and"), words.Roughly(d.Yours.FailureRate()))
	if !d.You.Fail() && d.Neighbours.Failures > 0 {
		sentence += fmt.Sprintf(" The neighbours fail %s of theirs.", words.Roughly(d.Neighbours.FailureRate()))
	}
	return sentence
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

// given is the capacity in a sentence: as it was set, unless what was set is something else
// of which it follows, such as packets of which a request takes eleven.
func (l *Limit) given() string {
	switch thousandths := l.Capacity * 1000; {
	case l.Varies:
		return words.PerSecond(l.Capacity) + " on average"
	case math.Abs(thousandths-math.Round(thousandths)) > 1e-6:
		return words.PerSecond(l.Capacity)
	}
	return words.Rate(l.Capacity)
}
