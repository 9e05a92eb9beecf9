package compare

import (
	"math"

	"tenement/internal/stat"
	"tenement/reports"
)

// leastSigned is the number of pairs from which on the rounds are compared pair by
// pair. Fewer pairs lose more to the coarse steps of the test than they gain.
const leastSigned = 16

// LeastRounds is the least number of rounds a side that can give a result.
func LeastRounds() int { return stat.LeastUnpaired(Level) }

// byRank compares live rounds by ranks, which assumes no distribution. Each round is
// one value.
func byRank(f *figure, base, current *sample) effect {
	inPairs := base.blocks.Paired(current.blocks)
	a, b := known(f, base, current, inPairs)
	e := effect{replicates: min(len(a), len(b)), least: stat.LeastUnpaired(Level)}
	if e.replicates == 0 {
		return e
	}
	signed := inPairs && len(a) >= leastSigned
	e.shift, e.interval = ranked(a, b, signed)
	p := rarity(a, b, signed)
	e.p = &p
	if f.scale == reports.Odds {
		plain := *f
		plain.scale = reports.Points
		x, y := known(&plain, base, current, inPairs)
		_, e.points = ranked(x, y, signed)
	}
	return e
}

// rarity is the chance that the values are so far apart, by their ranks.
func rarity(a, b []float64, signed bool) float64 {
	if signed {
		return stat.SignedRank(differences(a, b))
	}
	return stat.MannWhitney(a, b)
}

// ranked is the shift from a to b, and its interval.
func ranked(a, b []float64, signed bool) (float64, *[2]float64) {
	if signed {
		return stat.PairedShift(differences(a, b), Level)
	}
	return stat.HodgesLehmann(a, b, Level)
}

func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range d {
		d[i] = b[i] - a[i]
	}
	return d
}

// values are a figure of each replicate, on the scale on which differences are
// symmetric. One without a sample is not a number.
func (s *sample) values(f *figure) []float64 {
	all := make([]float64, len(s.counts))
	for i := range all {
		all[i] = s.valueOf(f, i)
	}
	return all
}

func (s *sample) valueOf(f *figure, replicate int) float64 {
	if f.quantile > 0 {
		return math.Log(quantileOf(s.steps[f.latency][replicate], f.quantile))
	}
	x, n := float64(s.counts[replicate][f.share]), float64(s.counts[replicate][f.of])
	switch {
	case n == 0:
		return math.NaN()
	case f.scale == reports.Odds:
		return stat.Logit(x, n)
	case f.scale == reports.Points:
		return x / n
	}
	return math.Log((x + 0.5) / n)
}

// known are the values of both sides that are numbers: in pairs, those of which both are.
func known(f *figure, base, current *sample, inPairs bool) (a, b []float64) {
	a, b = base.values(f), current.values(f)
	if inPairs {
		return bothKnown(a, b)
	}
	return knownOnly(a), knownOnly(b)
}

// bothKnown are the pairs of which both values are numbers.
func bothKnown(a, b []float64) (x, y []float64) {
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	return x, y
}

// knownOnly are the values that are numbers.
func knownOnly(a []float64) (x []float64) {
	for _, v := range a {
		if !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}
