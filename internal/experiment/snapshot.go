package experiment

import (
	"sync"
	"time"

	"tenement/internal/release"
	"tenement/internal/strategy"
	"tenement/reports"
)

// counting is a live case whose recorder can be read while it counts.
type counting struct {
	of    *caseRun
	began time.Time

	mu       sync.Mutex // guards recorder
	recorder *reports.Recorder
}

// Attempted implements strategy.Observer.
func (w *counting) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.Attempted(k, sent, ended, o)
}

// Finished implements strategy.Observer.
func (w *counting) Finished(k *strategy.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recorder.Finished(k)
}

// soFar is a copy of what has been counted.
func (w *counting) soFar() *reports.Recorder {
	r := newRecorder(w.of.plan)
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Merge(w.recorder)
	return r
}

// watch lets Snapshot read what a live case counts.
func (x *Experiment) watch(c *caseRun, began time.Time) strategy.Observer {
	if !x.options.Watched {
		return c.recorder
	}
	w := &counting{of: c, began: began, recorder: c.recorder}
	x.watching.Lock()
	defer x.watching.Unlock()
	x.underWay = append(x.underWay, w)
	return w
}

// Snapshot returns a report of what a live run has counted so far, of the cases that
// have begun. It is partial: the endpoint's counts, the simulation and the gates come
// at the end. Options.Watched must be set. It is safe to call while Run runs; it
// copies some MiB, during which the calls of a case wait for a millisecond.
func (x *Experiment) Snapshot() (*reports.Report, error) {
	x.watching.Lock()
	cases := append([]*counting{}, x.underWay...)
	x.watching.Unlock()
	o := &x.options
	in := reports.Input{
		Model: strategy.ModelVersion, Profile: reports.Profile{Name: o.Name, Digest: x.digest}, Engine: o.Engine, Seed: o.Seed,
		DurationS: x.cases[0].plan.Duration.Seconds(), Partial: true, Generator: reports.Generator{Version: release.Version()},
	}
	for _, w := range cases {
		// Only what no longer changes: the run itself writes the rest.
		c := caseRun{Case: w.of.Case, plan: w.of.plan, recorder: w.soFar()}
		c.ran = min(max(time.Since(w.began), 1), c.plan.Duration)
		in.Cases = append(in.Cases, reports.NewCase(x.input(&c)))
	}
	return reports.New(in)
}
