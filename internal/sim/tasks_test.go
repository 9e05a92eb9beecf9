package sim

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

const (
	second = time.Second
	hour   = time.Hour
)

// agent is a plan of an ECS agent whose tasks fetch credentials.
func agent(hosts int, duration time.Duration, groups ...plan.Group) *plan.Plan {
	p := &plan.Plan{
		Seed: 1, Duration: duration, Drain: 10 * second, Hosts: hosts,
		Endpoint: plan.Endpoint{Service: service.ECS, Credentials: throttle.Credentials{Lifetime: 6 * hour, RenewBefore: hour}},
	}
	flow, _ := p.Service.Row().Flow(service.CredentialsFlow)
	resource := p.AddFlow(flow.Legs)
	for _, g := range groups {
		g.Processes, g.Resource = 1, resource
		for i := range g.Activities {
			g.Activities[i].Resource = resource
		}
		p.AddGroup(g)
	}
	return p
}

// diary is when attempts were sent, and what the calls came to.
type diary struct {
	sent    []time.Duration
	results [strategy.NumResults]int
}

func (d *diary) Attempted(_ *strategy.Call, sent, _ time.Duration, _ *strategy.Outcome) {
	d.sent = append(d.sent, sent)
}

func (d *diary) Finished(k *strategy.Call) { d.results[k.Result]++ }

func simulate(t *testing.T, p *plan.Plan) (d diary, counts throttle.Counts) {
	t.Helper()
	counts, err := Run(context.Background(), p, AllHosts(p), &d)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(d.sent)
	return d, counts
}

// 300 tasks that are deployed over ten minutes from hour 2 on have credentials of hour
// 8, which the SDK for Go refreshes five minutes before: at hour 7.92, spread as they
// were deployed. The tasks before them refresh at no time: they were issued at 0.
func TestDeploymentRefreshesTogether(t *testing.T) {
	preset, _, ok := sdk.Named("aws-sdk-go-v2")
	if !ok {
		t.Fatal("there is no preset for Go")
	}
	const poll = 10 * second
	p := agent(30, 9*hour, plan.Group{
		Name: "web", Tasks: 10, Strategy: &preset.Strategy, Pattern: plan.Timer{Every: poll, Spread: true},
		Lives: plan.Lives{Deploy: plan.Deploy{At: []time.Duration{2 * hour}, Within: 10 * time.Minute}},
	})
	got, _ := simulate(t, p)
	if len(got.sent) != 900 {
		t.Fatalf("got %d attempts, want 300 at the start, 300 at the deployment, 300 refreshes", len(got.sent))
	}
	deployed, refreshed := got.sent[300:600], got.sent[600:]
	for i := range refreshed {
		// A task asks for its credentials at its first poll, and looks whether to refresh
		// them at every poll.
		const until = 6*hour - 5*time.Minute
		if late := refreshed[i] - (deployed[i] + until); late < -2*poll || late > 2*poll {
			t.Errorf("refresh %d is at %v, %v after the fetch", i, refreshed[i], refreshed[i]-deployed[i])
		}
	}
	if first := deployed[0]; first < 2*hour || first > 2*hour+time.Minute {
		t.Errorf("the first is deployed at %v", first)
	}
	if middle := refreshed[150].Hours(); math.Abs(middle-8) > 0.02 || math.Abs(refreshed[0].Hours()-7.92) > 0.01 {
		t.Errorf("refreshes begin at hour %.3f, and the middle one is at %.3f", refreshed[0].Hours(), middle)
	}
}

// A group that starts late gets credentials when it starts.
func TestLateGroupsGetFreshCredentials(t *testing.T) {
	preset, _, ok := sdk.Named("aws-sdk-go-v2")
	if !ok {
		t.Fatal("there is no preset for Go")
	}
	p := agent(1, 9*hour, plan.Group{Name: "late", Tasks: 1, Start: 2 * hour, Strategy: &preset.Strategy, Pattern: plan.Timer{Every: second}})
	got, _ := simulate(t, p)
	if want := 8*hour - 5*time.Minute; len(got.sent) != 2 || got.sent[1].Round(second) != want {
		t.Errorf("got fetches at %v, want a refresh at %v", got.sent, want)
	}
}

// What a stopped task has open is cut off, and is no failure.
func TestStopsCutOff(t *testing.T) {
	p := agent(1, 20*second, plan.Group{
		Name: "web", Tasks: 3, Strategy: &strategy.Strategy{}, Pattern: plan.Timer{Every: 3 * second},
		Lives: plan.Lives{Lifetime: 10*second + 1},
	})
	p.Faults = []throttle.Fault{{Name: "hang", Kind: throttle.HangFault}}
	got, counts := simulate(t, p)
	// Four calls of each life are open when it ends; those of the second when the run does.
	if got.results[strategy.Stopped] != 12 || got.results[strategy.Unfinished] != 12 || len(got.sent) != 24 || counts.Requests != 24 {
		t.Errorf("got %v and %d attempts, %d of them at the endpoint", got.results, len(got.sent), counts.Requests)
	}
}

// A limit under which too few starts succeed keeps a service down: relaunches ask as
// often as it can bear. The backoff doubles until a start succeeds.
func TestRelaunches(t *testing.T) {
	p := agent(1, 100*second, plan.Group{
		Name: "web", Tasks: 1, Strategy: &strategy.Strategy{},
		Activities: []plan.Activity{{Name: "credentials", Pattern: plan.Once{}, Required: true}, {Name: "poll", Pattern: plan.Timer{Every: 10 * second}, After: 1}},
	})
	p.Faults = []throttle.Fault{{Name: "down", Kind: throttle.StatusFault, Status: 500, For: 20 * second}}
	got, _ := simulate(t, p)
	// Starts are at 0, 1, 3, 7, 15 and 31 s; the last one succeeds, and polls follow.
	if got.results[strategy.Error] != 5 || got.results[strategy.OK] != 1+7 {
		t.Errorf("got %v, want 5 errors and 8 successes", got.results)
	}
	for i, want := range []time.Duration{0, 1, 3, 7, 15, 31} {
		if at := got.sent[i].Round(100 * time.Millisecond); at != want*second {
			t.Errorf("start %d is at %v, want %v", i, got.sent[i], want*second)
		}
	}
}

// The memory of a host is that of its tasks: as much after a hundred times the lives.
func TestMemoryOfLivesIsFlat(t *testing.T) {
	sizes := func(duration time.Duration) [3]int {
		p := agent(1, duration, plan.Group{
			Name: "web", Tasks: 20, Strategy: &strategy.Strategy{}, Pattern: plan.Timer{Every: 700 * time.Millisecond},
			Lives: plan.Lives{Lifetime: 5*second + 77, Deploy: plan.Deploy{At: []time.Duration{3 * second}, Within: 10 * second}},
		})
		p.Faults = []throttle.Fault{{Name: "hang", Kind: throttle.HangFault, Share: 0.3}}
		p.Limits = []throttle.Limit{{Rate: throttle.Rate{Tokens: 5, Seconds: 1}, Burst: 5, Scope: throttle.IPScope}}
		h := host{plan: p, wire: newWire(p), observer: &census{}, horizon: p.Horizon()}
		h.reset(0)
		if err := h.run(context.Background(), func() {}); err != nil {
			t.Fatal(err)
		}
		return [3]int{len(h.slab.chunks), cap(h.queue.heap), h.clients.Len()}
	}
	if short, long := sizes(60*second), sizes(6000*second); short != long {
		t.Errorf("got %v after a minute and %v after a hundred: chunks of slots, events, clients", short, long)
	}
}
