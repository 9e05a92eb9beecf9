package experiment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/profiles"
	"tenement/reports"
)

// open is an experiment on a built-in profile.
func open(t testing.TB, name string, o Options, sets ...string) *Experiment {
	t.Helper()
	profile, err := profiles.Open(name, profiles.Options{Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	o.Name, o.Engine, o.Seed = name, reports.Sim, profile.Seed
	x, err := New(profile, o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// reported is the report of an experiment as JSON.
func reported(t testing.TB, x *Experiment) string {
	t.Helper()
	r, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestResultsMergeInAnyOrder cuts an experiment in another way than Run does, runs
// the units in a random order, writes every result and reads it back, and merges
// them in another random order. The report is the same to the byte.
func TestResultsMergeInAnyOrder(t *testing.T) {
	sets := []string{"duration=20s", "endpoint.hosts=5"}
	whole := open(t, "noisy-neighbour", Options{Seeds: 7}, sets...)
	if err := whole.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	parts := open(t, "noisy-neighbour", Options{Seeds: 7}, sets...)
	for _, c := range parts.cases {
		var units []Unit
		for _, hosts := range []Range{{0, 1}, {1, 3}, {4, 1}} {
			units = append(units, Unit{parts.digest, c.Name, Range{parts.options.Seed, 1}, hosts, true, reports.Blocking{}})
			seeds := Range{parts.options.Seed, 7}
			for i := range seeds.blocks(2) {
				units = append(units, Unit{parts.digest, c.Name, seeds.block(i, 2), hosts, false, reports.BlockingOf(parts.options.Seed, 7)})
			}
		}
		random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
		var written [][]byte
		for _, u := range units {
			var r Result
			if err := parts.Work(t.Context(), u, &r); err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(&r)
			if err != nil {
				t.Fatal(err)
			}
			written = append(written, text)
		}
		random.Shuffle(len(written), func(i, j int) { written[i], written[j] = written[j], written[i] })
		var sum Result
		for _, text := range written {
			r := new(Result)
			if err := json.Unmarshal(text, r); err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(r); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("a result changes when it is written and read back: %v\n%.300s\n%.300s", err, text, again)
			}
			sum.Merge(r)
		}
		c.recorder, c.counts, c.estimate = sum.Recorder, sum.Counts, sum.Estimate
	}
	if got, want := reported(t, parts), reported(t, whole); got != want {
		t.Error("the report of the merged units differs from that of the run")
	}
}

// manyHosts makes more calls with one seed than fit a unit.
const manyHosts = `
version: 1
name: many-hosts
duration: 10m
endpoint: {service: ecs, hosts: 12, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: all, tasks: 10, client: per-call, arrivals: {poisson: 5/s}, under_test: true}]
`

// TestUnitsDoNotDependOnTheMachine runs an experiment that is cut by seeds and
// by hosts with one worker and with seven.
func TestUnitsDoNotDependOnTheMachine(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var all []string
	for _, workers := range []int{1, 7} {
		runtime.GOMAXPROCS(workers)
		profile, err := profiles.Load("manyhosts.yaml", []byte(manyHosts))
		if err != nil {
			t.Fatal(err)
		}
		x, err := New(profile, Options{Engine: reports.Sim, Seed: 1, Seeds: 3})
		if err != nil {
			t.Fatal(err)
		}
		if n := x.full(x.cases[0]).n(); n < 2 {
			t.Fatalf("got %d units of the whole, want several", n)
		}
		if err := x.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		all = append(all, reported(t, x))
	}
	if all[0] != all[1] {
		t.Error("seven workers and one worker give different counts")
	}
}

// TestUnitsCoverEverythingOnce counts the hosts and seeds of units.
func TestUnitsCoverEverythingOnce(t *testing.T) {
	for _, sets := range [][]string{nil, {"endpoint.hosts=100"}, {"endpoint.hosts=1000", "duration=1h"}, {"duration=1s"}} {
		x := open(t, "noisy-neighbour", Options{}, sets...)
		c := x.cases[0]
		seen := map[[2]uint64]int{}
		units := x.cut(c, Range{3, 37}, false)
		for i := range units.n() {
			u := units.unit(i)
			for s := range u.Seeds.N {
				for h := range u.Hosts.N {
					seen[[2]uint64{u.Seeds.First + s, u.Hosts.First + h}]++
				}
			}
		}
		for s := uint64(3); s < 40; s++ {
			for h := range uint64(c.plan.Hosts) {
				if n := seen[[2]uint64{s, h}]; n != 1 {
					t.Fatalf("%v: seed %d of host %d is in %d units", sets, s, h, n)
				}
			}
		}
		if want := 37 * c.plan.Hosts; len(seen) != want {
			t.Errorf("%v: got %d pairs of a seed and a host, want %d", sets, len(seen), want)
		}
	}
}

func TestUnitOfAnotherProfile(t *testing.T) {
	x := open(t, "fork-bomb", Options{})
	u := x.full(x.cases[0]).unit(0)
	u.Digest = "another"
	if err := x.Work(t.Context(), u, new(Result)); err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("got %v, want an error that names the profile", err)
	}
	u = x.full(x.cases[0]).unit(0)
	u.Case = "nobody"
	if err := x.Work(t.Context(), u, new(Result)); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("got %v, want an error that names the case", err)
	}
}

func TestNumberOfSeeds(t *testing.T) {
	for _, row := range []struct {
		name  string
		calls float64
		want  int
	}{
		{"none", 0, 400},
		{"fork-bomb", 500, 400},
		{"noisy-neighbour", 36_000, 41},
		{"credential-expiry", 403_000, 20},
		{"the most", 1_000_000, 20},
		{"a week of a region", 1e9, 1},
	} {
		if got := simulatedSeeds(row.calls); got != row.want {
			t.Errorf("%s: got %d seeds, want %d", row.name, got, row.want)
		}
		if most := besideSeeds(row.calls); simulatedSeeds(row.calls) > most {
			t.Errorf("%s: more seeds than the %d beside a live run", row.name, most)
		}
	}
}

func TestSeedsAskedFor(t *testing.T) {
	for _, seeds := range []int{1, 2, 30} {
		x := open(t, "fork-bomb", Options{Seeds: seeds})
		if err := x.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, err := x.Report()
		if err != nil {
			t.Fatal(err)
		}
		s := r.Cases[0].Groups[0].Simulated
		switch {
		case seeds == 1 && s != nil:
			t.Errorf("one seed: got %+v, want no estimate", s)
		case seeds > 1 && (s == nil || s.Seeds != uint64(seeds)):
			t.Errorf("%d seeds: got %+v", seeds, s)
		}
	}
}

// TestPrecision doubles the seeds until the interval is as narrow as asked for:
// the last number reaches it, and half of that does not.
func TestPrecision(t *testing.T) {
	const want = 0.02
	x := open(t, "noisy-neighbour", Options{Seeds: 5, Precision: want}, "duration=20s")
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := x.halfWidth(); got > want || x.seeds < 10 || x.seeds%5 != 0 {
		t.Fatalf("got ±%v with %d seeds", got, x.seeds)
	}
	half := open(t, "noisy-neighbour", Options{Seeds: x.seeds / 2}, "duration=20s")
	if err := half.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := half.halfWidth(); got <= want {
		t.Errorf("%d seeds were enough: ±%v", half.seeds, got)
	}
	same := open(t, "noisy-neighbour", Options{Seeds: x.seeds}, "duration=20s")
	if err := same.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reported(t, same) != reported(t, x) {
		t.Error("seeds in rounds and the same seeds at once give different counts")
	}
}

// TestPrecisionOutOfTime asks for a precision that no number of seeds reaches.
func TestPrecisionOutOfTime(t *testing.T) {
	x := open(t, "fork-bomb", Options{Precision: 1e-9, MaxTime: time.Nanosecond})
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	says := func(w string) bool { return strings.Contains(w, "time ran out") }
	if r.Partial || !slices.ContainsFunc(r.Given.Warnings, says) {
		t.Errorf("partial %t, warnings %q: want a whole report that says that the time ran out", r.Partial, r.Given.Warnings)
	}
}

// TestInterruptedSeeds ends a simulation after the run's seed.
func TestInterruptedSeeds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	x := open(t, "fork-bomb", Options{Progress: func(p Progress) {
		if strings.Contains(p.Doing, "seeds") && p.Done == 1 {
			cancel()
		}
	}})
	if err := x.Run(ctx); err != nil || !errors.Is(x.Stopped(), context.Canceled) {
		t.Fatalf("got %v, stopped by %v; want an interruption", err, x.Stopped())
	}
	report, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Cases {
		if g := report.Cases[i].Groups[0]; g.Calls != 100 || g.Simulated != nil {
			t.Errorf("%s: got %d calls and %+v, want 100 of the one seed", report.Cases[i].Name, g.Calls, g.Simulated)
		}
	}
	if !report.Partial || len(report.Cases) != len(x.cases) {
		t.Errorf("got %d cases, partial %t", len(report.Cases), report.Partial)
	}
}

// interrupted is the report of a simulation of one seed that is interrupted at some progress.
func interrupted(t *testing.T, profile string, at func(Progress) bool) *reports.Report {
	t.Helper()
	p, err := profiles.Load("manyhosts.yaml", []byte(profile))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x, err := New(p, Options{Engine: reports.Sim, Seed: 1, Seeds: 1, Progress: func(p Progress) {
		if at(p) {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Run(ctx); err != nil || !errors.Is(x.Stopped(), context.Canceled) {
		t.Fatalf("got %v, stopped by %v; want an interruption", err, x.Stopped())
	}
	r, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestInterruptedFleet ends a simulation after some of the hosts: the report is of those.
func TestInterruptedFleet(t *testing.T) {
	// So many hosts that no other worker ends the run before the interruption.
	many := strings.Replace(manyHosts, "hosts: 12", "hosts: 1200", 1)
	r := interrupted(t, many, func(p Progress) bool { return p.Done == 1 })
	c := &r.Cases[0]
	says := func(w string) bool { return strings.Contains(w, "of 1200 hosts") }
	if hosts := c.Endpoint.Hosts; hosts < 1 || hosts >= 1200 || c.RanS != 0 || !r.Partial || !slices.ContainsFunc(r.Given.Warnings, says) {
		t.Errorf("got %d hosts, %g s, partial %t, %q; want some of 1200 hosts, for the whole time", hosts, c.RanS, r.Partial, r.Given.Warnings)
	}
}

// TestInterruptedFirstHosts ends a simulation before a host has run to its end: the report
// is of part of the time, and of one host for each worker at most.
func TestInterruptedFirstHosts(t *testing.T) {
	endless := strings.NewReplacer("hosts: 12", "hosts: 1200", "duration: 10m", "duration: 366d").Replace(manyHosts)
	r := interrupted(t, endless, func(p Progress) bool { return p.Share > 0 })
	c := &r.Cases[0]
	says := func(w string) bool { return strings.Contains(w, "of 1200 hosts") }
	if hosts := c.Endpoint.Hosts; hosts < 1 || hosts > runtime.GOMAXPROCS(0) || c.RanS == 0 || !r.Partial || !slices.ContainsFunc(r.Given.Warnings, says) {
		t.Errorf("got %d hosts, %g s, partial %t, %q; want one of 1200 hosts for each worker, for part of the time", hosts, c.RanS, r.Partial, r.Given.Warnings)
	}
}

// TestProgress counts up to the whole, and never down.
func TestProgress(t *testing.T) {
	done := map[string]int{}
	of := map[string]int{}
	x := open(t, "fork-bomb", Options{Progress: func(p Progress) {
		if p.Done < done[p.Doing] || p.Done > p.Of || p.Share < 0 || p.Share > 1 || p.Left < 0 {
			t.Errorf("got %+v after %d", p, done[p.Doing])
		}
		done[p.Doing], of[p.Doing] = p.Done, p.Of
	}})
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(done) != 2 {
		t.Errorf("got %v, want the run and the seeds", done)
	}
	for doing, n := range done {
		if n != of[doing] {
			t.Errorf("%s: ended at %d of %d", doing, n, of[doing])
		}
	}
}

// TestCaseWithoutPlan changes a profile so that one of its what-ifs makes no
// sense any more: that case is left out, with the reason, and the others run.
func TestCaseWithoutPlan(t *testing.T) {
	profile, err := profiles.Load("faults.yaml", []byte(`
version: 1
name: faults
duration: 10s
endpoint: {service: ecs, faults: [{fault: late, kind: slow, latency: {p50: 1s}, from: 1s}]}
fleet: [{group: all, tasks: 10, arrivals: {poisson: 1/s}, under_test: true}]
what_if:
  - {name: later, set: {endpoint.faults.late.from: 5s}}
  - {name: slower, set: {endpoint.faults.late.latency: {p50: 2s}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	changed, err := profile.With("endpoint.faults.late", "{fault: late, kind: hang}")
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(changed, Options{Engine: reports.Sim, Seed: 1, Seeds: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := x.Report()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cases) != 2 || r.Case("slower") != nil {
		t.Errorf("got %d cases, want all but the one that has no plan", len(r.Cases))
	}
	says := func(w string) bool { return strings.HasPrefix(w, "slower is left out: ") }
	if !slices.ContainsFunc(r.Given.Warnings, says) {
		t.Errorf("got warnings %q, want one that says why a case is left out", r.Given.Warnings)
	}
}

// Where one seed is simulated, blocks are of hosts, however the units are cut; where
// many are, of seeds, also when a search for precision has doubled them.
func TestBlocks(t *testing.T) {
	load := func(o Options) *Experiment {
		profile, err := profiles.Load("manyhosts.yaml", []byte(strings.NewReplacer("hosts: 12", "hosts: 90", "burst: 60", "burst: 10", "duration: 10m", "duration: 2s").Replace(manyHosts)))
		if err != nil {
			t.Fatal(err)
		}
		o.Engine, o.Seed = reports.Sim, 5
		x, err := New(profile, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		return x
	}
	blocks := func(x *Experiment) (*reports.Blocks, *reports.Group) {
		r, err := x.Report()
		if err != nil {
			t.Fatal(err)
		}
		return r.Cases[0].Blocks, &r.Cases[0].Groups[0]
	}
	sum := func(all []uint64) (n uint64) {
		for _, v := range all {
			n += v
		}
		return n
	}
	one := load(Options{Seeds: 1})
	b, g := blocks(one)
	if b == nil || b.Of != reports.ByHosts || len(b.First) != 30 || b.N[0] != 3 || sum(b.Groups[0].Calls) != g.Calls || sum(b.Groups[0].Attempts) != g.Attempts {
		t.Errorf("one seed: got %+v", b)
	}
	c := one.cases[0]
	var cut Result
	for _, hosts := range []Range{{0, 4}, {4, 40}, {44, 46}} {
		u := Unit{one.digest, c.Name, Range{5, 1}, hosts, true, reports.BlockingOf(0, 90)}
		r := new(Result)
		if err := one.Work(t.Context(), u, r); err != nil {
			t.Fatal(err)
		}
		cut.Merge(r)
	}
	c.recorder = cut.Recorder
	if again, _ := blocks(one); !reflect.DeepEqual(again, b) {
		t.Error("units that are cut across blocks give other blocks")
	}
	many := load(Options{Seeds: 50})
	b, g = blocks(many)
	if b.Of != reports.BySeeds || len(b.First) != 25 || b.First[24] != 53 || b.N[24] != 2 || sum(b.Groups[0].Calls) != g.Simulated.Calls {
		t.Errorf("50 seeds: got %+v", b)
	}
	precise := load(Options{Seeds: 12, Precision: 0.002})
	b, g = blocks(precise)
	if n := int(g.Simulated.Seeds); n <= 40 || len(b.First) > reports.MaxBlocks || sum(b.N) != uint64(n) || sum(b.Groups[0].Calls) != g.Simulated.Calls {
		t.Errorf("%d seeds, as precision wants: got %+v", n, b)
	}
}

// Live, the layers of images are answers that come late: the report says so.
func TestLiveLayersTakeNoBytes(t *testing.T) {
	profile, err := profiles.Load("p.yaml", []byte("version: 1\nname: p\nduration: 1s\nfleet: [{group: g, startup: {image: {size: 1MB}}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for engine, want := range map[string]bool{reports.Live: true, reports.Sim: false} {
		x, err := New(profile, Options{Engine: engine, Seed: 1, Seeds: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(x.warnings(), "live, the layers of images take their time, and no bytes"); got != want {
			t.Errorf("%s: warned %t, want %t", engine, got, want)
		}
	}
}
