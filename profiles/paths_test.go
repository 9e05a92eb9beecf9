package profiles

import (
	"strings"
	"testing"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

func TestSet(t *testing.T) {
	tests := []struct {
		set   string
		check func(p *plan.Plan) any
		want  any
	}{
		{"endpoint.limit.rate=80/s", func(p *plan.Plan) any { return p.Limits[0].Rate.String() }, "80/s"},
		{"endpoint.hosts=3", func(p *plan.Plan) any { return p.Hosts }, 3},
		{"endpoint.limit=none", nil, nil}, // a what_if gives it another scope
		{"duration=12h", func(p *plan.Plan) any { return p.Duration.Hours() }, 12.0},
		{"fleet.neighbours.tasks=7", func(p *plan.Plan) any { return p.Groups[0].Tasks }, 7},
		{"fleet.neighbours.client=per-process", func(p *plan.Plan) any { return p.Groups[0].PerCall }, false},
		{"fleet.neighbours.arrivals={constant: 2/s}", func(p *plan.Plan) any { return p.Expected() }, 400.0 + 20*120},
		{"fleet.batch.arrivals.once.within=30s", func(p *plan.Plan) any { return p.Expected() }, 400.0 + 20*180},
		{"fleet.neighbours.strategy.retry=none", func(p *plan.Plan) any { return p.Groups[0].Strategy.Retry == nil }, true},
		{"fleet.neighbours.strategy.flight.serial.max_wait=2s", func(p *plan.Plan) any { return p.Groups[0].Strategy.Flight.MaxWait.Seconds() }, 2.0},
		{"fleet.neighbours.strategy.retry.fixed.wait=2s", nil, nil}, // the preset's is exponential
		{"fleet.neighbours.strategy.flight=serial", func(p *plan.Plan) any { return p.Groups[0].Strategy.Flight.Kind }, strategy.Serial},
		{"fleet.neighbours.strategy.retry.exponential.attempts=5", func(p *plan.Plan) any {
			b := p.Groups[0].Strategy.Retry.(*strategy.Backoff)
			return [2]any{b.Attempts, b.Base.Seconds()}
		}, [2]any{5, 0.05}},
		{"strategies.php-sdk.timeouts.call=9s", func(p *plan.Plan) any {
			s := p.Groups[1].Strategy.Timeouts
			return [2]any{s.Attempt.Seconds(), s.Call.Seconds()}
		}, [2]any{1.0, 9.0}},
		{"strategies.php-sdk={preset: aws-sdk-ruby}", func(p *plan.Plan) any { return p.Groups[1].Strategy.FirstUse }, 2},
	}
	for _, test := range tests {
		t.Run(test.set, func(t *testing.T) {
			p, err := Open("noisy-neighbour", Options{Sets: []string{test.set}})
			if test.check == nil {
				if err == nil {
					t.Error("got no error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := test.check(p.Plan(p.Cases()[0], 1)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestSetNoWhatIfs leaves the strategies' cases alone.
func TestSetNoWhatIfs(t *testing.T) {
	p, err := Open("noisy-neighbour", Options{Sets: []string{"what_if=[]"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Cases() {
		if c.Kind != plan.StrategyCase {
			t.Errorf("got the case %s", c.Name)
		}
	}
	if len(p.Cases()) != 5 {
		t.Errorf("got %d cases, want the five strategies", len(p.Cases()))
	}
}

func TestSetErrors(t *testing.T) {
	tests := []struct{ set, want string }{
		{"endpoint.limit.rat=80/s", `--set "endpoint.limit.rat=80/s": endpoint.limit: unknown key "rat"; did you mean "rate"?`},
		{"endpont.limit.rate=80/s", `--set "endpont.limit.rate=80/s": unknown key "endpont"; did you mean "endpoint"?`},
		{"fleet.neighbors.tasks=1", `--set "fleet.neighbors.tasks=1": there is no group "neighbors"; did you mean "neighbours"?`},
		{"strategies.boto.retry=none", `--set "strategies.boto.retry=none": there is no strategy "boto"; did you mean "botocore"?`},
		{"fleet.neighbours.clients=per-call", `--set "fleet.neighbours.clients=per-call": fleet.neighbours: unknown key "clients"; did you mean "client"?`},
		{"fleet.neighbours.strategy.retry.exponential.attemptss=5", `--set "fleet.neighbours.strategy.retry.exponential.attemptss=5": fleet.neighbours.strategy.retry.exponential: unknown key "attemptss"; did you mean "attempts"?`},
		{"endpoint.limit.rate=80", `--set "endpoint.limit.rate=80": endpoint.limit.rate: 80 has no unit: want a rate such as 40/s, 2.5/s or 30/m`},
		{"endpoint.limit.rate=", `--set "endpoint.limit.rate=": endpoint.limit.rate: has no value`},
		{"endpoint.limit.rate", `--set "endpoint.limit.rate": want path=value, such as endpoint.limit.rate=80/s`},
		{"endpoint..rate=1", `--set "endpoint..rate=1": the path "endpoint..rate" has an empty segment: want one such as endpoint.limit.rate`},
		{"seed=[1", `--set "seed=[1": not YAML: did not find expected ',' or ']'`},
		{"what_if.a.set=1", `--set "what_if.a.set=1": what_if is a list, which is set as a whole`},
		{"fleet.batch.strategy.retry=none", `--set "fleet.batch.strategy.retry=none": fleet.batch.strategy: a group under test has no strategy of its own: the strategies are tried on it`},
	}
	for _, test := range tests {
		t.Run(test.set, func(t *testing.T) {
			_, err := Open("noisy-neighbour", Options{Sets: []string{test.set}})
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestSetToTheSame sets what is set already, as scripts do that try one value
// after the other.
func TestSetToTheSame(t *testing.T) {
	p, err := Open("noisy-neighbour", Options{})
	if err != nil {
		t.Fatal(err)
	}
	q, err := Open("noisy-neighbour", Options{Sets: []string{"seed=1", "drain=30s", "endpoint.limit.rate=40/s"}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest() != q.Digest() {
		t.Errorf("got digest %s, want %s", q.Digest(), p.Digest())
	}
}

// TestSetBlames makes a profile unsound at a place that the flag does not
// name.
func TestSetBlames(t *testing.T) {
	_, err := Open("noisy-neighbour", Options{Sets: []string{"endpoint.latency.p99=1ms", "fleet.batch.start=2m", "engine=liv"}})
	if err == nil {
		t.Fatal("got no error")
	}
	var got []string
	for line := range strings.Lines(err.Error()) {
		if strings.HasPrefix(line, "--set") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := []string{
		`--set "endpoint.latency.p99=1ms": endpoint.latency.p99: 1ms is below p50, 2ms`,
		`--set "fleet.batch.start=2m": fleet.batch.start: 2m is not before the end of the run, 1m`,
		`--set "engine=liv": engine: want live or sim, got "liv"; did you mean "live"?`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestSetBeforeWhatIf sets what a what_if would set: that is no mistake.
func TestSetBeforeWhatIf(t *testing.T) {
	p, err := Open("noisy-neighbour", Options{Sets: []string{"fleet.neighbours.client=per-process"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.Cases()); got != 9 {
		t.Errorf("got %d cases, want 9", got)
	}
}

func TestSeedAndEngine(t *testing.T) {
	seed := uint64(99)
	p, err := Open("noisy-neighbour", Options{Seed: &seed, Engine: "sim"})
	if err != nil {
		t.Fatal(err)
	}
	if p.Seed != 99 || p.Engine != "sim" {
		t.Errorf("got seed %d and engine %s, want 99 and sim", p.Seed, p.Engine)
	}
	if _, err := Open("noisy-neighbour", Options{Engine: "simulated"}); err == nil ||
		err.Error() != `--engine "simulated": engine: want live or sim, got "simulated"` {
		t.Errorf("got %v", err)
	}
}

// What stands between two --sets need not be sound, in whatever order they are; what is wrong
// in the end names the flag that is to blame, and no other.
func TestSetsAreCheckedTogether(t *testing.T) {
	for _, test := range []struct {
		sets []string
		want string // the error, up to the excerpt
	}{
		{[]string{"endpoint.latency.p50=200ms", "endpoint.latency.p99=400ms"}, ""},
		{[]string{"endpoint.latency.p99=400ms", "endpoint.latency.p50=200ms"}, ""},
		{[]string{"duration=30s", "seed=2", "fleet.batch.start=2m", "duration=3m"}, ""},
		{[]string{"fleet.batch.start=2m", "seed=2", "duration=90s"}, `--set "fleet.batch.start=2m": fleet.batch.start: 2m is not before the end of the run, 1m30s`},
		{[]string{"seed=2", "fleet.batch.start=2m", "duration=5s"}, `--set "fleet.batch.start=2m": fleet.batch.start: 2m is not before the end of the run, 5s`},
		{[]string{"endpoint.latency.p50=300ms", "seed=2"}, `--set "endpoint.latency.p50=300ms": builtin:noisy-neighbour.yaml:37:28: endpoint.latency.p99: 15ms is below p50, 300ms`},
		{[]string{"endpoint.latency.p50=300ms", "endpoint.latency.p99=200ms"}, `--set "endpoint.latency.p99=200ms": endpoint.latency.p99: 200ms is below p50, 300ms`},
		{[]string{"seed=2", "endpoint.latency.p50=300ms", "drain=9s"}, `--set "endpoint.latency.p50=300ms": builtin:noisy-neighbour.yaml:37:28: endpoint.latency.p99: 15ms is below p50, 300ms`},
		{[]string{"endpoint.latency.p5=3ms", "duration=90s"}, `--set "endpoint.latency.p5=3ms": endpoint.latency: unknown key "p5"; did you mean "p50"?`},
	} {
		_, err := Open("noisy-neighbour", Options{Sets: test.sets})
		got := ""
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), "\n")
		}
		if got != test.want {
			t.Errorf("%q:\ngot  %s\nwant %s", test.sets, err, test.want)
		}
	}
}
