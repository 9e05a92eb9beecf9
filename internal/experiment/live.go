package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tenement/internal/live"
	"tenement/reports"
)

// Bounds on cases that run side by side, in calls a second and in tasks: within
// them, cases do not disturb each other.
const (
	sideBySideCalls = 2000
	sideBySideTasks = 6000
)

// stagger is how many seconds the starts of cases side by side are spread over:
// they have the same arrivals, and would otherwise all call at the same instant.
const stagger = 16

// checkLive returns an error if the live engine cannot run the cases.
func (x *Experiment) checkLive() error {
	target := x.options.Target
	engine := live.Engine{Target: target}
	for _, c := range x.cases {
		if err := engine.Check(c.plan); err != nil {
			return err
		}
		if target != nil && strings.Trim(target.Path, "/") != "" && c.severalRequests() {
			return ErrOneResource
		}
	}
	return nil
}

// severalRequests reports whether calls of the case take several requests.
func (c *caseRun) severalRequests() bool {
	for i := range c.plan.Resources {
		if len(c.plan.Resources[i].Legs) > 1 {
			return true
		}
	}
	return false
}

// live runs the cases over HTTP, then simulates each over many seeds. At a
// target the cases run one after the other: there they share the endpoint.
func (x *Experiment) live(ctx context.Context) error {
	pacemaker := live.NewPacemaker()
	defer pacemaker.Close()
	before := stolenNow()
	for rest := x.cases; len(rest) > 0; {
		n := x.sideBySide(rest)
		if err := x.batch(ctx, rest[:n], pacemaker); err != nil {
			if done := len(x.cases) - len(rest); done > 0 && !leavesReport(err) {
				return fmt.Errorf("%w, after %d of %s did: %w", errLaterCase, done, x.caseCount(), err)
			}
			return err
		}
		rest = rest[n:]
	}
	x.stolen = stolenNow().since(before)
	seeds := x.options.Seeds
	if seeds == 0 {
		seeds = besideSeeds(x.expected())
	}
	first := x.options.Seed + 1
	x.blocking = reports.BlockingOf(first, uint64(seeds)) // they show how far seeds are apart
	return x.estimate(ctx, first, seeds)
}

// sideBySide is how many of the next cases may run together.
func (x *Experiment) sideBySide(rest []*caseRun) int {
	if x.options.Target != nil {
		return 1
	}
	calls, tasks, files := 0.0, 0, 0
	for i, c := range rest {
		calls += c.plan.Expected() / c.plan.Duration.Seconds()
		tasks += c.plan.AllTasks()
		files += new(live.Engine).Files(c.plan)
		if i > 0 && (calls > sideBySideCalls || tasks > sideBySideTasks || files > live.MaxFiles()) {
			return i
		}
	}
	return len(rest)
}

// errLaterCase is the cause if a case could not run, and cases before it did.
var errLaterCase = errors.New("a case could not run")

// batch runs some cases side by side. Each begins on a whole second. If one
// fails, the others end; if nothing can be reported of them, they have no recorder.
func (x *Experiment) batch(ctx context.Context, batch []*caseRun, wait live.Waiter) error {
	first := live.NextSecond()
	length := batch[0].plan.Duration + time.Duration(min(len(batch), stagger)-1)*time.Second
	defer x.ticking(fmt.Sprintf("%d of %s live", len(batch), x.caseCount()), first, length)()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	shared := make([]bool, len(batch))
	var wg sync.WaitGroup
	for i, c := range batch {
		wg.Go(func() {
			began := first.Add(time.Duration(i%stagger) * time.Second)
			engine := live.Engine{
				Wait: wait, Began: began,
				Target: x.options.Target, Remote: x.options.Remote, MaxRequests: x.options.MaxRequests,
			}
			c.recorder = newRecorder(c.plan)
			observer := x.guarded(c, cancel)
			if x.options.Progress != nil || x.options.Watched {
				c.watch.begin(c.recorder, observer, began)
				defer c.watch.end()
				observer, engine.Watch = &c.watch, c.watch.see
			}
			ran, err := engine.Run(ctx, c.plan, observer)
			if err != nil {
				c.ran = max(time.Since(began), 1)
				cancel(err)
			}
			shared[i] = ran.SharedAddresses
			if ran.Counted {
				c.counts = &ran.Counts
			}
		})
	}
	wg.Wait()
	x.shared = x.shared || slices.Contains(shared, true)
	cause := context.Cause(ctx)
	if cause != nil && !leavesReport(cause) {
		for _, c := range batch {
			c.recorder = nil
		}
	}
	return cause
}
