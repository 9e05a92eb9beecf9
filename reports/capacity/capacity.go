// Package capacity is the answer to how far something can go: for each case the largest
// (or least) value of a profile with which every objective holds, how well that is known,
// and the curve around it. Package search finds it; package render draws it.
package capacity

import (
	"tenement/internal/gate"
	"tenement/reports"
)

// Version is that of the JSON. It changes when a key changes its meaning.
const Version = 1

// Result is a search for the capacity of the cases of a profile. Nothing in it depends on
// the machine, or on how long the search took, Confirmed apart.
type Result struct {
	Version int     `json:"version"`
	Profile Profile `json:"profile"`
	Seed    uint64  `json:"seed"` // the first; every value is tried with the same seeds
	// Vary are the settings that move together, as PATH=FORMULA of x.
	Vary []string `json:"vary"`
	Name string   `json:"name"`           // of x in sentences, such as tasks
	Unit string   `json:"unit,omitempty"` // of x, such as ms or /s
	// Range is where x was looked for.
	Range Range `json:"range"`
	// By is what else varies, for the frontier; absent if nothing does.
	By *By `json:"by,omitempty"`
	// Objective are the conditions, all of which are to hold.
	Objective []string `json:"objective"`
	Cases     []Case   `json:"cases"`
	Cost      Cost     `json:"cost"`
	// Partial is why the search ended early; absent if it did not.
	Partial string `json:"partial,omitempty"`
	// Require is what every case was required to take; absent if nothing was.
	Require *float64 `json:"require,omitempty"`

	// Gates are the objectives, parsed, and Yours whether the target of each is under test.
	Gates []gate.Gate `json:"-"`
	Yours []bool      `json:"-"`
}

// Profile is what was searched.
type Profile struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Range is from where to where x goes.
type Range struct {
	Low  float64 `json:"lo"`
	High float64 `json:"hi"`
	Step float64 `json:"step"` // 0: x is continuous, and found to 1 % of its value
}

// By is the second setting that varies.
type By struct {
	Path  string `json:"path"`
	Name  string `json:"name"` // of it in sentences
	Unit  string `json:"unit,omitempty"`
	Range Range  `json:"range"`
}

// Cost is what the search took, in simulated work.
type Cost struct {
	Values uint64 `json:"values"` // of x, over all cases
	Runs   uint64 `json:"runs"`   // a seed of a case with a value
	Calls  uint64 `json:"calls"`  // of those runs
}

// Side is where the objectives hold.
type Side string

// The sides.
const (
	Below      Side = "below"      // up to the capacity: more is worse
	Above      Side = "above"      // from the capacity on: more is better
	Everywhere Side = "everywhere" // within the range
	Nowhere    Side = "nowhere"    // within the range
	Unknown    Side = "unknown"    // the search ended before it was clear
)

// Case is the answer for one case.
type Case struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Capacity is the last value that holds, counted from the side that holds; null if
	// not even the easier end of the range does, or if the search ended too early.
	Capacity *float64 `json:"capacity"`
	// Settings are those of the capacity, as PATH=VALUE.
	Settings []string `json:"settings,omitempty"`
	Holds    Side     `json:"holds"`
	// AtLimit is that the capacity is an end of the range: it may well go further.
	AtLimit bool `json:"at_limit"`
	// Lower and Upper are the 95 % interval of the capacity; null without one.
	Lower *float64 `json:"lower"`
	Upper *float64 `json:"upper"`
	// RunAt is a value with a margin: see docs/capacity.md. Null without a capacity.
	RunAt *float64 `json:"run_at"`
	// Bound is the closed form of the capacity; null where none applies. BoundRule says
	// which it is.
	Bound     *float64 `json:"bound"`
	BoundRule string   `json:"bound_rule,omitempty"`
	// Monotone is that the objectives change from holding to not holding once at most.
	// Also are other values at which they change back; nil if monotone.
	Monotone bool      `json:"monotone"`
	Also     []float64 `json:"changes_again_at,omitempty"`
	// Decides is the objective that the capacity is the edge of, a number in Objective.
	Decides int `json:"decides"`
	// Fails is the first value beyond the capacity that was tried; null if none was. The
	// reason is a clause from the diagnosis of a run with it.
	Fails  *float64 `json:"fails_at"`
	Reason string   `json:"because,omitempty"`
	// Curve are the values that were tried, in order.
	Curve []Point `json:"curve"`
	// Frontier is the capacity for each value of By; empty without one.
	Frontier []FrontierPoint `json:"frontier"`
	// Confirmed are live runs; empty if none was asked for.
	Confirmed []Confirmation `json:"confirmed,omitempty"`
}

// Point is a value that was tried.
type Point struct {
	Value float64 `json:"value"`
	// Metric is the figure of the objective that decides, in its unit, and Low to High its
	// 95 % interval.
	Metric float64 `json:"metric"`
	Low    float64 `json:"lo"`
	High   float64 `json:"hi"`
	// Uncounted is that no call counts for that objective. Then it is not met, and its
	// figure means nothing.
	Uncounted bool `json:"uncounted,omitempty"`
	Seeds     int  `json:"seeds"`
	Holds     bool `json:"holds"` // every objective
	// Sure is that the interval of every objective is on one side of its bound, or of one
	// that does not hold.
	Sure bool `json:"sure"`
	// SingleRuns is the share of the seeds, each on its own, that meet every objective.
	SingleRuns float64 `json:"single_runs"`
}

// FrontierPoint is the capacity Y, null if there is none, when By is X.
type FrontierPoint struct {
	X     float64  `json:"x"`
	Y     *float64 `json:"y"`
	Lower *float64 `json:"lower"`
	Upper *float64 `json:"upper"`
	// Curve are the values that were tried with it, in order, with the figure of the
	// objective that decides the case.
	Curve []Point `json:"curve"`
}

// Confirmation is a live run at a value.
type Confirmation struct {
	Value float64 `json:"value"`
	// Expect is whether the objectives should hold there.
	Expect bool    `json:"expect_holds"`
	Metric float64 `json:"metric"` // the figure of the objective that decides, live
	Holds  bool    `json:"holds"`  // every objective, live
	// Agrees is whether the run is what a simulated seed would show; null if too little
	// is known to say.
	Agrees *bool `json:"agrees"`
	// Missing is why there is no live run; empty if there is one.
	Missing string `json:"missing,omitempty"`
}

// OK reports whether a live run shows what was expected.
func (c *Confirmation) OK() bool {
	if c.Expect {
		return c.Missing == "" && (c.Agrees == nil || *c.Agrees)
	}
	return c.Missing == "" && !c.Holds
}

// Objectives are the expressions of gates.
func Objectives(gates []gate.Gate) []string {
	out := make([]string, len(gates))
	for i := range gates {
		out[i] = gates[i].Expr
	}
	return out
}

// Meets reports whether the capacity of a case takes a value.
func (c *Case) Meets(value float64) bool {
	switch {
	case c.Capacity == nil:
		return false
	case c.Holds == Above, c.Holds == Everywhere && *c.Capacity == c.Curve[0].Value: // more is better
		return *c.Capacity <= value
	}
	return *c.Capacity >= value
}

// At is the point of a value, nil if it was not tried.
func (c *Case) At(value float64) *Point {
	for i := range c.Curve {
		if c.Curve[i].Value == value {
			return &c.Curve[i]
		}
	}
	return nil
}

// DecidingGate is the objective that the capacity of a case is the edge of.
func (r *Result) DecidingGate(c *Case) *gate.Gate { return &r.Gates[c.Decides] }

// Interval is Lower to Upper, nil without one.
func (c *Case) Interval() *reports.Interval {
	if c.Lower == nil || c.Upper == nil {
		return nil
	}
	return &reports.Interval{Low: *c.Lower, High: *c.Upper}
}
