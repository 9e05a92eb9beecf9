package bench

import (
	"context"
	"runtime"
	"testing"

	"tenement/internal/sim"
	"tenement/profiles"
	"tenement/reports"
)

// regionHosts is how many of the hosts of region-week BenchmarkRegion simulates.
const regionHosts = 300

// BenchmarkRegion is a part of the built-in region-week, on one processor: how much
// processor time the whole would take. Unlike those of BenchmarkWeek, its tasks do
// several things, wait for each other's calls and are deployed anew.
func BenchmarkRegion(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	profile, err := profiles.Open("region-week", profiles.Options{})
	if err != nil {
		b.Fatal(err)
	}
	plan := profile.Plan(profile.Cases()[0], 1)
	for b.Loop() {
		recorder := reports.NewRecorder(len(plan.Groups), plan.SeriesBucket(), plan.Horizon())
		for i := range plan.Groups {
			recorder.CountActivities(i, len(plan.Groups[i].Activities))
		}
		recorder.CountBlocks()
		before := processorTime()
		counts, err := sim.Run(context.Background(), plan, sim.Hosts{N: regionHosts}, recorder)
		took := processorTime() - before
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(took)/float64(counts.Requests), "ns/attempt")
		b.ReportMetric(took.Seconds()/regionHosts*float64(plan.Hosts), "s/week")
		b.ReportMetric(0, "ns/op")
	}
}
