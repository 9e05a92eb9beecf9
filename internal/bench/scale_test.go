package bench

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
)

// scaleAttempts is about how many attempts BenchmarkScale makes for each number of
// tasks.
const scaleAttempts = 4_000_000

// scaleProfile is a host with all that costs time: half of its tasks keep what they
// fetch until it expires, behind a lock; the others build a client for each call and
// retry. The limit admits four in five of the calls that miss a cache, whatever the
// number of tasks is.
func scaleProfile(b *testing.B, tasks int) *plan.Plan {
	b.Helper()
	// A task calls once an hour, and most of its calls fetch.
	hours := min(max(scaleAttempts/tasks, 40), 30*24)
	hosts := max(scaleAttempts/tasks/hours, 1)
	profile, err := profiles.Load("bench.yaml", fmt.Appendf(nil, `
version: 1
name: bench
description: a host with very many tasks
duration: %dh
endpoint:
  service: ecs
  hosts: %d
  limit: {rate: %d/h, burst: %d, scope: host}
  latency: {p50: 2ms, p99: 15ms}
  credentials: {lifetime: 1h, renew_before: 50m}
fleet:
  - group: keep
    tasks: %d
    arrivals: {poisson: 1/h}
    strategy: {preset: botocore}
  - group: ask
    tasks: %d
    client: per-call
    arrivals: {poisson: 1/h}
    strategy: {preset: aws-sdk-go-v2}
`, hours, hosts, max(tasks*4/5, 1), max(tasks/20, 2), tasks/2, tasks-tasks/2))
	if err != nil {
		b.Fatal(err)
	}
	return profile.Plan(profile.Cases()[0], 1)
}

// BenchmarkScale is the simulation's speed and memory by the number of tasks on a
// host, on one processor, with the recorder that reports are made of. The bytes are
// those that the run of a host holds half-way, without the recorder.
func BenchmarkScale(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, tasks := range []int{10, 20, 200, 2_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("tasks=%d", tasks), func(b *testing.B) {
			plan := scaleProfile(b, tasks)
			for b.Loop() {
				recorder := reports.NewRecorder(len(plan.Groups), plan.SeriesBucket(), plan.Horizon())
				before := processorTime()
				counts, err := sim.Run(context.Background(), plan, sim.AllHosts(plan), recorder)
				took := processorTime() - before
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(took)/float64(counts.Requests), "ns/attempt")
				b.ReportMetric(float64(counts.Requests)/took.Seconds()/1e6, "M-attempts/s")
				b.ReportMetric(float64(held(b, plan))/float64(tasks), "bytes/task")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// nobody observes nothing.
type nobody struct{}

func (nobody) Attempted(*strategy.Call, time.Duration, time.Duration, *strategy.Outcome) {}
func (nobody) Finished(*strategy.Call)                                                   {}

// held is how many bytes a run of one host of the plan holds half-way.
func held(b *testing.B, p *plan.Plan) (bytes int64) {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	before := heap()
	_, _ = sim.RunWatched(ctx, p, sim.Hosts{N: 1}, nobody{}, func(_ uint64, share float64) {
		if bytes == 0 && share > 0.5 {
			bytes = heap() - before
			cancel()
		}
	})
	return bytes
}

// heap is the bytes in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
