package throttle

import "time"

// held is the rule of a SlidingWindow and of a Concurrency: an admitted request
// holds one of count places, until the window has passed since it came or until
// it is answered. With delay, who finds no place waits for one, in order of
// arrival.
//
// A state's n is one more than the index of its line, or 0 if it has none, and
// at the last instant in that line.
type held struct {
	count  int
	most   int           // who may be in a line: holding a place or waiting for one
	window time.Duration // 0 is until the answer

	lines []line
	free  []int64 // indices of lines that no state has
}

const (
	// maxCount bounds Count where every request is remembered.
	maxCount = 100_000
	// maxLine bounds a line where requests wait, which nothing else does.
	maxLine = 1 << 20
	// keptLine is the size up to which a line that is let go keeps its memory.
	keptLine = 64
)

func newHeld(l Limit, delay bool) *held {
	h := &held{count: int(l.Count), most: int(l.Count), window: l.Window}
	if delay {
		h.most = maxLine
	}
	return h
}

// present is the ends of those that are in a state's line at now.
func (h *held) present(now time.Duration, s *state) []time.Duration {
	if s.n == 0 || s.at <= now {
		return nil
	}
	return h.lines[s.n-1].after(now)
}

func (h *held) ask(now time.Duration, s *state) Decision {
	ends := h.present(now, s)
	switch n := len(ends); {
	case n < h.count:
		return Decision{OK: true}
	case n < h.most:
		// It starts when all but count − 1 of those before it have ended.
		return Decision{OK: true, Wait: ends[n-h.count] - now}
	default:
		return Decision{RetryAfter: ends[n-h.most] - now}
	}
}

func (h *held) take(now, busy time.Duration, s *state) {
	end := now + busy
	if h.window > 0 {
		end = now + h.ask(now, s).Wait + h.window
	}
	if end <= now {
		return
	}
	if s.n == 0 {
		s.n = h.line() + 1
	}
	h.lines[s.n-1].add(now, end)
	s.at = max(s.at, end)
}

// line is the index of an empty line.
func (h *held) line() int64 {
	if n := len(h.free) - 1; n >= 0 {
		i := h.free[n]
		h.free = h.free[:n]
		return i
	}
	h.lines = append(h.lines, line{})
	return int64(len(h.lines)) - 1
}

func (h *held) refuse(time.Duration, *state) {}

func (h *held) idle(now time.Duration, s *state) bool { return s.at <= now }

func (h *held) release(s *state) {
	if s.n > 0 {
		h.empty(s.n - 1)
		s.n = 0
	}
}

// empty frees a line.
func (h *held) empty(i int64) {
	l := &h.lines[i]
	if l.ends, l.first = l.ends[:0], 0; cap(l.ends) > keptLine {
		l.ends = nil
	}
	h.free = append(h.free, i)
}

func (h *held) forget() {
	h.free = h.free[:0]
	for i := range h.lines {
		h.empty(int64(i))
	}
}

func (h *held) milli(now time.Duration, s *state) int64 {
	return int64(h.count-len(h.present(now, s))) * 1000
}

// carry keeps those who are in the line. Of a sliding window, each leaves when
// the new window since it came has passed; of those who left in the old one
// nothing is known any more.
func (h *held) carry(now time.Duration, old rule, s *state) {
	from := old.(*held)
	ends := from.present(now, s)
	if len(ends) == 0 {
		*s = state{}
		return
	}
	longer := h.window - from.window
	for i := range ends {
		ends[i] += longer
	}
	s.n = h.line() + 1
	h.lines[s.n-1] = line{ends: ends}
	s.at = ends[len(ends)-1]
}
