package admin

import (
	"encoding/json"
	"strconv"
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
	tokens  throttle.PodTokens // of its pods
	handler *imds.Handler
	format  *Format
	tasks   map[string]*imds.Task // by ARN
	groups  []string              // by their dense number

	refusals []atomic.Uint64 // by limit
	answers  [numRoutes][numVerdicts]atomic.Uint64
	affected [numFaults]atomic.Uint64 // by kind of fault

	injected map[string]bool // the names of faults added through the API; guarded by API.mu

	mu      sync.Mutex // guards written
	written []written
}

// written is a limit and its JSON, which is kept because making it takes too
// long to be done for each refusal.
type written struct {
	limit throttle.Limit
	text  json.RawMessage
}

// How many counters there are: one for each route's bit and one for no route, one
// for each kind of verdict, and one for each kind of fault.
const (
	numRoutes   = 16 + 1
	numVerdicts = int(throttle.Failed) + 1
	numFaults   = int(throttle.RefuseFault) + 1
)

func newHost(number int, c imds.Config, format *Format) *host {
	h := &host{
		number: number, service: c.Service, seed: c.Seed, began: c.Began, tokens: c.Pod.Tokens, format: format,
		tasks: make(map[string]*imds.Task, len(c.Tasks)), injected: make(map[string]bool),
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
	return h
}

// begin makes room for what depends on the handler, which does not exist yet in
// newHost, and returns the handler.
func (h *host) begin() *imds.Handler {
	n := len(h.handler.Limits())
	h.refusals, h.written = make([]atomic.Uint64, n), make([]written, n)
	if h.began.IsZero() {
		h.began = time.Now().Add(-h.handler.Elapsed())
	}
	return h.handler
}

// write returns a limit as a profile would have it, as JSON.
func (h *host) write(i int, l throttle.Limit) json.RawMessage {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := &h.written[i]
	if w.text == nil || w.limit != l {
		*w = written{l, h.format.LimitJSON(l)}
	}
	return w.text
}

// soleLimit is the API's name for a limit without a name: the key of profiles.
const soleLimit = "limit"

// limitName is a name for a limit that no other limit of its host has.
func limitName(limits []throttle.Limit, i int) string {
	name := limits[i].Name
	if name == "" {
		name = soleLimit
	}
	for j := range limits {
		if j != i && (limits[j].Name == name || limits[j].Name == "" && name == soleLimit) {
			return name + "-" + strconv.Itoa(i)
		}
	}
	return name
}
