package bench

import (
	"runtime"
	"testing"

	"tenement/internal/plan"
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
	simulatePart(b, profile, regionHosts, func(r *reports.Recorder, p *plan.Plan) {
		for i := range p.Groups {
			r.CountActivities(i, len(p.Groups[i].Activities))
		}
		r.CountBlocks()
	})
}
