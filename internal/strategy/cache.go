package strategy

import "time"

// Entry is what a cache holds of one document. The zero Entry is empty.
type Entry struct {
	Held    bool
	Fetched time.Duration // when it was stored
	Expires time.Duration // when the document expires; 0 if it never says
	Refresh time.Duration // from when on a refresh is wanted
	Must    time.Duration // from when on the refresh is mandatory
}

// Answer is what a cache says to a call.
type Answer uint8

// The answers of a cache.
const (
	Miss                  Answer = iota // fetch, or wait for who fetches
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
	// waited for it get: o's own result, or OK, Stale or Empty.
	Failed(now time.Duration, e Entry, o Outcome) (Entry, Result)
}

// NoCache asks every time. A nil Cache does the same.
type NoCache struct{}

// Lookup implements Cache.
func (NoCache) Lookup(time.Duration, Entry) Answer { return Miss }

// Store implements Cache.
func (NoCache) Store(_ time.Duration, e Entry, _ Outcome, _ uint64) Entry { return e }

// Failed implements Cache.
func (NoCache) Failed(_ time.Duration, e Entry, o Outcome) (Entry, Result) { return e, o.Result() }

// Static is long-lived keys in the environment: no request at all.
type Static struct{ NoCache }

// Lookup implements Cache.
func (Static) Lookup(time.Duration, Entry) Answer { return Hit }

// TTL keeps a document for a fixed time after the fetch, whatever its expiry.
type TTL struct {
	For time.Duration
	// StaleOnError keeps serving for this long past the end when fetches fail.
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
func (c TTL) Store(now time.Duration, _ Entry, o Outcome, _ uint64) Entry {
	end := now + c.For
	return Entry{Held: true, Fetched: now, Expires: o.Expires, Refresh: end, Must: end}
}

// Failed implements Cache.
func (c TTL) Failed(now time.Duration, e Entry, o Outcome) (Entry, Result) {
	return e, staleOnError(now, e, e.Must, c.StaleOnError, o)
}

// Refresh keeps a document until its expiry and fetches the next one some time
// before. Documents without an expiry are not kept.
type Refresh struct {
	// Window before the expiry in which a refresh is wanted; 0 is at expiry.
	Window time.Duration
	// Mandatory is the shorter window in which every call waits for the
	// refresh. Between the two, one call refreshes and the others are served
	// from what is held. With Behind, 0 means at expiry; else it means Window.
	Mandatory time.Duration
	// Jitter shrinks both windows by up to this fraction, 0..1, drawn at each
	// store, so that a fleet started together does not refresh together.
	Jitter float64
	// Behind refreshes in the background: no call waits while the document
	// is valid.
	Behind bool
	// StaleOnError keeps serving for this long past expiry when fetches fail.
	StaleOnError time.Duration
	// EmptyOnError overwrites what is held with nothing when a refresh fails,
	// and calls that success. (Ruby, ECS credentials.)
	EmptyOnError bool
}

// Lookup implements Cache.
func (c *Refresh) Lookup(now time.Duration, e Entry) Answer {
	switch {
	case !e.Held || now >= e.Must:
		return Miss
	case now < e.Refresh:
		return Hit
	case c.Behind:
		return HitRefreshBehind
	}
	return HitOthersRefreshFirst
}

// Store implements Cache.
func (c *Refresh) Store(now time.Duration, e Entry, o Outcome, u uint64) Entry {
	if o.Expires == 0 {
		return e
	}
	shrink := float64(1 - float64(c.Jitter*(float64(u>>11)*0x1p-53)))
	window := time.Duration(float64(c.Window) * shrink)
	must := time.Duration(float64(c.Mandatory) * shrink)
	if !c.Behind && c.Mandatory == 0 {
		must = window
	}
	return Entry{
		Held: true, Fetched: now, Expires: o.Expires,
		Refresh: o.Expires - window, Must: o.Expires - must,
	}
}

// Failed implements Cache.
func (c *Refresh) Failed(now time.Duration, e Entry, o Outcome) (Entry, Result) {
	if c.EmptyOnError && o.Result() != Malformed {
		return Entry{}, Empty
	}
	return e, staleOnError(now, e, e.Expires, c.StaleOnError, o)
}

// staleOnError is what waiting calls get after a failed fetch when what is
// held may be served until end+grace.
func staleOnError(now time.Duration, e Entry, end, grace time.Duration, o Outcome) Result {
	switch {
	case grace == 0 || !e.Held || now >= end+grace:
		return o.Result()
	case now < end:
		return OK
	}
	return Stale
}
