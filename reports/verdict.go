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
		s.nothing, s.who, s.cause, s.own, s.kinds, s.cache, s.help, s.harm, s.silent, s.end, s.risk,
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
	if s.you.failures > 0 || s.you.live > 0 {
		return ""
	}
	if s.them.failures > 0 {
		return fmt.Sprintf("You do not fail; the neighbours do, %s of their calls.", roughly(s.them.rate()))
	}
	if n, of := s.throttled(); n > 0 {
		return fmt.Sprintf("Nothing fails: %s (%s) were throttled, and retries made up for it.",
			plural(n, "request", "requests"), roughly(ratio(n, of)))
	}
	switch {
	case s.you.attempts == 0:
		return "Nothing fails: your task asks nothing."
	case s.limit == nil:
		return "Nothing fails: there is no limit."
	case !s.shared:
		return "Nothing fails: " + s.perTask() + "."
	}
	tail := ""
	if s.sharing.attempts > 0 {
		tail = fmt.Sprintf(", %s of it by you", roughly(ratio(s.you.attempts, s.you.attempts+s.sharing.attempts)))
	}
	return fmt.Sprintf("Nothing fails: %s of the limit is asked%s.", roughly(s.load()/s.capacity), tail)
}

// troubled reports whether the limit turned anybody away who takes from your
// bucket.
func (s *story) troubled() bool {
	n, _ := s.throttled()
	return s.limit != nil && n > 0 && (s.you.failures > 0 || s.you.live > 0 || s.them.failures > 0)
}

// who says whose requests used the bucket.
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

// cause says who emptied the bucket, and what part of that is retries.
func (s *story) cause() string {
	if !s.troubled() || !s.shared {
		return ""
	}
	yours, theirs := s.you.perSecond(s.you.attempts), s.sharing.perSecond(s.sharing.attempts)
	switch {
	case yours >= theirs:
		return "" // see own
	case yours+theirs <= s.capacity:
		return s.bursts()
	case theirs <= s.capacity:
		return fmt.Sprintf("Neither would empty the bucket alone: the neighbours send %s and you %s, and it refills at %s.",
			perS(theirs), perS(yours), exactly(s.capacity))
	}
	sentence := "The neighbours emptied the bucket"
	if part := retryPart(&s.sharing, "their"); part != "" {
		sentence += ", and " + part
		if without := s.withoutRetries(); without != "" {
			sentence += ": " + without
		}
	}
	return sentence + "."
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

// bursts says that it is not the mean load that empties the bucket.
func (s *story) bursts() string {
	sentence := fmt.Sprintf("On average %s of the limit is asked; it is bursts that empty the bucket", roughly(s.load()/s.capacity))
	if peak := s.peak(); peak != "" {
		sentence += ": " + peak + ", and it holds " + fmt.Sprint(s.limit.Burst)
	}
	return sentence + "."
}
