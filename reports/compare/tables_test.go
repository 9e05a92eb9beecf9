package compare

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tenement/internal/stat"
	"tenement/reports"
)

// trials is how many comparisons each row of the tables makes: `make tables` makes
// 20,000 of each.
var trials = flag.Int("trials", 1000, "comparisons for each row of the tables of false alarms and of power")

// session is the rounds of two sides in turns, on a logarithmic scale: each round has
// noise of its own, and a drift moves all of them alike from the first to the last.
type session struct {
	random *rand.Rand
	sigma  float64 // of the noise of a round
	drift  float64 // by how much the last round is slower than the first
	shift  float64 // of the current side
}

func newSession(key uint64, cv, drift, shift float64) *session {
	return &session{rand.New(rand.NewPCG(key, 2)), math.Sqrt(math.Log1p(cv * cv)), drift, math.Log1p(shift)}
}

// rounds are k rounds a side, as ABBA.
func (s *session) rounds(k int) (base, current []float64) {
	for n := range k {
		for turn := range 2 {
			at := float64(2*n+turn) / float64(2*k-1)
			x := s.sigma*s.random.NormFloat64() + math.Log1p(s.drift*at)
			if (n%2 == 1) == (turn == 0) {
				current = append(current, x+s.shift)
			} else {
				base = append(base, x)
			}
		}
	}
	return base, current
}

// judged is the result of a median, with a threshold of 5 %.
func judged(base, current []float64, signed bool) reports.Result {
	e := effect{replicates: len(base)}
	e.shift, e.interval = ranked(base, current, signed)
	out := reports.FigureComparison{Threshold: reports.Threshold{Ratio: 0.05}}
	e.fill(&figure{scale: reports.Ratio, threshold: out.Threshold}, &out)
	return out.Result
}

// share is how often something is true in all trials.
func share(of func() bool) float64 { return shareOf(*trials, of) }

func shareOf(trials int, of func() bool) float64 {
	n := 0
	for range trials {
		if of() {
			n++
		}
	}
	return float64(n) / float64(trials)
}

// tolerance is four standard errors of a share that is measured in so many trials, and
// those of the table itself, which is of 20,000 and has two digits.
func tolerance(want float64) float64 { return toleranceOf(*trials, want) }

func toleranceOf(trials int, want float64) float64 {
	p := min(max(want, 0.001), 0.999)
	return 4*math.Sqrt(p*(1-p)*(1/float64(trials)+1.0/20_000)) + 0.005
}

// The table of false alarms and of power of the method: lognormal rounds in turns, no
// drift, thresholds of 5 %.
func TestPower(t *testing.T) {
	for _, row := range []struct {
		k                     int
		cv                    float64
		alike, ten, twenty, f float64 // of the gate: identical, +10 %, +20 %, +40 %
		significant           float64 // that the interval leaves 0 out, of identical sides
	}{
		{6, 0.05, 0, .09, .84, 1, .0040},
		{10, 0.05, 0, .22, .996, 1, .0042},
		{20, 0.05, 0, .56, 1, 1, .0043},
		{10, 0.15, .0008, .02, .20, .874, .0044},
		{20, 0.15, .0003, .05, .51, 1, .0054},
	} {
		t.Run(fmt.Sprintf("%d rounds, %g", row.k, row.cv), func(t *testing.T) {
			t.Parallel()
			for i, want := range []float64{row.alike, row.ten, row.twenty, row.f} {
				s := newSession(uint64(row.k*1000+i), row.cv, 0, []float64{0, .1, .2, .4}[i])
				got := share(func() bool {
					a, b := s.rounds(row.k)
					return judged(a, b, false) == reports.Regression
				})
				if math.Abs(got-want) > tolerance(want) {
					t.Errorf("+%d %%: found in %.4f of all comparisons, want %.4f ± %.4f", []int{0, 10, 20, 40}[i], got, want, tolerance(want))
				}
			}
			s := newSession(uint64(row.k), row.cv, 0, 0)
			got := share(func() bool {
				a, b := s.rounds(row.k)
				_, ci := ranked(a, b, false)
				return ci[0] > 0 || ci[1] < 0
			})
			if math.Abs(got-row.significant) > tolerance(row.significant) {
				t.Errorf("identical sides: the interval leaves 0 out in %.4f, want %.4f", got, row.significant)
			}
		})
	}
}

// Identical rounds do not cry wolf, however much they vary and whether or not the
// machine slows down by a tenth: with few rounds, and with as many as are compared pair
// by pair.
func TestFalseAlarms(t *testing.T) {
	for _, k := range []int{6, 10, 20} {
		for _, cv := range []float64{.05, .15, .30} {
			for _, drift := range []float64{0, .10} {
				t.Run(fmt.Sprintf("%d rounds, %g, drift %g", k, cv, drift), func(t *testing.T) {
					t.Parallel()
					s := newSession(uint64(k)+uint64(cv*1000)+uint64(drift*10_000), cv, drift, 0)
					got := share(func() bool {
						a, b := s.rounds(k)
						return judged(a, b, k >= leastSigned) == reports.Regression
					})
					if got >= 0.01 {
						t.Errorf("a false alarm in %.4f of all comparisons, want less than 0.01", got)
					}
				})
			}
		}
	}
}

// An effect of exactly the threshold is an alarm in half of what the level leaves.
func TestBoundary(t *testing.T) {
	s := newSession(7, 0.05, 0, 0.05)
	got := share(func() bool {
		a, b := s.rounds(10)
		return judged(a, b, false) == reports.Regression
	})
	if math.Abs(got-.0045) > tolerance(.0045) {
		t.Errorf("got %.4f, want .0045", got)
	}
}

// Pair by pair, a drift costs no power.
func TestPairsAndDrift(t *testing.T) {
	power := func(drift float64, signed bool) float64 {
		s := newSession(11, 0.05, drift, 0.10)
		return share(func() bool {
			a, b := s.rounds(20)
			return judged(a, b, signed) == reports.Regression
		})
	}
	still, unpaired, inPairs := power(0, true), power(.10, false), power(.10, true)
	if math.Abs(unpaired-.40) > tolerance(.40) {
		t.Errorf("unpaired with a drift: got %.3f, want .40", unpaired)
	}
	if math.Abs(still-inPairs) > 2*tolerance(still) {
		t.Errorf("in pairs: got %.3f with a drift and %.3f without", inPairs, still)
	}
}

// ratesOf is a side of rounds of 10,000 calls, of which a rate fails that varies from
// round to round.
func ratesOf(random *rand.Rand, k int, rate, cv float64) *sample {
	sigma := math.Sqrt(math.Log1p(cv * cv))
	s := &sample{report: &reports.Report{Engine: reports.Live}, blocks: &reports.Blocks{Of: reports.ByRounds}}
	for i := range k {
		mean := rate * math.Exp(sigma*random.NormFloat64()-sigma*sigma/2)
		n := poisson(random, 10_000*mean)
		s.blocks.First, s.blocks.N = append(s.blocks.First, uint64(i)), append(s.blocks.N, 1)
		s.counts = append(s.counts, [numCounts]uint64{calls: 10_000, failures: n, attempts: 10_000})
		s.steps[ofCalls] = append(s.steps[ofCalls], nil)
		s.total[calls] += 10_000
		s.total[failures] += n
	}
	return s
}

// poisson draws a number with a mean.
func poisson(random *rand.Rand, mean float64) (n uint64) {
	for sum := random.ExpFloat64(); sum < mean; sum += random.ExpFloat64() {
		n++
	}
	return n
}

// A failure rate of 1 % that varies by 30 % from round to round raises no alarm, and one
// of twice as much is found.
func TestRates(t *testing.T) {
	failureRate := asked{figures[0], reports.TargetUnderTest}
	few := *trials / 4 // exact chances with ties take their time
	for _, row := range []struct{ cv, alike, half, twice float64 }{
		{0, 0, 1, 1}, {.10, 0, .97, 1}, {.30, 0, .26, .88},
	} {
		for i, want := range []float64{row.alike, row.half, row.twice} {
			odds := []float64{1, 1.5, 2}[i]
			random := rand.New(rand.NewPCG(uint64(i), uint64(100*row.cv)))
			got := shareOf(few, func() bool {
				base, current := ratesOf(random, 10, .01, row.cv), ratesOf(random, 10, .01*odds, row.cv)
				return compareFigure(failureRate, base, current).Result == reports.Regression
			})
			if math.Abs(got-want) > toleranceOf(few, want)+.02 { // the rate stands for the odds
				t.Errorf("CV %g, ×%g: found in %.3f of all comparisons, want %.3f", row.cv, odds, got, want)
			}
		}
	}
}

// Calls that are taken for independent raise the alarms that the method is made
// against: the test of two pooled shares, at 5 %.
func TestPooledRequestsCryWolf(t *testing.T) {
	for cv, want := range map[float64]float64{0: .052, .10: .16, .30: .54} {
		random := rand.New(rand.NewPCG(3, uint64(100*cv)))
		got := share(func() bool {
			a, b := ratesOf(random, 10, .01, cv), ratesOf(random, 10, .01, cv)
			return math.Abs(stat.Difference(a.total[failures], a.total[calls], b.total[failures], b.total[calls])) > 1.96
		})
		if math.Abs(got-want) > tolerance(want)+.01 {
			t.Errorf("CV %g: got %.3f, want %.3f", cv, got, want)
		}
	}
}
