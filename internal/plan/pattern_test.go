package plan_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/profiles"
)

// openTest reads a profile.
func openTest(t testing.TB, text string) *profiles.Profile {
	t.Helper()
	p, err := profiles.Load("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// longestRun is the longest that a profile may say.
const longestRun = 366 * 24 * time.Hour

func sqrt(x float64) float64 { return math.Sqrt(x) }

// within fails if a figure is more than four standard errors off.
func within(t *testing.T, what string, got, want, standardError float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > 4*standardError {
		t.Errorf("%s: got %v, want %v ± %v", what, got, want, 4*standardError)
	}
}

// moments are the mean and the coefficient of variation of a sample.
func moments(sample []float64) (mean, cv float64) {
	for _, x := range sample {
		mean += x / float64(len(sample))
	}
	for _, x := range sample {
		cv += (x - mean) * (x - mean) / float64(len(sample)-1)
	}
	return mean, math.Sqrt(cv) / mean
}

// instants is when the processes of a group of so many tasks call, by task.
func instants(t *testing.T, duration, arrivals string, tasks int, seed uint64) [][]float64 {
	t.Helper()
	p := openTest(t, fmt.Sprintf("version: 1\nname: n\nduration: %s\nfleet:\n  - {group: a, tasks: %d, arrivals: {%s}}\n", duration, tasks, arrivals))
	plan := p.Plan(p.Cases()[0], seed)
	all := make([][]float64, tasks)
	for _, a := range collect(plan, 0) {
		all[a.Task] = append(all[a.Task], a.At.Seconds())
	}
	return all
}

func gaps(at []float64) []float64 {
	g := make([]float64, len(at))
	last := 0.0
	for i := range at {
		g[i] = at[i] - last
		last = at[i]
	}
	return g
}

func TestRenewals(t *testing.T) {
	tests := []struct {
		arrivals string
		rate, cv float64
	}{
		{"poisson: 3/s", 3, 1},
		{"poisson: 2/m", 2.0 / 60, 1},
		{"gamma: {rate: 5/s, cv: 1}", 5, 1},
		{"gamma: {rate: 5/s, cv: 0.05}", 5, 0.05},
		{"gamma: {rate: 5/s, cv: 0.3}", 5, 0.3},
		{"gamma: {rate: 5/s, cv: 2}", 5, 2},
		{"gamma: {rate: 5/s, cv: 5}", 5, 5},
		{"gamma: {rate: 1/h, cv: 10}", 1.0 / 3600, 10},
	}
	for _, test := range tests {
		t.Run(test.arrivals, func(t *testing.T) {
			const n = 100_000
			run := form.FormatDuration(time.Duration(n / test.rate * float64(time.Second)).Truncate(time.Second))
			if n/test.rate > longestRun.Seconds() {
				run = "366d"
			}
			sample := gaps(instants(t, run, test.arrivals, 1, 1)[0])
			mean, cv := moments(sample)
			root := sqrt(float64(len(sample)))
			within(t, "mean gap", mean, 1/test.rate, test.cv/test.rate/root)
			// The variance of a gamma sample's coefficient of variation is
			// cv²(1+cv²)/2 to first order.
			within(t, "cv", cv, test.cv, test.cv*sqrt((1+test.cv*test.cv)/2)/root)
		})
	}
}

// Bursty calls come at their rate from the first second on, however few of its
// gaps a process lives to see.
func TestGammaIsStationary(t *testing.T) {
	const processes, seconds, rate, cv = 2000, 20, 0.5, 3.0
	var first, all float64
	for _, of := range instants(t, "20s", "gamma: {rate: 0.5/s, cv: 3}", processes, 1) {
		for _, at := range of {
			all++
			if at < 1 {
				first++
			}
		}
	}
	// Counts of a process vary by cv times as much as Poisson's, at the most.
	within(t, "calls", all, processes*rate*seconds, cv*sqrt(processes*rate*seconds))
	within(t, "calls of the first second", first, processes*rate, cv*sqrt(processes*rate))
}

// TestPoissonIsPoisson counts arrivals in windows of a second: as many in the
// mean as their variance.
func TestPoissonIsPoisson(t *testing.T) {
	at := instants(t, "10000s", "poisson: 3/s", 1, 2)[0]
	counts := make([]float64, 10_000)
	for _, x := range at {
		counts[int(x)]++
	}
	mean, cv := moments(counts)
	within(t, "mean", mean, 3, sqrt(3.0/10_000))
	within(t, "variance", mean*mean*cv*cv, 3, sqrt((3+2*9)/10_000.0))
}

func TestConstantIsExact(t *testing.T) {
	tests := []struct {
		rate, run   string
		n           int
		first, last time.Duration
	}{
		{"3/s", "10s", 30, 0, 9_666_666_666},
		{"1/s", "1s", 1, 0, 0},
		{"0.3/s", "10s", 3, 0, 6_666_666_666},
		{"7/m", "1h", 420, 0, 3_591_428_571_428},
		{"1000000/s", "1ms", 1000, 0, 999_000},
		{"1/h", "300d", 7200, 0, 7199 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.rate, func(t *testing.T) {
			p := openTest(t, fmt.Sprintf("version: 1\nname: n\nduration: %s\nfleet:\n  - {group: a, arrivals: {constant: %s}}\n", test.run, test.rate))
			plan := p.Plan(p.Cases()[0], 1)
			all := collect(plan, 0)
			if len(all) != test.n || all[0].At != test.first || all[len(all)-1].At != test.last {
				t.Errorf("got %d from %v to %d, want %d from %v to %d", len(all), all[0].At, all[len(all)-1].At, test.n, test.first, test.last)
			}
			if got := plan.Expected(); got != float64(test.n) {
				t.Errorf("got %v expected, want %d", got, test.n)
			}
		})
	}
}

func TestStartAndStop(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nduration: 10s\nfleet:\n"+
		"  - {group: a, start: 2s, stop: 5s, arrivals: {constant: 2/s}}\n"+
		"  - {group: b, tasks: 500, start: 3s, stop: 4s, arrivals: {poisson: 1/s}}\n"+
		"  - {group: c, tasks: 500, start: 6s, stop: 7s, arrivals: {once: {within: 2s}}}\n")
	plan := p.Plan(p.Cases()[0], 1)
	counts := make([]int, 3)
	for _, a := range collect(plan, 0) {
		g := plan.Groups[a.Group]
		if a.At < g.Start || a.At > g.Stop {
			t.Fatalf("%+v lies outside of %v to %v", a, g.Start, g.Stop)
		}
		counts[a.Group]++
	}
	if counts[0] != 6 {
		t.Errorf("got %d constant calls from 2s to 5s, want 6", counts[0])
	}
	within(t, "poisson", float64(counts[1]), 500, sqrt(500))
	within(t, "half of once", float64(counts[2]), 250, sqrt(125))
	if got := plan.Expected(); got != 6+500+250 {
		t.Errorf("got %v expected, want 756", got)
	}
}

func TestBursts(t *testing.T) {
	tests := []struct {
		name, arrivals string
		want           []time.Duration // of the bursts of three
	}{
		{"again and again", "calls: 3, every: 2s", []time.Duration{0, 2 * time.Second, 4 * time.Second}},
		{"once", "calls: 3", []time.Duration{0}},
		{"until", "calls: 3, every: 2s, until: 4s", []time.Duration{0, 2 * time.Second}},
		{"until after", "calls: 3, every: 2s, until: 4001ms", []time.Duration{0, 2 * time.Second, 4 * time.Second}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := openTest(t, "version: 1\nname: n\nduration: 6s\nfleet:\n  - {group: a, arrivals: {burst: {"+test.arrivals+"}}}\n")
			plan := p.Plan(p.Cases()[0], 1)
			all := collect(plan, 0)
			if len(all) != 3*len(test.want) || plan.Expected() != float64(len(all)) {
				t.Fatalf("got %d arrivals, expected %v, want %d", len(all), plan.Expected(), 3*len(test.want))
			}
			for i, a := range all {
				if want := test.want[i/3] + time.Duration(i%3); a.At != want {
					t.Errorf("arrival %d: got %d, want %d", i, a.At, want)
				}
			}
		})
	}
}

func TestOnce(t *testing.T) {
	const tasks = 50_000
	var at []float64
	for task, calls := range instants(t, "60s", "once: {within: 55s}", tasks, 1) {
		if len(calls) != 1 || calls[0] < 0 || calls[0] >= 55 {
			t.Fatalf("task %d calls at %v, want once within 55 s", task, calls)
		}
		at = append(at, calls[0])
	}
	mean, cv := moments(at)
	// Uniform: sd = width/√12; the standard error of cv follows from the
	// kurtosis of 1.8 and a symmetric distribution: cv·√(0.2+cv²)/√n.
	sd := 55 / sqrt(12)
	within(t, "mean", mean, 27.5, sd/sqrt(tasks))
	within(t, "cv", cv, 1/sqrt(3), sqrt(0.2+1/3.0)/sqrt(3)/sqrt(tasks))
}

func TestTimer(t *testing.T) {
	t.Run("aligned", func(t *testing.T) {
		for task, at := range instants(t, "10s", "timer: {every: 2s}", 5, 1) {
			for k, x := range at {
				// Five tasks on one instant move on by up to 4 ns.
				if len(at) != 5 || math.Abs(x-float64(2*k)) > 5e-9 {
					t.Fatalf("task %d calls at %v", task, at)
				}
			}
		}
	})
	t.Run("spread", func(t *testing.T) {
		const tasks = 20_000
		var phases []float64
		for task, at := range instants(t, "30s", "timer: {every: 10s, phase: spread}", tasks, 1) {
			if len(at) != 3 || math.Abs(at[1]-at[0]-10) > 1e-6 || math.Abs(at[2]-at[1]-10) > 1e-6 || at[0] >= 10 {
				t.Fatalf("task %d calls at %v", task, at)
			}
			phases = append(phases, at[0])
		}
		mean, cv := moments(phases)
		within(t, "mean", mean, 5, 10/sqrt(12)/sqrt(tasks))
		within(t, "cv", cv, 1/sqrt(3), sqrt(0.2+1/3.0)/sqrt(3)/sqrt(tasks))
	})
	t.Run("jitter", func(t *testing.T) {
		at := instants(t, "100000s", "timer: {every: 10s, jitter: 4s}", 1, 1)[0]
		var late []float64
		for k, x := range at {
			late = append(late, x-float64(10*k))
			if late[k] < 0 || late[k] >= 4 {
				t.Fatalf("tick %d is late by %v", k, late[k])
			}
		}
		mean, cv := moments(late)
		n := float64(len(late))
		if n != 10_000 {
			t.Errorf("got %v ticks, want 10000", n)
		}
		within(t, "mean", mean, 2, 4/sqrt(12)/sqrt(n))
		within(t, "cv", cv, 1/sqrt(3), sqrt(0.2+1/3.0)/sqrt(3)/sqrt(n))
	})
	t.Run("expected", func(t *testing.T) {
		p := openTest(t, "version: 1\nname: n\nduration: 21s\nfleet:\n  - {group: a, tasks: 20000, arrivals: {timer: {every: 10s, jitter: 4s}}}\n")
		plan := p.Plan(p.Cases()[0], 1)
		within(t, "count", float64(len(collect(plan, 0))), plan.Expected(), sqrt(20_000*0.25*0.75))
	})
}

// TestRamps maps the arrivals of a changing rate by its integral: then they
// are a Poisson process of rate 1.
func TestRamps(t *testing.T) {
	tests := []struct{ name, run, arrivals string }{
		{"stages", "400s", "stages: [{for: 100s, to: 200/s}, {for: 0s, to: 50/s}, {for: 100s, to: 50/s}, {for: 50s, to: 0}, {for: 50s, to: 0/s}, {for: 100s, to: 100/s}]"},
		{"sine", "15m", "sine: {mean: 10/s, amplitude: 10/s, period: 100s}"},
		{"sine over a day", "3d", "sine: {mean: 200/h, amplitude: 120/h, period: 1d}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := openTest(t, fmt.Sprintf("version: 1\nname: n\nduration: %s\nfleet:\n  - {group: a, arrivals: {%s}}\n", test.run, test.arrivals))
			one := p.Plan(p.Cases()[0], 1)
			rate := one.Groups[0].Pattern
			var calls []float64
			for _, a := range collect(one, 0) {
				calls = append(calls, plan.Calls(rate, a.At))
			}
			mean, cv := moments(gaps(calls))
			root := sqrt(float64(len(calls)))
			within(t, "mean gap", mean, 1, 1/root)
			within(t, "cv", cv, 1, 1/root)
			within(t, "count", float64(len(calls)), one.Expected(), sqrt(one.Expected()))
		})
	}
}

func TestStages(t *testing.T) {
	const tasks = 400
	counts := make([]float64, 6)
	for _, at := range instants(t, "60s", "stages: [{for: 10s, to: 8/s}, {for: 10s, to: 8/s}, {for: 0s, to: 2/s}, {for: 10s, to: 2/s}, {for: 10s, to: 0}]", tasks, 1) {
		for _, x := range at {
			counts[int(x/10)]++
		}
	}
	for i, want := range []float64{40, 80, 20, 10, 0, 0} {
		within(t, fmt.Sprintf("calls from %d s on", 10*i), counts[i]/tasks, want, sqrt(want/tasks)+1e-9)
	}
}

func TestSine(t *testing.T) {
	// Over the halves of a period the mean is mean ± 2·amplitude/π.
	const tasks = 400
	halves := make([]float64, 4)
	for _, at := range instants(t, "40s", "sine: {mean: 5/s, amplitude: 4/s, period: 20s}", tasks, 1) {
		for _, x := range at {
			halves[int(x/10)]++
		}
	}
	for i, n := range halves {
		want := 10 * (5 + 2*4/math.Pi)
		if i%2 == 1 {
			want = 10 * (5 - 2*4/math.Pi)
		}
		within(t, fmt.Sprintf("half %d", i), n/tasks, want, sqrt(want/tasks))
	}
}
