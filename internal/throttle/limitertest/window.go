package limitertest

import (
	"fmt"
	"math/big"
	"time"

	"tenement/internal/throttle"
)

// window says whether one more admission keeps every window within
// burst + rate·window. Admission k at instant a(k) has the height
// k·second − a(k)·tokens per second; windows from i to k are all within the
// bound if and only if no height exceeds the least one before it by more than
// the burst less one. All of it is in exact integers of any size.
type window struct {
	token, gain *big.Int // a token and a nanosecond, in heights
	slack       *big.Int // (burst − 1) tokens
	next        *big.Int // k·token for the next k
	least       *big.Int // of the heights so far, nil before the first
	count       int
	height      big.Int // scratch
}

func newWindow(l throttle.Limit) *window {
	w := &window{
		token: new(big.Int).Mul(big.NewInt(l.Rate.Seconds), big.NewInt(int64(time.Second))),
		gain:  big.NewInt(l.Rate.Tokens),
		next:  new(big.Int),
	}
	w.slack = new(big.Int).Mul(w.token, big.NewInt(l.Burst-1))
	return w
}

// at is the height of the next admission, were it at now.
func (w *window) at(now time.Duration) *big.Int {
	w.height.Mul(w.gain, w.height.SetInt64(int64(now)))
	return w.height.Sub(w.next, &w.height)
}

// fits reports whether the next admission may be at now, if windows are taken
// to be longer by so many nanoseconds.
func (w *window) fits(now, longer time.Duration) bool {
	if w.least == nil {
		return true
	}
	h := w.at(now + longer)
	return h.Sub(h, w.least).Cmp(w.slack) <= 0
}

// add notes an admission.
func (w *window) add(now time.Duration) {
	if h := w.at(now); w.least == nil || h.Cmp(w.least) < 0 {
		w.least = new(big.Int).Set(h)
	}
	w.next.Add(w.next, w.token)
	w.count++
}

// String describes the state for a failure text.
func (w *window) String() string { return fmt.Sprintf("%d admitted before it", w.count) }

// most is ⌊burst + rate·t⌋.
func most(l throttle.Limit, t time.Duration) int64 {
	n := new(big.Int).Mul(big.NewInt(l.Rate.Tokens), big.NewInt(int64(t)))
	n.Div(n, new(big.Int).Mul(big.NewInt(l.Rate.Seconds), big.NewInt(int64(time.Second))))
	return n.Int64() + l.Burst
}

// earned is the least instant by which k tokens have come after the burst.
func earned(l throttle.Limit, k int64) time.Duration {
	n := new(big.Int).Mul(big.NewInt(k), big.NewInt(l.Rate.Seconds))
	n.Mul(n, big.NewInt(int64(time.Second)))
	n.Add(n, big.NewInt(l.Rate.Tokens-1)).Div(n, big.NewInt(l.Rate.Tokens))
	return time.Duration(n.Int64())
}
