package render

import (
	"testing"

	"tenement/internal/gate"
	"tenement/reports/capacity"
)

// The sentence of a case shows on which side of the bound a figure is, and at which end of
// the range the edge would be.
func TestKneeWords(t *testing.T) {
	g, err := gate.Parse("web.failure_rate<=0.1%")
	if err != nil {
		t.Fatal(err)
	}
	r := &capacity.Result{
		Name: "x", Range: capacity.Range{Low: 10, High: 200, Step: 1},
		Objective: []string{g.Expr}, Gates: []gate.Gate{g}, Yours: []bool{true},
	}
	at := func(x float64) *float64 { return &x }
	for _, row := range []struct {
		name string
		c    capacity.Case
		want string
	}{
		{
			"just beyond the bound",
			capacity.Case{Holds: capacity.Above, Capacity: at(46), Fails: at(45), Curve: []capacity.Point{{Value: 45, Metric: 0.00104}}},
			"x = 46 holds; at 45 you fail 0.104 %.",
		},
		{
			"far beyond it",
			capacity.Case{Holds: capacity.Below, Capacity: at(45), Fails: at(46), Curve: []capacity.Point{{Value: 46, Metric: 0.0214}}},
			"x = 45 holds; at 46 you fail 2.1 %.",
		},
		{"above", capacity.Case{Holds: capacity.Everywhere, Lower: at(200)}, "Everything from 10 to 200 holds; the edge, if there is one, is above 200."},
		{"below", capacity.Case{Holds: capacity.Everywhere, Upper: at(10)}, "Everything from 10 to 200 holds; the edge, if there is one, is below 10."},
		{"no telling", capacity.Case{Holds: capacity.Everywhere}, "Everything from 10 to 200 holds; the edge, if there is one, is beyond."},
	} {
		row.c.Monotone = true
		if got := kneeWords(r, &row.c); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
