package experiment

import (
	"testing"
	"time"

	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/reports"
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

// Tasks that come and go are counted whatever looks at a live case: the progress, or a
// gate that can end it.
func TestLivesOfALiveCase(t *testing.T) {
	g, wrong := gate.Parse("service.failures <= 2")
	if wrong != nil {
		t.Fatal(wrong)
	}
	g.AbortOn = true
	x := open(t, "metastable-relaunch", Options{Gates: []gate.Gate{g}})
	c := x.cases[0]
	c.recorder = newRecorder(c.plan)
	guarded := x.guarded(c, func(error) {})
	c.watch.begin(c.recorder, guarded, time.Now())
	for _, o := range []strategy.Observer{guarded, &c.watch} {
		w, ok := o.(plan.Watcher)
		if !ok {
			t.Fatalf("%T is not told of tasks", o)
		}
		w.Launched(0, 0)
		w.StartFailed(0, 0, 0, time.Second)
		w.Launched(0, 2*time.Second)
		w.Started(0, 2*time.Second, 3*time.Second)
		w.Ended(0, 2*time.Second, time.Minute)
	}
	l := reports.NewCase(x.input(c)).Groups[0].Lives
	if l == nil || l.Launched != 4 || l.FailedStarts != 2 || l.Started != 2 || l.Ended != 2 {
		t.Errorf("got %+v, want twice two tasks launched, one of which failed to start and one ended", l)
	}
}
