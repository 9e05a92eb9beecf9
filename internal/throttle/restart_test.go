package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// A server that restarts at 10 s, is back at 15 s, and has credentials again
// at 25 s.
func TestRestart(t *testing.T) {
	config := throttle.Config{
		Limits:  []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 2}},
		Latency: constant(2 * time.Second),
		Faults:  []throttle.Fault{{Name: "upgrade", Kind: throttle.RestartFault, From: 10 * time.Second, For: 5 * time.Second, After: 10 * time.Second}},
	}
	reset := func(after time.Duration) throttle.Verdict {
		return throttle.Verdict{Kind: throttle.Failed, After: after, Limit: -1, Effect: throttle.Effect{Kind: throttle.ResetFault}}
	}
	pending := throttle.Verdict{Kind: throttle.Failed, After: 2 * time.Second, Limit: -1, Effect: throttle.Effect{Kind: throttle.PendingFault}}
	served := throttle.Verdict{After: 2 * time.Second, Limit: -1}
	refused := throttle.Verdict{Kind: throttle.Rejected, Status: 429, After: 2 * time.Second, RetryAfter: time.Hour}
	e := throttle.New(config)
	for _, s := range []struct {
		name   string
		now    time.Duration
		route  service.Routes
		refuse bool
		want   throttle.Verdict
	}{
		{"before", 8 * time.Second, service.CredentialsRoute, false, served},
		{"in flight when it begins", 8*time.Second + 1, service.CredentialsRoute, false, reset(2*time.Second - 1)},
		{"a rejection as well", 9 * time.Second, service.CredentialsRoute, false, func() throttle.Verdict { v := reset(time.Second); v.Limit = 0; return v }()},
		{"it begins", 10 * time.Second, 0, true, throttle.Verdict{}},
		{"still", 15*time.Second - 1, 0, true, throttle.Verdict{}},
		{"back, with limits unused and no credentials", 15 * time.Second, service.CredentialsRoute, false, pending},
		{"metadata is there", 15 * time.Second, service.MetadataRoute, false, served},
		{"and now they are used", 15 * time.Second, service.MetadataRoute, false, refused},
	} {
		if got := e.Refuses(s.now); got != s.refuse {
			t.Errorf("%s: refuses: got %v, want %v", s.name, got, s.refuse)
		}
		if s.refuse {
			continue
		}
		if got := decide(e, s.now, asking(s.route)); got != s.want {
			t.Errorf("%s: got %+v, want %+v", s.name, got, s.want)
		}
	}
	for now, want := range map[time.Duration]throttle.Verdict{25*time.Second - 1: pending, 25 * time.Second: served} {
		e := throttle.New(config)
		if got := decide(e, now, asking(service.CredentialsRoute)); got != want {
			t.Errorf("at %v: got %+v, want %+v", now, got, want)
		}
	}
	if got, want := e.Counts().Tally, (throttle.Tally{Requests: 6, Admitted: 2, Throttled: 1, Failed: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A request that hangs ends with the server; a dropped one does not. A restart
// that is lifted does not come.
func TestRestartInFlight(t *testing.T) {
	restart := throttle.Fault{Name: "restart", Kind: throttle.RestartFault, From: 10 * time.Second, For: time.Second}
	e := throttle.New(throttle.Config{Faults: []throttle.Fault{{Kind: throttle.HangFault}, restart}})
	want := throttle.Verdict{Kind: throttle.Failed, After: 4 * time.Second, Limit: -1, Effect: throttle.Effect{Kind: throttle.ResetFault, Index: 1}}
	if got := decide(e, 6*time.Second, asking(0)); got != want {
		t.Errorf("hung: got %+v, want %+v", got, want)
	}
	e.Lift(6*time.Second, "restart")
	if got := decide(e, 7*time.Second, asking(0)); got.Effect.Kind != throttle.HangFault || e.Refuses(10*time.Second) {
		t.Errorf("lifted: got %+v, want it to hang, and no restart", got)
	}
	e = throttle.New(throttle.Config{
		Limits:   []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 1}},
		OnExceed: throttle.OnExceed{Action: throttle.Drop},
		Faults:   []throttle.Fault{restart},
	})
	decide(e, 0, asking(0))
	if got := decide(e, 0, asking(0)); got.Kind != throttle.Dropped {
		t.Errorf("dropped: got %+v", got)
	}
}

// A restart that has begun has cleared the limits, even if it is lifted before
// any request has come.
func TestLiftOfARestartThatHasBegun(t *testing.T) {
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 1}},
		Faults: []throttle.Fault{{Name: "restart", Kind: throttle.RestartFault, From: 10 * time.Second, For: time.Minute}},
	})
	decide(e, 0, asking(0))
	if !e.Lift(20*time.Second, "restart") || e.Refuses(20*time.Second) {
		t.Error("want it lifted")
	}
	if got := decide(e, 20*time.Second, asking(0)).Kind; got != throttle.Admitted {
		t.Errorf("got %v, want a full bucket", got)
	}
}

// Two restarts, the later one first in the schedule: each clears the limits and
// resets the requests in flight.
func TestRestartsInAnyOrder(t *testing.T) {
	restart := func(at time.Duration) throttle.Fault {
		return throttle.Fault{Kind: throttle.RestartFault, From: at, For: time.Second}
	}
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 1}},
		Faults: []throttle.Fault{restart(20 * time.Second), restart(10 * time.Second)},
	})
	var got []throttle.Kind
	for _, now := range []time.Duration{0, 0, 11 * time.Second, 12 * time.Second, 21 * time.Second} {
		got = append(got, decide(e, now, asking(0)).Kind)
	}
	for i, want := range []throttle.Kind{throttle.Admitted, throttle.Rejected, throttle.Admitted, throttle.Rejected, throttle.Admitted} {
		if got[i] != want {
			t.Errorf("request %d: got %v, want %v", i, got[i], want)
		}
	}
}

func TestInjectAndLift(t *testing.T) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{{Rate: rate(t, "1/h"), Burst: 3}}, Slots: 1})
	r := throttle.Request{Slot: 0, Group: -1}
	kind := func(now time.Duration) throttle.Kind { return decide(e, now, &r).Kind }
	if got := kind(time.Second); got != throttle.Admitted {
		t.Fatalf("got %v", got)
	}
	inject := func(now time.Duration, f throttle.Fault, want string) {
		t.Helper()
		got := ""
		if err := e.Inject(now, f); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("inject %v: got %q, want %q", f.Kind, got, want)
		}
	}
	inject(2*time.Second, throttle.Fault{}, "none: not a kind of fault")
	inject(2*time.Second, throttle.Fault{Kind: throttle.ResetFault, From: 1, For: 1}, "reset: was over at 2ns")
	inject(2*time.Second, throttle.Fault{Name: "now", Kind: throttle.ResetFault, For: time.Second}, "")
	inject(2*time.Second, throttle.Fault{Name: "to come", Kind: throttle.HangFault, From: 4 * time.Second}, "")
	if got := kind(2 * time.Second); got != throttle.Failed {
		t.Errorf("now: got %v", got)
	}
	if got := e.Faults(2 * time.Second); len(got) != 2 || got[0].Name != "now" || got[0].From != 2*time.Second || got[1].Name != "to come" {
		t.Errorf("got %+v, want both", got)
	}
	if got := kind(3 * time.Second); got != throttle.Admitted {
		t.Errorf("over: got %v", got)
	}
	if got := e.Faults(3 * time.Second); len(got) != 1 {
		t.Errorf("got %+v, want the one to come", got)
	}
	inject(3*time.Second, throttle.Fault{Name: "restart", Kind: throttle.RestartFault, For: time.Second}, "")
	if !e.Refuses(3*time.Second) || e.Refuses(4*time.Second) {
		t.Error("want it to refuse from 3 s to 4 s")
	}
	if got := decide(e, 4*time.Second, &r); got.Effect != (throttle.Effect{Kind: throttle.HangFault, Index: 1}) {
		t.Errorf("got %+v, want it to hang with a full bucket", got)
	}
	if !e.Lift(4*time.Second, "to come") || e.Lift(4*time.Second, "no such") || e.Lift(4*time.Second, "restart") {
		t.Error("want the one lifted and not the other")
	}
	if got := kind(5 * time.Second); got != throttle.Admitted {
		t.Errorf("lifted: got %v", got)
	}
	// Faults that are over make room for others.
	for i := range 5000 {
		inject(time.Duration(i+10)*time.Second, throttle.Fault{Kind: throttle.ResetFault, For: time.Second}, "")
	}
	for range 999 {
		inject(6000*time.Second, throttle.Fault{Kind: throttle.ResetFault}, "")
	}
	if err := e.Inject(6000*time.Second, throttle.Fault{Kind: throttle.ResetFault}); err != nil {
		t.Errorf("the thousandth: got %v", err)
	}
	inject(6000*time.Second, throttle.Fault{Kind: throttle.ResetFault}, "reset: there are 1000 faults already")
}
