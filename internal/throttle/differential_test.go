package throttle_test

import (
	"testing"
	"time"

	xrate "golang.org/x/time/rate"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// The agent's limiter is golang.org/x/time/rate, which counts in floating
// point. It decides every request as ours does, except within a nanosecond of
// the refill. After such a request the two no longer hold the same tokens, and
// the test starts both again with unused buckets.
func TestAgainstTimeRate(t *testing.T) {
	const requests = 1_200_000
	limits := []throttle.Limit{
		{Rate: rate(t, "40/s"), Burst: 60},
		{Rate: rate(t, "5/s"), Burst: 10},
		{Rate: rate(t, "20/m"), Burst: 3},
		{Rate: rate(t, "7/s"), Burst: 1},
	}
	schedules := []struct {
		name             string
		addresses, paths uint64
		gap              func(u uint64, token time.Duration) time.Duration
	}{
		// Every key asks at about twice its rate.
		{"any instant", 10, 5, func(u uint64, token time.Duration) time.Duration {
			if u%8 == 0 {
				return 0
			}
			return time.Duration(draw.Below(u, uint64(token)/50))
		}},
		{"at refills", 2, 2, func(u uint64, token time.Duration) time.Duration {
			if u%8 != 0 {
				return 0
			}
			return token + time.Duration(draw.Below(u, 3)) - 1
		}},
		{"days of it", 4, 2, func(u uint64, token time.Duration) time.Duration {
			if u%4096 == 0 {
				return time.Duration(draw.Below(u, uint64(12*time.Hour)))
			}
			return time.Duration(draw.Below(u, uint64(token)/8))
		}},
	}
	began := time.Date(2026, 11, 20, 23, 58, 24, 0, time.UTC)
	type pair struct {
		ours   throttle.Limiter // a copy of the endpoint's bucket, to ask about other instants
		theirs *xrate.Limiter
		path   uint64 // a new one after each new start
	}
	for _, limit := range limits {
		limit.Scope = throttle.IPPathScope
		token := time.Duration(limit.Rate.Seconds * int64(time.Second) / limit.Rate.Tokens)
		for _, schedule := range schedules {
			t.Run(limit.Rate.String()+", "+schedule.name, func(t *testing.T) {
				e := throttle.New(throttle.Config{Limits: []throttle.Limit{limit}})
				fresh := func(path uint64) pair {
					return pair{throttle.NewLimiter(limit), xrate.NewLimiter(xrate.Limit(limit.Rate.PerSecond()), int(limit.Burst)), path}
				}
				pairs := make([]pair, schedule.addresses*schedule.paths)
				for k := range pairs {
					pairs[k] = fresh(uint64(k) % schedule.paths)
				}
				stream := draw.Seed(6).With(uint64(limit.Burst))
				now := time.Duration(0)
				edges, refused := 0, 0
				for i := range uint64(requests / len(limits) / len(schedules)) {
					u := stream.With(i)
					now += schedule.gap(u.With(1).Bits(), token)
					address, path := draw.Below(u.With(2).Bits(), schedule.addresses), draw.Below(u.With(3).Bits(), schedule.paths)
					k := address*schedule.paths + path
					p := pairs[k]
					got := decide(e, now, &throttle.Request{Source: address, Path: p.path, Slot: -1, Group: -1})
					ok := got.Kind == throttle.Admitted
					before, after := p.ours.Ask(now-1).OK, p.ours.Ask(now+1).OK
					if d := p.ours.Ask(now); d.OK != ok || d.RetryAfter != got.RetryAfter {
						t.Fatalf("request %d at %d ns: an endpoint says %+v, a bucket %+v", i, now, got, d)
					}
					p.ours.Commit(now, 0, ok)
					if !ok {
						refused++
					}
					if theirs := p.theirs.AllowN(began.Add(now), 1); theirs != ok {
						if before == after {
							t.Fatalf("request %d at %d ns: got admitted %v, x/time/rate %v, not at a refill", i, now, ok, theirs)
						}
						edges++
						pairs[k] = fresh(p.path + schedule.paths)
					}
				}
				t.Logf("%d refused, %d decided otherwise at a refill", refused, edges)
				if refused < 20_000 {
					t.Errorf("only %d refused: the test says little", refused)
				}
			})
		}
	}
}

// A change of a limit is SetLimitAt and SetBurstAt of golang.org/x/time/rate.
func TestChangesAgreeWithXTimeRate(t *testing.T) {
	limits := []throttle.Limit{
		{Rate: rate(t, "40/s"), Burst: 60}, {Rate: rate(t, "39/s"), Burst: 59},
		{Rate: rate(t, "7/s"), Burst: 3}, {Rate: rate(t, "100/s"), Burst: 200},
	}
	began := time.Date(2026, 11, 20, 23, 58, 24, 0, time.UTC)
	e := throttle.New(throttle.Config{Limits: limits[:1]})
	theirs := xrate.NewLimiter(xrate.Limit(limits[0].Rate.PerSecond()), int(limits[0].Burst))
	stream := draw.Seed(13)
	now, admitted, changes := time.Duration(0), 0, 0
	const requests = 200_000
	for i := range uint64(requests) {
		u := stream.With(i)
		now += time.Duration(draw.Below(u.With(1).Bits(), uint64(20*ms)))
		if draw.Below(u.With(2).Bits(), 50) == 0 {
			changes++
			to := limits[draw.Below(u.With(3).Bits(), uint64(len(limits)))]
			if err := e.SetLimit(now, 0, to); err != nil {
				t.Fatal(err)
			}
			theirs.SetLimitAt(began.Add(now), xrate.Limit(to.Rate.PerSecond()))
			theirs.SetBurstAt(began.Add(now), int(to.Burst))
		}
		got, want := decide(e, now, asking(0)).Kind.Served(), theirs.AllowN(began.Add(now), 1)
		if got != want {
			t.Fatalf("request %d at %d ns: got admitted %v, x/time/rate %v", i, now, got, want)
		}
		if got {
			admitted++
		}
	}
	if admitted < requests/10 || admitted > requests*9/10 || changes < 1000 {
		t.Errorf("%d of %d admitted, %d changes: the test says little", admitted, requests, changes)
	}
}
