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
	ExtendOld Extension
}

// Extension is static stability: credentials stay in use for a time drawn from
// U(Least, Most); after it, a refresh is wanted again. The zero Extension is
// none.
type Extension struct {
	Least, Most time.Duration
	// On are the failures after which Extend applies; 0 is all.
	On Conditions
	// Early makes ExtendOld apply to a document that has less than the drawn
	// time left, too. (botocore)
	Early bool
}

// draw is the time that a keyed draw picks from U(Least, Most).
func (x *Extension) draw(u uint64) time.Duration {
	return x.Least + time.Duration(float64(x.Most-x.Least)*draw.Float(u))
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
	expires, ends := o.Expires, time.Duration(0)
	if c.AtMost > 0 {
		expires = min(expires, now+c.AtMost)
	}
	if expires != o.Expires {
		ends = o.Expires
	}
	if x := &c.ExtendOld; x.Most > 0 {
		span := x.draw(bits.RotateLeft64(u, 32))
		if left := expires - now; left <= 0 || x.Early && left <= span {
			expires, ends = now+span, o.Expires
		}
	}
	if expires-now < c.Short {
		return Entry{Held: true, Expires: expires, Ends: ends, Refresh: expires, Must: expires}
	}
	shrink := float64(1 - float64(c.Jitter*draw.Float(u)))
	window := time.Duration(float64(c.Window) * shrink)
	must := time.Duration(float64(c.Mandatory) * shrink)
	if !c.Behind && c.Mandatory == 0 {
		must = window
	}
	return Entry{
		Held: true, Expires: expires, Ends: ends,
		Refresh: expires - window, Must: expires - must,
	}
}

// Failed implements Cache.
func (c *Refresh) Failed(now time.Duration, e Entry, o Outcome, u uint64) (Entry, Result) {
	if x := &c.Extend; x.Most > 0 && e.Held && (x.On == 0 || x.On.Has(&o)) {
		if e.Ends == 0 {
			e.Ends = e.Expires
		}
		e.Expires = now + x.draw(u)
		e.Refresh, e.Must = e.Expires, e.Expires
		return e, OK
	}
	if c.EmptyOnError && o.Result() != Malformed {
		return Entry{}, Empty
	}
	return e, staleOnError(now, e, e.Expires, c.StaleOnError, o)
}
