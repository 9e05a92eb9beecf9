package reports

import (
	"fmt"
	"strings"
)

// verdict is what the figures say, in sentences. Each is computed: it changes
// with the figures it names, and goes when they no longer carry it.
func verdict(r *Report) []string {
	s := newStory(r)
	if s == nil {
		return nil
	}
	var out []string
	for _, say := range []func() string{
		s.nothing, s.hit, s.struck, s.behind, s.who, s.cause, s.own, s.overrun, s.toll, s.kinds, s.cache, s.help, s.harm, s.silent, s.limits, s.end, s.risk,
	} {
		if sentence := say(); sentence != "" {
			out = append(out, sentence)
		}
	}
	return out
}

// nothing says that all is well, and how far away the limit is.
func (s *story) nothing() string {
	if s.you.calls == 0 {
		return "No call was made under test: there is nothing to judge."
	}
	if s.you.failures > 0 || s.you.own > 0 {
		return ""
	}
	if s.them.failures > 0 {
		return fmt.Sprintf("You do not fail; the neighbours do, %s of their calls.", roughly(s.them.rate()))
	}
	if made := s.madeUpFor(); made != "" {
		return "Nothing fails: " + made + ", and retries made up for it."
	}
	switch {
	case s.you.attempts == 0:
		return "Nothing fails: your task asks nothing."
	case s.limit == nil:
		return "Nothing fails: there is no limit."
	case s.base.Endpoint.Tally == nil && (!s.sole || s.capacity == 0):
		return "Nothing fails."
	case !s.sole:
		return "Nothing fails: the limits turned nobody away."
	case s.capacity == 0:
		return "Nothing fails: the limit turned nobody away."
	case !s.shared:
		return "Nothing fails: " + s.perTask() + "."
	}
	tail := ""
	if s.sharing.attempts > 0 {
		tail = fmt.Sprintf(", %s of it by you", roughly(ratio(s.you.attempts, s.you.attempts+s.sharing.attempts)))
	}
	return fmt.Sprintf("Nothing fails: %s of %s is asked%s.", roughly(s.load()/s.capacity), s.theLimit(), tail)
}

// madeUpFor is what went wrong with requests although no call failed.
func (s *story) madeUpFor() string {
	var parts []string
	if n, of := s.turned(); n > 0 {
		what := "throttled"
		if t := s.base.Endpoint.Tally; t != nil && t.Dropped > 0 {
			what = "turned away"
		}
		parts = append(parts, fmt.Sprintf("%s (%s) were %s", plural(n, "request", "requests"), roughly(ratio(n, of)), what))
	}
	parts = append(parts, s.struckBy()...)
	if behind := s.refusedBehind(); behind != "" {
		parts = append(parts, behind)
	}
	return list(parts, "and")
}

// theLimit names the limit as what is asked of it is compared with.
func (s *story) theLimit() string {
	if s.base.Endpoint.changing(0) {
		return "the limit's mean"
	}
	return "the limit"
}

// given is the capacity in a sentence.
func (s *story) given() string {
	if s.base.Endpoint.changing(0) {
		return perS(s.capacity) + " on average"
	}
	return exactly(s.capacity)
}

// troubled reports whether the limits turned anybody away, more often than the
// endpoint itself failed, and somebody failed of it.
func (s *story) troubled() bool {
	n, _ := s.turned()
	failed, refusals := s.faulty()
	if s.limit == nil || n == 0 || n < failed+refusals {
		return false
	}
	switch {
	case s.you.failures > 0 || s.you.own > 0:
		return s.limited(&s.you)
	case s.them.failures > 0:
		return s.limited(&s.them)
	}
	return false
}

// who says whose requests the limit was used by.
func (s *story) who() string {
	all := s.you.attempts + s.sharing.attempts
	if !s.troubled() || !s.shared || all == 0 {
		return ""
	}
	if s.sharing.attempts == 0 {
		return "You sent all of the requests."
	}
	return fmt.Sprintf("You sent %s of the requests.", roughly(ratio(s.you.attempts, all)))
}

// cause says who used up the limit, and what part of that is retries.
func (s *story) cause() string {
	if !s.troubled() {
		return ""
	}
	if !s.sole || s.capacity == 0 {
		return s.refusals()
	}
	if !s.shared {
		return ""
	}
	yours, theirs := s.you.perSecond(s.you.attempts), s.sharing.perSecond(s.sharing.attempts)
	switch {
	case yours >= theirs:
		return "" // see own
	case yours+theirs <= s.capacity:
		return s.bursts()
	case theirs <= s.capacity:
		return fmt.Sprintf("Neither would %s alone: the neighbours send %s and you %s, and %s.",
			s.limit.phrases().use, perS(theirs), perS(yours), s.limit.gives(s.given()))
	}
	sentence := "The neighbours " + s.limit.phrases().used
	if part := retryPart(&s.sharing, "their"); part != "" {
		sentence += ", and " + part
		if without := s.withoutRetries(); without != "" {
			sentence += ": " + without
		}
	}
	return sentence + "."
}

// byLimit says, behind how many requests the limits turned away, which limits it
// was; nothing where that is not known.
func (s *story) byLimit() string {
	e := &s.base.Endpoint
	var total uint64
	for _, n := range e.TurnedAwayBy {
		total += n
	}
	var parts []string
	for i, n := range e.TurnedAwayBy {
		switch n {
		case 0:
		case total:
			return ", all of them by " + e.Limits[i].called()
		default:
			parts = append(parts, roughly(ratio(n, total))+" by "+e.Limits[i].called())
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", of which " + list(parts, "and")
}

// refusals says how many requests were turned away, where there is no telling
// by which limit, or who left no room.
func (s *story) refusals() string {
	n, of := s.turned()
	if !s.sole {
		return fmt.Sprintf("The %d limits turned away %s (%s)%s.", len(s.base.Endpoint.Limits), plural(n, "request", "requests"), roughly(ratio(n, of)), s.byLimit())
	}
	return fmt.Sprintf("The limit, %s, turned away %s (%s).", s.limit.terms(), plural(n, "request", "requests"), roughly(ratio(n, of)))
}

// retryPart says what part of a side's load is its own retries, if it is a part
// worth naming.
func retryPart(s *side, whose string) string {
	part := ratio(s.retries(), s.attempts)
	switch {
	case part > 0.5 && part < 0.6:
		return fmt.Sprintf("over half of %s load is %s own retries", whose, whose)
	case part >= 0.1:
		return fmt.Sprintf("%s of %s load is %s own retries", roughly(part), whose, whose)
	}
	return ""
}

// withoutRetries finds the case in which the neighbours do not retry, and says
// what that does to you.
func (s *story) withoutRetries() string {
	if s.you.failures == 0 {
		return ""
	}
	for _, row := range s.others(changeNeighbours) {
		only := true
		for _, path := range row.c.paths() {
			only = only && strings.HasPrefix(row.c.ofNeighbour(path)+".", "strategy.retry.")
		}
		if only && row.them.attempts > 0 && row.them.retries() == 0 {
			return "without those " + s.instead(&row.you)
		}
	}
	return ""
}

// instead is how much of yours fails after a change, beside what does now.
func (s *story) instead(changed *side) string {
	if changed.failures == 0 {
		return "none of your calls fails, instead of " + roughly(s.you.rate())
	}
	then, now := roughly(changed.rate()), roughly(s.you.rate())
	if then == now {
		return fmt.Sprintf("you fail %s as well", now)
	}
	return fmt.Sprintf("you fail %s, not %s", then, now)
}

// bursts says that it is not the mean load that uses up the limit.
func (s *story) bursts() string {
	asked, load := roughly(s.asked()/s.capacity), roughly(s.load()/s.capacity)
	sentence := fmt.Sprintf("On average %s of %s is asked", asked, s.theLimit())
	if load != asked {
		sentence += ", " + load + " with retries"
	}
	sentence += "; it is bursts that " + s.limit.phrases().use
	if peak := s.peak(); peak != "" {
		sentence += ": " + peak
	}
	return sentence + "."
}

// overrun says that bursts are beyond the limit where most of what fails has
// another cause, if the mean does not show it.
func (s *story) overrun() string {
	n, _ := s.turned()
	if s.troubled() || n == 0 || !s.sole || !s.shared || s.capacity == 0 ||
		s.asked() > s.capacity || s.you.failures == 0 && s.them.failures == 0 || s.peak() == "" {
		return ""
	}
	return s.bursts()
}
