package profiles

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

func openTest(t testing.TB, text string) *Profile {
	t.Helper()
	p, err := Load("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// preset is the strategy of the preset of that name.
func preset(t *testing.T, name string) strategy.Strategy {
	t.Helper()
	p, _, ok := sdk.Named(name)
	if !ok {
		t.Fatalf("there is no preset %s", name)
	}
	return p.Strategy
}

func TestCases(t *testing.T) {
	p, err := Open("noisy-neighbour", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Cases() {
		got = append(got, c.Kind+": "+c.Title)
	}
	want := []string{
		"strategy: php SDK as it is", "strategy: botocore", "strategy: aws-sdk-go-v2",
		"strategy: full jitter, 8 tries", "strategy: static keys",
		"what_if: they do not retry", "what_if: they keep one client", "what_if: 80,120", "what_if: ip+path (the ECS agent)",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	limit := p.Cases()[7]
	if want := []plan.Setting{{Path: "endpoint.limit.rate", Value: "80/s"}, {Path: "endpoint.limit.burst", Value: "120"}}; !reflect.DeepEqual(limit.Set, want) {
		t.Errorf("got %v, want %v", limit.Set, want)
	}
	compiled := p.Plan(limit, 3)
	want1 := throttle.Limit{Rate: throttle.Rate{Tokens: 80, Seconds: 1}, Burst: 120}
	if compiled.Limits[0] != want1 || compiled.Seed != 3 || !reflect.DeepEqual(*compiled.Groups[1].Strategy, preset(t, "aws-sdk-php")) {
		t.Errorf("got %v, seed %d, strategy %+v", compiled.Limits[0], compiled.Seed, compiled.Groups[1].Strategy)
	}
	if other := p.Plan(p.Cases()[0], 3); other.Limits[0].Burst != 60 || !reflect.DeepEqual(*p.Plan(p.Cases()[2], 1).Groups[1].Strategy, preset(t, "aws-sdk-go-v2")) {
		t.Error("a case has changed another")
	}
}

func TestCaseWithoutStrategies(t *testing.T) {
	p := openTest(t, sound)
	cases := p.Cases()
	if len(cases) != 1 || cases[0].Name != "none" || cases[0].Kind != plan.StrategyCase {
		t.Fatalf("got %v, want one case, none", cases)
	}
	s := p.Plan(cases[0], 1).Groups[0].Strategy
	if !reflect.DeepEqual(*s, strategy.Strategy{}) {
		t.Errorf("got %+v, want one that asks every time, once", *s)
	}
}

// TestTitleOfOwnStrategies has nothing under test: the row is called as what its
// groups do.
func TestTitleOfOwnStrategies(t *testing.T) {
	group := func(name, strategy string) string {
		return "  - {group: " + name + ", arrivals: {poisson: 1/s}" + strategy + "}\n"
	}
	tests := []struct{ fleet, want string }{
		{group("a", ""), "none"},
		{group("a", ", under_test: true") + group("b", ", strategy: {preset: botocore}"), "none"},
		{group("a", ", strategy: {preset: botocore}"), "botocore"},
		{group("a", ", strategy: {preset: botocore}") + group("b", ", strategy: {preset: botocore}"), "botocore"},
		{group("a", ", strategy: {preset: botocore}") + group("b", ""), "botocore"},
		{group("a", ", strategy: {preset: botocore, title: a job}") + group("b", ", strategy: {preset: aws-sdk-go-v2}"), "a job, aws-sdk-go-v2"},
		{group("a", ", strategy: {preset: aws-sdk-php}") + group("b", ", strategy: {preset: aws-sdk-go-v2}") + group("c", ", strategy: {cache: static}"), "3 strategies"},
		{group("a", ", strategy: {cache: static}"), "own, of a"},
		{group(strings.Repeat("a", 30), ", strategy: {cache: static}"), "the group's own"},
	}
	for _, test := range tests {
		p := openTest(t, "version: 1\nname: n\nduration: 1s\nfleet:\n"+test.fleet)
		if c := p.Cases()[0]; len(p.Cases()) != 1 || c.Name != "none" || c.Title != test.want {
			t.Errorf("%s: got the case %s, titled %q, want %q", test.fleet, c.Name, c.Title, test.want)
		}
	}
}

func TestPlanOfAStranger(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("got a plan")
		}
	}()
	openTest(t, sound).Plan(plan.Case{Name: "no such case"}, 1)
}

func TestPlan(t *testing.T) {
	p, err := Open("testdata/everything.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	compiled := p.Plan(p.Cases()[0], 5)
	if compiled.Duration != 90*time.Second || compiled.Drain != 5*time.Second || compiled.Horizon() != 95*time.Second || compiled.Hosts != 2 || compiled.Service != service.ECS {
		t.Errorf("got %v + %v, %d hosts of %s", compiled.Duration, compiled.Drain, compiled.Hosts, compiled.Service)
	}
	if compiled.OnExceed != (throttle.OnExceed{Status: 503, Body: "slow down", RetryAfter: 2 * time.Second}) || compiled.Credentials != (throttle.Credentials{Lifetime: 10 * time.Minute, Grace: 30 * time.Second}) {
		t.Errorf("got %v and %v", compiled.OnExceed, compiled.Credentials)
	}
	if got := compiled.Latency.At(draw.Seed(1).Bits()); got != 1500*time.Microsecond {
		t.Errorf("got a service time of %v, want 1.5ms: p50 and p99 are equal", got)
	}
	first, tasks := 0, []int{2, 2, 1, 1, 1, 1, 4, 2, 1, 3, 9, 3, 2}
	for i := range compiled.Groups {
		g := &compiled.Groups[i]
		if g.First != first || g.Tasks != tasks[i] {
			t.Errorf("%s: got tasks %d from %d on, want %d from %d on", g.Name, g.Tasks, g.First, tasks[i], first)
		}
		first += g.Tasks
		if want := draw.Key(0).Name(g.Name).With(1); compiled.Request(i, 1).Key != want {
			t.Errorf("%s: got task key %x, want %x", g.Name, compiled.Request(i, 1).Key, want)
		}
	}
	if compiled.Tasks() != first {
		t.Errorf("got %d tasks, want %d", compiled.Tasks(), first)
	}
	if g := compiled.Groups; g[0].TenantIndex != 0 || g[1].TenantIndex != 0 || g[2].TenantIndex != 1 || g[2].Tenant != "burst" || !g[2].PerCall {
		t.Errorf("got tenants %d %d %d %q", g[0].TenantIndex, g[1].TenantIndex, g[2].TenantIndex, g[2].Tenant)
	}
	flows := []string{"/v2/credentials/{credentials_id}", "/v4/{endpoint_id}", "/v4/{endpoint_id}/task", "/v4/{endpoint_id}/stats", "/v2/credentials/known"}
	for i, path := range flows {
		if r := compiled.Resources[i]; r.Path != path || r.Method != "GET" || r.Bucket != plan.Bucket(path) {
			t.Errorf("resource %d: got %v, want GET %s", i, r, path)
		}
	}
	// On the wire each task has paths of its own, but for those of a trace.
	if own, same := &compiled.Resources[0], &compiled.Resources[4]; own.PathOf(1) == own.PathOf(2) || same.PathOf(1) != same.PathOf(2) {
		t.Errorf("two tasks ask for %x and %x of their own, and for %x and %x of a trace",
			own.PathOf(1), own.PathOf(2), same.PathOf(1), same.PathOf(2))
	}
	config := compiled.Config(1, 0)
	if config.Seed != draw.Seed(5) || config.Host != 1 || config.Slots != first || config.Groups != 13 || config.Bucket != 500*time.Millisecond || config.WriteTimeout != 5*time.Second {
		t.Errorf("got %+v", config)
	}
	r := compiled.Request(1, 1)
	if r.Slot != 3 || r.Group != 1 || r.Tenant != 0 || r.Key != compiled.Request(1, 1).Key || r.Source == compiled.Request(1, 0).Source {
		t.Errorf("got %+v", r)
	}
	clients := compiled.Clients(0)
	if len(clients) != 13 || clients[0].Processes != 3 || clients[0].Key(1) != compiled.Request(0, 1).Key || !clients[2].PerCall {
		t.Errorf("got %+v", clients)
	}
}

// TestPlanConcurrently compiles cases from several goroutines.
func TestPlanConcurrently(t *testing.T) {
	p, err := Open("testdata/everything.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, c := range p.Cases() {
				collect(p.Plan(c, 1), 0)
			}
		})
	}
	wg.Wait()
}

// BenchmarkPlan is the cost of one more seed.
func BenchmarkPlan(b *testing.B) {
	p, err := Open("noisy-neighbour", Options{})
	if err != nil {
		b.Fatal(err)
	}
	c := p.Cases()[0]
	seed := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		p.Plan(c, seed)
		seed++
	}
}

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

// A what_if overrides a --set if it gives another value to what that says, above, at or below
// its path; what it adds to the value does not count.
func TestSetsThatCasesOverride(t *testing.T) {
	const text = `version: 1
name: p
duration: 10s
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: host}}
fleet:
  - {group: mine, arrivals: {poisson: 1/s}, under_test: true}
  - {group: theirs, strategy: {preset: botocore}, arrivals: {poisson: 1/s}}
what_if:
  - {name: rate, set: {endpoint.limit.rate: 80/s}}
  - {name: delays, set: {endpoint.limit.on_exceed: delay}}
  - {name: both, set: {endpoint.limit.rate: 80/s, endpoint.limit.on_exceed: delay}}
  - {name: all, set: {endpoint.limit: {rate: 80/s, burst: 60, scope: ip}}}
  - {name: ruby, set: {fleet.theirs.strategy: {preset: aws-sdk-ruby}, fleet.theirs.strategy.retry: none}}
  - {name: theirs, set: {fleet.theirs.tasks: 7}}
`
	for _, row := range []struct {
		sets []string
		want []string // in words: the path, and the cases
	}{
		{[]string{"endpoint.limit.rate=50/s"}, []string{`endpoint.limit.rate: "rate", "both" and "all"`}},
		{[]string{"endpoint.limit={rate: 50/s, burst: 60, scope: host}"}, []string{`endpoint.limit: "rate", "both" and "all"`}},
		{[]string{"endpoint.limit={rate: 80/s, burst: 60, scope: host}"}, []string{`endpoint.limit: "all"`}},
		{[]string{"endpoint={service: ecs, limit: {rate: 50/s, burst: 60, scope: host, on_exceed: drop}}"}, []string{`endpoint: "rate", "delays", "both" and "all"`}},
		{[]string{"endpoint.limit.scope=ip"}, nil},
		{[]string{"endpoint.limit={rate: 50/s, burst: 60, scope: host}", "endpoint.limit.rate=70/s"}, []string{`endpoint.limit: "all"`, `endpoint.limit.rate: "rate", "both" and "all"`}},
		{[]string{"fleet.theirs.strategy={preset: aws-sdk-ruby}"}, nil},
		{[]string{"fleet.theirs.strategy={preset: aws-sdk-php}"}, []string{`fleet.theirs.strategy: "ruby"`}},
		{[]string{"fleet.theirs={group: theirs, arrivals: {poisson: 2/s}}"}, nil},
		{[]string{"fleet=[{group: mine, arrivals: {poisson: 1/s}, under_test: true}, {group: theirs, tasks: 2, arrivals: {poisson: 2/s}}]"}, []string{`fleet: "theirs"`}},
	} {
		p, err := OpenText("p.yaml", []byte(text), Options{Sets: row.sets})
		if err != nil {
			t.Fatal(row.sets, err)
		}
		var got []string
		for _, w := range p.Plan(p.Cases()[0], 1).Warnings {
			if what, cases, ok := strings.Cut(w, " themselves, and do not have the value of --set"); ok {
				got = append(got, strings.TrimPrefix(what, "cases that set ")+cases)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.sets, got, row.want)
		}
	}
}

// A --set that a what_if builds on, or has done already, is warned of: the case's name does
// not say so.
func TestSetsThatCasesOvertake(t *testing.T) {
	const untouched = `cases that set network.internet themselves, and do not have the value of --set: "the gateway stays"`
	for set, want := range map[string][]string{
		"network.internet=none":                       {untouched},
		"network.internet.until=9m":                   {strings.Replace(untouched, "internet", "internet.until", 1)},
		"network.internet=nat":                        {`cases that change nothing, because --set has done so already: "the gateway stays"`},
		"network.vpc_endpoints.s3.policy=deny":        nil,
		"fleet.service.startup.image.cached=50%":      nil,
		"network.agent_restarts=[15m]":                {`cases that change nothing, because --set has done so already: "restart at minute 15"`, `cases that set network.agent_restarts themselves, and do not have the value of --set: "restart at minute 11", "restart at minute 25", "ecs first, order free" and "ecs first, order strict"`},
		"network.agent_restarts=[900s]":               {`cases that change nothing, because --set has done so already: "restart at minute 15"`, `cases that set network.agent_restarts themselves, and do not have the value of --set: "restart at minute 11", "restart at minute 25", "ecs first, order free" and "ecs first, order strict"`},
		"network.ecs_order=strict":                    nil,
		"network.ecs_order=free":                      {`cases that set network.ecs_order themselves, and do not have the value of --set: "ecs first, order strict"`},
		"fleet.service.startup.image.bandwidth=1MB/s": nil,
	} {
		p, err := Open("vpc-endpoint-cutover", Options{Sets: []string{set}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range p.Plan(p.Cases()[0], 1).Warnings {
			if strings.HasPrefix(w, "cases that") {
				got = append(got, w)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", set, got, want)
		}
	}
	p, err := Open("az-loss", Options{Sets: []string{"seed=2"}})
	if err != nil {
		t.Fatal(err)
	}
	if plan, _ := p.ControlPlan(p.Cases()[0], 1); slices.ContainsFunc(plan.Warnings, func(w string) bool { return strings.HasPrefix(w, "cases that") }) {
		t.Errorf("a control plane: %q", plan.Warnings)
	}
}
