package experiment

import (
	"testing"
	"time"

	"tenement/internal/strategy"
)

// A live case that is looked at while it runs shows what it has counted of the groups
// under test, and at the end no level.
func TestRunning(t *testing.T) {
	x := open(t, "noisy-neighbour", Options{})
	c := x.cases[0]
	if got := c.running(); got.State != Waiting || got.Calls != 0 || got.Title != c.Title {
		t.Errorf("before: got %+v", got)
	}
	c.recorder = newRecorder(c.plan)
	c.watch.begin(c.recorder, c.recorder, time.Now())
	c.watch.see(func() (left, holds float64, ok bool) { return 12, 60, true })
	for i := range c.plan.Groups {
		for n := range uint32(10) {
			k := strategy.Call{Group: uint32(i), N: n, Ended: time.Duration(n) * time.Second}
			if n < 3 {
				k.Result = strategy.Throttled
			}
			c.watch.Finished(&k)
		}
	}
	got := c.running()
	if got.State != Live || got.Calls != 10 || got.Failures != 3 || got.P99.Round(100*time.Millisecond) != 9*time.Second || got.Left != 12 || got.Holds != 60 {
		t.Errorf("while it runs: got %+v", got)
	}
	c.watch.end()
	if got := c.running(); got.State != Done || got.Calls != 10 || got.Holds != 0 {
		t.Errorf("after: got %+v", got)
	}
}
