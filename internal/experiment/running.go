package experiment

import (
	"sync"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/reports"
)

// Running is what a case of a live run has counted so far, of the groups under test; of
// all groups, if none is under test.
type Running struct {
	Case, Title string
	State       State
	reports.Snapshot
	// Left is what the first limit has left now, the mean of all hosts, and Holds what
	// it holds at most; 0 if it has no one level.
	Left, Holds float64
}

// State is where a case stands.
type State uint8

// The states of a case.
const (
	Waiting State = iota // for its turn
	Live                 // its calls are made
	Done
)

// watch is a case that is looked at while it runs: an observer between its engine and its
// recorder, of calls and of the lives of tasks.
type watch struct {
	mu       sync.Mutex // guards all of it
	observer strategy.Observer
	recorder *reports.Recorder // that the observer reports to
	began    time.Time
	state    State
	level    func() (left, holds float64, ok bool)
	final    *Running // once it is done
}

var (
	_ strategy.Observer = (*watch)(nil)
	_ plan.Watcher      = (*watch)(nil)
)

// Attempted implements strategy.Observer.
func (w *watch) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.observer.Attempted(k, sent, ended, o)
}

// Finished implements strategy.Observer.
func (w *watch) Finished(k *strategy.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.observer.Finished(k)
}

// The methods of a plan.Watcher. What lives is counted by the recorder, whatever else
// looks at the calls.

// Launched implements plan.Watcher.
func (w *watch) Launched(group uint32, at time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.Launched(group, at)
}

// Started implements plan.Watcher.
func (w *watch) Started(group uint32, launched, at time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.Started(group, launched, at)
}

// StartFailed implements plan.Watcher.
func (w *watch) StartFailed(group, reason uint32, launched, at time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.StartFailed(group, reason, launched, at)
}

// Ended implements plan.Watcher.
func (w *watch) Ended(group uint32, launched, at time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.Ended(group, launched, at)
}

// begin says that the case runs from that instant on, with this observer, which reports
// to the recorder.
func (w *watch) begin(r *reports.Recorder, o strategy.Observer, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder, w.observer, w.began, w.state = r, o, at, Live
}

// see keeps the function that tells the level of the limit.
func (w *watch) see(level func() (left, holds float64, ok bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.level = level
}

// end says that the case has run.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state, w.level = Done, nil
}

// running is what the case has counted so far.
func (c *caseRun) running() Running {
	w := &c.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.final != nil {
		return *w.final
	}
	r := Running{Case: c.Name, Title: c.Title, State: w.state}
	if w.recorder != nil {
		tests := c.tests()
		r.Snapshot = w.recorder.Snapshot(func(g int) bool { return !tests || c.plan.Groups[g].UnderTest })
	}
	if w.level != nil {
		if left, holds, ok := w.level(); ok {
			r.Left, r.Holds = left, holds
		}
	}
	if w.state == Done {
		w.final = &r
	}
	return r
}

// running is that of all cases.
func (x *Experiment) running() []Running {
	var all []Running
	for _, c := range x.cases {
		all = append(all, c.running())
	}
	return all
}
