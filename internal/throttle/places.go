package throttle

import "time"

// places is the rule of a SlidingWindow and of a Concurrency: an admitted
// request holds one of count places, until the window has passed since it
// started or until it is answered. With delay, a request waits for a place, in
// order of arrival.
//
// A state's n is one more than the index of its line, or 0 if it has none. Its
// at is when the last request of that line is forgotten.
type places struct {
	count  int
	most   int           // requests in a line, those that hold a place and those that wait for one
	window time.Duration // 0 means until the answer
	memory memory

	lines []line  // when requests start if there is a window, else when they end
	free  []int64 // indices of lines without a state
}

// memory is how long a sliding window remembers requests, and how many at
// least: enough for the longest window and the largest count that the limit has
// had or is scheduled to have. A window that becomes longer then still knows
// the requests that a shorter one before it did not count any more.
type memory struct {
	window time.Duration
	count  int
}

const (
	// maxCount bounds Count for the kinds that remember every request.
	maxCount = 100_000
	// maxLine bounds a line in which requests wait.
	maxLine = 1 << 20
	// keptLine is the size up to which a freed line keeps its memory.
	keptLine = 64
)

func newPlaces(l Limit, delay bool) rule {
	p := &places{count: int(l.Count), most: int(l.Count), window: l.Window}
	p.memory = memory{p.window, p.count}
	if delay {
		p.most = maxLine
	}
	return p
}

// remember makes the memory at least as large as another.
func (p *places) remember(m memory) {
	p.memory.window = max(p.memory.window, m.window)
	p.memory.count = max(p.memory.count, m.count)
}

// present is the instants in a state's line of the requests that hold a place
// at now or wait for one.
func (p *places) present(now time.Duration, s *state) []time.Duration {
	if s.n == 0 || s.at <= now {
		return nil
	}
	return p.lines[s.n-1].after(now - p.window)
}

func (p *places) ask(now time.Duration, s *state) Decision {
	present := p.present(now, s)
	switch n := len(present); {
	case n < p.count:
		return Decision{OK: true}
	case n < p.most:
		// It starts when all but count − 1 of those before it have left.
		return Decision{OK: true, Wait: present[n-p.count] + p.window - now}
	default:
		return Decision{RetryAfter: present[n-p.most] + p.window - now}
	}
}

func (p *places) take(now, busy time.Duration, s *state) {
	at := now + busy
	if p.window > 0 {
		at = now + p.ask(now, s).Wait
	}
	if at+p.memory.window <= now {
		return
	}
	if s.n == 0 {
		s.n = p.line() + 1
	}
	l := &p.lines[s.n-1]
	l.drop(p.past(now, l))
	l.add(at)
	s.at = max(s.at, at+p.memory.window)
}

// past is how many requests of a line need not be remembered at now: those
// older than the memory, and those that hold no place and are more than it
// counts.
func (p *places) past(now time.Duration, l *line) int {
	n := len(l.kept())
	old := n - len(l.after(now-p.memory.window))
	left := n - len(l.after(now-p.window))
	return max(old, min(left, n-p.memory.count))
}

// line is the index of an empty line.
func (p *places) line() int64 {
	if n := len(p.free) - 1; n >= 0 {
		i := p.free[n]
		p.free = p.free[:n]
		return i
	}
	p.lines = append(p.lines, line{})
	return int64(len(p.lines)) - 1
}

func (p *places) refuse(time.Duration, *state) {}

func (p *places) idle(now time.Duration, s, _ *state) bool { return s.at <= now }

func (p *places) release(s *state) {
	if s.n > 0 {
		p.empty(s.n - 1)
		s.n = 0
	}
}

// empty frees a line.
func (p *places) empty(i int64) {
	l := &p.lines[i]
	if l.instants, l.first = l.instants[:0], 0; cap(l.instants) > keptLine {
		l.instants = nil
	}
	p.free = append(p.free, i)
}

func (p *places) forget() {
	p.free = p.free[:0]
	for i := range p.lines {
		p.empty(int64(i))
	}
}

func (p *places) milli(now time.Duration, s *state) int64 {
	return int64(p.count-len(p.present(now, s))) * 1000
}

// carry keeps the requests that are remembered.
func (p *places) carry(now time.Duration, old rule, s *state) {
	from := old.(*places)
	if s.n == 0 || s.at <= now {
		*s = state{}
		return
	}
	l := from.lines[s.n-1]
	s.n = p.line() + 1
	p.lines[s.n-1] = l
	kept := l.kept()
	s.at = kept[len(kept)-1] + p.memory.window
}
