package experiment

import (
	"time"

	"tenement/internal/plan"
	"tenement/reports"
)

// SoFar returns a report of what a live run has counted so far, of the cases that have
// begun. It is partial: the endpoint's counts, the simulation and the gates come at the
// end. Options.Watched must be set. It is safe to call while Run runs; it copies some
// MiB, for which the calls of a case wait a millisecond.
func (x *Experiment) SoFar() (*reports.Report, error) {
	in := x.heading()
	in.Partial = true
	for _, c := range x.cases {
		recorder, began := c.watch.counted(c.plan)
		if recorder == nil {
			continue
		}
		// Only what no longer changes: the run itself writes the rest.
		one := caseRun{Case: c.Case, plan: c.plan, recorder: recorder}
		one.ran = min(max(time.Since(began), 1), c.plan.Duration)
		in.Cases = append(in.Cases, reports.NewCase(x.input(&one)))
	}
	return reports.New(in)
}

// counted is a copy of what a case has counted, nil before it begins, and since when.
func (w *watch) counted(p *plan.Plan) (*reports.Recorder, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.recorder == nil {
		return nil, time.Time{}
	}
	r := newRecorder(p)
	r.Merge(w.recorder)
	return r, w.began
}
