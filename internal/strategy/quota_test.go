package strategy

import "testing"

// What the retries of Go v2 cost: until 2026-11, and since.
func TestQuotaCosts(t *testing.T) {
	before := Quota{Tokens: 500, Cost: 5, TimeoutCost: 10}
	since := Quota{Tokens: 500, Cost: 14, ThrottleCost: 5}
	for _, r := range []struct {
		name          string
		o             Outcome
		before, since int
	}{
		{"429", Outcome{Status: 429, Body: BodyText}, 5, 5},
		{"throttling code", Outcome{Status: 400, Body: BodyThrottleJSON}, 5, 5},
		{"503", Outcome{Status: 503}, 5, 14},
		{"reset", Outcome{Err: ConnReset}, 5, 14},
		{"no answer in time", Outcome{Err: ResponseTimeout}, 10, 14},
		{"no connection in time", Outcome{Err: ConnectTimeout}, 10, 14},
	} {
		t.Run(r.name, func(t *testing.T) {
			for _, quota := range []struct {
				Quota
				want int
			}{{before, r.before}, {since, r.since}} {
				kind := newKind(Clients{Strategy: &Strategy{Quota: quota.Quota}})
				var c Client
				c.start(&kind, 0)
				k := &Call{}
				if !c.mayRetry(0, k, &r.o) || int(c.quota) != 500-quota.want {
					t.Errorf("%+v: got %d tokens left, want %d", quota.Quota, c.quota, 500-quota.want)
				}
				c.quota = int32(quota.want - 1)
				if c.mayRetry(0, k, &r.o) || int(c.quota) != quota.want-1 {
					t.Errorf("%+v: a retry that costs %d is paid from %d", quota.Quota, quota.want, quota.want-1)
				}
			}
		})
	}
}
