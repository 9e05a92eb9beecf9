package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
)

// limitWords are the words for one kind of limit: a bucket is emptied, a window
// is used up, a queue is filled.
type limitWords struct {
	noun      string
	use, used string // what too many requests do to it, and did
	useYours  string // the same, where everybody has one
	useTheirs string
	gives     string // what it does with its rate: it refills at 40/s
	holds     string // what it does with its room: it holds 60
	terms     func(l *reports.Limit) string
}

// limitKinds has a row for each kind of limit.
var limitKinds = map[string]limitWords{
	throttle.TokenBucket.String(): {
		noun: "bucket", use: "empty the bucket", used: "emptied the bucket", useYours: "empty yours", useTheirs: "empty their buckets",
		gives: "refills at", holds: "holds",
		terms: func(l *reports.Limit) string {
			if l.Cost > 1 {
				return fmt.Sprintf("%s packets/s, burst %d, %d packets per exchange", strings.TrimSuffix(words.Rate(l.RatePerS), "/s"), l.Burst, l.Cost)
			}
			return fmt.Sprintf("%s, burst %d", words.Rate(l.RatePerS), l.Burst)
		},
	},
	throttle.FixedWindow.String(): {
		noun: "window", use: "use up the window", used: "used up the window", useYours: "use up yours", useTheirs: "use up their windows",
		gives: "admits", holds: "admits",
		terms: func(l *reports.Limit) string { return fmt.Sprintf("%d in each %s", l.Count, words.Span(l.WindowS)) },
	},
	throttle.SlidingWindow.String(): {
		noun: "window", use: "use up the window", used: "used up the window", useYours: "use up yours", useTheirs: "use up their windows",
		gives: "admits", holds: "admits",
		terms: func(l *reports.Limit) string { return fmt.Sprintf("%d in any %s", l.Count, words.Span(l.WindowS)) },
	},
	throttle.LeakyBucket.String(): {
		noun: "queue", use: "fill the queue", used: "filled the queue", useYours: "fill yours", useTheirs: "fill their queues",
		gives: "serves", holds: "takes",
		terms: func(l *reports.Limit) string {
			return fmt.Sprintf("%s evenly spaced, at most %d waiting", words.Rate(l.RatePerS), l.Burst)
		},
	},
	throttle.Concurrency.String(): {
		noun: "limit", use: "reach the limit", used: "reached the limit", useYours: "reach yours", useTheirs: "reach their limits",
		gives: "admits", holds: "admits",
		terms: func(l *reports.Limit) string { return fmt.Sprintf("%d at a time", l.Count) },
	},
}

// wordsOf are the words for a limit; of a kind that this program does not know,
// or of no limit, they are general.
func wordsOf(l *reports.Limit) limitWords {
	if l != nil {
		if w, known := limitKinds[l.Kind]; known {
			return w
		}
	}
	w := limitKinds[throttle.Concurrency.String()]
	w.terms = func(l *reports.Limit) string { return l.Kind }
	return w
}

// Noun is what a limit is, in a word: a bucket, a window, a queue, a limit.
func Noun(l *reports.Limit) string { return wordsOf(l).noun }

func isBucket(l *reports.Limit) bool { return l.Is(throttle.TokenBucket) }

// gives is what a limit does with a capacity: "it refills at 40/s".
func gives(l *reports.Limit, subject, capacity string) string {
	w := wordsOf(l)
	if isBucket(l) && l.Cost > 1 {
		w.gives = "refills for"
	}
	return subject + " " + w.gives + " " + capacity
}

// holds is how much of a burst a limit takes: "it holds 60".
func holds(l *reports.Limit, subject string) string {
	w := wordsOf(l)
	if isBucket(l) && l.Cost > 1 {
		w.holds = "holds packets for"
	}
	return subject + " " + w.holds + " " + words.Number(uint64(l.Room()))
}

// Terms are a limit's figures as they were set: "40/s, burst 60".
func Terms(l *reports.Limit) string {
	text := wordsOf(l).terms(l)
	if l.RefusalCost > 0 {
		text += fmt.Sprintf(", a refusal costs %d", l.RefusalCost)
	}
	return text
}

// ExcessText is what happens to excess requests, if it is not the usual refusal.
func ExcessText(l *reports.Limit) string {
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

// SharedBy says who shares a state of the limit: "one bucket for the host".
func SharedBy(l *reports.Limit, hosts int) string {
	noun := "one " + Noun(l)
	switch {
	case l.Scope == throttle.HostScope.String() && hosts > 1:
		return fmt.Sprintf("%s for each of %d hosts", noun, hosts)
	case l.Scope == throttle.HostScope.String():
		return noun + " for the host"
	case hosts > 1:
		return fmt.Sprintf("%s per %s on each of %d hosts", noun, sharers(l), hosts)
	}
	return noun + " per " + sharers(l)
}

// sharers are the parts of a scope in words: "source address and path".
func sharers(l *reports.Limit) string {
	parts := strings.Split(l.Scope, "+")
	for i, p := range parts {
		if p == throttle.IPScope.String() {
			parts[i] = "source address"
		}
	}
	return words.List(parts, "and")
}

// line is the limit in a line: "one bucket for the host: 40/s, burst 60".
func line(l *reports.Limit, hosts int) string {
	text := SharedBy(l, hosts) + ": " + Terms(l)
	if excess := ExcessText(l); excess != "" {
		text += ", excess " + excess
	}
	return text
}
