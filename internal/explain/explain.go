// Package explain shows what a strategy does to an endpoint that answers badly:
// one client, a list of answers, virtual time. It decides nothing: it builds a
// plan of one task, has package sim run it, and writes down what it sees.
package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// Client is a strategy, and what a user sees of it.
type Client struct {
	Name     string
	Strategy strategy.Strategy
	Errors   []sdk.FinalError // the first that fits; none are no texts
}

// Question is what the client goes through. Its bounds are MostCalls, MostSeeds
// and MostWork.
type Question struct {
	Service     service.Service
	Answers     []throttle.Answer // the last one stays
	Routes      service.Routes    // that they are for; 0 as for a fault of a profile
	Calls       int
	Concurrency int           // calls that begin together; 0 means 1
	Every       time.Duration // from the beginning of some to that of the next
	Seeds       int           // the calls are those of seed 1, the gaps are of all; 0 means 1
}

// The bounds of a Question: of its calls, of its seeds, and of both multiplied.
const (
	MostCalls = 10_000
	MostSeeds = 10_000
	MostWork  = 1_000_000
)

// Patience is how long after the last call begins a client is watched. It is longer
// than any SDK's own patience; a call that is open then waits for ever, as far as
// anyone can tell.
const Patience = 10 * time.Minute

// longestRun bounds the time from the first call to the last, so that times stay
// exact.
const longestRun = 366 * 24 * time.Hour

// Check says what is wrong with a question.
func (q *Question) Check() error {
	calls, seeds, together := q.Calls, max(q.Seeds, 1), q.together()
	switch {
	case calls < 1 || calls > MostCalls:
		return fmt.Errorf("calls %d: want 1 to %d", calls, MostCalls)
	case seeds > MostSeeds || q.Seeds < 0:
		return fmt.Errorf("seeds %d: want 1 to %d", q.Seeds, MostSeeds)
	case calls*seeds > MostWork:
		return fmt.Errorf("%d calls with %d seeds: want at most %d calls in all", calls, seeds, MostWork)
	case together > calls || q.Concurrency < 0:
		return fmt.Errorf("concurrency %d: want 1 to %d, the number of calls", q.Concurrency, calls)
	case q.Every < 0:
		return fmt.Errorf("every %v: want 0s or more", q.Every)
	case q.Every > longestRun/time.Duration(calls):
		return fmt.Errorf("calls %d, every %v: want a year at most in all", calls, q.Every)
	}
	f := q.fault()
	return f.Check()
}

// together is how many calls begin at one instant.
func (q *Question) together() int { return max(q.Concurrency, 1) }

func (q *Question) fault() throttle.Fault {
	return throttle.Fault{Kind: throttle.AnswersFault, Answers: q.Answers, Routes: q.Routes, Stay: true}
}

// Of is what a client does. The question has been checked. The error is that of a
// context that has ended.
func Of(ctx context.Context, c Client, q Question) (timeline.Timeline, error) {
	t := timeline.Timeline{Strategy: c.Name, Service: q.Service.String(), Fault: throttle.FormatAnswers(q.Answers)}
	p := q.plan(&c.Strategy)
	watch := newWatcher(p, &c, &q)
	var gaps gaps
	for seed := 1; seed <= max(q.Seeds, 1); seed++ {
		p.Seed = uint64(seed)
		watch.reset()
		if _, err := sim.Run(ctx, p, sim.AllHosts(p), watch); err != nil {
			return t, fmt.Errorf("explaining %s: %w", c.Name, err)
		}
		watch.sort()
		if seed == 1 {
			t.Calls = watch.calls()
		}
		gaps.add(watch.seen)
	}
	t.Gaps = gaps.all()
	return t, nil
}

// role is that of the instance.
const role = "app-instance-role"

// plan is one task of one client at an endpoint without limits. Its calls are a
// recording, because that can have several at one instant.
func (q *Question) plan(s *strategy.Strategy) *plan.Plan {
	events := make([]plan.Event, q.Calls)
	for i := range events {
		events[i].At = time.Duration(i/q.together()) * q.Every
	}
	last := events[len(events)-1].At
	p := &plan.Plan{
		Hosts: 1, Service: q.Service, KeepAlive: q.Service.Row().KeepAlive, Faults: []throttle.Fault{q.fault()},
		Duration: last + time.Second, Drain: Patience - time.Second,
		Credentials: throttle.Credentials{Lifetime: throttle.DefaultCredentialsLifetime, RenewBefore: throttle.DefaultRenewBefore},
	}
	switch q.Service {
	case service.IMDS:
		p.Instance = &plan.Instance{HopLimit: 1, Role: role}
	case service.PodIdentity:
		p.PodTokens = new(throttle.PodTokens)
	}
	flow, _ := q.Service.Row().Flow(service.CredentialsFlow)
	legs := slices.Clone(flow.Legs)
	for i := range legs {
		legs[i].Path = strings.Replace(legs[i].Path, service.Role, role, 1)
		legs[i].Extended = strings.Replace(legs[i].Extended, service.Role, role, 1)
	}
	number := p.AddFlow(legs)
	p.AddGroup(plan.Group{
		Name: "client", Tenant: "client", Processes: 1, Hops: 1, UnderTest: true, Strategy: s,
		Pattern: plan.NewReplay(events, p.Resources[number:number+1], 0),
	})
	return p
}
