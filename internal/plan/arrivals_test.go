package plan_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/plan"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// collect is all arrivals of a host.
func collect(p *plan.Plan, host int) []plan.Arrival {
	var all []plan.Arrival
	for a := p.Arrivals(host); ; {
		call, more := a.Next()
		if !more {
			return all
		}
		all = append(all, call)
	}
}

func TestMergeOrder(t *testing.T) {
	files := map[string]string{
		"everything":      "../../profiles/testdata/everything.yaml",
		"noisy-neighbour": "noisy-neighbour", "fork-bomb": "fork-bomb", "replay-sdk-mix": "replay-sdk-mix",
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			p, err := profiles.Open(file, profiles.Options{})
			if err != nil {
				t.Fatal(err)
			}
			plan := p.Plan(p.Cases()[0], 3)
			for host := range plan.Hosts {
				last := time.Duration(-1)
				next := make(map[[3]uint32]uint32)
				calls := collect(plan, host)
				for _, a := range calls {
					if a.At <= last || a.At >= plan.Duration {
						t.Fatalf("host %d: %+v after %v, in a run of %v", host, a, last, plan.Duration)
					}
					last = a.At
					id := [3]uint32{a.Group, a.Task, a.Process}
					if a.N != next[id] {
						t.Fatalf("host %d: %+v, want call %d of its process", host, a, next[id])
					}
					next[id]++
					if g := plan.Groups[a.Group]; int(a.Task) >= g.Tasks || int(a.Process) >= g.Processes || int(a.Resource) >= len(plan.Resources) {
						t.Fatalf("host %d: %+v is nobody's", host, a)
					}
				}
				if len(calls) == 0 {
					t.Errorf("host %d: nothing arrives", host)
				}
			}
		})
	}
}

// TestMergeAgainstSorting merges what a naive merge would.
func TestMergeAgainstSorting(t *testing.T) {
	for tasks := 1; tasks < 40; tasks++ {
		text := fmt.Sprintf("version: 1\nname: n\nduration: 5s\nfleet:\n"+
			"  - {group: a, tasks: %d, arrivals: {timer: {every: 1s, phase: spread, jitter: 1s}}}\n"+
			"  - {group: b, tasks: %d, start: 1s, stop: 3s, arrivals: {constant: 7/s}}\n"+
			"  - {group: c, tasks: %d, arrivals: {once: {within: 2s}}}\n"+
			"  - {group: d, tasks: 3, processes: 2, arrivals: {poisson: 9/s}}\n", tasks, 40-tasks, tasks*3)
		p := openTest(t, text)
		one := p.Plan(p.Cases()[0], uint64(tasks))
		var want []time.Duration
		for i := range one.Groups {
			g := &one.Groups[i]
			for task := range g.Tasks {
				for process := range g.Processes {
					key := draw.Seed(one.Seed).Name("arrivals").With(0).With(uint64(one.Request(i, task).Key)).With(uint64(process))
					var sum int64
					at := time.Duration(0)
					for n := uint32(0); ; n++ {
						at = plan.At(g.Pattern, key, n, at, &sum)
						if at == plan.Never || g.Start+at >= g.Stop {
							break
						}
						want = append(want, g.Start+at)
					}
				}
			}
		}
		slices.Sort(want)
		got := collect(one, 0)
		if len(got) != len(want) {
			t.Fatalf("%d tasks: got %d arrivals, want %d", tasks, len(got), len(want))
		}
		for i := range got {
			// Ties move on, by less than there are processes.
			if late := got[i].At - want[i]; late < 0 || late > 200 {
				t.Fatalf("%d tasks: arrival %d is at %v, want %v", tasks, i, got[i].At, want[i])
			}
		}
	}
}

// TestTies lets tasks collide: their order must be one of chance, not of their
// numbers, and a task with one call must not come before those with many.
func TestTies(t *testing.T) {
	text := "version: 1\nname: n\nduration: 1s\nfleet:\n" +
		"  - {group: many, arrivals: {burst: {calls: 99}}}\n" +
		"  - {group: one, arrivals: {once: {within: 0s}}}\n" +
		"  - {group: herd, tasks: 10, start: 10ms, arrivals: {once: {within: 0s}}}\n"
	p := openTest(t, text)
	const seeds = 4000
	sum, first := 0.0, make([]int, 10)
	for seed := range uint64(seeds) {
		all := collect(p.Plan(p.Cases()[0], seed), 0)
		if len(all) != 110 || all[99].At != 99 || all[100].At != 10*time.Millisecond || all[109].At != 10*time.Millisecond+9 {
			t.Fatalf("got %d arrivals, the last ones %v", len(all), all[99:])
		}
		for i, a := range all {
			if a.Group == 1 {
				sum += float64(i)
			}
		}
		first[all[100].Task]++
	}
	// The place of the one is uniform on 0..99: mean 49.5, variance (100²−1)/12.
	within(t, "mean place", sum/seeds, 49.5, 28.9/sqrt(seeds))
	for task, n := range first {
		within(t, fmt.Sprintf("task %d first", task), float64(n), seeds/10, sqrt(seeds*0.1*0.9))
	}
}

// TestCommonArrivals changes what has nothing to do with arrivals.
func TestCommonArrivals(t *testing.T) {
	p, err := profiles.Open("noisy-neighbour", profiles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := collect(p.Plan(p.Cases()[0], 7), 0)
	for _, c := range p.Cases()[1:] {
		got := collect(p.Plan(c, 7), 0)
		if len(got) != len(want) {
			t.Fatalf("%s: got %d arrivals, want %d", c.Name, len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%s: got %+v, want %+v", c.Name, got[i], want[i])
			}
		}
	}
	more, err := profiles.Open("noisy-neighbour", profiles.Options{Sets: []string{"fleet.neighbours.tasks=21"}})
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[time.Duration]bool)
	for _, a := range collect(more.Plan(more.Cases()[0], 7), 0) {
		at[a.At] = true
	}
	for _, a := range want {
		if !at[a.At] {
			t.Fatalf("one more neighbour, and %+v is gone", a)
		}
	}
	if other := collect(p.Plan(p.Cases()[0], 8), 0); other[0] == want[0] {
		t.Error("another seed has the same arrivals")
	}
	if other := collect(p.Plan(p.Cases()[0], 7), 1); other[0] == want[0] {
		t.Error("another host has the same arrivals")
	}
}

func TestNextAllocates(t *testing.T) {
	p := openTest(t, "version: 1\nname: n\nduration: 1h\nfleet:\n  - {group: a, tasks: 100, arrivals: {poisson: 3/s}}\n"+
		"  - {group: b, tasks: 100, arrivals: {sine: {mean: 1/s, amplitude: 1/s, period: 1m}}}\n")
	a := p.Plan(p.Cases()[0], 1).Arrivals(0)
	if got := testing.AllocsPerRun(10_000, func() { a.Next() }); got != 0 {
		t.Errorf("got %v allocations per arrival, want 0", got)
	}
}

func BenchmarkNext(b *testing.B) {
	for _, tasks := range []int{20, 420, 10_000} {
		b.Run(fmt.Sprintf("tasks=%d", tasks), func(b *testing.B) {
			p := openTest(b, fmt.Sprintf("version: 1\nname: x\nduration: 300d\nfleet:\n  - {group: n, tasks: %d, arrivals: {poisson: 3/s}}\n", tasks))
			a := p.Plan(p.Cases()[0], 1).Arrivals(0)
			b.ReportAllocs()
			for b.Loop() {
				a.Next()
			}
		})
	}
}

// BenchmarkDraw is the part of BenchmarkNext that is drawing a gap.
func BenchmarkDraw(b *testing.B) {
	gap := plan.Gap(plan.Poisson(throttle.Rate{Tokens: 3, Seconds: 1}))
	k := draw.Seed(1)
	var at time.Duration
	n := uint32(0)
	for b.Loop() {
		at += gap.At(k.With(uint64(n)).Bits())
		n++
	}
}
