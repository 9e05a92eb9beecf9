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
	Errors   []sdk.FinalError // the first that fits; without any, calls that fail have no text
}

// Question is what the client goes through. Its bounds are mostCalls, mostSeeds
// and mostWork.
type Question struct {
	Service     service.Service
	Answers     []throttle.Answer // the last one stays
	Routes      service.Routes    // the requests that get them; 0 is all that they can change
	Calls       int
	Concurrency int           // calls that begin together; 0 means 1
	Every       time.Duration // from the beginning of one round of calls to that of the next
	Seeds       int           // runs: the calls are those of the first, the gaps range over all; 0 means 1
}

// The bounds of a Question: of its calls, of its seeds, and of both multiplied.
const (
	mostCalls = 10_000
	mostSeeds = 10_000
	mostWork  = 1_000_000
)

// Patience is how long a client is watched after its last call has begun. No SDK
// waits as long, so a call that is open then would wait for ever.
const Patience = 10 * time.Minute

// longestRun bounds the time from the first call to the last, so that times stay
// exact.
const longestRun = 366 * 24 * time.Hour

// Check says what is wrong with a question.
func (q *Question) Check() error {
	calls, seeds, together := q.Calls, max(q.Seeds, 1), q.together()
	switch {
	case calls < 1 || calls > mostCalls:
		return fmt.Errorf("calls %d: want 1 to %d", calls, mostCalls)
	case seeds > mostSeeds || q.Seeds < 0:
		return fmt.Errorf("seeds %d: want 1 to %d", q.Seeds, mostSeeds)
	case calls*seeds > mostWork:
		return fmt.Errorf("%d calls with %d seeds: want at most %d calls in all", calls, seeds, mostWork)
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

// mostRequests bounds the requests of one seed, which are kept in memory. A strategy
// can make thousands for a call.
const mostRequests = 1_000_000

// ErrTooMany is the error of a client that makes too many requests to be shown.
var ErrTooMany = fmt.Errorf("more than %d requests: want fewer calls", mostRequests)

// Of is what a client does. The question must pass Check. The error is that of a
// context that has ended, or ErrTooMany.
func Of(ctx context.Context, c Client, q Question) (timeline.Timeline, error) {
	return bounded(ctx, c, q, mostRequests)
}

// bounded is Of with a bound of the requests.
func bounded(ctx context.Context, c Client, q Question, most int) (timeline.Timeline, error) {
	t := timeline.Timeline{Strategy: c.Name, Service: q.Service.String(), Fault: throttle.FormatAnswers(q.Answers)}
	p := q.plan(&c.Strategy)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watch := newWatcher(p, &c, &q)
	watch.most, watch.stop = most, stop
	var gaps gaps
	for seed := 1; seed <= max(q.Seeds, 1); seed++ {
		p.Seed = uint64(seed)
		watch.reset()
		_, err := sim.Run(ctx, p, sim.AllHosts(p), watch)
		if watch.made > most {
			err = ErrTooMany
		}
		if err != nil {
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

// plan is one task of one client at an endpoint without limits. Its calls are a
// replayed recording, because only a recording has several calls at one instant.
func (q *Question) plan(s *strategy.Strategy) *plan.Plan {
	events := make(plan.Events, q.Calls)
	for i := range events {
		events[i].At = time.Duration(i/q.together()) * q.Every
	}
	last := events[len(events)-1].At
	p := &plan.Plan{
		Hosts: 1, Duration: last + time.Second, Drain: Patience - time.Second,
		Endpoint: plan.Endpoint{
			Service: q.Service, KeepAlive: q.Service.Row().KeepAlive, Faults: []throttle.Fault{q.fault()},
			Credentials: throttle.CredentialsOf(q.Service),
		},
	}
	switch q.Service {
	case service.IMDS:
		p.Instance = &plan.Instance{HopLimit: 1, Role: service.DefaultRole}
	case service.PodIdentity:
		p.PodTokens = new(throttle.PodTokens)
	}
	flow, _ := q.Service.Row().Flow(service.CredentialsFlow)
	legs := slices.Clone(flow.Legs)
	for i := range legs {
		legs[i].Path = strings.Replace(legs[i].Path, service.Role, service.DefaultRole, 1)
		legs[i].Extended = strings.Replace(legs[i].Extended, service.Role, service.DefaultRole, 1)
	}
	number := p.AddFlow(legs)
	p.AddGroup(plan.Group{
		Name: "client", Tenant: "client", Processes: 1, Hops: 1, UnderTest: true, Strategy: s,
		Pattern: plan.NewReplay(events, 1, p.Resources[number:number+1], plan.Play{Length: last + 1}),
	})
	return p
}
