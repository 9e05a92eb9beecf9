package limitertest

import (
	"math/big"
	"time"

	"tenement/internal/throttle"
)

// window says whether one more admission keeps every window within
// burst + rate·window. Admission k at instant a(k) has the height
// k·cost − a(k)·rate. All windows are within the bound if and only if no height
// exceeds the least one before it by more than burst − cost. Everything is in
// exact integers of any size.
type window struct {
	cost, gain *big.Int // of a request, and of a nanosecond, in heights
	slack      *big.Int // (burst − cost) tokens
	next       *big.Int // k·cost of the next admission
	least      *big.Int // of the heights so far, nil before the first
	height     big.Int  // scratch
}

func newWindow(l throttle.Limit) *window {
	token := new(big.Int).Mul(big.NewInt(l.Rate.Seconds), big.NewInt(int64(time.Second)))
	cost := max(l.Cost, 1)
	return &window{
		cost:  new(big.Int).Mul(token, big.NewInt(cost)),
		gain:  big.NewInt(l.Rate.Tokens),
		slack: new(big.Int).Mul(token, big.NewInt(l.Burst-cost)),
		next:  new(big.Int),
	}
}

// of is the height of the next admission if it comes at an instant.
func (w *window) of(at time.Duration) *big.Int {
	w.height.Mul(w.gain, w.height.SetInt64(int64(at)))
	return w.height.Sub(w.next, &w.height)
}

func (w *window) fits(at, longer time.Duration) bool {
	if w.least == nil {
		return true
	}
	h := w.of(at + longer)
	return h.Sub(h, w.least).Cmp(w.slack) <= 0
}

func (w *window) enters(at time.Duration) bool { return w.fits(at, 0) }

func (w *window) admit(start, _ time.Duration) {
	if h := w.of(start); w.least == nil || h.Cmp(w.least) < 0 {
		w.least = new(big.Int).Set(h)
	}
	w.next.Add(w.next, w.cost)
}

func (w *window) refuse(time.Duration) {}

// earnedBy is ⌊rate·t⌋.
func earnedBy(l throttle.Limit, t time.Duration) int64 {
	n := new(big.Int).Mul(big.NewInt(l.Rate.Tokens), big.NewInt(int64(t)))
	n.Div(n, new(big.Int).Mul(big.NewInt(l.Rate.Seconds), big.NewInt(int64(time.Second))))
	return n.Int64()
}

// earned is the first instant at which k tokens have come after the burst.
func earned(l throttle.Limit, k int64) time.Duration {
	n := new(big.Int).Mul(big.NewInt(k), big.NewInt(l.Rate.Seconds))
	n.Mul(n, big.NewInt(int64(time.Second)))
	n.Add(n, big.NewInt(l.Rate.Tokens-1)).Div(n, big.NewInt(l.Rate.Tokens))
	return time.Duration(n.Int64())
}
