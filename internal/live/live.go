// Package live is the engine in real time: vegeta over HTTP. One vegeta
// Attacker makes the calls of a case, with our Pacer for the arrivals and our
// RoundTripper inside its http.Client for the strategies; each call is one
// vegeta Result, however many attempts it took. The package decides nothing:
// it moves time and bytes for strategy and, through imds, for throttle.
package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// Engine runs plans over HTTP. The zero Engine serves the endpoint itself, on
// loopback, one listener per host.
type Engine struct {
	// Wait waits for the arrivals; nil makes a Pacemaker for each run.
	Wait Waiter
	// Began is t = 0, a whole second in the future; zero is the next one.
	Began time.Time
	// Target is a server to ask in place of ours; the plan must have one host.
	// If the URL has a path, every request is for that; else for the plan's.
	// Every connection must go to loopback.
	Target *url.URL
	// Remote lets a target be beyond loopback: at the addresses that its name has
	// when the run begins.
	Remote bool
	// MaxRequests is how many requests a run at a target may make; the run
	// ends before the next one. 0 is no limit.
	MaxRequests int64
	// Watch, if it is not nil, is given a function before the first call is made. Any
	// goroutine may call that at any time, also after the run; it says what the first
	// limit has left, the mean of all hosts, and what it holds at most. ok is false
	// where the endpoint is not ours, or the limit has no one level.
	Watch func(level func() (left, holds float64, ok bool))

	// world makes the endpoints of a run and the wire to them, either of which
	// may stop the run; tests replace it. Nil is sockets.
	world func(e *Engine, plan *plan.Plan, began time.Time, stop func(error)) (world, error)
	// aim is where the run may connect to a target; Run sets it.
	aim *aim
	// network is what ports and connections are made of; tests replace it.
	network network
}

// Ran is what a run returns besides what it tells its observer.
type Ran struct {
	Counts          throttle.Counts
	Counted         bool // the endpoint was ours, and Counts is what it counted
	Results         int  // vegeta's results, one per call
	Sources         int  // source addresses that the endpoints saw
	SharedAddresses bool // tasks shared a source address
}

// count adds what the endpoints of a host have counted, the host's own first.
func (r *Ran) count(endpoints []*imds.Handler) {
	c, sources := endpoints[0].Counts(), endpoints[0].Sources()
	for _, further := range endpoints[1:] {
		c.Further = append(c.Further, further.Counts())
		sources = max(sources, further.Sources())
	}
	r.Counts.Merge(c)
	r.Sources += sources
}

// ErrMaxRequests is the cause when a run has made Engine.MaxRequests requests.
var ErrMaxRequests = errors.New("the request limit is reached")

// ErrResources is the cause when the generator has no files, ports or memory
// left for connections.
var ErrResources = errors.New("this machine cannot open more connections")

// ErrNoConnection is the error of a run whose target accepted no connection.
var ErrNoConnection = errors.New("no connection was made")

// errHorizon is the cause that ends what is open at the end of the drain.
var errHorizon = errors.New("the run is over")

// world is the endpoints of a run and the wire to them.
type world interface {
	wire
	// counts adds up what the endpoints counted.
	counts(*Ran)
	// level is what Engine.Watch is given.
	level() (left, holds float64, ok bool)
	// err is why the results of a finished run mean nothing, or nil.
	err() error
	close()
}

// maxHosts bounds the listeners of a run.
const maxHosts = 64

// Check returns an error if the engine cannot run a plan of this shape at all, or not with this
// process's limit on open files, which is ErrFiles.
func (e *Engine) Check(plan *plan.Plan) error {
	switch {
	case plan.Hosts > maxHosts:
		return fmt.Errorf("the live engine serves at most %d hosts, and the profile has %d", maxHosts, plan.Hosts)
	case e.Target != nil && plan.Hosts > 1:
		return fmt.Errorf("a target is one host, and the profile has %d", plan.Hosts)
	case e.Target != nil && len(plan.Endpoints) > 0:
		return fmt.Errorf("a target is one server, which stands for the endpoint of a host, and activities of the profile ask others as well: %s", furtherNames(plan))
	}
	if need, most := e.Files(plan), MaxFiles(); need > most {
		return fmt.Errorf("%d tasks need %d open files, and %d are left: %w", plan.AllTasks(), need, most, ErrFiles)
	}
	return nil
}

// furtherNames are the names of a plan's further endpoints, as a list.
func furtherNames(p *plan.Plan) string {
	var all []string
	for i := range p.Endpoints {
		all = append(all, p.Endpoints[i].Name)
	}
	return words.List(all, "and")
}

// ErrFiles is the cause when the limit on open files is too low for a run.
var ErrFiles = errors.New("the limit on open files is too low")

// Run plays a plan and reports to the observer. When ctx ends, it sends no further
// request, counts open calls as unfinished, and returns what was counted so far
// with the context's cause. Other errors are those of Check, ErrMaxRequests,
// ErrResources, ErrNoConnection, ErrNotLoopback and ErrMoved, and that the name of the
// target cannot be resolved.
func (e *Engine) Run(ctx context.Context, plan *plan.Plan, observer strategy.Observer) (Ran, error) {
	if err := e.Check(plan); err != nil {
		return Ran{}, err
	}
	began := e.Began
	if began.IsZero() {
		began = NextSecond()
	}
	build := e.world
	if build == nil {
		build = newSockets
	}
	wait := e.Wait
	if wait == nil {
		p := NewPacemaker()
		defer p.Close()
		wait = p
	}

	run, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	engine := *e
	var err error
	if engine.aim, err = e.newAim(run); err != nil {
		return Ran{}, err
	}
	w, err := build(&engine, plan, began, cancel)
	if err != nil {
		return Ran{}, err
	}
	defer w.close()
	if e.Watch != nil {
		e.Watch(w.level)
	}
	horizon := time.AfterFunc(time.Until(began.Add(plan.Horizon())), func() { cancel(errHorizon) })
	defer horizon.Stop()

	calls := newSchedule(plan)
	calls.tell(observer)
	f := newFleet(run, plan, began, calls, w, observer)
	var ran Ran
	for range f.attack(wait) {
		ran.Results++
	}
	f.background.Wait()
	w.counts(&ran)
	if cause := context.Cause(run); cause != nil && !errors.Is(cause, errHorizon) {
		return ran, cause
	}
	f.finishUnbegun()
	return ran, w.err()
}

// NextSecond returns the next whole second that leaves 20 ms to get ready.
func NextSecond() time.Time {
	const ready = 20 * time.Millisecond
	// Add, unlike Truncate, keeps the monotonic clock reading.
	now := time.Now()
	wait := time.Second - time.Duration(now.Nanosecond())
	if wait < ready {
		wait += time.Second
	}
	return now.Add(wait)
}

// attack makes the calls through vegeta.
func (f *fleet) attack(wait Waiter) <-chan *vegeta.Result {
	// Client comes first because it replaces the whole client. The options
	// after it must not need vegeta's own transport.
	a := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: f}),
		vegeta.Redirects(vegeta.NoFollow),
	)
	var next atomic.Int64
	targets := func(t *vegeta.Target) error {
		t.Method = http.MethodGet
		t.URL = "http://fleet.invalid/#" + strconv.FormatInt(next.Add(1)-1, 10)
		return nil
	}
	// The attack's duration is 0, for ever: the pacer ends it.
	p := &pacer{ctx: f.ctx, began: f.began, calls: f.calls, wait: wait, rate: f.plan.Expected() / f.plan.Duration.Seconds()}
	if f.plan.Dynamic() {
		p.fleet, p.end = f, f.plan.Duration
	}
	return a.Attack(targets, p, 0, "")
}
