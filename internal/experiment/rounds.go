package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tenement/reports"
)

// Side is a profile that live rounds run.
type Side struct {
	Name    string // in progress: base, current
	Profile Profile
	Options Options // with the seed of the first round
}

// Rounds runs one profile, or two in turns, live and several times. A round is one
// replicate: what happens in one run, to all its calls alike, does not tell the sides
// apart.
//
// Two sides take turns as ABBA, so that a machine that slows down hits both alike, and
// both rounds of a pair have the same seed. One round of each side comes first and is
// dropped. A disturbed round is run again.
type Rounds struct {
	Sides []Side // one or two
	N     int    // rounds a side
	// MaxTime ends the rounds after the last pair that is expected to end before it; 0 is
	// no limit.
	MaxTime  time.Duration
	Progress func(Progress) // as in Options

	// run runs one round, and tells whether it was disturbed; tests replace it.
	run func(ctx context.Context, s *Side, seed uint64, progress func(Progress)) (*reports.Report, bool, error)
	// now is the time since some instant; tests replace it.
	now func() time.Duration
}

// Played is what rounds showed.
type Played struct {
	Reports  []*reports.Report // one a side: all its rounds
	Rounds   int               // a side
	Repeated int               // rounds that were disturbed, and run again
	// Disturbed is how many rounds count although they were disturbed: there was no time
	// to run each again.
	Disturbed int
	Stopped   error // why the rounds ended early, nil if they did not
}

// Length is how long the rounds take, if none is disturbed, and how long one of each
// side takes. The error is a profile that cannot be run live.
func (r *Rounds) Length() (all, pair time.Duration, err error) {
	for i := range r.Sides {
		s := &r.Sides[i]
		x, err := New(s.Profile, s.Options)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", s.Name, err)
		}
		pair += x.LiveLength()
	}
	return pair * time.Duration(r.N+1), pair, nil
}

// LiveLength is how long a live run takes, without the simulation after it.
func (x *Experiment) LiveLength() (all time.Duration) {
	for rest := x.cases; len(rest) > 0; {
		n := x.sideBySide(rest)
		const untilSecond = 500 * time.Millisecond // a run begins on a whole second
		all += rest[0].plan.Duration + time.Duration(min(n, stagger)-1)*time.Second + untilSecond
		rest = rest[n:]
	}
	return all
}

// ErrNoRound is the error of rounds that ended before a whole one of each side.
var ErrNoRound = errors.New("not one round of each side was completed")

// Run runs the rounds. If ctx ends, the pairs that are complete count.
func (r *Rounds) Run(ctx context.Context) (*Played, error) {
	if r.run == nil {
		r.run = runRound
	}
	if r.now == nil {
		began := time.Now()
		r.now = func() time.Duration { return time.Since(began) }
	}
	p := &Played{}
	all := make([][]*reports.Report, len(r.Sides))
	// The seed of the warm-up is none of the others.
	if _, err := r.pair(ctx, p, r.N, "warming up"); err != nil {
		return r.ended(p, all, err)
	}
	slowest := r.now()
	for n := range r.N {
		begun := r.now()
		if r.MaxTime > 0 && begun+slowest > r.MaxTime {
			break
		}
		pair, err := r.pair(ctx, p, n, fmt.Sprintf("round %d of %d", n+1, r.N))
		if err != nil {
			return r.ended(p, all, err)
		}
		for i := range pair {
			all[i] = append(all[i], pair[i])
		}
		p.Rounds++
		slowest = max(slowest, r.now()-begun)
	}
	return r.ended(p, all, nil)
}

// ended merges the rounds.
func (r *Rounds) ended(p *Played, all [][]*reports.Report, stopped error) (*Played, error) {
	if stopped != nil && !leavesReport(stopped) {
		return nil, stopped
	}
	p.Stopped = stopped
	if p.Rounds == 0 {
		return nil, errors.Join(ErrNoRound, stopped)
	}
	for _, rounds := range all {
		merged, err := reports.Merge(rounds)
		if err != nil {
			return nil, err
		}
		p.Reports = append(p.Reports, merged)
	}
	return p, nil
}

// pair runs a round of each side, every other time the last side first. The number of
// a pair chooses its seed.
func (r *Rounds) pair(ctx context.Context, p *Played, n int, doing string) ([]*reports.Report, error) {
	pair := make([]*reports.Report, len(r.Sides))
	for turn := range r.Sides {
		i := turn
		if n%2 == 1 {
			i = len(r.Sides) - 1 - turn
		}
		s := &r.Sides[i]
		tell := func(e Progress) {
			if r.Progress != nil {
				e.Doing = fmt.Sprintf("%s, %s: %s", doing, s.Name, e.Doing)
				r.Progress(e)
			}
		}
		for again := false; ; again = true {
			report, disturbed, err := r.run(ctx, s, s.Options.Seed+uint64(n), tell)
			if err != nil {
				return nil, err
			}
			pair[i] = report
			if !disturbed || n == r.N { // what warms up may be disturbed
				break
			}
			// As many rounds as there are may be run again, each of them once.
			if again || p.Repeated >= r.N {
				p.Disturbed++
				break
			}
			p.Repeated++
		}
	}
	return pair, nil
}

// runRound runs one round, without the simulation beside it.
func runRound(ctx context.Context, s *Side, seed uint64, progress func(Progress)) (*reports.Report, bool, error) {
	o := s.Options
	o.Engine, o.Seed, o.Seeds, o.Precision, o.Progress = reports.Live, seed, 1, 0, progress
	x, err := New(s.Profile, o)
	if err != nil {
		return nil, false, err
	}
	if err := x.Run(ctx); err != nil {
		return nil, false, err
	}
	if x.Stopped() != nil {
		return nil, false, x.Stopped()
	}
	report, err := x.Report()
	if err != nil {
		return nil, false, err
	}
	return report, x.stolen > mostStolen || late(report), nil
}

// late reports whether the generator fell behind.
func late(r *reports.Report) bool {
	return slices.ContainsFunc(r.Cases, func(c reports.Case) bool { return c.LateMS() > reports.MostLateMS })
}
