package admin

import (
	"io"
	"slices"
	"sync"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
)

// maxRequests is how many requests are remembered, and maxEvents how many events.
const maxRequests, maxEvents = 100_000, 1000

// seen is a request as the log has it.
type seen struct {
	imds.Request
	seq   uint64 // its place among all requests, from 1; a reset does not begin it anew
	host  *host
	limit string // the name of the limit that refused or delayed it
}

// event is something other than a request that the log tells.
type event struct {
	what  string
	at    time.Duration // since the run of the host began
	host  *host
	after uint64 // the seq of the last request before it
}

// The events.
const (
	portClosed   = "port closed"
	portOpened   = "port opened"
	logReset     = "reset"
	newDocuments = "credentials issued"
)

// requestLog is every request that the hosts have read: the last ones in memory,
// counted, and, if there is a file, a line for each in that.
type requestLog struct {
	mu     sync.Mutex // guards what follows, and the counts of the hosts
	ring   requestRing
	last   uint64 // seq
	base   uint64 // the seq of the last request before the last reset
	events []event

	file *requestFile // or nil
}

// portEvent is what happened to a port.
func portEvent(open bool) string {
	if open {
		return portOpened
	}
	return portClosed
}

func newRequestLog(file io.WriteCloser) *requestLog {
	l := new(requestLog)
	if file != nil {
		l.file = newRequestFile(l, file)
	}
	return l
}

// add takes a request. It waits if the file is slower than the requests.
func (l *requestLog) add(h *host, r imds.Request) {
	s := seen{Request: r, host: h}
	if r.Limit >= 0 {
		s.limit = h.limit(r.Limit).name
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.file.room()
	}
	l.last++
	s.seq = l.last
	*l.ring.place(l.last) = s
	h.tally(&s.Request)
	if l.file != nil {
		tap(l.file.wake)
	}
}

// note takes an event of a host.
func (l *requestLog) note(h *host, at time.Duration, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := event{what: what, at: at, host: h, after: l.last}
	if len(l.events) >= maxEvents {
		l.events = slices.Delete(l.events, 0, 1)
	}
	l.events = append(l.events, e)
	if l.file != nil {
		l.file.note(e)
	}
}

// reset forgets all requests, events and counts. The file keeps what it has.
func (l *requestLog) reset(hosts []*host) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.base = l.last
	l.events = nil
	for _, h := range hosts {
		h.forget()
	}
}

// oldest is the seq of the oldest request that is remembered; one more than the last
// if there is none. The log is locked.
func (l *requestLog) oldest() uint64 {
	if l.last-l.base > maxRequests {
		return l.last - maxRequests + 1
	}
	return l.base + 1
}

// countKey is what the requests of a host are counted by.
type countKey struct {
	route   service.Routes
	outcome imds.Outcome
	status  int
}

// tally counts a request. The log is locked.
func (h *host) tally(r *imds.Request) {
	key := countKey{r.Route, r.Outcome, r.Status}
	if h.latest == nil || key != h.latestKey {
		if h.latestKey, h.latest = key, h.counts[key]; h.latest == nil {
			h.latest = new(uint64)
			h.counts[key] = h.latest
		}
	}
	*h.latest++
	h.outcomes.add(r.Outcome)
	if t := r.Task; t != nil && t.GroupNumber >= 0 && t.GroupNumber < len(h.byGroup) {
		h.byGroup[t.GroupNumber].add(r.Outcome)
	}
}

// forget forgets what was counted. The log is locked.
func (h *host) forget() {
	clear(h.counts)
	h.latest = nil
	h.outcomes = outcomeCounts{}
	clear(h.byGroup)
}
