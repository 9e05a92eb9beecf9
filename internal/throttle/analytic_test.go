package throttle_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// blocking is the probability that a Poisson arrival finds an M/D/1/b system
// full, at rho = λ/r. A token bucket is that system: its debt is the work of a
// server that takes 1/r for a token, and it has room for b.
//
// With q₀ the share of departures that leave the system empty, it is
// 1 − 1/(q₀ + rho). q₀ comes from the chain of the numbers left behind by
// departures, solved by the elimination of Grassmann, Taksar and Heyman, which
// never subtracts and so loses no digits.
func blocking(rho float64, b int) float64 {
	// arrivals[a] is the probability of a arrivals during one service.
	arrivals := make([]float64, b+1)
	for a := range arrivals {
		lg, _ := math.Lgamma(float64(a + 1))
		arrivals[a] = math.Exp(float64(a)*math.Log(rho) - rho - lg)
	}
	p := make([][]float64, b)
	for i := range p {
		p[i] = make([]float64, b)
		from := max(i-1, 0) // an empty system waits for an arrival and serves it
		for j := from; j < b-1; j++ {
			p[i][j] = arrivals[j-from]
		}
		for a := b - 1 - from; a < b+200; a++ { // arrivals beyond the room are lost
			lg, _ := math.Lgamma(float64(a + 1))
			p[i][b-1] += math.Exp(float64(a)*math.Log(rho) - rho - lg)
		}
	}
	for n := b - 1; n > 0; n-- {
		out := 0.
		for j := range n {
			out += p[n][j]
		}
		for i := range n {
			p[i][n] /= out
			for j := range n {
				p[i][j] += p[i][n] * p[n][j]
			}
		}
	}
	share := make([]float64, b)
	share[0] = 1
	sum := 1.
	for j := 1; j < b; j++ {
		for i := range j {
			share[j] += share[i] * p[i][j]
		}
		sum += share[j]
	}
	return 1 - 1/(share[0]/sum+rho)
}

// poissonRows are parameters and the throttled share that theory gives for
// them, to the digits in the table.
var poissonRows = []struct {
	lambda, rate int64
	burst        int
	want         float64
	digits       float64 // half a unit of the last digit of want
	arrivals     int     // enough to resolve the share; 0: too rare for a test
}{
	{36, 40, 1, 0.473684, 5e-7, 1e6},
	{20, 40, 5, 0.00217596, 5e-9, 2e6},
	{36, 40, 5, 0.0643619, 5e-8, 1e6},
	{32, 40, 10, 0.00363923, 5e-9, 2e6},
	{40, 40, 10, 0.0508475, 5e-8, 1e6},
	{36, 40, 20, 0.00185318, 5e-9, 2e6},
	{36, 40, 60, 4.594e-7, 5e-11, 0},
	{38, 40, 60, 1.1987e-4, 5e-9, 4e6},
	{39, 40, 60, 0.00131949, 5e-9, 2e6},
	{40, 40, 60, 0.00835655, 5e-9, 2e6},
	{42, 40, 60, 0.0477517, 5e-8, 2e6},
	{44, 40, 60, 0.0909099, 5e-8, 1e6},
	{60, 40, 60, 0.333333, 5e-7, 1e6},
	{80, 40, 60, 0.500000, 5e-7, 1e6},
}

// Poisson arrivals on one bucket are throttled as often as M/D/1/b blocks:
// within four standard errors, taken from the run's own batches.
func TestPoissonArrivals(t *testing.T) {
	const batches = 40
	for _, tt := range poissonRows {
		t.Run(fmt.Sprintf("λ=%d r=%d b=%d", tt.lambda, tt.rate, tt.burst), func(t *testing.T) {
			exact := blocking(float64(tt.lambda)/float64(tt.rate), tt.burst)
			if math.Abs(exact-tt.want) > tt.digits*1.01 {
				t.Errorf("theory: got %.9g, want %.9g", exact, tt.want)
			}
			if tt.arrivals == 0 {
				return
			}
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: tt.rate, Seconds: 1}, Burst: int64(tt.burst)}}})
			gap := draw.Exponential(float64(time.Second) / float64(tt.lambda))
			stream := draw.Seed(2).With(uint64(tt.lambda)).With(uint64(tt.burst))
			now, n := time.Duration(0), uint64(0)
			batch := func() (throttled float64) {
				size := tt.arrivals / batches
				for range size {
					n++
					now += gap.At(stream.With(n).Bits())
					if decide(e, now, &throttle.Request{Slot: -1, Group: -1}).Kind == throttle.Rejected {
						throttled++
					}
				}
				return throttled / float64(size)
			}
			batch() // reaches the steady state
			var sum, squares float64
			for range batches {
				x := batch()
				sum += x
				squares += x * x
			}
			mean := sum / batches
			se := math.Sqrt((squares/batches - mean*mean) / (batches - 1))
			if se > exact/5 {
				t.Errorf("standard error %.3g: too large to say anything of a share of %.3g", se, exact)
			}
			if off := (mean - exact) / se; math.Abs(off) > 4 {
				t.Errorf("throttled share: got %.6g, want %.6g: %+.1f standard errors", mean, exact, off)
			}
		})
	}
}

// 100 requests a second, evenly, for 10 s on 40/60: ⌊60 + 40·9.99⌋ of 1000.
func TestEvenOverload(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}}})
	for i := range 1000 {
		decide(e, time.Duration(i)*10*ms, &throttle.Request{Slot: -1, Group: -1})
	}
	if got, want := e.Counts().Tally, (throttle.Tally{Requests: 1000, Admitted: 459, Throttled: 541}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// N tasks at uniform instants within a window, on a full 40/60 bucket: the
// throttled share. The fluid bound is max(0, 1 − (b + rW)/N); fluctuations add
// the little that an independent program found in 5000 repetitions.
func TestThunderingHerd(t *testing.T) {
	tests := []struct {
		tasks     int
		window    time.Duration
		want      float64
		tolerance float64
	}{
		{100, 0, 0.4, 0},
		{500, 0, 0.88, 0},
		{100, 500 * ms, 0.2104, 0.002},
		{100, time.Second, 0.0139, 0.002},
		{100, 2 * time.Second, 0, 1e-4},
		{500, 5 * time.Second, 0.4828, 0.002},
		{500, 10 * time.Second, 0.0893, 0.002},
		{500, 11 * time.Second, 0.0146, 0.002},
		{500, 15 * time.Second, 0, 1e-4},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d within %v", tt.tasks, tt.window), func(t *testing.T) {
			const repetitions = 500
			e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}}})
			at := make([]time.Duration, tt.tasks)
			for host := range repetitions {
				if host > 0 {
					e.NextHost(uint32(host))
				}
				stream := draw.Seed(3).With(uint64(host))
				for i := range at {
					at[i] = time.Duration(draw.Below(stream.With(uint64(i)).Bits(), uint64(tt.window)+1))
				}
				slices.Sort(at)
				for _, now := range at {
					decide(e, now, &throttle.Request{Slot: -1, Group: -1})
				}
			}
			c := e.Counts()
			if got := float64(c.Throttled) / float64(c.Requests); math.Abs(got-tt.want) > tt.tolerance {
				t.Errorf("throttled share: got %.4f, want %.4f ± %.4f", got, tt.want, tt.tolerance)
			}
		})
	}
}
