package reportstest

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/gate"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Tiny is a live report of a few kilobytes that has one of everything.
func Tiny(t testing.TB) *reports.Report {
	r := reports.NewRecorder(1, time.Second, 3*time.Second)
	apart := reports.Apart{Parts: 2, Task: []uint8{1}, Resource: []uint8{2}}
	r.CountApart(0, apart)
	k := &strategy.Call{Scheduled: time.Second, Begun: time.Second + 1, Ended: 2 * time.Second}
	r.Attempted(k, time.Second, 2*time.Second, &strategy.Outcome{Status: 200})
	r.Finished(k)
	e := reports.NewEstimate(1)
	e.CountApart(0, apart)
	for n := range 4 {
		call := *k
		if n == 0 {
			call.Result = strategy.Throttled
		}
		e.Observer().Attempted(&call, time.Second, 2*time.Second, &strategy.Outcome{Status: 200})
		e.Observer().Finished(&call)
		e.End(uint64(n))
	}
	tally := throttle.Tally{Requests: 3, Admitted: 1, Throttled: 1, Failed: 1}
	c := reports.NewCase(reports.CaseInput{
		Name: "x", Kind: reports.StrategyCase, Set: map[string]string{"a": "b"},
		EndpointInfo: reports.EndpointInfo{
			Service: service.ECS.String(), Limits: Limits, Changes: []throttle.Change{{At: time.Second, To: throttle.Limit{Rate: throttle.Rate{Tokens: 2, Seconds: 1}, Burst: 3}}},
			Faults: []throttle.Fault{
				{Name: "restart", Kind: throttle.RestartFault, From: time.Second, For: time.Second, After: time.Second},
				{Name: "late", Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Second, 2*time.Second), Share: 0.5, Routes: service.CredentialsRoute},
			},
			WriteTimeout: 5 * time.Second, Upstream: &throttle.Upstream{Limit: &Limits[0]},
		},
		Duration: 2 * time.Second, Groups: []reports.GroupInfo{{Name: "g", UnderTest: true, Tasks: 1, Recorded: tinyRecording()}}, Recorder: r, Estimate: e,
		Live: true, Seed: 1,
		Further: []reports.FurtherInfo{{
			Name:         "instance",
			EndpointInfo: reports.EndpointInfo{Service: service.IMDS.String(), Limits: Limits[:1], Faults: []throttle.Fault{{Name: "hole", Kind: throttle.HangFault}}},
		}},
		Counts: &throttle.Counts{
			Series: throttle.Series{Bucket: time.Second, Admitted: []uint32{1}, Level: []int64{1000}, LevelHosts: 1},
			Further: []throttle.Counts{{
				Tally: tally, ByGroup: []throttle.Tally{tally},
				Series: throttle.Series{Bucket: time.Second, Admitted: []uint32{0, 1}, Throttled: []uint32{1, 0}},
			}},
		},
	})
	return MustNew(t, reports.Input{
		Engine: reports.Live, DurationS: 2, Cases: []reports.Case{c},
		Gates: []gate.Gate{{Expr: "g.calls == 1", Target: "g", Metric: "calls", Op: "==", Value: 1}},
	})
}

// tinyRecording is one of everything.
func tinyRecording() *reports.RecordedInfo {
	all := reports.RecordedCounts{Statuses: map[int]uint64{0: 1, 200: 2, 429: 1}, Refused: 1, P50: time.Millisecond, P99: 2 * time.Millisecond}
	task, route := all, all
	task.Name, route.Name = "a task", "credentials"
	return &reports.RecordedInfo{
		Limit: "40,60,ip+path", Step: time.Second, Altered: []string{"2 copies of each task"}, MoreTasks: 1, Misfits: 1,
		All: all, Tasks: []reports.RecordedCounts{task}, Routes: []reports.RecordedCounts{route},
	}
}
