package admin

import (
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// hostLimit is what the API knows of a limit that is, or was, in force on a host.
type hostLimit struct {
	name     string
	scope    throttle.Scope
	refusals atomic.Uint64

	mu sync.Mutex // guards the limit, as it was last seen, and its JSON
	// The JSON is kept because making it takes too long to be done for each refusal.
	limit throttle.Limit
	text  json.RawMessage
}

// noLimit stands for a limit that was removed before its refusal was told.
var noLimit = &hostLimit{name: "removed"}

// limit is the limit in force of a number.
func (h *host) limit(number int) *hostLimit {
	known := func() *hostLimit {
		h.mu.RLock()
		defer h.mu.RUnlock()
		return h.limits[number]
	}
	l := known()
	if l == nil { // it has just been added
		h.relimit()
		l = known()
	}
	if l == nil {
		return noLimit
	}
	return l
}

// relimit finds out which limits are in force, after a change of that. Those that
// stay keep their counts.
func (h *host) relimit() {
	all := h.handler.InForce()
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.limits
	h.limits = make(map[int]*hostLimit, len(all))
	for i := range all {
		l, name := was[all[i].Number], limitName(all, i)
		if l == nil || l.name != name || l.scope != all[i].Scope {
			l = &hostLimit{name: name, scope: all[i].Scope, limit: all[i].Limit}
		}
		h.limits[all[i].Number] = l
	}
}

// renew is relimit with counts that begin anew.
func (h *host) renew() {
	h.mu.Lock()
	h.limits = nil
	h.mu.Unlock()
	h.relimit()
}

// figures is the limit as a profile would have it, as JSON: as it is now, or as it was
// when it was removed.
func (l *hostLimit) figures(h *host, number int) json.RawMessage {
	for _, one := range h.handler.InForce() {
		if one.Number == number && h.limit(number) == l {
			return l.write(h.format, one.Limit)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text == nil {
		l.text = h.format.LimitJSON(l.limit)
	}
	return l.text
}

// write is a limit as JSON.
func (l *hostLimit) write(format *Format, is throttle.Limit) json.RawMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text == nil || l.limit != is {
		l.limit, l.text = is, format.LimitJSON(is)
	}
	return l.text
}

// soleLimit is the API's name for a limit without a name: the key of profiles.
const soleLimit = "limit"

// limitName is a name for a limit that no other limit of its host has.
func limitName(limits []imds.NumberedLimit, i int) string {
	name := limits[i].Name
	if name == "" {
		name = soleLimit
	}
	for j := range limits {
		if j != i && (limits[j].Name == name || limits[j].Name == "" && name == soleLimit) {
			return name + "-" + strconv.Itoa(limits[i].Number)
		}
	}
	return name
}
