// Package experiment runs the cases of a profile, on either engine, and makes
// the report of what came of them.
//
// Work is a value. A simulation is cut into units, each a case with a range of
// seeds and of hosts; what comes of a unit is a Result of integers. Results
// merge in any order, and can be written and read back, so where and when a
// unit is worked off changes no figure. How an experiment is cut depends on its
// plans alone, never on the machine.
//
// The package knows profiles by what it needs of them, and prints nothing:
// progress leaves as values.
package experiment

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tenement/internal/gate"
	"tenement/internal/live"
	"tenement/internal/plan"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Profile is what an experiment needs of a profile.
type Profile interface {
	// Cases are the cases, the one that the others are compared with first.
	Cases() []plan.Case
	// Check says what is wrong with a case, or returns nil if it has a plan.
	Check(c plan.Case) error
	// Plan is a case under a seed. It is safe for concurrent use.
	Plan(c plan.Case, seed uint64) *plan.Plan
	// Digest identifies the profile with everything that was set.
	Digest() string
}

// Options say how to run a profile.
type Options struct {
	Name, Description string // of the profile, for the report
	Engine            string // reports.Live or reports.Sim
	Seed              uint64 // of the counts, and the first of the seeds simulated
	Gates             []gate.Gate

	// Target is a server to ask in place of mocks of our own; live only.
	Target *url.URL
	// Remote lets the target be beyond loopback.
	Remote bool
	// MaxRequests ends each case at a target; 0 is no limit.
	MaxRequests int64

	// Seeds is how many seeds each case is simulated with; 0 is a number that
	// follows from the plans.
	Seeds int
	// Precision asks for more seeds, until the failure rate of every group
	// under test is known to this half-width of its 95 % interval, a fraction;
	// 0 asks for none.
	Precision float64
	// MaxTime ends the search for precision; 0 is no limit.
	MaxTime time.Duration

	// Progress hears how far the run is, if it is not nil. It is called from
	// one goroutine at a time.
	Progress func(Progress)
}

// Experiment is the cases of a profile, and what came of those that ran. It is
// made by New, run once, and not safe for concurrent use.
type Experiment struct {
	profile Profile
	options Options
	digest  string
	cases   []*caseRun
	omitted []string // titles of cases that a target cannot play
	wrong   []error  // why other cases have no plan

	stopped error // why the run ended before its end
	began   time.Time
	wall    time.Duration
	shared  bool // tasks had no source address each
	seeds   int  // how many every case has been simulated with, beside the run itself
	cutOff  bool // MaxTime ended the search for precision
}

// caseRun is one case and what came of it.
type caseRun struct {
	plan.Case
	plan     *plan.Plan
	recorder *reports.Recorder // nil until it has run
	counts   *throttle.Counts  // nil where the endpoint was not ours
	estimate *reports.Estimate // nil without
	ran      time.Duration     // how far it came, if it was interrupted
}

// ErrNoCase is the error of New where a target can play none of the cases.
var ErrNoCase = errors.New("every case changes the endpoint, and a target is as it is")

// ErrOneResource is the error of New where a target has a path, and a call of
// the profile takes requests for several.
var ErrOneResource = errors.New("calls of the profile take several requests, and the target has a path")

// New makes the plans of an experiment. Cases that have none are left out, and
// so are cases that change the endpoint where there is a target, which is as it
// is; the report says so. An error is a profile that the engine cannot run, or
// that has no case left.
func New(p Profile, o Options) (*Experiment, error) {
	x := &Experiment{profile: p, options: o, digest: p.Digest()}
	for _, c := range p.Cases() {
		if o.Target != nil && reports.ChangesOf(c.Kind, settings(c), nil).Endpoint {
			x.omitted = append(x.omitted, c.Title)
			continue
		}
		if err := p.Check(c); err != nil {
			x.wrong = append(x.wrong, fmt.Errorf("%s is left out: %w", c.Title, err))
			continue
		}
		x.cases = append(x.cases, &caseRun{Case: c, plan: p.Plan(c, o.Seed)})
	}
	switch {
	case len(x.cases) > 0:
	case len(x.wrong) > 0:
		return nil, x.wrong[0]
	default:
		return nil, ErrNoCase
	}
	if o.Engine == reports.Live {
		if err := x.checkLive(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// Run runs the cases. When ctx ends, or the live engine cannot go on, it returns
// nil: Stopped says why, and the report is of what ran.
func (x *Experiment) Run(ctx context.Context) error {
	x.began = time.Now()
	run := x.simulate
	if x.options.Engine == reports.Live {
		run = x.live
	}
	err := run(ctx)
	x.wall = time.Since(x.began)
	if leavesReport(err) {
		x.stopped, err = err, nil
	}
	return err
}

// Stopped is why the run ended before its end, or nil.
func (x *Experiment) Stopped() error { return x.stopped }

// leavesReport reports whether a run that ended so has something to report.
func leavesReport(err error) bool {
	for _, early := range []error{context.Canceled, live.ErrMaxRequests, live.ErrResources, live.ErrMoved} {
		if errors.Is(err, early) {
			return true
		}
	}
	return false
}

// caseNamed is a case that New has planned.
func (x *Experiment) caseNamed(name string) (*caseRun, error) {
	for _, c := range x.cases {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("no case %q", name)
}

// expected is how many calls all cases together are expected to make with one
// seed.
func (x *Experiment) expected() (calls float64) {
	for _, c := range x.cases {
		calls += c.plan.Expected()
	}
	return calls
}
