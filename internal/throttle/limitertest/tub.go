package limitertest

import (
	"math/big"
	"time"

	"tenement/internal/throttle"
)

// tub is a plain token bucket in exact integers of any size: a level that
// rises, up to a maximum. It is for buckets where a refusal takes tokens, for
// which no sum over windows is a bound.
type tub struct {
	gain, size, cost, fine *big.Int // per nanosecond, the maximum, of a request, of a refusal; in parts of a token
	level                  *big.Int
	at                     time.Duration
}

func newTub(l throttle.Limit) *tub {
	token := new(big.Int).Mul(big.NewInt(l.Rate.Seconds), big.NewInt(int64(time.Second)))
	of := func(n int64) *big.Int { return new(big.Int).Mul(token, big.NewInt(n)) }
	return &tub{gain: big.NewInt(l.Rate.Tokens), size: of(l.Burst), cost: of(max(l.Cost, 1)), fine: of(l.RefusalCost), level: of(l.Burst)}
}

// by is the level at an instant.
func (t *tub) by(at time.Duration) *big.Int {
	level := new(big.Int).Mul(t.gain, big.NewInt(int64(at-t.at)))
	if level.Add(level, t.level); level.Cmp(t.size) > 0 {
		return t.size
	}
	return level
}

// takeOut lowers the level at an instant, at most to 0.
func (t *tub) takeOut(at time.Duration, what *big.Int) {
	level := new(big.Int).Sub(t.by(at), what)
	if level.Sign() < 0 {
		level.SetInt64(0)
	}
	t.level, t.at = level, at
}

func (t *tub) fits(at, _ time.Duration) bool { return t.by(at).Cmp(t.cost) >= 0 }
func (t *tub) enters(at time.Duration) bool  { return t.fits(at, 0) }
func (t *tub) admit(start, _ time.Duration)  { t.takeOut(start, t.cost) }
func (t *tub) refuse(at time.Duration)       { t.takeOut(at, t.fine) }
