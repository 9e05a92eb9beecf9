package reports

import (
	"maps"
	"math"
	"slices"

	"tenement/internal/stat"
)

// SeedsApart is how far the seeds of a simulation are apart. A live run is as far from
// their mean as another seed.
//
// All but Tries are how much more a count varies from seed to seed than if its calls, or
// attempts, were independent of each other: its variance, as a multiple. They are at
// least 1.
type SeedsApart struct {
	Failures  float64 `json:"failures"`        // calls that failed
	Throttled float64 `json:"throttled"`       // attempts
	Ready     float64 `json:"ready_within_1s"` // calls that succeeded within 1 s
	P50       float64 `json:"p50"`             // successes that took up to the median
	P99       float64 `json:"p99"`             // successes that took up to the 99th percentile
	Mean      float64 `json:"mean"`            // the sum of latencies
	Tries     float64 `json:"tries"`           // the standard deviation of attempts per call
}

// apart is what is known of how far the seeds are apart.
func (s *Simulated) apart() SeedsApart {
	if s.Apart != nil {
		return *s.Apart
	}
	return SeedsApart{Failures: s.effect()}
}

// seedsApart is how far the seeds of an estimate are apart, of a group with these figures;
// nil if it keeps no blocks of them.
func (e *Estimate) seedsApart(group int, s *Simulated) *SeedsApart {
	numbers := slices.Sorted(maps.Keys(e.recorder.blocks))
	if len(numbers) < 2 {
		return nil
	}
	var counts [blockRows][]float64 // as in GroupBlocks.rows
	var latencies [][]Step
	for _, number := range numbers {
		b := &e.recorder.blocks[number][group]
		for i, n := range b.counts {
			counts[i] = append(counts[i], float64(n))
		}
		latencies = append(latencies, b.steps.unpack())
	}
	calls, failures, attempts, throttled, ready := counts[0], counts[1], counts[2], counts[3], counts[4]
	_, moves := stat.Moves(attempts, calls)
	out := &SeedsApart{
		Failures: max(effectOf(failures, calls), tidy(s.effect())), Throttled: effectOf(throttled, attempts), Ready: effectOf(ready, calls),
		P50: 1, P99: 1, Mean: 1,
		Tries: tidy(stat.MovesError(moves) * math.Sqrt(float64(s.Seeds))),
	}
	if q := s.LatencyMS; q != nil {
		successes := each(latencies, func(Step) float64 { return 1 })
		upTo := func(ms float64) float64 {
			return effectOf(each(latencies, func(s Step) float64 { return s.upTo(ms) }), successes)
		}
		out.P50, out.P99 = upTo(q.P50), upTo(q.P99)
		sums := each(latencies, Step.middle)
		squares := total64(each(latencies, func(s Step) float64 { return s.middle() * s.middle() }))
		mean, moves := stat.Moves(sums, successes)
		n, se := total64(successes), stat.MovesError(moves)
		if variance := squares/n - float64(mean*mean); variance > 0 {
			out.Mean = tidy(max(float64(se*se)*n/variance, 1))
		}
	}
	return out
}

// effectOf is how much more a part of something varies from block to block than if it were
// independent; 1 if less.
func effectOf(part, whole []float64) float64 {
	share, moves := stat.Moves(part, whole)
	if share <= 0 || share >= 1 {
		return 1
	}
	se := stat.MovesError(moves)
	return tidy(max(float64(se*se)*total64(whole)/float64(share*(1-share)), 1))
}

// each adds up something of the latencies of each block.
func each(blocks [][]Step, of func(Step) float64) []float64 {
	sums := make([]float64, len(blocks))
	for i, steps := range blocks {
		for _, step := range steps {
			sums[i] += float64(of(step) * float64(step.N))
		}
	}
	return sums
}

// upTo is 1 if the latencies of a step begin at so many milliseconds at most, else 0.
func (s Step) upTo(ms float64) float64 {
	if from, _ := StepRange(int(s.Number)); from > ms {
		return 0
	}
	return 1
}

// middle is the middle of a step, in milliseconds.
func (s Step) middle() float64 {
	from, to := StepRange(int(s.Number))
	return (from + to) / 2
}

// widen makes of the figures of two groups those that allow for more.
func (a *SeedsApart) widen(o SeedsApart) {
	a.Failures, a.Throttled, a.Ready = max(a.Failures, o.Failures), max(a.Throttled, o.Throttled), max(a.Ready, o.Ready)
	a.P50, a.P99, a.Mean, a.Tries = max(a.P50, o.P50), max(a.P99, o.P99), max(a.Mean, o.Mean), max(a.Tries, o.Tries)
}

// effect is how much more the failures vary from seed to seed than those of independent
// calls would; 1 if that is not known, or less.
func (s *Simulated) effect() float64 {
	if s.Seeds < 2 || s.Failures == 0 || s.Failures >= s.Calls {
		return 1
	}
	rate := float64(s.Failures) / float64(s.Calls)
	independent := float64(s.Calls) / float64(s.Seeds) * float64(rate*(1-rate))
	return max(float64(s.FailuresPerSeed.SD*s.FailuresPerSeed.SD)/independent, 1)
}

// Agreement says of each figure whether a seed of the simulation could have given what
// the live run measured. Null is a figure that could not be compared: a percentile of
// fewer than 50 successes.
type Agreement struct {
	Failures *bool `json:"failures"` // calls that failed
	Tries    *bool `json:"tries"`    // attempts per call
	P50      *bool `json:"p50"`      // of the latency of successes
	P99      *bool `json:"p99"`      // of the same
}

// MinSeeds is the least number of seeds that can show a live figure to be unusual, and
// minSuccesses the least number of live successes whose percentiles can be.
const (
	MinSeeds     = 50
	minSuccesses = 50
)

// A live run agrees within so many standard deviations of a seed. Those of tries and of
// latencies are known less well: from some 25 blocks of seeds. A real machine and a
// network may add as much as this to latencies, and a little to tries.
const (
	agreeing   = 4 // of failures
	agreeingIn = 5 // of tries and latencies
	addedMS    = MostLateMS
	addedShare = 0.1 // of a latency
	addedTries = 0.01
)

// compare fills in whether live runs agree with their simulation. Beside a recording
// stands the live run itself.
func (r *Report) compare() {
	if r.Engine != Live {
		return
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		for j := range c.Groups {
			if s := c.Groups[j].Simulated; s != nil && c.RanS == 0 {
				s.judge(&c.Groups[j], c.Runs())
			}
			if rec := c.Groups[j].Recorded; rec != nil {
				rec.ofRun()
			}
		}
	}
}

// judge fills in whether a group of so many live runs agrees.
func (s *Simulated) judge(g *Group, runs int) {
	s.Agrees, s.Agreement = nil, nil
	if s.Seeds < MinSeeds {
		return
	}
	n, a := float64(runs), &Agreement{}
	off := math.Abs(float64(g.Failures()) - float64(s.FailuresPerSeed.Mean*n))
	a.Failures = verdict(off <= max(agreeing*s.FailuresPerSeed.SD*math.Sqrt(n), 1))
	if g.Calls > 0 && s.Calls > 0 && s.Apart != nil {
		live, simulated := float64(g.Attempts)/float64(g.Calls), float64(s.Attempts)/float64(s.Calls)
		within := max(agreeingIn*s.Apart.Tries/math.Sqrt(n), 1/float64(g.Calls), addedTries*simulated)
		a.Tries = verdict(math.Abs(live-simulated) <= within)
	}
	if samples, at := g.Histograms.Latency.Percentiles(); samples >= minSuccesses && s.LatencyMS != nil && s.Apart != nil {
		late := Lateness{}
		if g.LatenessMS != nil {
			late = *g.LatenessMS // which latencies include, and a warning tells
		}
		a.P50 = verdict(near(at, float64(samples), 0.5, s.Apart.P50, s.LatencyMS.P50, late.P50))
		a.P99 = verdict(near(at, float64(samples), 0.99, s.Apart.P99, s.LatencyMS.P99, late.P99))
	}
	s.Agreement, s.Agrees = a, verdict(true)
	for _, one := range []*bool{a.Failures, a.Tries, a.P50, a.P99} {
		*s.Agrees = *s.Agrees && (one == nil || *one)
	}
}

// near reports whether so many live latencies may have this simulated quantile, if the
// number of them beyond it varies that much more than of independent ones, and calls were
// sent so many milliseconds late.
func near(at func(percentile float64) float64, n, q, effect, simulated, late float64) bool {
	half := agreeingIn * math.Sqrt(max(effect, 1)*q*(1-q)/n)
	slower := at(100*max(q-half, 0)) > simulated*(1+addedShare)+addedMS+late
	faster := q+half < 1 && at(100*(q+half)) < simulated/(1+addedShare)-addedMS
	return !slower && !faster
}

func verdict(agrees bool) *bool { return &agrees }
