package sdk

import (
	"testing"

	"tenement/internal/service"
	"tenement/internal/strategy/strategytest"
)

// What the source of the SDK for C++ says, as scripts: nobody has run it here.
func TestCPP(t *testing.T) {
	for _, r := range []struct{ preset, name, script string }{
		{"aws-sdk-cpp", "one retry, at once", `
			begin -> keys
			429 -> keys
			429 -> throttled after 2
			begin -> keys
			timeout -> keys
			truncated -> truncated after 2`},
		{"aws-sdk-cpp", "no retry of 4xx, nor of what does not parse", `
			begin -> keys
			404 -> rejected after 1
			begin -> keys
			malformed -> malformed after 1`},
		{"aws-sdk-cpp", "asks every 5 minutes, whatever the expiry", `
			begin -> keys
			ok -> ok after 1
			4m59s
			begin -> ok after 0
			1s
			begin -> keys
			ok -> ok after 1`},
		{"aws-sdk-cpp", "a refresh that fails leaves what is held, and each call asks again", `
			begin -> keys
			near -> ok after 1
			3m54s
			begin -> ok after 0
			2s
			begin -> keys
			429 -> keys
			429 -> ok after 2
			5s
			begin -> keys
			403 -> expired after 1
			begin -> keys
			ok -> ok after 1`},
		{"aws-sdk-cpp@imds", "token, role and keys every 5 minutes; each is tried twice", `
			begin -> put 6h0m0s
			429 -> put 6h0m0s
			ok -> role t1
			503 -> role t1
			ok -> keys t1
			ok -> ok after 5
			5m
			begin -> put 6h0m0s
			ok -> role t2
			404 -> ok after 2
			4m59s
			begin -> ok after 0
			1s
			begin -> put 6h0m0s`},
		{"aws-sdk-cpp@imds", "version 1 for good, but 400 is an error", `
			begin -> put 6h0m0s
			400 -> rejected after 1
			begin -> put 6h0m0s
			403 -> role
			ok -> keys
			ok -> ok after 3
			5m
			begin -> role`},
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
