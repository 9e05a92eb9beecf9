package admin

import (
	"slices"
	"strings"
	"sync"

	"tenement/internal/imds"
)

// The bounds of what is remembered of refusals: how many of them, and how many
// bytes of each text that a client chooses.
const (
	maxRecent = 1000
	maxText   = 256
)

// entry is a refusal and the host that it comes from.
type entry struct {
	host *host
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

// short cuts a long text that a client has chosen, and ends it with an ellipsis.
// It returns a copy: the text is part of a request, all of which would stay in
// memory with it.
func short(s string) string {
	if len(s) <= maxText {
		return strings.Clone(s)
	}
	return s[:maxText] + "…"
}
