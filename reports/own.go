package reports

import (
	"fmt"
	"strings"

	"tenement/internal/throttle"
)

// own says that you do it to yourself.
func (s *story) own() string {
	if !s.troubled() || !s.sole || s.capacity == 0 {
		return "" // see cause
	}
	if !s.shared {
		return s.alone()
	}
	yours, theirs := s.you.perSecond(s.you.attempts), s.sharing.perSecond(s.sharing.attempts)
	if yours < theirs || yours == 0 {
		return ""
	}
	first := s.you.perSecond(s.you.firstTries)
	sentence := "You are your own noisy neighbour: "
	switch {
	case yours+theirs <= s.capacity:
		return s.bursts()
	case first > s.capacity:
		sentence += fmt.Sprintf("you ask for %s where %s is given", perS(first), s.given())
	case s.asked() > s.capacity:
		sentence += fmt.Sprintf("%s of the %s asked for is yours, and %s is given", perS(first), perS(s.asked()), s.given())
	default:
		sentence += fmt.Sprintf("with retries %s is asked for, and %s is given", perS(s.load()), s.given())
	}
	if part := retryPart(&s.you, "your"); part != "" {
		sentence += ", and " + part
	}
	return sentence + "."
}

// alone is for limits that tasks do not share.
func (s *story) alone() string {
	words := s.limit.phrases()
	each := fmt.Sprintf("Each %s has a %s of its own", s.limit.sharers(), words.noun)
	if s.you.failures == 0 && s.you.own == 0 {
		return each + ": the neighbours starve only themselves."
	}
	sentence := each + ": you are your own noisy neighbour, and nobody else's; " + s.perTask()
	peak := s.peak()
	switch {
	case s.you.perSecond(s.you.attempts) > s.eachTask()*s.tasks():
	case s.tasks() == 1 && peak != "":
		sentence += ", but " + peak
	case s.tasks() == 1:
		sentence += ", so it is bursts that " + strings.Replace(words.use, "the "+words.noun, "it", 1)
	default:
		sentence += ", so it is bursts, or a few of the tasks, that " + words.their
	}
	return sentence + "."
}

// eachTask is how many requests a second a limit that tasks do not share lets
// through of one.
func (s *story) eachTask() float64 {
	return s.capacity / float64(max(s.base.Endpoint.Hosts, 1))
}

// perTask is what the average task asks of the bucket it has to itself.
func (s *story) perTask() string {
	one := 0.0
	if n := s.tasks(); n > 0 {
		one = s.you.perSecond(s.you.attempts) / n
	}
	return fmt.Sprintf("a task asks %s on average, against a limit of %s", perS(one), exactly(s.eachTask()))
}

// tasks is how many tasks you are, on all hosts.
func (s *story) tasks() float64 {
	n := 0
	for _, g := range s.you.groups {
		n += max(g.Tasks, 0)
	}
	return float64(n) * float64(max(s.base.Endpoint.Hosts, 1))
}

// toll says what refused requests take of a bucket that makes them pay.
func (s *story) toll() string {
	if !s.troubled() || !s.sole || !s.shared || s.limit.RefusalCost == 0 || !s.limit.is(throttle.TokenBucket) {
		return ""
	}
	n, _ := s.turned()
	seconds := s.base.ran(s.r)
	if seconds <= 0 {
		return ""
	}
	hosts := float64(max(s.base.Endpoint.Hosts, 1))
	return fmt.Sprintf("Refusals take tokens too: %s of them, up to %s each, where %s come back.",
		perS(float64(n)/seconds), plural(uint64(s.limit.RefusalCost), "token", "tokens"),
		exactly(s.limit.RatePerS*hosts))
}
