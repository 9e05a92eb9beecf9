package search

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/gate"
	"tenement/internal/rundir"
	"tenement/profiles"
	"tenement/reports/capacity"
)

// find searches a profile.
func find(t *testing.T, p *profiles.Profile, objective, vary string, more func(*Options)) *capacity.Result {
	t.Helper()
	x, list := "", strings.Split(vary, " ")
	if last := list[len(list)-1]; !strings.Contains(last, "=") {
		x, list = last, list[:len(list)-1]
	}
	v, err := ParseVary(list, x)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Profile: p, Vary: v, Objective: []string{objective}, Seed: p.Seed}
	if more != nil {
		more(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// load is a profile of one group that asks for credentials and does not retry.
func load(t *testing.T, format string, of ...any) *profiles.Profile {
	t.Helper()
	p, err := profiles.Load("test.yaml", fmt.Appendf(nil, format, of...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// builtin is a built-in profile.
func builtin(t *testing.T, name string) *profiles.Profile {
	t.Helper()
	p, err := profiles.Open(name, profiles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// edgeText is the answer for a case in short.
func edgeText(c *capacity.Case) string {
	return fmt.Sprintf("%s %s run at %s, bound %s, fails at %s", c.Holds, interval(c.Capacity, c.Lower, c.Upper), known(c.RunAt), known(c.Bound), known(c.Fails))
}

// interval is a value and its interval in short.
func interval(x, lower, upper *float64) string {
	return fmt.Sprintf("%s [%s %s]", known(x), known(lower), known(upper))
}

// known is a value, or a dash.
func known(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%g", *x)
}

// The edges of the two built-ins.
func TestBuiltinEdges(t *testing.T) {
	span := "fleet.worker.tasks=9..16"
	if *long {
		span = "fleet.worker.tasks=1..40"
	}
	r := find(t, builtin(t, "workers-per-host"), "worker.failure_rate<=0.1%", span, nil)
	c := &r.Cases[0]
	if got, want := edgeText(c), "below 13 [13 13] run at 11, bound 13, fails at 14"; got != want {
		t.Errorf("workers-per-host: got %s, want %s", got, want)
	}
	if p := c.At(14); p == nil || p.Metric < 0.04 || p.Metric > 0.05 || c.Reason != "your first tries are 42/s, and the limit is 40/s" {
		t.Errorf("workers-per-host: at 14 got %+v, because %q", p, c.Reason)
	}
	if !*long {
		return
	}
	r = find(t, builtin(t, "php-fpm"), "web.failure_rate<=0.1%", "endpoint.limit.rate=x/s endpoint.limit.burst=1.5x 20..200", nil)
	c = &r.Cases[0]
	if got, want := edgeText(c), "above 61 [61 61] run at 68, bound 60, fails at 60"; got != want {
		t.Errorf("php-fpm: got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(c.Settings), "[endpoint.limit.rate=61/s endpoint.limit.burst=91]"; got != want {
		t.Errorf("php-fpm: got %s, want %s", got, want)
	}
}

// herd is tasks that start together and ask once.
const herd = `
version: 1
name: herd
duration: %s
engine: sim
endpoint: {service: ecs, limit: {rate: %g/s, burst: %d, scope: host}}
fleet: [{group: g, tasks: 2, arrivals: {once: {within: %s}}, under_test: true}]
strategies: {plain: {retry: none, cache: none}}
`

// Of a herd without jitter, as many get an answer as the bucket has tokens: the capacity is
// burst / (1 − share that may fail), rounded down.
func TestHerd(t *testing.T) {
	for _, row := range []struct {
		rate, share float64
		burst       int
	}{
		{40, 0, 60}, {40, 0.1, 60}, {40, 0.25, 60}, {40, 0.5, 60}, {100, 0.001, 150}, {20, 0.01, 30}, {10, 0.2, 7},
		{1, 0.3, 1}, {500, 0.05, 90}, {40, 0.9, 11}, {61, 0.001, 91}, {40, 0.3, 35},
	} {
		r := find(t, load(t, herd, "10s", row.rate, row.burst, "0s"), fmt.Sprintf("g.failure_rate<=%g", row.share), "fleet.g.tasks=1..200", nil)
		want := math.Floor(float64(row.burst)/(1-row.share) + 1e-9)
		c := &r.Cases[0]
		if c.Capacity == nil || *c.Capacity != want || c.Bound == nil || *c.Bound != want {
			t.Errorf("%+v: got %s, want %g and that bound", row, edgeText(c), want)
		}
	}
}

// Processes that share a cache and fetch for each other are one of a herd, and with a cache
// each alone as many as without.
func TestHerdWithCache(t *testing.T) {
	for _, row := range []struct {
		strategy string
		want     float64
	}{
		{"{retry: none, cache: none}", 15},
		{"{retry: none, cache: {ttl: 1h}}", 15},
		{"{retry: none, cache: {ttl: 1h, scope: task}, flight: join}", 60},
	} {
		p := load(t, `
version: 1
name: herd
duration: 10s
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: g, tasks: 2, processes: 4, arrivals: {once: {within: 0s}}, under_test: true}]
strategies: {plain: %s}
`, row.strategy)
		c := &find(t, p, "g.failure_rate<=0", "fleet.g.tasks=1..100", nil).Cases[0]
		if c.Capacity == nil || *c.Capacity != row.want || c.Bound == nil || *c.Bound != row.want {
			t.Errorf("%s: got %s, want %g and that bound", row.strategy, edgeText(c), row.want)
		}
	}
}

// Of clients that keep documents each fetches once in a lifetime and the gap until the next
// use. Two processes of a task that share them have half the gap. The limit is a tenth of
// the usual one, so that the runs are short.
func TestSteadyWithCache(t *testing.T) {
	for _, row := range []struct {
		strategy, span string
		want           float64
	}{
		{"{retry: none, cache: {ttl: 10s}}", "24..30", 27},                            // 4 × (10 + 1) / 0.8 / 2 processes a task
		{"{retry: none, cache: {ttl: 10s, scope: task}, flight: join}", "48..56", 52}, // 4 × (10 + 0.5) / 0.8
	} {
		p := load(t, `
version: 1
name: cached
duration: 10m
engine: sim
endpoint: {service: ecs, limit: {rate: 4/s, burst: 6, scope: host}}
fleet: [{group: g, tasks: 2, processes: 2, arrivals: {poisson: 1/s}, under_test: true}]
strategies: {plain: %s}
`, row.strategy)
		c := &find(t, p, "g.failure_rate<=20%", "fleet.g.tasks="+row.span, func(o *Options) { o.Seeds = 8 }).Cases[0]
		t.Log(edgeText(c))
		if c.Capacity == nil || c.Bound == nil || *c.Bound != row.want || math.Abs(*c.Capacity-*c.Bound) > 1 || c.BoundRule != cachedRule {
			t.Errorf("%s: got %s, want the bound %g, and an edge near it", row.strategy, edgeText(c), row.want)
		}
	}
}

// With a second number, each of its values has a capacity and the curve around it, of which
// the values that the range is looked over with are the same for all: a heat map.
func TestFrontier(t *testing.T) {
	p := load(t, herd, "10s", 40.0, 60, "0s")
	by, err := ParseBy("endpoint.limit.burst=30..90/30")
	if err != nil {
		t.Fatal(err)
	}
	r := find(t, p, "g.failure_rate<=10%", "fleet.g.tasks=1..200", func(o *Options) { o.By = by })
	c := &r.Cases[0]
	if len(c.Frontier) != 3 {
		t.Fatalf("%d points, want 3", len(c.Frontier))
	}
	for _, one := range c.Frontier {
		if want := math.Floor(one.X/0.9 + 1e-9); one.Y == nil || *one.Y != want {
			t.Errorf("a burst of %g: the capacity is %v, want %g", one.X, one.Y, want)
		}
		at := map[float64]capacity.Point{}
		for _, p := range one.Curve {
			at[p.Value] = p
		}
		for _, x := range values(r.Range, gridValues) {
			if p, tried := at[x]; !tried || math.Abs(p.Metric-max(0, 1-one.X/x)) > 1e-9 || p.Holds != (p.Metric <= 0.1) {
				t.Errorf("a burst of %g, %g tasks: got %+v, tried %t", one.X, x, p, tried)
			}
		}
	}
}

// With jitter, the capacity is what a hundred times as many runs show, and near the fluid
// bound.
func TestHerdWithJitter(t *testing.T) {
	p := load(t, herd, "20s", 40.0, 60, "2s")
	r := find(t, p, "g.failure_rate<=1%", "fleet.g.tasks=1..300", nil)
	c := &r.Cases[0]
	if c.Capacity == nil || c.Bound == nil || *c.Bound != 141 { // (60 + 40 × 2) / 0.99
		t.Fatalf("got %s, want the bound 141", edgeText(c))
	}
	if *c.Capacity > *c.Bound || *c.Capacity < 0.9**c.Bound {
		t.Errorf("got %s: the capacity is not near the bound", edgeText(c))
	}
	if !*long {
		return
	}
	// A hundred times the seeds that the edge had, at the ends of the interval.
	seeds := 100 * c.At(*c.Capacity).Seeds
	v, err := ParseVary([]string{"fleet.g.tasks=1..300"}, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Profile: p, Vary: v, Objective: []string{"g.failure_rate<=1%"}, Seed: 1_000_000, Seeds: seeds})
	if err != nil {
		t.Fatal(err)
	}
	s.progress = s.newTally(1)
	e := s.edgeOf(s.cases[0], p, "")
	last := 0.0
	for x := *c.Lower - 1; x <= *c.Upper+1; x++ {
		if err := e.extend(t.Context(), seeds, x); err != nil {
			t.Fatal(err)
		}
		if e.held(e.points[x]) {
			last = x
		}
	}
	if last < *c.Lower || last > *c.Upper {
		t.Errorf("got %s, but a hundred times the work shows %g", edgeText(c), last)
	}
}

// poisson is a group that asks at random instants, and does not retry.
const poisson = `
version: 1
name: poisson
duration: %s
engine: sim
endpoint: {service: ecs, limit: {rate: 40/s, burst: %d, scope: host}}
fleet: [{group: g, tasks: 1, arrivals: {poisson: 10/s}, under_test: true}]
strategies: {plain: {retry: none, cache: none}}
`

// The rate of Poisson arrivals at which so many are throttled is the blocking of M/D/1/b:
// 38.87/s and 40.13/s for one in a thousand and one in a hundred at 40/s, burst 60. A bucket
// of one token is M/D/1/1: the share is rho / (1 + rho).
func TestPoissonKnee(t *testing.T) {
	rows := []struct {
		duration, share, span string
		burst                 int
		want                  float64
	}{{"30s", "20%", "8/s..12/s", 1, 10}}
	if *long {
		rows = append(rows, struct {
			duration, share, span string
			burst                 int
			want                  float64
		}{"1h", "0.1%", "30/s..50/s", 60, 38.87}, struct {
			duration, share, span string
			burst                 int
			want                  float64
		}{"1h", "1%", "30/s..50/s", 60, 40.13})
	}
	for _, row := range rows {
		r := find(t, load(t, poisson, row.duration, row.burst), "g.throttled_share<="+row.share, "fleet.g.arrivals.poisson="+row.span, nil)
		c := &r.Cases[0]
		t.Logf("%s of 40/%d: %s", row.share, row.burst, edgeText(c))
		if c.Lower == nil || c.Upper == nil || row.want < *c.Lower || row.want > *c.Upper || *c.Upper-*c.Lower > 0.03*row.want {
			t.Errorf("%s of 40/%d: got %s, want %g", row.share, row.burst, edgeText(c), row.want)
		}
		if c.Bound == nil || math.Abs(*c.Bound-row.want) > 0.005 || c.BoundRule != poissonRule {
			t.Errorf("%s of 40/%d: got %s of %q, want the bound %g of M/D/1/b", row.share, row.burst, edgeText(c), c.BoundRule, row.want)
		}
	}
}

// A closed form is of hosts that are alike: not of a placement that leaves some without tasks.
func TestClosedFormOfPlacements(t *testing.T) {
	objective, wrong := gate.Parse("g.failure_rate<=1%")
	if wrong != nil {
		t.Fatal(wrong)
	}
	for placement, want := range map[string]string{
		"tasks: 8": steadyRule, "placement: {spread: {total: 24}}": steadyRule, "placement: {spread: {total: 25}}": "",
		"placement: {packed: {total: 8, size: 1}}": "", "placement: {packed: {total: 30, size: 1}}": steadyRule,
	} {
		p := load(t, `version: 1
name: placed
duration: 1m
endpoint: {service: ecs, hosts: {count: 3, size: 10}, limit: {rate: 40/s, burst: 60, scope: host}}
fleet: [{group: g, %s, client: per-call, arrivals: {constant: 1/s}, under_test: true}]
strategies: {once: {}}
`, placement)
		if got := closedForm(p.Plan(p.Cases()[0], 1), []gate.Gate{objective}); got.rule != want {
			t.Errorf("%s: got %q, want %q", placement, got.rule, want)
		}
	}
}

// A search with real simulations covers too: 400 of them in the long form.
func TestCoverageOfSimulations(t *testing.T) {
	if !*long {
		t.Skip("the long form")
	}
	p := load(t, poisson, "100s", 1)
	within := 0
	const n, edge = 400, 10.0
	for i := range n {
		r := find(t, p, "g.throttled_share<=20%", "fleet.g.arrivals.poisson=5/s..20/s", func(o *Options) { o.Seed, o.Seeds = uint64(1000*i), 64 })
		if c := &r.Cases[0]; *c.Lower <= edge && edge <= *c.Upper {
			within++
		}
	}
	t.Logf("%d of %d intervals hold the edge", within, n)
	if within < 368 || within > 392 {
		t.Errorf("%d of %d intervals hold the edge, want 92 to 98 %%", within, n)
	}
}

// searchInto is the environment variable that makes this test binary search into a
// directory.
const searchInto = "TENEMENT_TEST_SEARCH"

func TestMain(m *testing.M) {
	if dir := os.Getenv(searchInto); dir != "" {
		if err := killable(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killable is a search that takes some tenths of a second.
func killable(ctx context.Context, dir string) error {
	p, err := profiles.Open("workers-per-host", profiles.Options{Sets: []string{"duration=20s"}})
	if err != nil {
		return err
	}
	v, err := ParseVary([]string{"fleet.worker.tasks=9..18"}, "")
	if err != nil {
		return err
	}
	s, err := New(Options{Profile: p, Vary: v, Objective: []string{"worker.failure_rate<=0.1%", "worker.p99<=10s"}, Seed: 1, Dir: dir})
	if err != nil {
		return err
	}
	_, err = s.Run(ctx)
	return err
}

// files are the files of a directory that a search leaves.
func files(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{rundir.PlanFile, rundir.ResultsFile, rundir.SummaryFile} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n%s\n", name, text)
	}
	return all.String()
}

// A search that is killed at any instant, and begun again until it ends, leaves the same
// bytes as one that was not, whatever the number of workers.
func TestKilledAndResumed(t *testing.T) {
	whole := t.TempDir()
	began, before := time.Now(), runtime.GOMAXPROCS(1)
	err := killable(t.Context(), whole)
	runtime.GOMAXPROCS(before)
	if err != nil {
		t.Fatal(err)
	}
	took, want := time.Since(began), files(t, whole)
	kills := 3
	if *long {
		kills = 50
	}
	for i := range kills {
		dir := t.TempDir()
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), searchInto+"="+dir)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rand.Float64()*1.2*float64(took)), func() { command.Process.Kill() })
		killed := command.Wait()
		timer.Stop()
		lines := 0
		if text, err := os.ReadFile(filepath.Join(dir, rundir.ResultsFile)); err == nil {
			lines = strings.Count(string(text), "\n")
		}
		t.Logf("kill %d: %v, after %d results", i, killed, lines)
		if err := killable(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		if got := files(t, dir); got != want {
			t.Fatalf("killed after %d results, the files differ", lines)
		}
	}
}

// An interrupted search says so, and has no answer that it does not know.
func TestInterrupted(t *testing.T) {
	p := builtin(t, "workers-per-host")
	v, err := ParseVary([]string{"fleet.worker.tasks=1..40"}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	s, err := New(Options{Profile: p, Vary: v, Objective: []string{"worker.failure_rate<=0.1%"}, Seed: 1, Progress: func(experiment.Progress) {
		if told++; told == 5 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(ctx)
	if err != nil || r.Partial == "" || r.Cases[0].Holds != capacity.Unknown || r.Cases[0].Capacity != nil {
		t.Errorf("got %+v, %v", r, err)
	}
}

// An objective for which no call counts is not met.
func TestNothingCounts(t *testing.T) {
	r := find(t, builtin(t, "workers-per-host"), "worker.failure_rate<=0.1%", "duration=1ns..2ns", nil)
	c := &r.Cases[0]
	if got, want := edgeText(c), "nowhere - [- -] run at -, bound -, fails at -"; got != want || !c.Curve[0].Uncounted || c.Curve[0].SingleRuns != 0 {
		t.Errorf("got %s, %+v, want %s", got, c.Curve[0], want)
	}
}

// Where everything holds and more is better, every value of the range is met.
func TestMeetsEverywhere(t *testing.T) {
	p := load(t, herd, "10s", 40.0, 60, "0s")
	for _, row := range []struct {
		objective, vary string
		value           float64
		want            bool
	}{
		{"g.throttled_share<=0.8", "endpoint.limit.burst=1..2", 2, true},
		{"g.throttled_share<=0.8", "endpoint.limit.burst=1..2", 0, false},
		{"g.throttled_share<=0.8", "fleet.g.tasks=2..4", 3, true},
		{"g.throttled_share<=0.8", "fleet.g.tasks=2..4", 5, false},
	} {
		r := find(t, p, row.objective, row.vary, nil)
		if got := r.Cases[0].Meets(row.value); got != row.want {
			t.Errorf("%+v: got %v with %s", row, got, edgeText(&r.Cases[0]))
		}
	}
}

// Where everything holds in one case, and less is the easier end in another, the answer is
// the harder end: for the case, and for each point of its frontier.
func TestLevelTurnsAsTheOthers(t *testing.T) {
	p, err := builtin(t, "php-fpm").With("duration", "10s")
	if err != nil {
		t.Fatal(err)
	}
	r := find(t, p, "web.failure_rate<=1%", "endpoint.limit.rate=20..200/s/60", func(o *Options) {
		o.Cases, o.Seeds = []string{"aws-sdk-php", "static-keys"}, 4
		if o.By, err = ParseVary([]string{"fleet.web.processes=20..40/20"}, ""); err != nil {
			t.Fatal(err)
		}
	})
	for i, want := range []string{"above 80 [80 80]; 20: 80 [80 80]; 40: 80 [80 80]", "everywhere 20 [- 20]; 20: 20 [- 20]; 40: 20 [- 20]"} {
		c := &r.Cases[i]
		got := fmt.Sprintf("%s %s", c.Holds, interval(c.Capacity, c.Lower, c.Upper))
		for _, p := range c.Frontier {
			got += fmt.Sprintf("; %g: %s", p.X, interval(p.Y, p.Lower, p.Upper))
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", c.Name, got, want)
		}
	}
}

// What is searched is checked before.
func TestNewRefuses(t *testing.T) {
	p := builtin(t, "workers-per-host")
	for _, row := range []struct{ vary, objective, by, name, want string }{
		{"fleet.worker.tasks=1..40", "", "", "", "no objective: want one such as --objective worker.failure_rate<=0.1%"},
		{"fleet.worker.tasks=1..40", "worker.speed<=1", "", "", `--objective "worker.speed<=1": unknown metric "speed"`},
		{"fleet.worker.tasks=1..40", "batch.failure_rate<=1%", "", "", `--objective: batch.failure_rate<=1%: no group is called "batch"`},
		{"fleet.worker.tasks=1..40", "worker.max<=1s", "", "", "--objective: max is about one call, and has no mean over runs: p99_9 has"},
		{"fleet.worker.tasks=1..40", "worker.failures==0", "", "", "--objective: worker.failures==0: want <, <=, > or >=: a search has a side that holds"},
		{"fleet.worker.tasks=1..40", "worker.p99<=baseline", "", "", "--objective: worker.p99<=baseline: want a value for a bound"},
		{"fleet.wrker.tasks=1..40", "worker.failures<=1", "", "", `with "fleet.wrker.tasks=1": there is no group "wrker"; did you mean "worker"?`},
		{"fleet.worker.tasks=1.5..40", "worker.failures<=1", "", "", `with "fleet.worker.tasks=1.5": `},
		{"fleet.worker.tasks=1..40", "worker.failures<=1", "fleet.worker.tasks=1..3", "", "--by fleet.worker.tasks: it varies already: want another path than that of --vary"},
		{"fleet.worker.tasks=1..40", "worker.failures<=1", "endpoint.limit.burst=1..1000/1", "", "--by has 1000 values: want at most 50; give it a larger step"},
		{"seed=1..9", "worker.failures<=1", "", "", "--vary seed=x changes nothing that a run shows"},
		{"fleet.worker.tasks=1..40", "worker.failures<=1", "name=1..9", "", "--by name=x changes nothing that a run shows"},
		{"fleet.worker.tasks=1..40", "worker.failures<=1", "", "other", `there is no case "other"`},
	} {
		o := Options{Profile: p, Seed: 1}
		var err error
		if o.Vary, err = ParseVary([]string{row.vary}, ""); err != nil {
			t.Fatal(err)
		}
		if row.objective != "" {
			o.Objective = []string{row.objective}
		}
		if row.by != "" {
			if o.By, err = ParseBy(row.by); err != nil {
				t.Fatal(err)
			}
		}
		if row.name != "" {
			o.Cases = []string{row.name}
		}
		if _, err := New(o); err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%+v: got %v", row, err)
		}
	}
}
