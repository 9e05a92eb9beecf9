package throttle_test

import (
	"container/heap"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// agent plays the Pod Identity agent event by event: each request looks, sleeps
// and looks again, and knows nothing in advance.
type agent struct {
	every  time.Duration
	polls  int
	events looks
	has    map[uint64]bool
	asking map[uint64]int
	asked  int
}

// look is when a request looks into the cache, or gets an answer from the
// upstream.
type look struct {
	at      time.Duration
	request int
	token   uint64
	looked  int
	hears   bool
}

type looks []look

func (l looks) Len() int           { return len(l) }
func (l looks) Less(i, j int) bool { return l[i].at < l[j].at }
func (l looks) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }
func (l *looks) Push(x any)        { *l = append(*l, x.(look)) }
func (l *looks) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}

// run is when each request is answered. Latency is how long the upstream takes
// if the request asks it.
func (a *agent) run(latency []time.Duration) []time.Duration {
	answered := make([]time.Duration, len(latency))
	for len(a.events) > 0 {
		l := heap.Pop(&a.events).(look)
		switch {
		case l.hears:
			a.has[l.token] = true
			a.asking[l.token]--
			answered[l.request] = l.at
		case a.has[l.token]:
			answered[l.request] = l.at
		case a.asking[l.token] > 0 && l.looked < a.polls:
			l.at += a.every
			l.looked++
			heap.Push(&a.events, l)
		default:
			a.asked++
			a.asking[l.token]++
			l.at += latency[l.request]
			l.hears = true
			heap.Push(&a.events, l)
		}
	}
	return answered
}

// As long as the upstream answers, deciding at arrival gives the same answers
// as the agent, to the nanosecond, however long the upstream takes.
func TestUpstreamAgainstTheAgent(t *testing.T) {
	upstream := throttle.Upstream{Latency: draw.LogNormal(600*ms, 5*time.Second), PollEvery: 200 * ms, Polls: 9}
	config := throttle.Config{Seed: 2, Slots: 1, Upstream: &upstream}
	e := throttle.New(config)
	alone := upstream
	alone.Polls = 0
	config.Upstream = &alone
	bare := throttle.New(config)

	const requests = 50_000
	played := agent{every: upstream.PollEvery, polls: upstream.Polls, has: map[uint64]bool{}, asking: map[uint64]int{}}
	at, due, latency := make([]time.Duration, requests), make([]time.Duration, requests), make([]time.Duration, requests)
	stream := draw.Seed(10)
	now := time.Duration(0)
	for i := range requests {
		u := stream.With(uint64(i))
		now += 1 + time.Duration(draw.Below(u.With(1).Bits(), uint64(100*ms)))
		r := throttle.Request{Slot: 0, Group: -1, Route: service.CredentialsRoute}
		r.CacheKey = 1 + uint64(i/100) + draw.Below(u.With(2).Bits(), 5) // new tokens keep coming
		at[i], due[i] = now, now+decide(e, now, &r).After
		heap.Push(&played.events, look{at: now, request: i, token: r.CacheKey})
		r.CacheKey = uint64(2*requests + i)
		latency[i] = decide(bare, now, &r).After
	}
	late := 0
	for i, want := range played.run(latency) {
		if due[i] != want {
			t.Fatalf("request %d at %v: got answered at %v, want %v", i, at[i], due[i], want)
		}
		if want-at[i] > 1800*ms {
			late++
		}
	}
	if got := e.Counts().Upstream.Requests; got != uint64(played.asked) || late < 100 {
		t.Errorf("got %d requests to the upstream, want %d; %d waited for longer than they look", got, played.asked, late)
	}
	t.Logf("%d asked, %d waited for longer than they look", played.asked, late)
}
