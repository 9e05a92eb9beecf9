package strategy

import (
	"math"
	"testing"
	"time"

	"tenement/internal/draw"
)

// The share that is refused is max(0, (requests − K·accepts) / (requests + 1)).
func TestThrottlingShare(t *testing.T) {
	p := throttling{Throttling: &SREThrottling}
	p.reset()
	never := asking{u: math.MaxUint64} // a draw that lets everything pass that may
	for _, r := range []struct {
		at       time.Duration
		requests int // of them sent, and accepted
		accepted int
		want     float64
	}{
		{0, 0, 0, 0},
		{0, 10, 10, -10. / 11},
		{time.Second, 10, 0, 0},
		{time.Second, 10, 0, 10. / 31},
		{2 * time.Second, 30, 5, 30. / 61},
		{60 * time.Second, 40, 0, 70. / 101},
		{125 * time.Second, 0, 0, 40. / 41}, // of the first slice nothing is left
		{200 * time.Second, 0, 0, 0},
	} {
		for range r.requests {
			p.ask(r.at, never)
		}
		for range r.accepted {
			p.heard(r.at, never, &Outcome{Status: 200})
		}
		p.pass(r.at)
		if got := p.share(); math.Abs(got-r.want) > 1e-12 {
			t.Errorf("at %v: got a share of %v, want %v", r.at, got, r.want)
		}
	}
}

// With demand above K times what is accepted, a client sends K times that. Models, §
// "adaptive throttling": the ratio is sure, the level is not.
func TestThrottlingSendsKTimesWhatIsAccepted(t *testing.T) {
	for _, r := range []struct {
		k      float64
		burst  float64
		within float64
	}{{2, 1, 0.01}, {1.1, 10, 0.01}, {1.5, 5, 0.01}} {
		p := throttling{Throttling: &Throttling{K: r.k, Window: 2 * time.Minute}}
		p.reset()
		key := draw.Seed(1)
		tokens, sent, accepted := r.burst, 0., 0.
		const capacity, demand = 40, 100 // per second
		for n := range 100 * 3600 {
			now := time.Duration(n) * time.Second / demand
			tokens = min(tokens+capacity/float64(demand), r.burst)
			if p.ask(now, asking{u: key.With(uint64(n)).Bits()}).refused {
				continue
			}
			o := Outcome{Status: 429, Body: BodyText}
			if tokens >= 1 {
				tokens--
				o = Outcome{Status: 200}
				accepted++
			}
			sent++
			p.heard(now, asking{}, &o)
		}
		if got := sent / accepted; math.Abs(got/r.k-1) > r.within {
			t.Errorf("K = %v: sent %v of accepted %v, %.4f times as many", r.k, sent, accepted, got)
		}
	}
}

// In a total outage the n-th request is sent with probability 1/n: 12,000 requests of a
// window send ln 12,000 + 0.577, which is 10.
func TestThrottlingInAnOutage(t *testing.T) {
	sent := 0
	const clients = 400
	for client := range uint64(clients) {
		p := throttling{Throttling: &SREThrottling}
		p.reset()
		key := draw.Seed(client)
		for n := range 12_000 {
			if now := time.Duration(n) * 9 * time.Millisecond; !p.ask(now, asking{u: key.With(uint64(n)).Bits()}).refused {
				sent++
				p.heard(now, asking{}, &Outcome{Status: 503})
			}
		}
	}
	if mean := float64(sent) / clients; math.Abs(mean-9.97) > 0.5 {
		t.Errorf("a client sent %.2f of 12,000 requests, want 9.97", mean)
	}
}
