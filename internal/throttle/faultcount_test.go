package throttle_test

import (
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Each row is an endpoint's faults and what requests of tasks get, one a second: the
// kind of the effect, or - if none, by a letter for each task.
func TestFaultCounts(t *testing.T) {
	status := throttle.Fault{Kind: throttle.StatusFault, Status: 503}
	with := func(change func(f *throttle.Fault)) throttle.Fault {
		f := status
		change(&f)
		return f
	}
	hang := throttle.Fault{Kind: throttle.HangFault, Count: 1}
	slow := throttle.Fault{Kind: throttle.SlowFault, Latency: constant(100 * ms), Count: 2}
	answers := throttle.Fault{Kind: throttle.AnswersFault, Answers: []throttle.Answer{{Kind: throttle.StatusFault, Status: 429}, {Kind: throttle.HangFault}}}
	perTask := answers
	perTask.Scope, perTask.Skip = throttle.TaskScope, 1
	stays := answers
	stays.Stay, stays.Skip = true, 2
	for _, test := range []struct {
		name   string
		faults []throttle.Fault
		tasks  string // that ask
		want   string // s status, h hang, l slow, - nothing
	}{
		{"count", []throttle.Fault{with(func(f *throttle.Fault) { f.Count = 2 })}, "aaaa", "ss--"},
		{"count of all tasks", []throttle.Fault{with(func(f *throttle.Fault) { f.Count = 2 })}, "abca", "ss--"},
		{"count by task", []throttle.Fault{with(func(f *throttle.Fault) { f.Count, f.Scope = 2, throttle.TaskScope })}, "aabaabb", "sss--s-"},
		{"after", []throttle.Fault{with(func(f *throttle.Fault) { f.Skip = 2 })}, "abab", "--ss"},
		{"after and count", []throttle.Fault{with(func(f *throttle.Fault) { f.Skip, f.Count = 1, 2 })}, "aaaaa", "-ss--"},
		{"after by task", []throttle.Fault{with(func(f *throttle.Fault) { f.Skip, f.Count, f.Scope = 1, 1, throttle.TaskScope })}, "abaabb", "--s-s-"},
		{"one behind the other", []throttle.Fault{with(func(f *throttle.Fault) { f.Count = 1 }), hang}, "aaa", "sh-"},
		{"what adds up", []throttle.Fault{with(func(f *throttle.Fault) { f.Count = 1 }), slow}, "aaa", "sl-"},
		{"answers", []throttle.Fault{answers}, "abc", "sh-"},
		{"answers by task, after one", []throttle.Fault{perTask}, "aabbaabb", "-s-sh-h-"},
		{"answers that stay", []throttle.Fault{stays}, "aaaaaa", "--shhh"},
	} {
		e := throttle.New(throttle.Config{Faults: test.faults})
		for host := range 2 { // each host counts for itself
			var got strings.Builder
			for i, task := range test.tasks {
				r := one(uint64(task), uint64(task))
				r.Route = service.CredentialsRoute
				v := decide(e, time.Duration(i)*time.Second, &r)
				got.WriteByte(map[throttle.FaultKind]byte{throttle.NoFault: '-', throttle.StatusFault: 's', throttle.HangFault: 'h', throttle.SlowFault: 'l'}[v.Effect.Kind])
			}
			if got.String() != test.want {
				t.Errorf("%s, host %d: got %s, want %s", test.name, host, &got, test.want)
			}
			e.NextHost(uint32(host + 1))
		}
	}
}

// A request that a limit refuses, or whose route the fault leaves out, uses nothing up.
func TestFaultCountsOnlyWhatItFits(t *testing.T) {
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{{Rate: rate(t, "1/s"), Burst: 1}},
		Faults: []throttle.Fault{{Name: "f", Kind: throttle.StatusFault, Status: 503, Count: 1, Skip: 1, Routes: service.CredentialsRoute}},
	})
	for i, step := range []struct {
		now   time.Duration
		route service.Routes
		want  throttle.Kind
	}{
		{0, service.MetadataRoute, throttle.Admitted},
		{0, service.CredentialsRoute, throttle.Rejected},
		{time.Second, service.CredentialsRoute, throttle.Admitted}, // the one that is left alone
		{time.Second, service.CredentialsRoute, throttle.Rejected},
		{2 * time.Second, service.MetadataRoute, throttle.Admitted},
		{3 * time.Second, service.CredentialsRoute, throttle.Failed},
		{4 * time.Second, service.CredentialsRoute, throttle.Admitted},
	} {
		if got := decide(e, step.now, asking(step.route)).Kind; got != step.want {
			t.Errorf("step %d: got %v, want %v", i, got, step.want)
		}
	}
	if got := e.Faults(4 * time.Second); len(got) != 0 {
		t.Errorf("got %v, want none: it is over", got)
	}
	e.Reset(false)
	if got := e.Faults(0); len(got) != 1 {
		t.Errorf("after a reset: got %v, want it again", got)
	}
}
