package evidence

import (
	"math"
	"slices"
	"time"

	"tenement/internal/throttle"
)

// Fit is the token bucket that explains the refusals of a recording.
type Fit struct {
	Answers int64 // answers that the recording holds
	Refused int64 // of them, refused by a limit
	// Told says that the recording shows a limit. It does not if nothing was refused, if
	// it holds no admitted requests beside the refusals, or if the limit that fits best
	// gets as many answers wrong as were refused, as no limit at all would.
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

// slack is how much more than the best a limit may cost and still explain a recording as
// well. Requests that came together are recorded in either order, so some misfits are
// chance; and if the answers of a step may have come in many ways, those at its ends may
// have come in the next one.
func (s *survey) slack(least int64) int64 {
	if long(s.step) {
		return 8 + least/5 + s.refused/5
	}
	return 8 + least/5
}

// fit finds the limit that explains what was surveyed.
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
	if err := s.search(src, &full); err != nil || !full.Told || full.Burst.open() {
		return f, err
	}
	return full, nil
}

// search is fit for buckets of which it is given whether they were full at first. It
// takes the scopes that divide the requests differently, and for each the limit that
// explains the answers of the buckets that refused something.
func (s *survey) search(src Source, f *Fit) error {
	parts, err := s.partitions(src)
	if err != nil || len(parts) == 0 {
		return err
	}
	if parts, err = s.descend(src, f, parts); err != nil {
		return err
	}
	if err := s.measure(src, f, parts); err != nil {
		return err
	}
	if err := s.prefer(src, f, parts); err != nil {
		return err
	}
	best := parts[0]
	for _, p := range parts[1:] {
		if p.published && !best.published || p.published == best.published && p.score() < best.score() {
			best = p
		}
	}
	for _, p := range parts {
		if p.published == best.published && p.score() <= best.score()*1.02+100 {
			f.Scopes = append(f.Scopes, p.scopes...)
		}
	}
	f.Rate, f.Burst, f.Limit, f.Misfits = best.rate, best.burst, best.limit, best.misfits
	all := slices.Clone(f.Scopes) // a comparison must not look at what is being sorted
	slices.SortStableFunc(f.Scopes, func(a, b throttle.Scope) int { return lost(a, all) - lost(b, all) })
	f.Limit.Scope = f.Scopes[0]
	f.Told = f.Misfits < f.Refused
	return nil
}

// lost is 1 for a scope that a replay cannot reproduce, else 0. A replayed task has an
// address of its own, so a scope by address is one by task there. That explains the recording
// too, unless tasks of one address shared a bucket.
func lost(s throttle.Scope, explain []throttle.Scope) int {
	if s&throttle.IPScope != 0 && !slices.Contains(explain, s&^throttle.IPScope|throttle.TaskScope) {
		return 1
	}
	return 0
}

// best are the partitions that explain the recording about as well as the best one;
// while limits are coarse, those that may turn out to.
func best(parts []*partition, times, plus int64) []*partition {
	least := parts[0].floor
	for _, p := range parts {
		least = min(least, p.floor)
	}
	kept := parts[:0]
	for _, p := range parts {
		if p.floor <= times*least+plus {
			kept = append(kept, p)
		}
	}
	return kept
}

// prefer counts the misfits of each partition's limit, and puts the published limit of
// the service in its place if that explains the recording as well. What is compared
// between partitions stays that of their own limits: the published one may fit another
// better by chance.
func (s *survey) prefer(src Source, f *Fit, parts []*partition) error {
	published := s.service.Row().Limit
	known := point{float64(published.PerSecond), float64(published.Burst)}
	for _, p := range parts {
		own := point{p.limit.Rate.PerSecond(), float64(p.limit.Burst)}
		p.grid = newGrid([]point{own, own})
		if known.rate > 0 {
			p.grid.points[1] = known
		}
	}
	if err := s.try(src, parts, f.Full); err != nil {
		return err
	}
	for _, p := range parts {
		use := 0
		p.cost, p.squeeze = p.grid.cost(0), p.grid.squeeze[0]
		if known.rate > 0 && p.rate.holds(known.rate) && p.burst.holds(known.burst) && p.grid.cost(1) <= p.grid.cost(0)+s.slack(p.grid.cost(0)) {
			use, p.published, p.limit = 1, true, limitOf(known)
		}
		p.misfits = p.grid.misfits[use]
	}
	return nil
}

// limitOf is a limit of about a rate and a burst.
func limitOf(p point) throttle.Limit {
	tokens, seconds := int64(math.Round(p.rate*1e6)), int64(1e6)
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
		Burst: max(1, int64(math.Round(p.burst))),
	}
}
