package admin

import (
	"sync"
	"sync/atomic"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// host is what the API knows of one host, and counts of its refusals.
type host struct {
	number  int
	service service.Service
	url     string
	seed    uint64
	began   time.Time
	handler *imds.Handler
	format  *Format
	tasks   map[string]*imds.Task // by ARN
	groups  []string              // by their dense number

	answers  [numRoutes][numVerdicts]atomic.Uint64
	affected [numFaults]atomic.Uint64 // by kind of fault

	mu     sync.RWMutex       // guards limits
	limits map[int]*hostLimit // those in force, by number

	// Guarded by the lock of the log of requests.
	counts    map[countKey]*uint64
	latest    *uint64 // the one that was counted last, of latestKey
	latestKey countKey
	outcomes  outcomeCounts
	byGroup   []outcomeCounts
}

// How many counters there are: one for each route's bit and one for no route, one
// for each kind of verdict, and one for each kind of fault.
const (
	numRoutes   = 32 + 1
	numVerdicts = int(throttle.Failed) + 1
	numFaults   = int(throttle.RefuseFault) + 1
)

func newHost(number int, c imds.Config, format *Format) *host {
	h := &host{
		number: number, service: c.Service, seed: c.Seed, began: c.Began, format: format,
		tasks:  make(map[string]*imds.Task, len(c.Tasks)),
		counts: make(map[countKey]*uint64),
	}
	for i := range c.Tasks {
		t := &c.Tasks[i]
		h.tasks[t.ARN] = t
		for t.GroupNumber >= len(h.groups) {
			h.groups = append(h.groups, "")
		}
		if t.GroupNumber >= 0 {
			h.groups[t.GroupNumber] = t.Group
		}
	}
	h.byGroup = make([]outcomeCounts, len(h.groups))
	return h
}

// begin makes room for what depends on the handler, which does not exist yet in
// newHost, and returns the handler.
func (h *host) begin() *imds.Handler {
	h.relimit()
	if h.began.IsZero() {
		h.began = time.Now().Add(-h.handler.Elapsed())
	}
	return h.handler
}
