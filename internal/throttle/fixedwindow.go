package throttle

import "time"

// fixedWindow is the rule of a FixedWindow: the windows follow each other from
// time 0, and each admits count requests. With delay, further requests fill the
// next windows, one after another.
//
// A state's at is the beginning of the window being filled, and its n is the
// number of requests in that window.
type fixedWindow struct {
	count  int64
	window time.Duration
	delay  bool
}

func newFixedWindow(l Limit, delay bool) rule {
	return &fixedWindow{count: l.Count, window: l.Window, delay: delay}
}

// maxWindow bounds windows, and how far ahead a request may be put off, so that
// no sum of two of them overflows.
const maxWindow = time.Duration(1) << 60

// filling is the window that a request at now is put in if there is room, and
// the number of requests in it.
func (f *fixedWindow) filling(now time.Duration, s *state) (start time.Duration, n int64) {
	if start = now - now%f.window; s.at < start {
		return start, 0
	}
	return s.at, s.n
}

// place is the window of a request at now, and the number of requests in it so
// far. The window may begin after now.
func (f *fixedWindow) place(now time.Duration, s *state) (start time.Duration, n int64) {
	start, n = f.filling(now, s)
	if n >= f.count {
		return start + f.window, 0
	}
	return start, n
}

func (f *fixedWindow) ask(now time.Duration, s *state) Decision {
	start, _ := f.place(now, s)
	wait := max(start-now, 0)
	if wait == 0 || f.delay && wait <= maxWindow {
		return Decision{OK: true, Wait: wait}
	}
	return Decision{RetryAfter: wait}
}

func (f *fixedWindow) take(now, _ time.Duration, s *state) {
	start, n := f.place(now, s)
	s.at, s.n = start, n+1
}

func (f *fixedWindow) refuse(time.Duration, *state) {}

func (f *fixedWindow) idle(now time.Duration, s, _ *state) bool { return s.at+f.window <= now }

func (f *fixedWindow) release(*state) {}

func (f *fixedWindow) forget() {}

// ahead is the number of requests in the window of now and in later ones.
func (f *fixedWindow) ahead(now time.Duration, s *state) int64 {
	start, n := f.filling(now, s)
	return int64((start-(now-now%f.window))/f.window)*f.count + n
}

func (f *fixedWindow) milli(now time.Duration, s *state) int64 {
	return (f.count - f.ahead(now, s)) * 1000
}

// carry keeps the requests of the current window: they count in the new window
// of now, even if they are more than it admits. If requests wait for later
// windows, all of them are put into the new windows from that of now on, one
// after another.
func (f *fixedWindow) carry(now time.Duration, old rule, s *state) {
	from := old.(*fixedWindow)
	start, _ := from.filling(now, s)
	n, waiting := from.ahead(now, s), start > now
	s.at, s.n = now-now%f.window, n
	if n > f.count && (waiting || f.delay) {
		full := (n - 1) / f.count
		s.at += time.Duration(full) * f.window
		s.n = n - full*f.count
	}
}
