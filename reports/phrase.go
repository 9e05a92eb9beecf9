package reports

import (
	"fmt"
	"strings"

	"tenement/internal/throttle"
)

// Sentences about a limit use the words of its kind: a bucket is emptied and
// refills, a window is used up and admits, a queue is filled and lets go.

// phrases are the words for one kind of limit.
type phrases struct {
	noun, nouns string
	use, used   string // what those do, and did, who find no more room
	their       string // the same, of several
}

var (
	bucketPhrases = phrases{"bucket", "buckets", "empty the bucket", "emptied the bucket", "empty their buckets"}
	windowPhrases = phrases{"window", "windows", "use up the window", "used up the window", "use up their windows"}
	queuePhrases  = phrases{"queue", "queues", "fill the queue", "filled the queue", "fill their queues"}
	otherPhrases  = phrases{"limit", "limits", "reach the limit", "reached the limit", "reach their limits"}
)

func (l *Limit) phrases() *phrases {
	switch {
	case l.is(throttle.TokenBucket):
		return &bucketPhrases
	case l.windowed():
		return &windowPhrases
	case l.is(throttle.LeakyBucket):
		return &queuePhrases
	}
	return &otherPhrases
}

// gives is what a limit does with a capacity: "it refills at 40/s".
func (l *Limit) gives(capacity string) string {
	switch {
	case l.is(throttle.TokenBucket) && l.Cost <= 1:
		return "it refills at " + capacity
	case l.is(throttle.TokenBucket):
		return "it refills for " + capacity
	case l.is(throttle.LeakyBucket):
		return "it lets " + capacity + " go"
	}
	return "it admits " + capacity
}

// holds is how much of a burst a limit takes: "it holds 60".
func (l *Limit) holds() string {
	room := number(uint64(l.room()))
	switch {
	case l.is(throttle.TokenBucket) && l.Cost <= 1:
		return "it holds " + fmt.Sprint(l.Burst)
	case l.is(throttle.TokenBucket):
		return "it holds packets for " + room
	case l.is(throttle.LeakyBucket):
		return "it takes " + room
	}
	return "it admits " + room
}

// terms are a limit's figures as they were set: "40/s, burst 60".
func (l *Limit) terms() string {
	text := l.Kind
	switch {
	case l.is(throttle.TokenBucket) && l.Cost > 1:
		text = fmt.Sprintf("%s packets/s, burst %d, %d packets an exchange",
			strings.TrimSuffix(exactly(l.RatePerS), "/s"), l.Burst, l.Cost)
	case l.is(throttle.TokenBucket):
		text = fmt.Sprintf("%s, burst %d", exactly(l.RatePerS), l.Burst)
	case l.is(throttle.FixedWindow):
		text = fmt.Sprintf("%d in each %s", l.Count, span(l.WindowS))
	case l.is(throttle.SlidingWindow):
		text = fmt.Sprintf("%d in any %s", l.Count, span(l.WindowS))
	case l.is(throttle.LeakyBucket):
		text = fmt.Sprintf("%s evenly spaced, at most %d waiting", exactly(l.RatePerS), l.Burst)
	case l.is(throttle.Concurrency):
		text = fmt.Sprintf("%d at a time", l.Count)
	}
	if l.RefusalCost > 0 {
		text += fmt.Sprintf(", a refusal costs %d", l.RefusalCost)
	}
	return text
}

// beyond is what happens beyond a limit, if it is not the usual refusal.
func (l *Limit) beyond() string {
	switch l.OnExceed {
	case "", throttle.OnExceed{}.String():
		return ""
	case throttle.Drop.String():
		return "dropped"
	case throttle.Delay.String():
		return "delayed"
	}
	return "answered " + l.OnExceed
}

// shared says who shares a state of the limit: "one bucket for the host".
func (l *Limit) shared(hosts int) string {
	noun := "one " + l.phrases().noun
	switch {
	case l.Scope == throttle.HostScope.String() && hosts > 1:
		return fmt.Sprintf("%s for each of %d hosts", noun, hosts)
	case l.Scope == throttle.HostScope.String():
		return noun + " for the host"
	case hosts > 1:
		return fmt.Sprintf("%s per %s on each of %d hosts", noun, l.sharers(), hosts)
	}
	return noun + " per " + l.sharers()
}

// sharers are the parts of a scope in words: "source address and path".
func (l *Limit) sharers() string {
	parts := strings.Split(l.Scope, "+")
	for i, p := range parts {
		if p == throttle.IPScope.String() {
			parts[i] = "source address"
		}
	}
	return list(parts, "and")
}

// text is the limit in a line: "one bucket for the host: 40/s, burst 60".
func (l *Limit) text(hosts int) string {
	line := l.shared(hosts) + ": " + l.terms()
	if beyond := l.beyond(); beyond != "" {
		line += ", beyond it " + beyond
	}
	return line
}

// called names a limit among others: "the limit each-task", or what it is if it
// has no name.
func (e *Endpoint) called(place int) string {
	l := &e.Limits[place]
	switch {
	case l.Name != "":
		return fmt.Sprintf("the limit %q", l.Name)
	case len(e.Limits) == 1:
		return "the limit"
	}
	return strings.Replace(l.shared(1), "one", "the", 1)
}
