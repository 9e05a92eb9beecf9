package sim

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// census counts what ended.
type census struct{ calls, failed, attempts int }

func (c *census) Attempted(*strategy.Call, time.Duration, time.Duration, *strategy.Outcome) {
	c.attempts++
}

func (c *census) Finished(k *strategy.Call) {
	c.calls++
	if k.Result.Failed() {
		c.failed++
	}
}

// count simulates the first case of a profile.
func count(t *testing.T, text string) (census, throttle.Counts) {
	t.Helper()
	profile, err := profiles.Load("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	plan := profile.Plan(profile.Cases()[0], 1)
	var sum census
	counts, err := Run(context.Background(), plan, AllHosts(plan), &sum)
	if err != nil {
		t.Fatal(err)
	}
	return sum, counts
}

// Against a limiter of capacity C, call rate λ > C and retries that spread,
// calls fail at 1 − C/λ whatever the number of attempts m, and the
// amplification is C/(λ(1−p)), p = (1−C/λ)^(1/m): retries cannot create
// capacity. (Fluid fixed point; the rows are those with λ ≥ 1.5 C, where it
// holds to half a percent.)
func TestRetriesCannotCreateCapacity(t *testing.T) {
	rows := []struct {
		rate, attempts      int
		fail, amplification float64
	}{
		{60, 2, 1 / 3., 1.577},
		{60, 3, 1 / 3., 2.174},
		{80, 3, 0.5, 2.424},
		{80, 5, 0.5, 3.863},
		{200, 3, 0.8, 2.790},
	}
	for _, row := range rows {
		t.Run(fmt.Sprintf("%d/s, %d attempts", row.rate, row.attempts), func(t *testing.T) {
			t.Parallel()
			got, _ := count(t, fmt.Sprintf(`
version: 1
name: amplification
description: Poisson calls against a bucket
duration: %dm
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: a, tasks: 20, arrivals: {poisson: %g/s}, under_test: true}]
strategies: {s: {retry: {exponential: {base: 500ms, jitter: full, attempts: %d}}}}
`, 7200/row.rate, float64(row.rate)/20, row.attempts))
			fail := float64(got.failed) / float64(got.calls)
			amplification := float64(got.attempts) / float64(got.calls)
			if off := math.Abs(fail/row.fail - 1); off > 0.005 {
				t.Errorf("failure rate %.4f, want %.4f", fail, row.fail)
			}
			if off := math.Abs(amplification/row.amplification - 1); off > 0.0075 {
				t.Errorf("amplification %.4f, want %.4f", amplification, row.amplification)
			}
		})
	}
}

// Poisson arrivals at a token bucket are throttled as an M/D/1/b queue blocks.
func TestBucketBlocksAsMD1b(t *testing.T) {
	rows := []struct {
		rate, burst int
		exact       float64
	}{
		{36, 1, 0.473684}, {36, 5, 0.0643619}, {40, 10, 0.0508475},
		{36, 20, 0.00185318}, {42, 60, 0.0477517}, {44, 60, 0.0909099}, {60, 60, 0.333333},
	}
	for _, row := range rows {
		t.Run(fmt.Sprintf("%d/s, burst %d", row.rate, row.burst), func(t *testing.T) {
			t.Parallel()
			_, counts := count(t, fmt.Sprintf(`
version: 1
name: blocking
description: Poisson calls against a bucket
duration: 8h
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: %d, scope: host}}
fleet: [{group: a, arrivals: {poisson: %d/s}, under_test: true}]
`, row.burst, row.rate))
			n := float64(counts.Requests)
			got := float64(counts.Throttled) / n
			// Refusals come in clusters of about the burst: take one
			// independent draw per cluster.
			tolerance := 4 * math.Sqrt(row.exact*(1-row.exact)*math.Sqrt(float64(row.burst))*2/n)
			if math.Abs(got-row.exact) > tolerance {
				t.Errorf("throttled share %.6f, want %.6f ± %.6f", got, row.exact, tolerance)
			}
		})
	}
}

// A herd on a full bucket: exactly the burst passes.
func TestHerd(t *testing.T) {
	for _, n := range []int{61, 100, 500} {
		_, counts := count(t, fmt.Sprintf(`
version: 1
name: herd
description: all at once
duration: 1s
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: a, processes: %d, arrivals: {burst: {calls: 1, every: 10s}}, under_test: true}]
`, n))
		if counts.Admitted != 60 || counts.Throttled != uint64(n-60) {
			t.Errorf("%d at once: %d admitted and %d throttled, want 60 and %d", n, counts.Admitted, counts.Throttled, n-60)
		}
	}
}
