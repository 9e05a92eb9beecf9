package sdk

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// What SDKs' HTTP libraries make of a connection that breaks without an answer, at
// an instance that keeps connections and at one that closes them, as the real one.
func TestPresetsResend(t *testing.T) {
	for _, r := range []struct {
		preset, name string
		keepAlive    time.Duration
		script       string
	}{
		{"aws-sdk-go-v2@imds", "a GET on a kept connection, at once; a PUT never", time.Minute, `
			begin -> put 5m0s
			503 -> put 5m0s in 1s
			reset -> put 5m0s in 1s
			ok -> role t1
			reset -> role t1
			reset -> role t1 in 1s
			ok -> keys t1
			reset -> keys t1
			ok -> ok after 8`},
		{"aws-sdk-go-v2@imds", "nothing where each connection is closed", 0, `
			begin -> put 5m0s
			ok -> role t1
			reset -> role t1 in 1s
			reset -> role t1 in 1s
			reset -> reset after 4`},
		{"aws-sdk-ruby@imds", "once, on any connection, PUTs too", 0, `
			begin -> put 6h0m0s
			reset -> put 6h0m0s
			ok -> role t1
			timeout -> role t1
			ok -> keys t1
			ok -> ok after 5`},
		{"botocore@imds", "nothing", time.Minute, `
			begin -> put 6h0m0s
			ok -> role t1
			reset -> reset after 2`},
	} {
		t.Run(r.preset+"/"+r.name, func(t *testing.T) {
			p := named(t, r.preset)
			m := strategytest.New(&p.Strategy, false, func(c *strategy.Clients) { c.KeepAlive = r.keepAlive })
			strategytest.Play(t, m, r.script)
		})
	}
}
