package experiment

import (
	"errors"
	"testing"
	"time"

	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
)

const guardedProfile = `
version: 1
name: guarded
duration: 10s
engine: live
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60}}
fleet:
  - {group: mine, tasks: 20, arrivals: {once: {within: 5s}}, under_test: true}
  - {group: others, tasks: 30, arrivals: {once: {within: 5s}}}
`

// A gate ends a run as soon as nothing that may still come can meet it, and not before.
func TestGuard(t *testing.T) {
	profile, err := profiles.Load("guarded.yaml", []byte(guardedProfile))
	if err != nil {
		t.Fatal(err)
	}
	baseline := func(failures uint64) *reports.Report {
		g := reports.Group{Name: "mine", Calls: 20}
		g.Results[strategy.OK], g.Results[strategy.Throttled] = 20-failures, failures
		return &reports.Report{Engine: reports.Live, Cases: []reports.Case{{Name: "none", Groups: []reports.Group{g}}}}
	}
	rows := []struct {
		expr     string
		baseline *reports.Report
		group    uint32 // whose calls end, the first ones failing
		fail     int
		want     int // how many calls have ended when the run ends; 0 is never
	}{
		{"mine.failures <= 2", nil, 0, 20, 3},
		{"mine.failures <= 2", nil, 0, 2, 0},
		{"mine.failure_rate < 10%", nil, 0, 20, 2},
		{"mine.failure_rate <= 10%", nil, 0, 20, 3},
		{"mine.failure_rate <= 10%", nil, 1, 20, 0}, // others fail
		{"endpoint.failure_rate <= 10%", nil, 1, 20, 6},
		{"mine.failure_rate >= 90%", nil, 0, 0, 3},
		{"mine.failures != 0", nil, 0, 0, 0}, // until the last call may fail
		{"mine.failures == 1", nil, 0, 20, 2},
		{"mine.ready_within_1s > 90%", nil, 0, 20, 2},
		{"mine.calls == 21", nil, 0, 20, 1},
		{"mine.calls == 20", nil, 0, 20, 0},
		{"mine.amplification <= 0.5", nil, 0, 0, 11},
		{"mine.attempts < 7", nil, 0, 0, 7},
		{"mine.throttled <= 4", nil, 0, 20, 5},
		{"mine.failures <= baseline", baseline(4), 0, 20, 5},
		{"mine.failures <= 2 * baseline", baseline(4), 0, 20, 9},
		{"mine.failures <= baseline", nil, 0, 20, 0},
	}
	for _, row := range rows {
		g, wrong := gate.Parse(row.expr)
		if wrong != nil {
			t.Fatal(wrong)
		}
		g.AbortOn = true
		x, err := New(profile, Options{Engine: reports.Live, Seed: 1, Gates: []gate.Gate{g}, Baseline: row.baseline})
		if err != nil {
			t.Fatal(err)
		}
		c := x.cases[0]
		c.recorder = newRecorder(c.plan)
		var ended error
		stopped := 0
		o := x.guarded(c, func(err error) { ended, stopped = err, stopped+1 })
		at := 0
		for n := range 20 {
			k := &strategy.Call{Group: row.group, N: uint32(n), Ended: time.Duration(n+1) * time.Second, Scheduled: time.Duration(n+1) * time.Second}
			outcome := strategy.Outcome{Status: 200}
			if n < row.fail {
				k.Result, outcome.Status = strategy.Throttled, 429
			}
			o.Attempted(k, 0, k.Ended, &outcome)
			o.Finished(k)
			if ended != nil && at == 0 {
				at = n + 1
			}
		}
		if at != row.want || stopped > 1 {
			t.Errorf("%s, %d fail: ended %d times, after %d calls, want %d", row.expr, row.fail, stopped, at, row.want)
		}
		if gone := (*GateEndedError)(nil); row.want > 0 && (!errors.As(ended, &gone) || gone.AfterS != float64(row.want) || gone.Case != "none") {
			t.Errorf("%s: got %v", row.expr, ended)
		}
	}
}

// How many calls tasks make that come and go is not known before the run: a count still
// ends it, a share does not.
func TestGuardOfTasksThatComeAndGo(t *testing.T) {
	for expr, want := range map[string]float64{"mine.failures <= 2": 3, "mine.failure_rate <= 1%": 0, "mine.calls < 5": 5, "mine.calls > 100": 0} {
		g, wrong := gate.Parse(expr)
		if wrong != nil {
			t.Fatal(wrong)
		}
		w := watched{Gate: g, bound: g.Value, groups: []bool{true}, calls: reports.UnknownCalls}
		var ended error
		o := guard{Observer: reports.NewRecorder(1, 0, 0), gates: []*watched{&w}, stop: func(err error) { ended = err }}
		for n := range 20 {
			o.Finished(&strategy.Call{N: uint32(n), Ended: time.Duration(n+1) * time.Second, Result: strategy.Throttled})
		}
		gone := new(GateEndedError)
		errors.As(ended, &gone)
		if gone.AfterS != want {
			t.Errorf("%s: ended after %g calls, want %g", expr, gone.AfterS, want)
		}
	}
}

func TestGateOfACaseThatIsLeftOut(t *testing.T) {
	profile, err := profiles.Load("guarded.yaml", []byte(guardedProfile))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []gate.Gate{
		{Expr: "mine.calls > 1", Cases: []string{"gone"}}, {Expr: "mine.calls > case gone", Relative: &gate.Relative{Factor: 1, Case: "gone"}},
	} {
		if _, err := New(profile, Options{Engine: reports.Sim, Gates: []gate.Gate{g}}); !errors.Is(err, ErrGate) {
			t.Errorf("%s: got %v", g.Expr, err)
		}
	}
}
