package plan

import (
	"math"
	"sync"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// ramp is a Poisson process whose rate is a chain of straight lines. Its calls
// are those of a Poisson process of rate 1, at the times Λ⁻¹(S): S is the sum
// of unit exponentials, Λ the rate's integral. Both are counted in nano-calls,
// a billionth of a call, and a line's part of Λ is inverted in closed form, so
// that no draw is rejected.
type ramp struct {
	keyedTie
	lines  []line
	total  int64 // Λ at the end of the lines, in nano-calls
	length time.Duration
	cyclic bool // the lines repeat
}

// line is a stretch of straight rate.
type line struct {
	at    time.Duration
	rate  float64 // at its beginning, in calls a second
	slope float64 // calls a second, per second
	sum   int64   // Λ at its beginning, in nano-calls
}

const nano = 1e9

// unitGaps is the exponential distribution of mean one call.
var unitGaps = sync.OnceValue(func() *draw.Table { return draw.Exponential(nano) })

// add adds a line to a rate.
func (r *ramp) add(length time.Duration, from, to float64) {
	if length > 0 {
		r.lines = append(r.lines, line{
			at: r.length, rate: from, slope: float64(to-from) / length.Seconds(), sum: r.total,
		})
		r.length += length
		r.total += int64(math.Round(float64(from+to) / 2 * length.Seconds() * nano))
	}
}

// Stage is a stretch of time over which a rate changes in a straight line.
type Stage struct {
	For time.Duration // 0 jumps
	To  throttle.Rate // at its end
}

// Stages is a Poisson process whose rate goes from stage to stage, from 0 on.
// It ends with the last stage.
func Stages(stages []Stage) Pattern {
	r := new(ramp)
	rate := 0.0
	for _, s := range stages {
		to := s.To.PerSecond()
		r.add(s.For, rate, to)
		rate = to
	}
	return r
}

// sineLines is the number of straight lines that stand for a period of a sine.
// They differ from it by at most (2π/1024)²/8 of the amplitude, 5 in a million.
const sineLines = 1024

// Sine is a Poisson process whose rate swings around a mean by an amplitude of
// at most the mean. It rises first.
func Sine(mean, amplitude throttle.Rate, period time.Duration) Pattern {
	r := &ramp{cyclic: true}
	rate := func(i int) float64 {
		// Rounded, so that every processor has the same knots.
		wave := math.Round(math.Sin(2*math.Pi*float64(i)/sineLines)*(1<<30)) / (1 << 30)
		return math.Max(0, mean.PerSecond()+float64(amplitude.PerSecond()*wave))
	}
	for i := range sineLines {
		begin, end := part(period, i), part(period, i+1)
		r.add(end-begin, rate(i), rate(i+1))
	}
	return r
}

// part is i/1024 of a period.
func part(period time.Duration, i int) time.Duration {
	return period/sineLines*time.Duration(i) + period%sineLines*time.Duration(i)/sineLines
}

func (r *ramp) at(k draw.Key, n uint32, last time.Duration, sum *int64) time.Duration {
	*sum += int64(unitGaps().At(k.With(uint64(n)).Bits()))
	rest, before := *sum, time.Duration(0)
	if r.total == 0 {
		return never
	}
	if r.cyclic {
		before = time.Duration(rest/r.total) * r.length
		rest %= r.total
	}
	if rest >= r.total || before > longest {
		return never
	}
	return max(before+r.inverse(rest), last)
}

// inverse is when Λ, counted from the first line on, reaches a sum below the
// total.
func (r *ramp) inverse(sum int64) time.Duration {
	low, high := 0, len(r.lines)
	for high-low > 1 {
		if middle := (low + high) / 2; r.lines[middle].sum <= sum {
			low = middle
		} else {
			high = middle
		}
	}
	l, end := &r.lines[low], r.length
	if high < len(r.lines) {
		end = r.lines[high].at
	}
	// rate·t + slope·t²/2 = s, solved without cancellation. The conversions
	// keep products from being fused with sums, which processors do
	// differently.
	s := float64(sum-l.sum) / nano
	square := float64(l.rate*l.rate) + float64(float64(2*l.slope)*s)
	t := 0.0
	if root := math.Sqrt(math.Max(square, 0)); s > 0 {
		t = float64(2*s) / (l.rate + root)
	}
	return min(l.at+time.Duration(math.Min(t*nano, float64(longest))), end-1)
}

func (r *ramp) expected(end time.Duration) float64 {
	sum := 0.0
	if r.cyclic {
		sum = float64(end/r.length) * float64(r.total) / nano
		end %= r.length
	}
	for i, l := range r.lines {
		stop := r.length
		if i+1 < len(r.lines) {
			stop = r.lines[i+1].at
		}
		if t := (min(stop, end) - l.at).Seconds(); t > 0 {
			sum += float64(l.rate*t) + float64(l.slope*t*t/2)
		}
	}
	return sum
}
