package sdk

import (
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// Windows, gates after failed refreshes, and documents that arrive expired. Each
// script is a recording of the real client, whose clock was moved.
func TestJVMWindows(t *testing.T) {
	for _, r := range []struct{ preset, name, script string }{
		{"aws-sdk-java-v2", "a failed prefetch is hidden, and each call makes one; from a minute before the expiry on it throws", `
			begin -> keys
			ok -> ok after 1
			59m
			begin -> ok after 0
			4h59m
			begin -> keys
			429 -> ok after 1
			begin -> keys
			429 -> ok after 1
			1m
			begin -> keys
			429 -> throttled after 1
			begin -> keys
			429 -> throttled after 1`},
		{"aws-sdk-java-v2", "expired on arrival: handed out for 1 s", `
			begin -> keys
			expired -> expired after 1
			begin -> keys
			expired -> expired after 1
			begin -> keys
			429 -> expired after 1
			2s
			begin -> keys
			429 -> throttled after 1`},
		{"aws-sdk-java-v2@imds", "the same window, then used on past the expiry, and every call tries", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			2h59m
			begin -> ok after 0
			2h59m59s
			begin -> put 6h0m0s
			ok -> role t2
			ok -> keys t2
			429 -> ok after 3
			begin -> put 6h0m0s
			ok -> role t3
			ok -> keys t3
			503 -> ok after 3
			10s
			begin -> put 6h0m0s
			ok -> role t4
			ok -> keys t4
			503 -> ok after 3
			1m
			begin -> put 6h0m0s
			ok -> role t5
			ok -> keys t5
			503 -> expired after 3`},
		{"aws-sdk-java-v2@imds", "expired on arrival: used for 1 to 10 minutes", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			expired -> expired after 3
			59s
			begin -> expired after 0
			10m
			begin -> put 6h0m0s`},
		{"aws-sdk-java-v2@imds", "a life of 4 minutes: no refresh before its last second", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			near -> ok after 3
			238s
			begin -> ok after 0
			1s
			begin -> put 6h0m0s`},
		{"aws-sdk-java-v1", "the hourly check fails: not again for an hour; in the window at each call", `
			begin -> keys
			ok -> ok after 1
			59m59s
			begin -> ok after 0
			1s
			begin -> keys
			429 -> ok after 1
			begin -> ok after 0
			59m
			begin -> ok after 0
			1m
			begin -> keys
			429 -> ok after 1
			3h45m
			begin -> keys
			429 -> ok after 1
			begin -> keys
			429 -> ok after 1
			15m
			begin -> keys
			429 -> throttled after 1`},
		{"aws-sdk-java-v1", "expired on arrival is an error", `
			begin -> keys
			expired -> expired after 1
			begin -> keys`},
		{"aws-sdk-java-v1@imds", "less than 15 minutes left: again after 50 to 70 s, and so after a failure", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> put 6h0m0s
			ok -> keys t2
			soon -> ok after 4
			begin -> ok after 0
			49s
			begin -> ok after 0
			22s
			begin -> put 6h0m0s
			ok -> role t3
			ok -> put 6h0m0s
			ok -> keys t4
			429 -> ok after 4
			begin -> ok after 0
			71s
			begin -> put 6h0m0s`},
		{"aws-sdk-java-v1@imds", "the hourly check", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> put 6h0m0s
			ok -> keys t2
			ok -> ok after 4
			1h
			begin -> put 6h0m0s
			ok -> role t3
			ok -> put 6h0m0s
			ok -> keys t4
			429 -> ok after 4
			59m
			begin -> ok after 0`},
		{"aws-sdk-java-v1@imds", "expired on arrival: used for 50 to 70 s", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> put 6h0m0s
			ok -> keys t2
			expired -> expired after 4
			49s
			begin -> expired after 0
			22s
			begin -> put 6h0m0s`},
		{"aws-sdk-kotlin", "15 minutes at most, less 10 s; then an error though the old ones are good", `
			begin -> keys
			ok -> ok after 1
			14m49s
			begin -> ok after 0
			1s
			begin -> keys
			403 -> rejected after 1
			begin -> keys
			ok -> ok after 1
			begin -> ok after 0`},
		{"aws-sdk-kotlin", "expired on arrival: handed out, and fetched at each call", `
			begin -> keys
			expired -> expired after 1
			begin -> keys
			expired -> expired after 1`},
		{"aws-sdk-kotlin@imds", "the token is kept, the name asked for again", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			ok -> ok after 3
			14m50s
			begin -> role t1
			ok -> keys t1
			404 -> rejected after 2
			begin -> role t1
			ok -> keys t1
			ok -> ok after 2`},
	} {
		t.Run(r.preset+"/"+r.name, func(t *testing.T) {
			p := named(t, r.preset)
			m := strategytest.New(&p.Strategy, false)
			if p.Service == service.ECS {
				m.Client = strategytest.Fresh(&p.Strategy)
			}
			strategytest.Play(t, m, r.script)
		})
	}
}

// How many real clients (Java v2 on ECS) found a refresh due by an instant after they
// had got a document with so much left, and how many the preset does.
func TestJavaV2PrefetchIsDrawn(t *testing.T) {
	p := named(t, "aws-sdk-java-v2")
	for _, r := range []struct {
		life, by     time.Duration
		recorded, of int
		share        float64 // U(base, expiry-2m), base the sooner of 1 h and 15 min before the expiry
	}{
		{240 * time.Second, 0, 71, 80, 660.0 / 780},
		{700 * time.Second, 0, 21, 80, 200.0 / 780},
		{time.Hour, 2690 * time.Second, 0, 20, 0},
		{time.Hour, 2890 * time.Second, 5, 20, 190.0 / 780},
		{time.Hour, 3090 * time.Second, 11, 20, 390.0 / 780},
		{time.Hour, 3290 * time.Second, 14, 20, 590.0 / 780},
		{time.Hour, 3482 * time.Second, 20, 20, 1},
	} {
		const n = 1000
		due := 0
		for i := range uint64(n) {
			e := p.Strategy.Cache.Store(0, strategy.Entry{}, strategytest.Good(r.life), i*(^uint64(0)/n))
			if e.Refresh <= r.by {
				due++
			}
		}
		if got := float64(due) / n; got < r.share-0.01 || got > r.share+0.01 {
			t.Errorf("%v left: %.3f refresh by %v, want %.3f (recorded: %d of %d)", r.life, got, r.by, r.share, r.recorded, r.of)
		}
	}
}
