package compare

import (
	"math"

	"tenement/internal/stat"
	"tenement/reports"
)

// leastBlocks is the least number of blocks that show how far seeds or hosts are
// apart.
const leastBlocks = 5

// pooled compares simulated blocks: the figure of all of them on one side with that on
// the other, which is what the tables show. How far the blocks are apart gives the
// interval; with the same seeds on both sides only what differs between the sides
// counts.
func pooled(f *figure, base, current *sample) effect {
	k := min(len(base.counts), len(current.counts))
	e := effect{replicates: k, least: leastBlocks}
	inPairs := base.blocks.Paired(current.blocks)
	e.p = chance(f, base, current, inPairs)
	if f.quantile > 0 {
		e.shift, e.interval = bootstrap(f, base, current, inPairs)
	} else {
		e.shift, e.interval = byInfluence(f, base, current, inPairs)
		if f.scale == reports.Odds {
			plain := *f
			plain.scale = reports.Points
			_, e.points = byInfluence(&plain, base, current, inPairs)
		}
	}
	if k < leastBlocks {
		e.interval, e.points = nil, nil
	}
	return e
}

// chance is that of such a difference, by the ranks of the blocks.
func chance(f *figure, base, current *sample, inPairs bool) *float64 {
	a, b := known(f, base, current, inPairs)
	p := rarity(a, b, inPairs)
	return &p
}

// rare is how few cases a share may have for their number alone to be what is least
// known: then the interval also covers that of independent cases.
const rare = 10

// byInfluence is the shift of a share or a ratio, and its interval: linearised, with a
// variance over blocks.
// Source: Cochran, Sampling Techniques (1977), 6.3 on ratios.
func byInfluence(f *figure, base, current *sample, inPairs bool) (shift float64, interval *[2]float64) {
	at, u := base.influence(f)
	to, v := current.influence(f)
	shift = stat.Tidy(to - at)
	if f.scale == reports.Odds && base.total[f.share]+current.total[f.share] == 0 {
		shift = 0 // the logarithm of no odds depends on how many cases there were
	}
	n := min(len(u), len(v))
	if n < 2 {
		return shift, nil
	}
	variance := spread(u) + spread(v)
	if inPairs {
		variance = spread(differences(u, v))
	}
	half := float64(stat.Student((1+Level)/2, float64(n-1)) * math.Sqrt(variance)) // rounded: the same on every processor
	interval = &[2]float64{stat.Tidy(shift - half), stat.Tidy(shift + half)}
	if f.scale == reports.Ratio || base.least(f) >= rare && current.least(f) >= rare {
		return shift, interval
	}
	alone := base.independent(f, current, shift)
	return shift, &[2]float64{min(interval[0], alone[0]), max(interval[1], alone[1])}
}

// influence is a figure on its scale, and by how much each block moves it.
func (s *sample) influence(f *figure) (at float64, of []float64) {
	x, n := float64(s.total[f.share]), float64(s.total[f.of])
	switch f.scale {
	case reports.Odds:
		at = stat.Logit(x, n)
	case reports.Points:
		at = x / n
	default:
		x = max(x, 0.5)
		at = math.Log(x / n)
	}
	for i := range s.counts {
		xi, ni := float64(s.counts[i][f.share]), float64(s.counts[i][f.of])
		var u float64
		switch f.scale {
		case reports.Odds:
			u = xi/(x+0.5) - (ni-xi)/(n-x+0.5)
		case reports.Points:
			u = (xi - float64(at*ni)) / n
		default:
			u = xi/x - ni/n
		}
		of = append(of, u)
	}
	return at, of
}

// spread is the variance of a sum of influences.
func spread(u []float64) float64 {
	mean := 0.0
	for _, x := range u {
		mean += x / float64(len(u))
	}
	sum := 0.0
	for _, x := range u {
		sum += float64((x - mean) * (x - mean))
	}
	k := float64(len(u))
	return sum * k / (k - 1)
}

// least is the smaller of the cases that count in a share, and of the others.
func (s *sample) least(f *figure) uint64 {
	x, n := s.total[f.share], s.total[f.of]
	return min(x, n-min(x, n))
}

// independent is the interval of the shift of a share if all cases were independent.
func (s *sample) independent(f *figure, current *sample, shift float64) [2]float64 {
	x, n := float64(s.total[f.share]), float64(s.total[f.of])
	y, m := float64(current.total[f.share]), float64(current.total[f.of])
	if f.scale == reports.Points {
		return stat.Newcombe(x, n, y, m, Level)
	}
	half := float64(stat.Normal((1+Level)/2) * math.Sqrt(1/(x+0.5)+1/(n-x+0.5)+1/(y+0.5)+1/(m-y+0.5)))
	return [2]float64{stat.Tidy(shift - half), stat.Tidy(shift + half)}
}
