package reports

import (
	"fmt"
	"strings"

	"tenement/internal/strategy"
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
	return fmt.Sprintf("you fail %s, not %s", roughly(changed.rate()), roughly(s.you.rate()))
}

// bursts says that it is not the mean load that empties the bucket.
func (s *story) bursts() string {
	sentence := fmt.Sprintf("On average %s of the limit is asked; it is bursts that empty the bucket", roughly(s.load()/s.capacity))
	if peak := s.peak(); peak != "" {
		sentence += ": " + peak + ", and it holds " + fmt.Sprint(s.limit.Burst)
	}
	return sentence + "."
}

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

// kinds says what your failures are, if they are not the limit's doing.
func (s *story) kinds() string {
	var all Results
	for _, g := range s.you.groups {
		add(all[:], g.Results[:])
	}
	failures := all.failures()
	if failures == 0 || ratio(all[strategy.Throttled], failures) >= 0.5 {
		return ""
	}
	worst := strategy.Throttled
	for i := range all {
		if k := strategy.Result(i); k.Failed() && all[k] > all[worst] {
			worst = k
		}
	}
	what := map[strategy.Result]string{
		strategy.Empty: "empty answers taken for success", strategy.Rejected: "rejections other than throttles",
		strategy.Timeout: "timeouts", strategy.Refused: "refused connections", strategy.Reset: "broken connections",
		strategy.Malformed: "unusable answers", strategy.Error: "errors of the server",
		strategy.Unfinished: "calls still open when the run ended", strategy.Throttled: "throttles",
	}[worst]
	if n, _ := s.throttled(); n == 0 {
		return fmt.Sprintf("The limit turned nobody away: %s of your failures are %s.", roughly(ratio(all[worst], failures)), what)
	}
	return fmt.Sprintf("Of your failures %s are %s.", roughly(ratio(all[worst], failures)), what)
}

// cache says whether a cache in your task could help.
func (s *story) cache() string {
	processes := s.processes()
	var calls uint64
	for _, g := range s.you.groups {
		calls += g.Calls
	}
	if s.you.failures == 0 || s.you.attempts == 0 || processes == 0 || calls == 0 {
		return ""
	}
	if cached := s.you.cached(); cached >= 0.005 {
		return fmt.Sprintf("A cache answers %s of your calls already.", roughly(cached))
	}
	each := 1
	for _, g := range s.you.groups {
		each = max(each, g.Processes)
	}
	switch asks := float64(calls) / float64(processes); {
	case asks > 1.5:
		return fmt.Sprintf("A cache in your task can help: each process asks %s times.", times(asks))
	case each > 1:
		return fmt.Sprintf("A cache in a process cannot help, for each asks once; one that the %d processes of a task share can.", each)
	case asks > 1.02:
		return ""
	}
	return "A cache in your task cannot help: it asks once."
}

// times is a number of repetitions.
func times(x float64) string {
	if x < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
	}
	return number(uint64(x + 0.5))
}
