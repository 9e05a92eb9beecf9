package throttle

import "fmt"

// LimitKind is the algorithm of a limit.
type LimitKind uint8

// The kinds of limit.
const (
	TokenBucket   LimitKind = iota
	FixedWindow             // Count in each of the windows that follow each other from time 0
	SlidingWindow           // Count in any window, wherever it begins
	LeakyBucket             // evenly spaced: a request that comes early waits, unless too many wait already
	Concurrency             // Count in service at once
	numLimitKinds
)

// limitKinds says what each kind is. A new kind is a row here and its rule in a
// file.
var limitKinds = [numLimitKinds]struct {
	name     string
	paced    bool // its limits have a Rate and a Burst, others a Count
	windowed bool // they have a Window
	rule     func(l Limit, delay bool) rule
}{
	TokenBucket:   {name: "token-bucket", paced: true, rule: newBucket},
	FixedWindow:   {name: "fixed-window", windowed: true, rule: newFixedWindow},
	SlidingWindow: {name: "sliding-window", windowed: true, rule: newPlaces},
	LeakyBucket:   {name: "leaky-bucket", paced: true, rule: newBucket},
	Concurrency:   {name: "concurrency", rule: newPlaces},
}

// LimitKinds are all kinds of limit.
func LimitKinds() []LimitKind {
	var all []LimitKind
	for k := range numLimitKinds {
		all = append(all, k)
	}
	return all
}

// LimitKindNamed is the kind with a name, and whether there is one.
func LimitKindNamed(name string) (LimitKind, bool) {
	for _, k := range LimitKinds() {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}

// String is the kind's name in profiles.
func (k LimitKind) String() string {
	if k < numLimitKinds {
		return limitKinds[k].name
	}
	return fmt.Sprintf("LimitKind(%d)", uint8(k))
}

// Paced reports whether limits of the kind have a Rate.
func (k LimitKind) Paced() bool { return k < numLimitKinds && limitKinds[k].paced }

// Windowed reports whether limits of the kind have a Window.
func (k LimitKind) Windowed() bool { return k < numLimitKinds && limitKinds[k].windowed }

// newRule is the rule of a valid limit. With delay, requests beyond the limit
// wait.
func newRule(l Limit, delay bool) rule { return limitKinds[l.Kind].rule(l, delay) }
