package strategy

import (
	"math"
	"math/bits"
	"time"

	"tenement/internal/draw"
)

// Jitter is how a backoff is randomised. v is the unjittered wait,
// min(cap, base·factorⁿ), n counting retries from 0.
// Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
type Jitter uint8

// The jitters.
const (
	NoJitter     Jitter = iota // v
	FullJitter                 // U(0, v)
	EqualJitter                // v/2 + U(0, v/2)
	Decorrelated               // min(cap, U(base, 3·previous)), previous starts at base
)

// Class is how long a Backoff waits after some failures, in place of the waits
// that it has for all. (Go v2 since 2026-11 waits 20 times as long after a
// throttle as after other failures.)
type Class struct {
	On Conditions

	Base     time.Duration
	Cap      time.Duration // 0 is none
	Factor   float64       // growth per retry; 1 is a fixed wait, 0 means 2
	Jitter   Jitter
	Spread   time.Duration
	CapExact bool
	Waits    []time.Duration
}

// class is how long to wait after the outcome: as the first of the Classes that
// fits it says, or else as the Backoff itself does.
func (b *Backoff) class(o *Outcome) Class {
	for i := range b.Classes {
		if b.Classes[i].On.Has(o) {
			return b.Classes[i]
		}
	}
	return Class{
		Base: b.Base, Cap: b.Cap, Factor: b.Factor, Jitter: b.Jitter,
		Spread: b.Spread, CapExact: b.CapExact, Waits: b.Waits,
	}
}

// wait is the backoff after the t.N-th failure.
func (c *Class) wait(t *Try) time.Duration {
	v, exact := c.unjittered(t.N - 1)
	w := v
	// The conversions keep the products from being fused with a following
	// sum, so that every processor draws the same wait.
	switch u := draw.Float(t.U); {
	case exact, c.Jitter == NoJitter:
	case c.Jitter == FullJitter:
		w = time.Duration(float64(v) * u)
	case c.Jitter == EqualJitter:
		w = v/2 + time.Duration(float64(v-v/2)*u)
	case c.Jitter == Decorrelated:
		prev := max(t.Prev, c.Base)
		if t.N == 1 {
			prev = c.Base
		}
		w = c.Base + time.Duration(float64(3*prev-c.Base)*u)
		if c.Cap > 0 {
			w = min(w, c.Cap)
		}
	}
	if c.Spread > 0 {
		w += time.Duration(float64(c.Spread) * draw.Float(bits.RotateLeft64(t.U, 32)))
	}
	return w
}

// maxWait bounds how far an uncapped backoff grows, so that no sum of waits
// overflows.
const maxWait time.Duration = 365 * 24 * time.Hour

// unjittered is min(cap, base·factorⁿ), or the n-th of the Waits, and whether it
// is to be waited exactly so.
func (c *Class) unjittered(n int) (v time.Duration, exact bool) {
	if len(c.Waits) > 0 {
		return c.Waits[min(n, len(c.Waits)-1)], false
	}
	limit := max(maxWait, c.Base)
	if c.Cap > 0 {
		limit = min(limit, c.Cap)
	}
	factor := c.Factor
	if factor == 0 {
		factor = 2
	}
	f := float64(c.Base)
	for ; n > 0 && f <= float64(limit); n-- {
		f *= factor
	}
	return time.Duration(math.Min(f, float64(limit))), c.CapExact && f > float64(limit)
}
