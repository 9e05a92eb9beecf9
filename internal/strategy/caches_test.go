package strategy_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// caching is a client with a random cache, and what its fetches brought.
type caching struct {
	*fleet
	keeps    time.Duration // how long after a fetch a document may be served, if nothing fails
	stale    time.Duration // how much longer if fetches fail
	negative strategy.Negative
	refresh  bool      // documents are kept until they expire, instead of for keeps
	loads    []fetched // in the order in which they came
	failures []time.Duration
}

// fetched is a good answer.
type fetched struct{ at, expires time.Duration }

// newCaching draws a cache. Each fetch is one request.
func newCaching(t *testing.T, r *rand.Rand) *caching {
	const ms = time.Millisecond
	f := &caching{stale: pick(r, []time.Duration{0, 0, 700 * ms, 3 * second}), refresh: r.IntN(2) == 0}
	f.negative = pick(r, []strategy.Negative{{}, {For: 500 * ms}, {For: 2 * second, Jitter: 0.5}})
	s := &strategy.Strategy{
		Negative: f.negative, Flight: strategy.Flight{Kind: strategy.FlightKind(r.IntN(3))}, Timeouts: strategy.Timeouts{Attempt: second},
	}
	if r.IntN(3) == 0 {
		s.Early = strategy.Early{Beta: 1}
	}
	if f.refresh {
		s.Cache = &strategy.Refresh{
			Window: pick(r, []time.Duration{0, second, 3 * second}), Behind: r.IntN(2) == 0, Jitter: pick(r, []float64{0, 0.5}), StaleOnError: f.stale,
		}
	} else {
		f.keeps = pick(r, []time.Duration{300 * ms, 2 * second})
		s.Cache = strategy.TTL{For: f.keeps, Jitter: pick(r, []float64{0, 0.3}), StaleOnError: f.stale}
	}
	f.fleet = newFleet(t, s, false, r)
	f.client = strategytest.Client(strategy.Clients{Strategy: s, Grace: hour})
	f.answer = f.next
	return f
}

// next answers a request. There are good times and bad ones.
func (f *caching) next(*strategy.Call) (strategy.Outcome, time.Duration) {
	took := 1 + time.Duration(f.random.IntN(400))*time.Millisecond
	at := f.now + took
	if bad := at/(4*second)%2 == 1; f.random.Float64() < 0.1 != bad {
		f.failures = append(f.failures, at)
		return strategytest.Plain429, took
	}
	o := strategytest.Good(at + time.Duration(1+f.random.IntN(4000))*time.Millisecond)
	f.loads = append(f.loads, fetched{at, o.Expires})
	return o, took
}

// newest is the last good answer at or before an instant.
func (f *caching) newest(now time.Duration) (last fetched, ok bool) {
	for _, l := range f.loads {
		if l.at <= now && l.at >= last.at {
			last, ok = l, true
		}
	}
	return last, ok
}

// excused reports whether a fetch has failed since an instant that is still remembered,
// or that ends at now.
func (f *caching) excused(since, now time.Duration) bool {
	return slices.ContainsFunc(f.failures, func(at time.Duration) bool {
		return at >= since && at <= now && (at == now || now-at < f.negative.For)
	})
}

// A document is served no later than the cache was told: after its time only if a fetch
// has failed, and then within the bound. A failure is remembered no longer than it was
// told, and as long as it was, nothing is asked for.
func TestCachesAtRandom(t *testing.T) {
	served, stale, spared := 0, 0, 0
	for seed := range uint64(300) {
		f := newCaching(t, rand.New(rand.NewPCG(seed, 17)))
		f.play(100, time.Duration(20+f.random.IntN(300))*time.Millisecond)
		for _, k := range f.opened {
			if k.Background {
				continue
			}
			now := k.Ended
			last, ok := f.newest(now)
			end := last.at + f.keeps
			if f.refresh {
				end = last.expires
			}
			switch {
			case k.Result.Failed():
				if !f.excused(0, now) {
					t.Errorf("call %d fails at %v, and no fetch has", k.N, now)
				}
				if k.Served == strategy.Cached {
					spared++
				}
			case !ok:
				t.Errorf("call %d is served at %v, and nothing has come", k.N, now)
			case now < end || now == last.at:
				served++
			case now >= end+f.stale:
				t.Errorf("call %d is served at %v a document that may be served until %v, and %v longer", k.N, now, end, f.stale)
			case !f.excused(last.at, now):
				t.Errorf("call %d is served at %v a document that may be served until %v, and no fetch has failed", k.N, now, end)
			default:
				stale++
			}
			if fresh := now < last.expires; !k.Result.Failed() && fresh != (k.Result == strategy.OK) {
				t.Errorf("call %d at %v with a document that expires at %v: got %v", k.N, now, last.expires, k.Result)
			}
		}
		least := time.Duration(float64(f.negative.For) * (1 - f.negative.Jitter))
		for _, at := range f.sends {
			if last, _ := f.newest(at); slices.ContainsFunc(f.failures, func(failed time.Duration) bool {
				return failed < at && at-failed < least && failed > last.at
			}) {
				t.Errorf("a request at %v, while a failure is remembered", at)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d: %+v, cache %+v", seed, f.strategy, f.strategy.Cache)
		}
	}
	if served < 5000 || stale < 300 || spared < 1000 {
		t.Errorf("%d calls were served, %d late and %d spared: too few to have tested anything", served, stale, spared)
	}
}
