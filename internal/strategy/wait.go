package strategy

import (
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

// Wait is how long a client waits before a retry.
type Wait struct {
	Base   time.Duration
	Cap    time.Duration // 0 is none
	Factor float64       // growth per retry; 1 is a fixed wait, 0 means 2
	Jitter Jitter
	// Spread is added to each wait, jittered and capped, as U(0, Spread). (.NET)
	Spread time.Duration
	// CapExact waits exactly Cap, without jitter, once base·factorⁿ is above it.
	// (Go v2 before 2026-11)
	CapExact bool
	// Waits are the waits before the first retry, the second and so on, before
	// jitter, in place of those that Base, Cap and Factor give; the last one
	// repeats. Decorrelated is not for them. (C++)
	Waits []time.Duration
}

// Class is a Wait for some failures. (Go v2 since 2026-11 waits 20 times as long
// after a throttle as after other failures.)
type Class struct {
	On Conditions
	Wait
}

// after is the wait after the n-th failure, without what its answer asks for; prev is the
// wait before it and u the draw.
func (w *Wait) after(n int, prev time.Duration, u uint64) time.Duration {
	v, exact := w.unjittered(n - 1)
	d := v
	// The conversions keep the products from being fused with a following
	// sum, so that every processor draws the same wait.
	switch share := draw.Float(u); {
	case exact, w.Jitter == NoJitter:
	case w.Jitter == FullJitter:
		d = time.Duration(float64(v) * share)
	case w.Jitter == EqualJitter:
		d = v/2 + time.Duration(float64(v-v/2)*share)
	case w.Jitter == Decorrelated:
		if prev = max(prev, w.Base); n == 1 {
			prev = w.Base
		}
		d = w.Base + time.Duration(float64(3*prev-w.Base)*share)
		if w.Cap > 0 {
			d = min(d, w.Cap)
		}
	}
	if w.Spread > 0 {
		d += time.Duration(float64(w.Spread) * draw.Float(bits.RotateLeft64(u, 32)))
	}
	return d
}

// maxWait bounds how far an uncapped backoff grows, so that no sum of waits
// overflows.
const maxWait time.Duration = 365 * 24 * time.Hour

// unjittered is min(cap, base·factorⁿ), or the n-th of the Waits, and whether it
// is to be waited exactly so.
func (w *Wait) unjittered(n int) (v time.Duration, exact bool) {
	if len(w.Waits) > 0 {
		return w.Waits[min(n, len(w.Waits)-1)], false
	}
	limit := max(maxWait, w.Base)
	if w.Cap > 0 {
		limit = min(limit, w.Cap)
	}
	factor := w.Factor
	if factor == 0 {
		factor = 2
	}
	f := float64(w.Base)
	for ; n > 0 && f <= float64(limit); n-- {
		f *= factor
	}
	return time.Duration(min(f, float64(limit))), w.CapExact && f > float64(limit)
}
