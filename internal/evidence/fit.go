package evidence

import (
	"math"
	"time"

	"tenement/internal/recording"
	"tenement/internal/throttle"
)

// Fit is the token bucket that explains the refusals of a recording.
type Fit struct {
	Answers int64 // answers that the recording holds
	Refused int64 // of them, refused by a limit
	// Told says that the recording shows a limit. It does not if nothing was refused,
	// or if it holds no admitted requests beside the refusals.
	Told bool

	Limit throttle.Limit
	// The intervals hold every value that explains the answers about equally well: of
	// the rate per second, and of the burst.
	Rate, Burst Interval
	// Scopes explain the answers equally. The limit has the first.
	Scopes []throttle.Scope
	// Misfits is how many answers the best limit does not give.
	Misfits int64
	// Step is the width of the steps of the recorded times; 0 if they are exact.
	Step time.Duration
	// Full says that buckets are taken to have been full when the recording began: the
	// burst cannot be told otherwise.
	Full bool
}

// FitLimit finds the limit that explains a recording.
func FitLimit(src Source, o Options) (Fit, error) {
	s, err := look(src, o.By)
	if err != nil {
		return Fit{}, err
	}
	if s.entries == 0 {
		return Fit{}, errEmpty
	}
	return s.fit(src)
}

// The limits that are thought of, and the shape of the grids. A rate that is wrong by
// half explains a recording hardly better than no limit at all, so the first grid has
// many rates.
var (
	anyRate  = Interval{0.01, 20_000}
	anyBurst = Interval{1, 50_000}
)

const (
	firstRates, firstBursts = 64, 12
	nextRates, nextBursts   = 16, 16

	// mostTried bounds the answers of one reading, and mostHot the buckets.
	mostTried = 1 << 19
	mostHot   = 1 << 11
)

// between is, for each grid, the share of the refusals by which a limit may be worse
// than the best because the true one lies between those of the grid. That is less if
// steps are short than if the answers of a step may have come in many ways.
var between = [...]struct{ short, long float64 }{{0.5, 0.3}, {0.3, 0.2}, {0.15, 0.15}, {0.07, 0.1}, {0.03, 0.08}, {0, 0.06}, {0, 0.06}}

// slack is how much more than the best a limit may cost and still explain a recording as
// well. Requests that came together are recorded in either order, so some misfits are
// chance.
func slack(least int64) int64 { return 8 + least/5 }

// allowed is the slack for the region of a grid.
func (s *survey) allowed(g *grid, round int) int64 {
	share := between[round].short
	if long(s.step) {
		share = between[round].long
	}
	return slack(g.least()) + int64(4*share*float64(s.refused))
}

// fit finds the limit that explains what was surveyed.
//
// A grid of limits is tried on the buckets that refused something. Each reading of the
// recording counts the answers that do not fit each limit of the grid; the next grid
// covers those that explain it best.
func (s *survey) fit(src Source) (Fit, error) {
	f := Fit{Answers: s.answered, Refused: s.refused, Step: s.step}
	if s.refused == 0 {
		return f, nil
	}
	err := s.search(src, &f)
	if err != nil || !f.Told || !f.Burst.open() {
		return f, err
	}
	full := Fit{Answers: s.answered, Refused: s.refused, Step: s.step, Full: true}
	if err := s.search(src, &full); err != nil || full.Burst.open() {
		return f, err
	}
	return full, nil
}

// search is fit for buckets of which it is given whether they were full at first.
func (s *survey) search(src Source, f *Fit) error {
	parts, err := s.partitions(src)
	if err != nil || len(parts) == 0 {
		return err
	}
	last := len(between) - 1
	for round := range between {
		if err := s.try(src, parts, f.Full); err != nil {
			return err
		}
		if parts = best(parts, round == last); round == last {
			break
		}
		for _, p := range parts {
			rates, bursts := p.grid.region(s.allowed(p.grid, round))
			p.grid = newGrid(rates, bursts, nextRates, nextBursts)
		}
	}
	return s.conclude(src, f, parts)
}

// best are the partitions that explain the recording about as well as the best one;
// while grids are coarse, those that may turn out to.
func best(parts []*partition, fine bool) []*partition {
	least := parts[0].grid.least()
	for _, p := range parts {
		least = min(least, p.grid.least())
	}
	most := least + slack(least) + 12
	if !fine {
		most = 3*least + 120
	}
	kept := parts[:0]
	for _, p := range parts {
		if p.grid.least() <= most {
			kept = append(kept, p)
		}
	}
	return kept
}

// conclude takes the result from the last grids.
//
// The published limit of the service is preferred if it explains the recording as well.
// Otherwise, if many rates do, it is the least of them, with the largest burst that goes
// with it: a bucket that was asked for more than it had gave exactly that,
// while higher rates with smaller bursts fit as long as the requests of each second came
// ever closer together.
func (s *survey) conclude(src Source, f *Fit, parts []*partition) error {
	f.Told = true
	for _, p := range parts {
		slack := s.allowed(p.grid, len(between)-1)
		p.rate, p.burst = p.grid.region(slack)
		rates, bursts := p.grid.region(0)
		p.limit = limitOf(rates.roundest(), bursts.roundest())
		p.grid = newGrid(Interval{p.rate.Low, min(p.rate.High, p.rate.Low*1.5)},
			Interval{max(p.burst.Low, p.burst.High/3), p.burst.High}, nextRates, nextBursts)
	}
	if err := s.try(src, parts, f.Full); err != nil {
		return err
	}
	for _, p := range parts {
		if p.rate.High > 1.2*p.rate.Low {
			rate, burst := p.grid.corner(slack(0) + 4*s.refused/100)
			p.limit = limitOf(rate.roundest(), burst.roundest())
		}
	}
	if err := s.prefer(src, f, parts); err != nil {
		return err
	}
	best := parts[0]
	for _, p := range parts[1:] {
		if p.score() < best.score() {
			best = p
		}
	}
	for _, p := range parts {
		equal := p.score() <= best.score()*1.02+2.5*float64(slack(best.cost))
		if p.published && !best.published {
			best, equal, f.Scopes = p, true, nil
		}
		if equal && p.published == best.published {
			f.Scopes = append(f.Scopes, p.scopes...)
		}
	}
	f.Rate, f.Burst, f.Limit, f.Misfits = best.rate.wider(anyRate), best.burst.wider(anyBurst), best.limit, best.misfits
	f.Limit.Scope = f.Scopes[0]
	return nil
}

// prefer counts the misfits of each partition's limit, and puts the published limit of
// the service in its place if that explains the recording as well.
func (s *survey) prefer(src Source, f *Fit, parts []*partition) error {
	for _, p := range parts {
		p.grid = newGrid(at(p.limit.Rate.PerSecond()), at(float64(p.limit.Burst)), 1, 1)
	}
	if err := s.try(src, parts, f.Full); err != nil {
		return err
	}
	for _, p := range parts {
		p.misfits, p.cost, p.squeeze = p.grid.misfits[0], p.grid.cost(0), p.grid.squeeze[0]
	}
	published := s.service.Row().Limit
	if published.PerSecond == 0 {
		return nil
	}
	for _, p := range parts {
		p.grid = newGrid(at(float64(published.PerSecond)), at(float64(published.Burst)), 1, 1)
	}
	if err := s.try(src, parts, f.Full); err != nil {
		return err
	}
	for _, p := range parts {
		c := p.grid.cost(0)
		if p.rate.holds(float64(published.PerSecond)) && p.burst.holds(float64(published.Burst)) && c <= p.cost+slack(p.cost) {
			p.misfits, p.cost, p.squeeze = p.grid.misfits[0], c, p.grid.squeeze[0]
			p.limit, p.published = limitOf(float64(published.PerSecond), float64(published.Burst)), true
		}
	}
	return nil
}

// corner is around the least rate that explains a recording, and the largest burst that
// goes with it.
func (g *grid) corner(slack int64) (rate, burst Interval) {
	row, column := len(g.rates), 0
	g.explains(slack, func(r, b int) {
		if r < row {
			row, column = r, b
		} else if r == row {
			column = max(column, b)
		}
	})
	near := func(values []float64, i int) Interval {
		return Interval{values[max(i-1, 0)], values[min(i+1, len(values)-1)]}
	}
	return near(g.rates, row), near(g.bursts, column)
}

// limitOf is a limit of about that rate per second and burst.
func limitOf(rate, burst float64) throttle.Limit {
	tokens, seconds := int64(math.Round(rate*1e6)), int64(1e6)
	for tokens%10 == 0 && seconds > 1 {
		tokens, seconds = tokens/10, seconds/10
	}
	for _, p := range [...]int64{2, 5} {
		for tokens%p == 0 && seconds%p == 0 {
			tokens, seconds = tokens/p, seconds/p
		}
	}
	return throttle.Limit{
		Rate:  throttle.Rate{Tokens: max(tokens, 1), Seconds: seconds},
		Burst: max(1, int64(math.Round(burst))),
	}
}

// partition is one way to divide the requests into buckets, and the scopes that all
// divide them so.
type partition struct {
	scopes []throttle.Scope
	hot    map[subject]bool // the buckets that refused something
	grid   *grid

	// What the grids find.
	limit       throttle.Limit
	published   bool // it is the one that the service is known for
	rate, burst Interval
	misfits     int64
	cost        int64
	squeeze     float64
}

// score says how badly the partition's limit explains the recording. A misfit counts as
// much as an answer of which one of 20,000 places within its step fits.
func (p *partition) score() float64 { return 2.5*float64(p.cost) + p.squeeze }

// partitions finds the scopes that divide the recording differently.
func (s *survey) partitions(src Source) ([]*partition, error) {
	var indexes [len(scopes)]map[subject]uint64
	var sums [len(scopes)]digest
	var hot [len(scopes)]map[subject]bool
	for i := range indexes {
		indexes[i], hot[i] = make(map[subject]uint64), make(map[subject]bool)
	}
	t := s.attributor(nil)
	proving := int64(0)
	err := each(src, func(e *recording.Entry, at time.Duration) error {
		_, key := t.attribute(e, at)
		if !s.proves(e) {
			return nil
		}
		if refused(e) {
			proving++
		}
		for i, scope := range scopes {
			k := key.under(scope)
			n, ok := indexes[i][k]
			if !ok {
				n = uint64(len(indexes[i]))
				indexes[i][k] = n
			}
			sums[i].add(n)
			if refused(e) && len(hot[i]) < mostHot {
				hot[i][k] = true
			}
		}
		return nil
	})
	if err != nil || proving == 0 {
		return nil, err
	}
	var all []*partition
	bySum := make(map[digest]*partition)
	for i, scope := range scopes {
		p := bySum[sums[i]]
		if p == nil {
			p = &partition{hot: hot[i], grid: newGrid(anyRate, anyBurst, firstRates, firstBursts)}
			bySum[sums[i]] = p
			all = append(all, p)
		}
		p.scopes = append(p.scopes, scope)
	}
	return all, nil
}

// try counts the misfits of all limits of the partitions' grids.
func (s *survey) try(src Source, parts []*partition, full bool) error {
	t := s.attributor(nil)
	for _, p := range parts {
		p.grid.begin(full)
	}
	tried := 0
	err := src(func(e *recording.Entry) bool {
		at := e.At.Sub(s.start)
		_, key := t.attribute(e, at)
		if !s.proves(e) {
			return true
		}
		for _, p := range parts {
			if k := key.under(p.scopes[0]); p.hot[k] {
				p.grid.answer(k, at, e)
			}
		}
		tried++
		return tried < mostTried
	})
	for _, p := range parts {
		p.grid.end()
	}
	return err
}
