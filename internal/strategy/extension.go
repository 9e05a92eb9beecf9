package strategy

import (
	"math"
	"time"

	"tenement/internal/draw"
)

// Extension is static stability: after a failed refresh, credentials stay in use
// for a time drawn from U(Least, Most); after it, a refresh is wanted again. The
// zero Extension is none.
type Extension struct {
	Least, Most time.Duration
	// Factor makes Most grow with each further failure in a row, up to Cap; 0 is
	// no growth.
	Factor float64
	Cap    time.Duration
	// Defer is what waits for the end of that time.
	Defer Defer
	// On are the failures after which it applies; 0 is all.
	On Conditions
	// Past bounds how long past its real expiry a document stays in use; 0 is no
	// bound. From then on a failed refresh is what it is without an Extension.
	Past time.Duration
}

// OldExtension is the same for a document that has expired when it arrives. The
// zero OldExtension is none.
type OldExtension struct {
	Least, Most time.Duration
	// Defer is what waits for the end of that time.
	Defer Defer
	// Early makes it apply to a document that has less than the drawn time left,
	// too. It needs DeferAll. (botocore)
	Early bool
}

// Defer is what an Extension or an OldExtension puts off.
type Defer uint8

// What is put off.
const (
	// DeferAll lets the document expire at the end of the time. Windows count from
	// there with ExtendOld; Extend leaves none, and does not apply to a refresh that
	// is not mandatory yet, unless that is in the background.
	DeferAll Defer = iota
	// DeferAttempts puts off every refresh, also after one that was not mandatory
	// yet has failed. (Java since 2026)
	DeferAttempts
	// DeferMandatory puts off the mandatory refresh, after one that was mandatory
	// has failed: meanwhile calls refresh as in the window. (Java before 2026)
	DeferMandatory
)

// applies reports whether a failed refresh leaves the held document in use.
func (x *Extension) applies(now time.Duration, e *Entry, o *Outcome) bool {
	return x.Most > 0 && e.Held && (x.On == 0 || x.On.Has(o)) && (x.Defer != DeferMandatory || now >= e.Must) &&
		(x.Past == 0 || now < e.ends()+x.Past)
}

// extend is the entry after a failed refresh that leaves the held document in use; u is
// the keyed draw for how long.
func (x *Extension) extend(now time.Duration, e Entry, u uint64) Entry {
	e.Failures++
	until := now + x.span(e.Failures, u)
	if x.Past > 0 {
		until = min(until, e.ends()+x.Past)
	}
	return x.Defer.putOff(e, until)
}

// span is the time that a keyed draw picks after that many failures in a row.
func (x *Extension) span(failures uint16, u uint64) time.Duration {
	most := x.Most
	if x.Factor > 1 {
		limit := max(maxWait, most)
		if x.Cap > 0 {
			limit = x.Cap
		}
		grown := float64(most)
		for ; failures > 1 && grown < float64(limit); failures-- {
			grown *= x.Factor
		}
		most = time.Duration(math.Min(grown, float64(limit)))
	}
	return between(x.Least, most, u)
}

// span is the time that a keyed draw picks.
func (x *OldExtension) span(u uint64) time.Duration { return between(x.Least, x.Most, u) }

// between is the time that a keyed draw picks from U(least, most).
func between(least, most time.Duration, u uint64) time.Duration {
	return least + time.Duration(float64(most-least)*draw.Float(u))
}

// putOff is the entry with what is deferred put off until then.
func (d Defer) putOff(e Entry, until time.Duration) Entry {
	if e.Ends == 0 {
		e.Ends = e.Expires
	}
	switch d {
	case DeferAll:
		e.Expires, e.Refresh, e.Must = until, until, until
		return e
	case DeferAttempts:
		e.Refresh = max(e.Refresh, until)
	}
	e.Must = max(e.Must, until)
	e.Expires = max(e.Expires, until)
	return e
}
