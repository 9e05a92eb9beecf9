package search

import (
	"context"
	"fmt"
	"math"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/plan"
	"tenement/reports"
	"tenement/reports/capacity"
)

// beyondEdge is how far beyond the edge a live run has to break the objective.
const beyondEdge = 1.25

// Confirm runs the cases of a result live: at the edge, where the live run is to agree with
// the simulation, and at 1.25 times it, where the objective is to be broken.
func (s *Search) Confirm(ctx context.Context, r *capacity.Result) error {
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Capacity == nil || c.AtLimit {
			continue
		}
		far := *c.Capacity * beyondEdge
		if c.Holds == capacity.Above {
			far = *c.Capacity / beyondEdge
		}
		if step := r.Range.Step; step > 0 {
			far = r.Range.Low + math.Ceil((far-r.Range.Low)/step-1e-9)*step
			if c.Holds == capacity.Above {
				far = r.Range.Low + math.Floor((*c.Capacity/beyondEdge-r.Range.Low)/step+1e-9)*step
			}
		} else {
			far = math.Round(far*1e4) / 1e4
		}
		for _, one := range []capacity.Confirmation{{Value: *c.Capacity, Expect: true}, {Value: far}} {
			if err := s.confirm(ctx, s.cases[i], c.Decides, &one); err != nil {
				return err
			}
			c.Confirmed = append(c.Confirmed, one)
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the result has what ran
			}
		}
	}
	return nil
}

// ConfirmLength is how long Confirm takes at most. The error is a case that cannot be run live:
// known before the search, since afterwards that is in vain. A case that does not take the
// first value of the range is left out; see Confirmation.Missing.
func (s *Search) ConfirmLength() (all time.Duration, err error) {
	at, err := s.at(s.o.Profile, s.o.Vary.Range.Low, "")
	if err != nil {
		return 0, nil //nolint:nilerr // see above
	}
	for _, c := range s.cases {
		if at.Check(c) != nil {
			continue
		}
		x, err := experiment.New(only{at, c}, experiment.Options{Engine: reports.Live, Seed: s.o.Seed, Gates: s.gates})
		if err != nil {
			return 0, fmt.Errorf("%s: %w", c.Title, err)
		}
		all += 2 * x.LiveLength()
	}
	return all, nil
}

// confirm runs a case live.
func (s *Search) confirm(ctx context.Context, c plan.Case, decides int, one *capacity.Confirmation) error {
	at, err := s.at(s.o.Profile, one.Value, "")
	if err == nil {
		err = at.Check(c)
	}
	if err != nil {
		one.Missing = "the profile does not take this value"
		return nil //nolint:nilerr // Missing says it
	}
	x, err := experiment.New(only{at, c}, experiment.Options{
		Name: fmt.Sprintf("%s, %s", at.Name, s.o.Vary.Text(one.Value)), Engine: reports.Live, Seed: s.o.Seed, Gates: s.gates, Progress: s.o.Progress,
	})
	if err != nil {
		one.Missing = err.Error()
		return nil //nolint:nilerr // Missing says it
	}
	if err := x.Run(ctx); err != nil {
		return err
	}
	if why := x.Stopped(); why != nil {
		one.Missing = why.Error()
		return nil //nolint:nilerr // Missing says it
	}
	report, err := x.Report()
	if err != nil {
		return err
	}
	one.Holds = true
	for i := range report.Gates {
		g := &report.Gates[i]
		one.Holds = one.Holds && g.OK
		if i == decides && g.Value != nil {
			one.Metric = tidy(*g.Value)
		}
	}
	target := s.gates[decides].Target
	for i := range report.Cases[0].Groups {
		if g := &report.Cases[0].Groups[i]; g.Simulated != nil && g.Simulated.Agrees != nil && (g.Name == target || one.Agrees == nil) {
			one.Agrees = g.Simulated.Agrees
		}
	}
	return nil
}
