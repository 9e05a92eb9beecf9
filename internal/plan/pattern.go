package plan

import (
	"math"
	"math/bits"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Pattern says when the processes of a group call. It is the same for all of
// them; what differs is their key, and the sum, a number that the pattern
// keeps per process and that is 0 at first. The patterns are those of this
// package: Constant, Poisson, Gamma, Burst, Once, Timer, Stages, Sine and
// NewReplay.
type Pattern interface {
	// at is the instant of call n, from the group's start, or never. last is
	// the instant of the call before it, 0 for the first.
	at(k draw.Key, n uint32, last time.Duration, sum *int64) time.Duration
	// expected is how many calls of one process to expect before an end.
	expected(end time.Duration) float64
	// tie orders the calls that fall on one instant: the smaller comes first.
	tie(k draw.Key, n uint32) uint64
}

// never is later than every run.
const never = time.Duration(math.MaxInt64)

// longest bounds every computed instant, so that sums of a few of them cannot
// overflow: ten years, as for the durations of package quantity.
const longest = 10 * 366 * 24 * time.Hour

// drawTie is the purpose of a tie's draw, beside the draw of the instant. Both
// derive from a process's key and the number of the call.
const drawTie = 1

// keyedTie orders ties by a hash of the call.
type keyedTie struct{}

func (keyedTie) tie(k draw.Key, n uint32) uint64 {
	return k.With(uint64(n)).With(drawTie).Bits()
}

// Constant is a call every 1/Rate, the first at once: call n is at n/Rate,
// rounded down to a nanosecond, so that no error adds up.
type Constant struct {
	keyedTie
	Rate throttle.Rate // above 0
}

func (c Constant) at(_ draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
	return c.instant(uint64(n))
}

func (c Constant) instant(n uint64) time.Duration {
	high, low := bits.Mul64(n, uint64(c.Rate.Seconds)*uint64(time.Second))
	if high >= uint64(c.Rate.Tokens) {
		return never
	}
	at, _ := bits.Div64(high, low, uint64(c.Rate.Tokens))
	return time.Duration(min(at, uint64(never)))
}

func (c Constant) expected(end time.Duration) float64 {
	if end <= 0 {
		return 0
	}
	// The last call is the largest n with n/rate < end. The estimate is close
	// to it.
	n := uint64(end.Seconds() * c.Rate.PerSecond())
	for n > 0 && c.instant(n) >= end {
		n--
	}
	for c.instant(n+1) < end {
		n++
	}
	return float64(n + 1)
}

// renewal is a process with independent, keyed gaps of one distribution. It
// began long before the run, so that its rate is the same from the start.
type renewal struct {
	keyedTie
	gap *draw.Table
	// around is the gap that is under way when the run begins. A long gap is
	// more likely to be, so its distribution is that of the gaps, weighted by
	// length. It is nil for a memoryless process, where the rest of a gap is
	// distributed like a gap.
	around *draw.Table
	rate   float64 // calls a second
}

// drawRest is the number of the draw of how much is left of the gap under way
// when the run begins. It is beyond the numbers of calls.
const drawRest = 1 << 32

func (r *renewal) at(k draw.Key, n uint32, last time.Duration, _ *int64) time.Duration {
	if n == 0 && r.around != nil {
		whole := r.around.At(k.With(0).Bits())
		return time.Duration(draw.Below(k.With(drawRest).Bits(), uint64(whole)+1))
	}
	return last + r.gap.At(k.With(uint64(n)).Bits())
}

func (r *renewal) expected(end time.Duration) float64 { return r.rate * end.Seconds() }

// Poisson is calls that are independent of each other, at a mean rate above 0.
func Poisson(rate throttle.Rate) Pattern {
	mean := float64(time.Second) / rate.PerSecond()
	return &renewal{gap: draw.Exponential(mean), rate: rate.PerSecond()}
}

// Gamma is a renewal process at a mean rate with gamma-distributed gaps: of
// shape 1/cv², so that cv is their coefficient of variation. It is bursty for a
// cv above 1, which is Poisson, and regular below.
func Gamma(rate throttle.Rate, cv float64) Pattern {
	shape := 1 / float64(cv*cv)
	scale := float64(time.Second) / rate.PerSecond() / shape
	// Weighted by length, a gamma distribution is that of a shape one higher.
	return &renewal{gap: draw.Gamma(shape, scale), around: draw.Gamma(shape+1, scale), rate: rate.PerSecond()}
}

// Burst is several calls at one instant, the first time after Delay.
type Burst struct {
	Calls int           // at one instant, of each process; at least 1
	Every time.Duration // from burst to burst; 0 is one burst only
	Until time.Duration // from the group's start; 0 is no end
	Delay time.Duration // from the group's start to the first
}

func (b Burst) at(_ draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
	k := uint64(n) / uint64(b.Calls)
	if k == 0 {
		return b.Delay
	}
	high, low := bits.Mul64(k, uint64(b.Every))
	at := time.Duration(min(low, uint64(never)))
	if at = later(at, b.Delay); b.Every == 0 || high > 0 || b.Until > 0 && at >= b.Until {
		return never
	}
	return at
}

func (b Burst) expected(end time.Duration) float64 {
	if b.Until > 0 {
		end = min(end, b.Until)
	}
	end -= b.Delay
	switch {
	case end <= 0:
		return 0
	case b.Every == 0:
		return float64(b.Calls)
	}
	return float64(b.Calls) * float64((end-1)/b.Every+1)
}

// tie spreads the calls of a burst evenly over the order, one in each of as
// many parts as there are calls, so that a process with one call at that
// instant comes anywhere among them with equal chance.
func (b Burst) tie(k draw.Key, n uint32) uint64 {
	u := k.With(uint64(n)).With(drawTie).Bits()
	if b.Calls == 1 {
		return u
	}
	part := uint64(n) % uint64(b.Calls)
	place := (part<<32 | u>>32) / uint64(b.Calls)
	return place<<32 | u&math.MaxUint32
}

// Once is one call of each process, at a keyed uniform instant of a window from
// the group's start on.
type Once struct {
	keyedTie
	Within time.Duration // 0 is at the start
}

func (s Once) at(k draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
	switch {
	case n > 0:
		return never
	case s.Within == 0:
		return 0
	}
	return time.Duration(draw.Below(k.With(0).Bits(), uint64(s.Within)))
}

func (s Once) expected(end time.Duration) float64 {
	if s.Within <= end {
		return 1
	}
	return float64(end) / float64(s.Within)
}

// Timer is a call at every tick of a timer, the first at once.
type Timer struct {
	keyedTie
	Every  time.Duration // from tick to tick; above 0
	Spread bool          // each process ticks at an offset of its own; else all tick together
	Jitter time.Duration // the longest delay of a call after its tick; at most Every
}

// drawPhase is the number of the draw of a timer's phase. It is beyond the numbers of calls.
const drawPhase = 1 << 32

func (t Timer) at(k draw.Key, n uint32, _ time.Duration, _ *int64) time.Duration {
	high, low := bits.Mul64(uint64(n), uint64(t.Every))
	at := time.Duration(low)
	if high > 0 || at < 0 || at > longest {
		return never
	}
	if t.Spread {
		at += time.Duration(draw.Below(k.With(drawPhase).Bits(), uint64(t.Every)))
	}
	if t.Jitter > 0 {
		at += time.Duration(draw.Below(k.With(uint64(n)).Bits(), uint64(t.Jitter)))
	}
	return at
}

func (t Timer) expected(end time.Duration) float64 {
	if t.Spread {
		return float64(end) / float64(t.Every)
	}
	n := float64((end-1)/t.Every + 1)
	// The last tick's call may come after the end.
	if last := (end - 1) % t.Every; t.Jitter > last+1 {
		n -= 1 - float64(last+1)/float64(t.Jitter)
	}
	return n
}
