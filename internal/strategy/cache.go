package strategy

import (
	"time"

	"tenement/internal/draw"
)

// Entry is what a cache holds of one document. The zero Entry is empty.
type Entry struct {
	Held     bool
	Failures uint16        // refreshes in a row that failed and after which it was used on (Refresh.Extend)
	Expires  time.Duration // when the document expires, as the client believes; 0 if it never says
	// Ends is when the document really expires, where the client believes
	// something else; 0 means Expires.
	Ends    time.Duration
	Refresh time.Duration // a refresh is wanted from here on
	Must    time.Duration // a refresh is mandatory from here on
}

// ends is when the held document really expires; 0 if it never says.
func (e *Entry) ends() time.Duration {
	if e.Ends != 0 {
		return e.Ends
	}
	return e.Expires
}

// Answer is what a cache says to a call.
type Answer uint8

// The answers of a cache.
const (
	Miss                  Answer = iota // fetch, or wait for another's fetch
	Hit                                 // served
	HitRefreshBehind                    // served; refresh without making the call wait
	HitOthersRefreshFirst               // served if another refreshes already, else refresh first
)

// Cache decides when a document is good enough. Implementations are pure and
// shared by all clients; the Entry is the state.
type Cache interface {
	// Lookup says what a call at now gets from the entry.
	Lookup(now time.Duration, e Entry) Answer
	// Store is the entry after a successful fetch; u is the keyed draw for
	// its refresh jitter.
	Store(now time.Duration, e Entry, o Outcome, u uint64) Entry
	// Failed is the entry after a failed fetch, and what the calls that
	// waited for it get: o's own result, Empty, OK if they get the held
	// document, or Stale if that has no expiry and is past its time in the
	// cache; u is the keyed draw for how long the failure is remembered.
	Failed(now time.Duration, e Entry, o Outcome, u uint64) (Entry, Result)
}

// NoCache asks every time. A nil Cache does the same.
type NoCache struct{}

// Lookup implements Cache.
func (NoCache) Lookup(time.Duration, Entry) Answer { return Miss }

// Store implements Cache.
func (NoCache) Store(_ time.Duration, e Entry, _ Outcome, _ uint64) Entry { return e }

// Failed implements Cache.
func (NoCache) Failed(_ time.Duration, e Entry, o Outcome, _ uint64) (Entry, Result) {
	return e, o.Result()
}

// Static stands for long-lived keys in the environment: it sends no request.
type Static struct{ NoCache }

// Lookup implements Cache.
func (Static) Lookup(time.Duration, Entry) Answer { return Hit }

// TTL keeps a document for a fixed time after the fetch, whatever its expiry.
type TTL struct {
	For time.Duration
	// Jitter shortens that by up to this fraction, 0..1, drawn at each store, so that
	// documents that came together do not end together.
	Jitter float64
	// StaleOnError keeps serving for this long after that when fetches fail.
	StaleOnError time.Duration
}

// Lookup implements Cache.
func (c TTL) Lookup(now time.Duration, e Entry) Answer {
	if e.Held && now < e.Must {
		return Hit
	}
	return Miss
}

// Store implements Cache.
func (c TTL) Store(now time.Duration, _ Entry, o Outcome, u uint64) Entry {
	end := now + c.For - time.Duration(float64(c.For)*c.Jitter*draw.Float(u))
	return Entry{Held: true, Expires: o.Expires, Refresh: end, Must: end}
}

// Failed implements Cache.
func (c TTL) Failed(now time.Duration, e Entry, o Outcome, _ uint64) (Entry, Result) {
	return e, staleOnError(now, &e, e.Must, c.StaleOnError, &o)
}

// staleOnError is the result of the calls that waited for a fetch that failed
// with o. The held document is good until end and may be served for grace longer.
func staleOnError(now time.Duration, e *Entry, end, grace time.Duration, o *Outcome) Result {
	switch {
	case grace == 0 || !e.Held || now >= end+grace:
		return o.Result()
	case now < end, e.ends() != 0:
		return OK
	}
	return Stale
}
