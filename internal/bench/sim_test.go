package bench

import (
	"context"
	"runtime"
	"testing"
	"time"

	"tenement/internal/sim"
	"tenement/profiles"
	"tenement/reports"
)

// BenchmarkSim is the simulation's speed on twelve hours of the main job, on
// one processor: attempts per second of processor time over all cases, with
// the recorder that reports are made of.
func BenchmarkSim(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	profile, err := profiles.Open("noisy-neighbour", profiles.Options{Sets: []string{"duration=12h"}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		attempts, took := uint64(0), time.Duration(0)
		for _, c := range profile.Cases() {
			plan := profile.Plan(c, profile.Seed)
			recorder := reports.NewRecorder(len(plan.Groups), plan.SeriesBucket(), plan.Horizon())
			before := processorTime()
			counts, err := sim.Run(context.Background(), plan, sim.AllHosts(plan), recorder)
			took += processorTime() - before
			if err != nil {
				b.Fatal(err)
			}
			attempts += counts.Requests
		}
		b.ReportMetric(float64(attempts)/took.Seconds()/1e6, "M-attempts/s")
		b.ReportMetric(float64(attempts)/1e6, "M-attempts")
		b.ReportMetric(0, "ns/op")
	}
}
