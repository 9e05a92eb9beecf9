package process

import (
	"math"
	"slices"
	"time"

	"tenement/internal/strategy"
)

// What counts as nothing, and as the same, when waits are read off real processes.
const (
	noWait = 25 * time.Millisecond // a retry at once, on a busy machine
	spread = 10 * time.Millisecond // of half of the waits that are fixed
)

// span is the spread of a wait that was seen. A busy machine makes some waits much
// longer, and none shorter, so the extremes alone do not tell.
type span struct{ least, quarter, median, threeQuarters, most time.Duration }

// spanOf is the spread of waits.
func spanOf(waits []time.Duration) span {
	all := slices.Sorted(slices.Values(waits))
	at := func(share float64) time.Duration { return all[int(share*float64(len(all)-1)+0.5)] }
	return span{all[0], at(0.25), at(0.5), at(0.75), all[len(all)-1]}
}

// none reports whether there is no wait.
func (s span) none() bool { return s.median <= noWait/2 && s.threeQuarters <= noWait }

// fixed reports whether a wait does not vary by more than a machine makes it.
func (s span) fixed() bool { return s.median-s.least <= max(spread, s.median/10) }

// full and equal report whether a wait varies as with that jitter.
func (s span) full() bool { return s.least < s.median*6/10 }

func (s span) equal() bool { return !s.full() && s.least <= s.median*9/10 }

// width is how far a uniform wait varies, of n: as far as its extremes say, unless
// the longest is the machine's.
func (s span) width(n float64) float64 {
	byQuarters := 2 * float64(s.threeQuarters-s.quarter)
	byExtremes := float64(s.most-s.least) * (n + 1) / max(n-1, 1)
	if byExtremes > 1.5*byQuarters {
		return byQuarters
	}
	return byExtremes
}

// alike reports whether two waits are the same as far as a sample of each tells.
func alike(w, o strategy.Wait) bool {
	off := math.Abs(float64(w.Base-o.Base)) / float64(max(w.Base, o.Base, time.Millisecond))
	return w.Jitter == o.Jitter && math.Abs(w.Factor-o.Factor) < 0.2 && off < 0.25 && slices.Equal(w.Waits, o.Waits)
}

// recognize finds what a call waits that was repeated: seen holds for each retry what
// was waited in each repetition. A list of waits is fixed. ok is false if no backoff
// has such waits.
func recognize(seen [][]time.Duration) (w strategy.Wait, ok bool) {
	if len(seen) == 0 {
		return w, false
	}
	spans := make([]span, len(seen))
	for i, waits := range seen {
		if len(waits) == 0 {
			return w, false
		}
		spans[i] = spanOf(waits)
	}
	w.Factor = 1
	if all(spans, span.none) {
		return w, true
	}
	ceilings := make([]float64, len(spans))
	switch n := float64(len(seen[0])); {
	case all(spans, span.fixed):
		for i, s := range spans {
			ceilings[i] = float64(s.least) // what comes on top is the machine's
		}
	case all(spans, span.full):
		w.Jitter = strategy.FullJitter
		for i, s := range spans {
			ceilings[i] = s.width(n)
		}
	case all(spans, span.equal):
		w.Jitter = strategy.EqualJitter
		for i, s := range spans {
			ceilings[i] = 2 * s.width(n)
		}
	default:
		return w, false
	}
	if len(ceilings) > 1 {
		switch w.Factor, ok = growth(ceilings, w.Jitter); {
		case !ok && w.Jitter == strategy.NoJitter:
			for _, c := range ceilings {
				w.Waits = append(w.Waits, round(c))
			}
			w.Factor = 1
			return w, true
		case !ok:
			return w, false
		}
	}
	// Later waits are longer, and tell the base better.
	var bases []float64
	scale := 1.0
	for _, c := range ceilings {
		bases = append(bases, c/scale)
		scale *= w.Factor
	}
	if w.Jitter == strategy.NoJitter {
		w.Base = round(slices.Min(bases))
	} else {
		w.Base = round(mean(bases))
	}
	return w, true
}

// growth is the factor from one ceiling to the next; ok is false if there is none.
func growth(ceilings []float64, jitter strategy.Jitter) (factor float64, ok bool) {
	n := float64(len(ceilings) - 1)
	factor = math.Pow(ceilings[len(ceilings)-1]/ceilings[0], 1/n)
	off := 0.1
	if jitter != strategy.NoJitter {
		off = 0.35 // a sample of 20 tells its ceiling to a few per cent
	}
	for i := 1; i < len(ceilings); i++ {
		if r := ceilings[i] / ceilings[i-1]; r < factor*(1-off) || r > factor*(1+off) {
			return 0, false
		}
	}
	for _, common := range []float64{1, 2} {
		if math.Abs(factor-common) < common*off/2 {
			return common, true
		}
	}
	return math.Round(factor*20) / 20, true
}

// round is a duration in nanoseconds as somebody would have written it: the nearest
// of few digits, if that is near enough, else to a hundredth of it.
func round(ns float64) time.Duration {
	if ns <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(ns)))
	best := 0.0
	for _, digits := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10} {
		if math.Abs(digits*unit-ns) < math.Abs(best-ns) {
			best = digits * unit
		}
	}
	if math.Abs(best-ns) > ns*0.08 {
		best = math.Round(ns/unit*10) / 10 * unit
	}
	return time.Duration(math.Round(best))
}

func all[T any](of []T, is func(T) bool) bool {
	return !slices.ContainsFunc(of, func(one T) bool { return !is(one) })
}

func mean(of []float64) float64 {
	sum := 0.0
	for _, v := range of {
		sum += v
	}
	return sum / float64(len(of))
}
