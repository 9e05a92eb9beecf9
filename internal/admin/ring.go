package admin

import (
	"slices"
	"sync"

	"tenement/internal/imds"
)

// maxRecent is how many refusals are remembered.
const maxRecent = 1000

// entry is a refusal and the host that it comes from.
type entry struct {
	host  *host
	limit *hostLimit // that refused or delayed it, or nil
	imds.Refusal
}

// ring is the last maxRecent refusals. It is safe for concurrent use.
type ring struct {
	mu      sync.Mutex
	entries []entry
	total   uint64
}

// add remembers a refusal.
func (r *ring) add(e entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.entries) < maxRecent {
		r.entries = append(r.entries, e)
	} else {
		r.entries[r.total%maxRecent] = e
	}
	r.total++
}

// forget forgets all refusals.
func (r *ring) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries, r.total = nil, 0
}

// all returns what is remembered, the oldest first, and how many refusals
// there have been altogether.
func (r *ring) all() ([]entry, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.entries) < maxRecent {
		return slices.Clone(r.entries), r.total
	}
	first := r.total % maxRecent
	return slices.Concat(r.entries[first:], r.entries[:first]), r.total
}
