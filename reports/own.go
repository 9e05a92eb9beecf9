package reports

import "fmt"

// own says that you do it to yourself.
func (s *story) own() string {
	if !s.troubled() {
		return ""
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
		sentence += fmt.Sprintf("you ask for %s where %s is given", perS(first), exactly(s.capacity))
	case s.asked() > s.capacity:
		sentence += fmt.Sprintf("%s of the %s asked for is yours, and %s is given", perS(first), perS(s.asked()), exactly(s.capacity))
	default:
		sentence += fmt.Sprintf("with retries %s is asked for, and %s is given", perS(s.load()), exactly(s.capacity))
	}
	if part := retryPart(&s.you, "your"); part != "" {
		sentence += ", and " + part
	}
	return sentence + "."
}

// alone is for limits that tasks do not share.
func (s *story) alone() string {
	each := "Each task has a bucket of its own"
	if s.limit.Scope == "ip+path" {
		each = "Each source address and path has a bucket of its own"
	}
	if s.you.failures == 0 && s.you.live == 0 {
		return each + ": the neighbours starve only themselves."
	}
	sentence := each + ": you are your own noisy neighbour, and nobody else's; " + s.perTask()
	peak := s.peak()
	switch {
	case s.you.perSecond(s.you.attempts) > s.limit.RatePerS*s.tasks():
	case s.tasks() == 1 && peak != "":
		sentence += ", but " + peak + ", and the bucket holds " + fmt.Sprint(s.limit.Burst)
	case s.tasks() == 1:
		sentence += ", so it is bursts that empty it"
	default:
		sentence += ", so it is bursts, or a few of the tasks, that empty their buckets"
	}
	return sentence + "."
}

// perTask is what the average task asks of the bucket it has to itself.
func (s *story) perTask() string {
	one := 0.0
	if n := s.tasks(); n > 0 {
		one = s.you.perSecond(s.you.attempts) / n
	}
	return fmt.Sprintf("a task asks %s on average, against a limit of %s", perS(one), exactly(s.limit.RatePerS))
}

// tasks is how many tasks you are, on all hosts.
func (s *story) tasks() float64 {
	n := 0
	for _, g := range s.you.groups {
		n += max(g.Tasks, 0)
	}
	return float64(n) * float64(max(s.base.Endpoint.Hosts, 1))
}
