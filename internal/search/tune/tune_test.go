package tune

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tenement/internal/experiment"
	"tenement/internal/rundir"
	"tenement/internal/sim"
	"tenement/profiles"
	"tenement/reports/tuning"
)

// small is a noisy neighbour of a few calls.
const small = `
version: 1
name: small
duration: 20s
endpoint: {service: ecs, limit: {rate: 3/s, burst: 4, scope: host}, latency: {p50: 2ms, p99: 15ms}}
fleet:
  - {group: neighbours, tenant: neighbours, tasks: 3, client: per-call, arrivals: {poisson: 1/s}, strategy: {preset: aws-sdk-go-v2}}
  - {group: batch, tenant: you, tasks: 20, arrivals: {once: {within: 15s}}, under_test: true}
strategies:
  php-sdk: {preset: aws-sdk-php, title: php SDK as it is}
  botocore: {preset: botocore}
`

func load(t *testing.T, text string) *profiles.Profile {
	t.Helper()
	p, err := profiles.Load("small.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tunerOf is a search over the default space, small enough for a test.
func tunerOf(t *testing.T, p *profiles.Profile, o Options) *Tuner {
	t.Helper()
	today, err := CaseOf(p, o.Case)
	if err != nil {
		t.Fatal(err)
	}
	if o.Space == nil {
		o.Space = DefaultSpace(p, today)
	}
	o.Profile, o.Seed = p, 1
	if o.Blocks == 0 {
		o.Blocks = 100
	}
	tuner, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	tuner.search.seeds, tuner.unseen.seeds = 1, 1
	return tuner
}

func run(t *testing.T, tuner *Tuner) *tuning.Result {
	t.Helper()
	r, err := tuner.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The recommendations fail less often than today's settings, on seeds that the search did
// not see and in every variant, and say what to set.
func TestRecommendationsBeatToday(t *testing.T) {
	t.Parallel()
	r := run(t, tunerOf(t, load(t, small), Options{Weights: map[string]float64{FailureRate: 2}}))
	if r.Partial != "" || r.Spent.JudgedOn != judgementOf(100).blocks || r.Preset != "aws-sdk-php" {
		t.Errorf("got partial %q, judged on %d blocks, preset %q", r.Partial, r.Spent.JudgedOn, r.Preset)
	}
	for _, name := range []string{Safest, Fastest, Kindest, Yours} {
		a := r.Named(name)
		if a == nil {
			t.Errorf("there is no recommendation %s", name)
			continue
		}
		if c := a.Of(FailureRate); !c.Better() || c.P >= 0.01 {
			t.Errorf("%s: got %+v, want fewer failures with p < 0.01", name, c)
		}
		if len(a.Candidate.Settings) == 0 {
			t.Errorf("%s says nothing of what to set", name)
		}
		for _, s := range a.Candidate.Settings {
			if s.Option == "" || len(s.Paths) == 0 {
				t.Errorf("%s: %s has no option or moves nothing", name, s.Parameter)
			}
		}
		if len(a.Under) != len(r.Variants) || len(r.Variants) != 4 {
			t.Errorf("%s: judged in %d of %d variants, want all 4", name, len(a.Under), len(r.Variants))
		}
		for _, u := range a.Under {
			if !u.Change.Better() {
				t.Errorf("%s in %s: got %+v, want fewer failures", name, u.Variant, u.Change)
			}
		}
	}
	for i := range r.Front {
		if r.Front[i].Name == "today" && i > 0 {
			t.Errorf("today is number %d of the front, want the first", i)
		}
	}
}

// Half as many tasks again are those of a placement where there is one.
func TestCrowdedPlacements(t *testing.T) {
	t.Parallel()
	p := load(t, `version: 1
name: placed
duration: 1s
endpoint: {hosts: {count: 9, size: 4}}
fleet:
  - {group: web, tasks: 3, arrivals: {constant: 1/s}, under_test: true}
  - {group: jobs, placement: {packed: {total: 7, size: 2}}, arrivals: {constant: 1/s}, under_test: true}
  - {group: others, placement: {spread: {total: 4}}, arrivals: {constant: 1/s}}
strategies: {once: {}}
`)
	for tested, want := range map[bool]string{
		true: "[{fleet.web.tasks 5} {fleet.jobs.placement.packed.total 11}]", false: "[{fleet.others.placement.spread.total 6}]",
	} {
		sets, err := crowded(p, p.Cases()[0], tested)
		if got := fmt.Sprint(sets); err != nil || got != want {
			t.Errorf("tested %v: got %v, %v, want %v", tested, got, err, want)
		}
		if _, err := p.WithAll(sets); err != nil {
			t.Error(err)
		}
	}
}

// What is the user's own stays within it.
func TestOnlyYours(t *testing.T) {
	t.Parallel()
	p := load(t, small)
	today, err := CaseOf(p, "botocore")
	if err != nil {
		t.Fatal(err)
	}
	space := DefaultSpace(p, today)
	space.Only(You)
	if !space.Exclude(StaticKeys) || space.Exclude("coffee") {
		t.Error("static keys are a parameter, and coffee is none")
	}
	r := run(t, tunerOf(t, p, Options{Case: "botocore", Space: space, Blocks: 40}))
	for _, q := range r.Parameters {
		if q.Who != You || q.Name == StaticKeys {
			t.Errorf("got the parameter %s of %s", q.Name, q.Who)
		}
	}
	for i := range r.Front {
		for _, s := range r.Front[i].Settings {
			for _, path := range s.Paths {
				if !strings.HasPrefix(path.Path, "strategies.botocore.") && !strings.HasPrefix(path.Path, "fleet.batch.") {
					t.Errorf("%s moves %s", s.Parameter, path.Path)
				}
			}
		}
	}
}

// The bytes of the result do not depend on the number of workers, nor on where the search
// was interrupted before it was resumed.
func TestSameAnswer(t *testing.T) {
	p := load(t, small)
	answer := func(ctx context.Context, dir string, after int, workers int) ([]byte, error) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
		d, err := rundir.Open(dir, map[string]int{"a": 1})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		done := 0
		tuner := tunerOf(t, p, Options{Dir: d, Blocks: 40, Progress: func(experiment.Progress) {
			if done++; done == after {
				cancel()
			}
		}})
		r, err := tuner.Run(ctx)
		if err != nil || r.Partial != "" {
			return nil, err
		}
		if err := d.Finish(r); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		return text, err
	}
	whole := t.TempDir()
	want, err := answer(t.Context(), whole, -1, 1)
	if err != nil {
		t.Fatal(err)
	}
	resumed := t.TempDir()
	for _, after := range []int{20, 100} {
		if got, _ := answer(t.Context(), resumed, after, 3); got != nil {
			t.Errorf("a search that was stopped after %d blocks has the whole answer", after)
		}
	}
	got, err := answer(t.Context(), resumed, -1, 3)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("resumed, with other workers: another answer (%v)", err)
	}
	for _, name := range []string{rundir.ResultsFile, rundir.SummaryFile} {
		a, errA := os.ReadFile(filepath.Join(whole, name))
		b, errB := os.ReadFile(filepath.Join(resumed, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", name, errA, errB)
		}
	}
}

// A search that is stopped gives the best so far, and says so.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := 0
	tuner := tunerOf(t, load(t, small), Options{Blocks: 40, Progress: func(experiment.Progress) {
		if done++; done == 30 {
			cancel()
		}
	}})
	r, err := tuner.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if r.Partial == "" || r.Spent.JudgedOn != 0 || len(r.Recommendations) < 3 {
		t.Errorf("got partial %q, judged on %d, %d recommendations", r.Partial, r.Spent.JudgedOn, len(r.Recommendations))
	}
}

// The profile that is written runs as the recommendations were judged.
func TestWriteProfile(t *testing.T) {
	t.Parallel()
	p := load(t, small)
	r := run(t, tunerOf(t, p, Options{Blocks: 40}))
	var text bytes.Buffer
	if err := WriteProfile(&text, p, r); err != nil {
		t.Fatal(err)
	}
	again, err := profiles.Load("tuned.yaml", text.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	today, _ := CaseOf(p, "")
	count := func(p *profiles.Profile, name string) counts {
		for _, c := range p.Cases() {
			if c.Name == name {
				one := p.Plan(c, 7)
				observer := newCounter(one)
				if _, err := sim.Run(t.Context(), one, sim.AllHosts(one), observer); err != nil {
					t.Fatal(err)
				}
				return observer.counts
			}
		}
		t.Fatalf("there is no case %s:\n%s", name, text.String())
		return counts{}
	}
	same := func(a, b counts) bool { return fmt.Sprint(a) == fmt.Sprint(b) }
	if !same(count(again, today.Name), count(p, today.Name)) {
		t.Error("today's case runs otherwise")
	}
	for i := range r.Recommendations {
		a := &r.Recommendations[i]
		first := true
		for j := range i {
			first = first && r.Recommendations[j].Candidate.Name != a.Candidate.Name
		}
		if !first {
			continue
		}
		c := make(candidate, len(r.Parameters))
		space := DefaultSpace(p, today)
		for _, s := range a.Candidate.Settings {
			at := space.named(s.Parameter)
			for v := range space.Parameters[at].Values {
				if space.Parameters[at].Values[v].Text == s.Value {
					c[at] = int8(v + 1)
				}
			}
		}
		changed, err := p.WithAll(space.sets(c))
		if err != nil {
			t.Fatal(err)
		}
		if !same(count(again, a.Name), count(changed, today.Name)) {
			t.Errorf("%s runs otherwise:\n%s", a.Name, text.String())
		}
	}
}

// workers are tasks whose processes all fetch at the start, and nobody beside them.
const workers = `
version: 1
name: workers
duration: 10s
endpoint: {service: ecs, limit: {rate: 10/s, burst: 10, scope: ip+path}, latency: {p50: 2ms, p99: 15ms}}
fleet:
  - {group: web, tasks: 2, processes: 60, arrivals: {once: {within: 100ms}}, under_test: true}
strategies:
  boto: {preset: botocore}
`

// A cache that is one for the processes of a task fetches once, also where the SDK's own
// clients all fetch at first. Where nobody is beside you, there is no kindest.
func TestTaskCache(t *testing.T) {
	t.Parallel()
	p := load(t, workers)
	today, err := CaseOf(p, "boto")
	if err != nil {
		t.Fatal(err)
	}
	space := DefaultSpace(p, today)
	space.Only(You)
	space.Exclude(StaticKeys)
	r := run(t, tunerOf(t, p, Options{Space: space, Blocks: 60}))
	if r.Named(Kindest) != nil {
		t.Error("got a recommendation that is kind to nobody")
	}
	a := r.Named(Safest)
	if a == nil || len(a.Candidate.Settings) != 1 || a.Candidate.Settings[0].Parameter != "task cache" {
		t.Fatalf("got %+v, want the task cache alone as the safest", a)
	}
	if f := a.Candidate.Figures; f.FailureRate.Value != 0 || f.Attempts.Value > 0.05 || r.Today.Figures.FailureRate.Value < 0.2 {
		t.Errorf("got %+v instead of %+v, want no failures and hardly any request", f, r.Today.Figures)
	}
}

// What is better than today by luck alone, or by less than matters, is not recommended.
func TestHelps(t *testing.T) {
	blocks := func(failures func(block int) uint64, attempts uint64) *trial {
		one := &trial{blocks: map[string][]counts{}}
		for i := range 20 {
			one.blocks["unseen"] = append(one.blocks["unseen"], counts{Calls: 10_000, Failures: failures(i), Attempts: attempts})
		}
		return one
	}
	around := func(mean, off uint64) func(int) uint64 {
		return func(block int) uint64 { return mean + off*uint64(block*7%5) }
	}
	today := judged{trial: blocks(around(700, 20), 20_000)}
	for _, row := range []struct {
		name string
		is   *trial
		want bool
	}{
		{"the same", blocks(around(700, 20), 20_000), false},
		{"fewer by luck", blocks(func(block int) uint64 { return 690 + uint64(block*3%5)*21 }, 20_000), false},
		{"surely fewer, by less than matters", blocks(around(699, 20), 20_000), false},
		{"fewer", blocks(around(600, 20), 20_000), true},
		{"more", blocks(around(800, 20), 20_000), false},
		{"as many for fewer requests", blocks(around(700, 20), 10_000), true},
	} {
		tuner := &Tuner{unseen: series{name: "unseen"}}
		if got := tuner.helps(judged{trial: row.is}, today, &tuner.unseen, 20); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}
