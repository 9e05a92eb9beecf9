package sdk

import (
	"strings"
	"testing"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The first use of botocore and of Ruby: a load, then a use that looks at what was
// loaded. Each script is a recording of the real client.
func TestFirstUseLooksAgain(t *testing.T) {
	for _, r := range []struct{ preset, name, script string }{
		{"botocore", "a long life is served", `
			begin -> keys
			ok -> ok after 1
			begin -> ok after 0`},
		{"botocore", "240 s left, then 429s: 1 + 3 requests and an error, then 3", `
			begin -> keys
			near -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> throttled after 4
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> throttled after 3`},
		{"botocore", "700 s left, then 429s: every call succeeds after 3 s", `
			begin -> keys
			soon -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> ok after 4
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1s
			429 -> sleep 1s
			due -> ok after 3`},
		{"botocore", "a load that raises is no first use", `
			begin -> keys
			missing -> malformed after 1
			begin -> keys
			near -> keys
			ok -> ok after 2
			begin -> ok after 0`},
		{"botocore@imds", "a near expiry is put off, and not fetched again", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			near -> ok after 3
			begin -> ok after 0`},
		{"aws-sdk-ruby", "240 s left, then 429s: 1 + 6 requests, then 6", `
			begin -> keys
			near -> keys
			429 -> keys in 1s
			429 -> keys in 1.2s
			429 -> keys in 1.44s
			429 -> keys in 1.728s
			429 -> keys in 2.0736s
			429 -> empty after 7
			begin -> keys
			429 -> keys in 1s
			429 -> keys in 1.2s
			429 -> keys in 1.44s
			429 -> keys in 1.728s
			429 -> keys in 2.0736s
			429 -> empty after 6`},
		{"aws-sdk-ruby", "700 s left are enough", `
			begin -> keys
			soon -> ok after 1
			begin -> ok after 0`},
		{"aws-sdk-ruby@imds", "240 s left: role and keys again, with the token", `
			begin -> put 6h0m0s
			ok -> role t1
			ok -> keys t1
			near -> role t1
			ok -> keys t1
			ok -> ok after 5
			begin -> ok after 0`},
	} {
		t.Run(r.preset+"/"+r.name, func(t *testing.T) {
			p := named(t, r.preset)
			for _, perCall := range []bool{false, true} {
				m := strategytest.New(&p.Strategy, perCall)
				script := r.script
				if p.Service == service.ECS {
					m.Client = strategytest.Fresh(&p.Strategy)
				}
				if perCall {
					// A client of its own remembers nothing for the second call.
					script = firstCall(script)
					if p.Service == service.ECS {
						m.Client = strategytest.Client(strategy.Clients{Strategy: &p.Strategy, PerCall: true})
					}
				}
				strategytest.Play(t, m, script)
			}
		})
	}
}

// firstCall is a script up to its second call.
func firstCall(script string) string {
	first, rest, _ := strings.Cut(script, "begin")
	rest, _, _ = strings.Cut(rest, "begin")
	return strings.TrimSpace(first + "begin" + rest)
}
