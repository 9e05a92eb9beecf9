// Package experiment runs the cases of a profile, on either engine, and makes
// the report.
//
// Work is a value. A simulation is cut into units: a case with a range of seeds
// and a range of hosts. The Result of a unit consists of integers. Results merge
// in any order, and can be written and read back, so where and when a unit runs
// changes no figure. How an experiment is cut depends on its plans alone, never on
// the machine.
//
// The package knows profiles through its own interface, and prints nothing: it
// reports progress as values.
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
	// Cases returns the cases. The others are compared with the first.
	Cases() []plan.Case
	// Check says what is wrong with a case, or returns nil if it has a plan.
	Check(c plan.Case) error
	// Plan returns the plan of a case with a seed. It is safe for concurrent
	// use.
	Plan(c plan.Case, seed uint64) *plan.Plan
	// Digest identifies the profile, including everything that was set.
	Digest() string
}

// Options say how to run a profile.
type Options struct {
	Name, Description string // of the profile, for the report
	Engine            string // reports.Live or reports.Sim
	Seed              uint64 // of the counts; also the first of the simulated seeds
	Gates             []gate.Gate
	// Kept has the identity, the document and the traces of the profile, for the report.
	Kept reports.Profile
	// Baseline is the report that the run is judged against, nil for none.
	Baseline *reports.Report
	// BaselineCase are the baseline's names of cases that have another name there.
	BaselineCase map[string]string

	// Target is a server to ask in place of our mocks; live only.
	Target *url.URL
	// Remote lets the target be beyond loopback.
	Remote bool
	// MaxRequests is how many requests each case may make at a target; 0 is no
	// limit.
	MaxRequests int64

	// Seeds is how many seeds each case is simulated with; 0 takes a number
	// that depends on the plans, and where starts can fail on the first seed.
	Seeds int
	// Precision adds seeds until the half-width of the 95 % interval of every
	// tested group's failure rate is at most this fraction; 0 adds none.
	Precision float64
	// MaxTime ends the search for precision; 0 is no limit.
	MaxTime time.Duration

	// Watched lets SoFar read a live run while it runs.
	Watched bool

	// Progress, if it is not nil, is told how far the run has come. One
	// goroutine at a time calls it.
	Progress func(Progress)
}

// Experiment is the cases of a profile, and the results of those that ran. It is
// made by New and run once. Apart from SoFar it is not safe for concurrent use.
type Experiment struct {
	profile Profile
	options Options
	digest  string
	cases   []*caseRun
	omitted []string // titles of cases that a target cannot play
	wrong   []error  // why other cases have no plan

	stopped error // why the run ended early
	began   time.Time
	wall    time.Duration
	shared  bool    // tasks shared a source address
	stolen  float64 // share of the processors' time that others had during the live cases
	seeds   int     // the number of seeds in every case's estimate
	cutOff  bool    // MaxTime ended the search for precision

	blocking reports.Blocking // of the seeds of estimates; zero keeps no blocks
	oneSeed  bool             // no estimate is made, so hosts are the blocks
	first    bool             // the cases have been simulated with the run's seed
}

// caseRun is one case and its results.
type caseRun struct {
	plan.Case
	plan     *plan.Plan
	recorder *reports.Recorder // nil until it has run
	counts   *throttle.Counts  // nil if the endpoint was not ours
	estimate *reports.Estimate // nil if there is none
	ran      time.Duration     // how far it came, if it was interrupted on its first hosts
	hosts    int               // how many hosts ran, if it was interrupted later; else 0
	watch    watch
}

// ErrNoCase is the error of New if no case can run against the target.
var ErrNoCase = errors.New("every case changes the endpoint, and a target cannot be changed")

// ErrOneResource is the error of New if the target has a path, but a call of the
// profile asks for several paths.
var ErrOneResource = errors.New("calls of the profile take several requests, and the target has a path")

// ErrGate is the error of New if a gate is about a case that is left out.
var ErrGate = errors.New("a gate is about a case that is left out")

// New makes the plans of an experiment. It leaves out cases that have none and,
// with a target, cases that change the endpoint, because a target cannot be
// changed; the report says so. The error is a profile that the engine cannot
// run, or that has no case left.
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
	return x, x.checkGates()
}

// Cases are the cases that New has planned.
func (x *Experiment) Cases() []plan.Case {
	all := make([]plan.Case, len(x.cases))
	for i, c := range x.cases {
		all[i] = c.Case
	}
	return all
}

// Run runs the cases. If ctx ends, or the live engine cannot go on, it returns nil:
// Stopped says why the run ended, and the report covers what ran.
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

// Stopped returns why the run ended early, or nil.
func (x *Experiment) Stopped() error { return x.stopped }

// checkGates returns an error if a gate names a case that is not run: before the run,
// because its report could not be made.
func (x *Experiment) checkGates() error {
	for i := range x.options.Gates {
		g := &x.options.Gates[i]
		for _, name := range g.CaseNames() {
			if _, err := x.caseNamed(name); err != nil {
				return fmt.Errorf("%w: %q, in %s", ErrGate, name, g.Expr)
			}
		}
	}
	return nil
}

// leavesReport reports whether a run that ended with err has something to report.
func leavesReport(err error) bool {
	for _, early := range []error{context.Canceled, live.ErrMaxRequests, live.ErrResources, live.ErrMoved, errLaterCase} {
		if errors.Is(err, early) {
			return true
		}
	}
	ended := (*GateEndedError)(nil)
	return errors.As(err, &ended)
}

// caseNamed returns a case that New has planned.
func (x *Experiment) caseNamed(name string) (*caseRun, error) {
	for _, c := range x.cases {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("no case %q", name)
}

// expected is how many calls all cases together are expected to make with one
// seed of the simulation.
func (x *Experiment) expected() (calls float64) {
	for _, c := range x.cases {
		calls += c.plan.Expected()
	}
	return calls
}
