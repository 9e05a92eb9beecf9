package strategy

import (
	"math/bits"
	"time"

	"tenement/internal/draw"
)

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
	// Share makes Window at least this share, 0..1, of what the document has left
	// when it arrives. (minio-go: 0.2)
	Share float64
	// Windows replace Window by what the document has left when it arrives: the
	// first that fits counts. (Java since 2026)
	Windows []LifeWindow
	// Earliest and Latest bound how long after the fetch a refresh is wanted,
	// whatever the expiry; 0 is no bound. (Java before 2026; C++ refreshes after
	// 5 minutes at the latest.)
	Earliest, Latest time.Duration
	// LatestAgain is for a failed refresh that only Latest asked for: the next one
	// waits until Latest has passed again or Window begins, and what is held is served
	// meanwhile. (Java v1)
	LatestAgain bool
	// JitterTo draws the instant from which a refresh is wanted, evenly: between what
	// the fields above say, Jitter included, and this long before the expiry. 0 is no
	// draw. (Rust, Java)
	JitterTo time.Duration
	// StaleOnError keeps serving for this long past expiry when fetches fail.
	StaleOnError time.Duration
	// EmptyOnError empties the cache when a refresh fails, and calls that
	// success. (Ruby, ECS credentials.)
	EmptyOnError bool

	// AtMost bounds how long after its fetch a document counts as valid,
	// whatever expiry it states; 0 is no bound.
	AtMost time.Duration
	// Short exempts from the windows a document that has less than this left
	// when it arrives.
	Short time.Duration
	// Extend leaves the held document in use for a while when a refresh fails,
	// even past its expiry.
	Extend Extension
	// ExtendOld does the same for a document that has expired when it arrives.
	ExtendOld OldExtension
}

// LifeWindow is the window of documents that have less than Below left when they
// arrive.
type LifeWindow struct{ Below, Window time.Duration }

// Lookup implements Cache.
func (c *Refresh) Lookup(now time.Duration, e Entry) Answer { return c.lookup(now, &e) }

// lookup is Lookup without the copy.
func (c *Refresh) lookup(now time.Duration, e *Entry) Answer {
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
	if o.Expires != 0 {
		c.store(now, &e, o.Expires, u)
	}
	return e
}

// draws reports whether what Store makes of a document depends on a draw.
func (c *Refresh) draws() bool { return c.Jitter != 0 || c.JitterTo != 0 || c.ExtendOld.Most > 0 }

// alike reports whether Store makes the same of all documents that have not expired, but
// for the instant at which they do, and what it makes of one that expires at 0.
func (c *Refresh) alike() (ahead Entry, ok bool) {
	if c.draws() || c.AtMost > 0 || c.Short > 0 || c.Share > 0 || len(c.Windows) > 0 || c.Earliest > 0 || c.Latest > 0 {
		return Entry{}, false
	}
	return c.windows(0, 0, 0), true
}

// store puts into an entry a document that says that it expires at that instant.
func (c *Refresh) store(now time.Duration, e *Entry, says time.Duration, u uint64) {
	expires, ends := says, time.Duration(0)
	if c.AtMost > 0 {
		expires = min(expires, now+c.AtMost)
	}
	if expires != says {
		ends = says
	}
	x, span := &c.ExtendOld, time.Duration(0)
	if x.Most > 0 {
		span = x.span(bits.RotateLeft64(u, 32))
	}
	if left := expires - now; x.Most > 0 && x.Defer == DeferAll && (left <= 0 || x.Early && left <= span) {
		expires, ends = now+span, says
	}
	*e = c.windows(now, expires, u)
	e.Ends = ends
	if x.Most > 0 && x.Defer != DeferAll && now >= e.Must {
		*e = x.Defer.putOff(*e, now+span)
	}
}

// windows is the entry of a document that is fetched now and expires at that
// instant, as the client believes.
func (c *Refresh) windows(now, expires time.Duration, u uint64) Entry {
	left := expires - now
	if left < c.Short {
		return Entry{Held: true, Expires: expires, Refresh: expires, Must: expires}
	}
	shrink := float64(1 - float64(c.Jitter*draw.Float(u)))
	refresh := expires - time.Duration(float64(c.window(left))*shrink)
	if c.Earliest > 0 {
		refresh = max(refresh, now+c.Earliest)
	}
	if c.Latest > 0 {
		refresh = min(refresh, now+c.Latest)
	}
	if last := expires - c.JitterTo; c.JitterTo > 0 && refresh < last {
		refresh += time.Duration(float64(last-refresh) * draw.Float(u))
	}
	must := expires - time.Duration(float64(c.Mandatory)*shrink)
	if !c.Behind && c.Mandatory == 0 {
		must = refresh
	}
	return Entry{Held: true, Expires: expires, Refresh: refresh, Must: must}
}

// window is the window of a document that has so much left, before jitter.
func (c *Refresh) window(left time.Duration) time.Duration {
	window := c.Window
	for i := range c.Windows {
		if left < c.Windows[i].Below {
			window = c.Windows[i].Window
			break
		}
	}
	if c.Share > 0 {
		window = max(window, time.Duration(c.Share*float64(left)))
	}
	return window
}

// Failed implements Cache.
func (c *Refresh) Failed(now time.Duration, e Entry, o Outcome, u uint64) (Entry, Result) {
	return c.failed(now, e, &o, u)
}

// failed is Failed without a copy of the outcome.
func (c *Refresh) failed(now time.Duration, e Entry, o *Outcome, u uint64) (Entry, Result) {
	if window := e.Expires - c.Window; c.LatestAgain && e.Held && now < window {
		e.Refresh = min(now+c.Latest, window)
		e.Must = e.Refresh
		return e, OK
	}
	if c.Extend.applies(now, &e, o) {
		return c.Extend.extend(now, e, u), OK
	}
	if c.EmptyOnError && o.Result() != Malformed {
		return Entry{}, Empty
	}
	return e, staleOnError(now, &e, e.Expires, c.StaleOnError, o)
}
