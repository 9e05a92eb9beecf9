package bench

import (
	"context"
	"runtime"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/profiles"
	"tenement/reports"
)

// weekHosts is how many of the 100,000 hosts of a region BenchmarkWeek simulates.
const weekHosts = 1000

const week = `
version: 1
name: week
description: a week of hosts whose 20 tasks come and go 25 times
duration: 7d
endpoint:
  service: ecs
  hosts: 100000
  limit: {rate: 40/s, burst: 60, scope: host}
  latency: {p50: 2ms, p99: 15ms}
  credentials: {lifetime: 6h, renew_before: 1h}
fleet:
  - group: keep
    tasks: 10
    processes: 4
    lifetime: 403m12s
    arrivals: {timer: {every: 80m, phase: spread}}
    strategy: {preset: botocore}
  - group: ask
    tasks: 10
    client: per-call
    lifetime: 403m12s
    arrivals: {timer: {every: 80m, phase: spread}}
    strategy: {preset: aws-sdk-go-v2}
`

// BenchmarkWeek is a part of a region's week, on one processor: how much processor
// time the whole would take.
func BenchmarkWeek(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	profile, err := profiles.Load("bench.yaml", []byte(week))
	if err != nil {
		b.Fatal(err)
	}
	simulatePart(b, profile, weekHosts, func(*reports.Recorder, *plan.Plan) {})
}

// simulatePart simulates the first hosts of a profile's first case, with a recorder that
// prepare has prepared, and reports how much processor time that took, and all would.
func simulatePart(b *testing.B, profile *profiles.Profile, hosts int, prepare func(*reports.Recorder, *plan.Plan)) {
	p := profile.Plan(profile.Cases()[0], 1)
	all := float64(p.Hosts) / float64(hosts)
	for b.Loop() {
		recorder := reports.NewRecorder(len(p.Groups), p.SeriesBucket(), p.Horizon())
		prepare(recorder, p)
		before := processorTime()
		counts, err := sim.Run(context.Background(), p, sim.Hosts{N: hosts}, recorder)
		took := processorTime() - before
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(took)/float64(counts.Requests), "ns/attempt")
		b.ReportMetric(float64(counts.Requests)*all/1e6, "M-attempts/week")
		b.ReportMetric(took.Seconds()*all, "s/week")
		b.ReportMetric(0, "ns/op")
	}
}
