package throttle

import "time"

// places is the rule of a SlidingWindow and of a Concurrency: an admitted
// request holds one of count places, until the window has passed since it
// started or until it is answered. With delay, a request waits for a place, in
// order of arrival.
//
// A state's n is one more than the index of its line, or 0 if it has none. Its
// at is the last instant in that line.
type places struct {
	count  int
	most   int           // requests in a line, those that hold a place and those that wait for one
	window time.Duration // 0 means until the answer

	lines []line
	free  []int64 // indices of lines without a state
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
	if delay {
		p.most = maxLine
	}
	return p
}

// present is the ends of the requests in a state's line at now.
func (p *places) present(now time.Duration, s *state) []time.Duration {
	if s.n == 0 || s.at <= now {
		return nil
	}
	return p.lines[s.n-1].after(now)
}

func (p *places) ask(now time.Duration, s *state) Decision {
	ends := p.present(now, s)
	switch n := len(ends); {
	case n < p.count:
		return Decision{OK: true}
	case n < p.most:
		// It starts when all but count − 1 of those before it have ended.
		return Decision{OK: true, Wait: ends[n-p.count] - now}
	default:
		return Decision{RetryAfter: ends[n-p.most] - now}
	}
}

func (p *places) take(now, busy time.Duration, s *state) {
	end := now + busy
	if p.window > 0 {
		end = now + p.ask(now, s).Wait + p.window
	}
	if end <= now {
		return
	}
	if s.n == 0 {
		s.n = p.line() + 1
	}
	p.lines[s.n-1].add(now, end)
	s.at = max(s.at, end)
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

func (p *places) idle(now time.Duration, s *state) bool { return s.at <= now }

func (p *places) release(s *state) {
	if s.n > 0 {
		p.empty(s.n - 1)
		s.n = 0
	}
}

// empty frees a line.
func (p *places) empty(i int64) {
	l := &p.lines[i]
	if l.ends, l.first = l.ends[:0], 0; cap(l.ends) > keptLine {
		l.ends = nil
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

// carry keeps the requests in the line. A request of a sliding window leaves
// when the new window since its start has passed. Requests that have left the
// old window are not remembered.
func (p *places) carry(now time.Duration, old rule, s *state) {
	from := old.(*places)
	ends := from.present(now, s)
	if len(ends) == 0 {
		*s = state{}
		return
	}
	longer := p.window - from.window
	for i := range ends {
		ends[i] += longer
	}
	s.n = p.line() + 1
	p.lines[s.n-1] = line{ends: ends}
	s.at = ends[len(ends)-1]
}
