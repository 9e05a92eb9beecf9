package reports

import (
	"math"

	"tenement/internal/stat"
)

// estimated is a figure of a target, and how well it is known.
type estimated struct {
	value    float64
	interval *Interval // 95 %; nil if the figure is judged as it was counted
	// moves is how much each block of seeds moves the figure, in its unit; nil if that
	// is not known. With the same seeds elsewhere it shows how well a difference is known.
	moves []float64
}

// The intervals of figures over seeds stand on blocks of seeds: seeds do not depend on each
// other, the calls of one seed do. A live run is only one. Its intervals are as wide as
// independent calls would make them, and wider as far as the simulation beside it shows
// that calls depend on each other.

// halfWidth is half of the 95 % interval of what blocks move so.
func halfWidth(moves []float64) float64 {
	return float64(stat.T95(float64(len(moves)-1)) * stat.MovesError(moves)) // rounded: the same on every processor
}

// share is a part of something counted.
func (s *sample) share(part, whole counter) *estimated {
	return s.shareApart(part, whole, s.apart.Failures)
}

// shareApart is share, of something that varies by so much more than if it were
// independent, if there are no blocks.
func (s *sample) shareApart(part, whole counter, effect float64) *estimated {
	x, n := float64(part.of(&s.sums)), float64(whole.of(&s.sums))
	if n == 0 {
		return nil
	}
	out := &estimated{value: tidy(x / n)}
	ratio, moves := s.moves(part, whole)
	se := stat.MovesError(moves)
	if len(moves) > 1 && ratio > 0 && ratio < 1 {
		effect = float64(se*se) / (float64(ratio*(1-ratio)) / s.inBlocks(whole))
	}
	out.moves = moves
	switch {
	case len(moves) < 2 || x == 0 || x == n:
		if len(moves) > 1 { // effect is that of another figure, and can be more than this one can have
			effect = min(effect, s.alike(whole))
		}
		effect = max(effect, 1)
		ci := stat.Score(x/effect, n/effect)
		out.interval = &Interval{ci[0], ci[1]}
	case effect < 1e-9: // all blocks are alike
		out.interval = &Interval{out.value, out.value}
	default:
		// Rare bursts are too skewed for the blocks' error alone: see spread.interval.
		half, skewed := halfWidth(moves), stat.Score(x/effect, n/effect)
		out.interval = &Interval{
			tidy(max(min(out.value-half, skewed[0]), 0)),
			tidy(min(max(out.value+half, skewed[1]), 1)),
		}
	}
	return out
}

// alike is the largest effect that a share can have: how much more it varies than a share of
// independent counts if all that a block counts ends the same way.
func (s *sample) alike(whole counter) float64 {
	sum, squares := 0.0, 0.0
	for _, n := range s.row(whole) {
		sum += n
		squares += float64(n * n)
	}
	return squares / max(sum, 1)
}

// ratio is attempts per call. How well that of a single run is known, only the seeds
// show.
func (s *sample) ratio(count, per counter) *estimated {
	n := float64(per.of(&s.sums))
	if n == 0 {
		return nil
	}
	out := &estimated{value: tidy(float64(count.of(&s.sums)) / n)}
	_, moves := s.moves(count, per)
	half := float64(stat.Z95 * s.apart.Tries / math.Sqrt(float64(max(s.runs, 1))))
	if len(moves) > 1 {
		half = halfWidth(moves)
	}
	out.moves = moves
	if half > 0 || len(moves) > 1 {
		out.interval = &Interval{tidy(max(out.value-half, 0)), tidy(out.value + half)}
	}
	return out
}

// mean is the mean latency of successes.
func (s *sample) mean() *estimated {
	h := s.latency.must()
	if h == nil {
		return nil
	}
	out := &estimated{value: milliseconds(h.Mean())}
	if n := s.timed(callTimes); len(n) > 1 {
		_, out.moves = stat.Moves(s.steps(callTimes, Step.middle), n)
		half := halfWidth(out.moves)
		out.interval = &Interval{tidy(max(out.value-half, 0)), tidy(out.value + half)}
		return out
	}
	// A run in which everything is slow has a larger error too: as a ratio it is alike.
	ratio := 1.0
	if h.Mean() > 0 {
		ratio = math.Exp(stat.Z95 * h.StdDev() / h.Mean() * math.Sqrt(max(s.apart.Mean, 1)/float64(h.TotalCount())))
	}
	out.interval = &Interval{tidy(out.value / ratio), tidy(out.value * ratio)}
	return out
}

// slowest is the latency of the slowest success, judged as it is.
func (s *sample) slowest() *estimated {
	l := s.latency.figures()
	if l == nil {
		return nil
	}
	return &estimated{value: l.Max}
}

// quantile is a quantile of latencies. Its interval is that of the share of samples up to
// it, read off the distribution.
// Source: Woodruff, JASA 47 (1952), 635–646.
func (s *sample) quantile(h Histogram, q float64, of times) *estimated {
	n, at := h.Percentiles()
	if n == 0 {
		return nil
	}
	out := &estimated{value: at(100 * q)}
	effect := 1.0 // attempts depend less on each other than the calls that they are of
	switch {
	case of == callTimes && q >= 0.99:
		effect = s.apart.P99
	case of == callTimes:
		effect = max(s.apart.P50, s.apart.P99)
	}
	half := float64(stat.Z95 * math.Sqrt(max(effect, 1)*q*(1-q)/float64(n)))
	var moves []float64
	if n := s.timed(of); len(n) > 1 {
		_, moves = stat.Moves(s.steps(of, func(s Step) float64 { return s.upTo(out.value) }), n)
		half = halfWidth(moves)
	}
	ci := &Interval{at(100 * max(q-half, 0)), math.Inf(1)}
	if q+half < 1 {
		ci.High = at(100 * (q + half))
	}
	out.interval = ci
	if half > 0 && !math.IsInf(ci.High, 1) {
		// The more samples up to the quantile, the lower it is.
		slope := (ci.High - ci.Low) / (2 * half)
		for _, m := range moves {
			out.moves = append(out.moves, float64(-slope*m))
		}
	}
	return out
}

// beside is the interval of e, if it is judged beside factor times o, whose value is not
// certain either: as wide as that of their difference. Figures of the same seeds
// are compared seed by seed, so what hits both does not count.
func (e *estimated) beside(o *estimated, factor float64, paired bool) *Interval {
	if e.interval == nil || o.interval == nil {
		return e.interval
	}
	if paired && len(e.moves) > 1 && len(e.moves) == len(o.moves) {
		apart := make([]float64, len(e.moves))
		for i := range apart {
			apart[i] = e.moves[i] - float64(factor*o.moves[i])
		}
		half := halfWidth(apart)
		return &Interval{tidy(max(e.value-half, 0)), tidy(e.value + half)}
	}
	// Of independent figures: Zou and Donner, Stat. Med. 27 (2008), 1693–1702.
	low := math.Hypot(e.value-e.interval.Low, float64(factor*(o.interval.High-o.value)))
	high := math.Hypot(e.interval.High-e.value, float64(factor*(o.value-o.interval.Low)))
	return &Interval{tidy(max(e.value-low, 0)), tidy(e.value + high)}
}
