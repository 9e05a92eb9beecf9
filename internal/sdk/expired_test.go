package sdk

import (
	"testing"

	"tenement/internal/strategy/strategytest"
)

// Credentials that come expired: botocore raises at every call, with two requests
// at the first use and one at each further; other clients hand them out. AWS
// refuses both.
func TestExpiredOnArrival(t *testing.T) {
	for _, r := range []struct{ preset, script string }{
		{"botocore", `
			begin -> keys
			expired -> keys
			expired -> expired after 2
			begin -> keys
			expired -> expired after 1`},
		{"aws-sdk-go-v2", `
			begin -> keys
			expired -> expired after 1
			begin -> keys
			expired -> expired after 1`},
		{"aws-sdk-js-v3", `
			begin -> keys
			expired -> expired after 1`},
		{"aws-sdk-ruby", `
			begin -> keys
			expired -> keys
			expired -> expired after 2
			begin -> keys
			expired -> expired after 1`},
	} {
		p := named(t, r.preset)
		m := strategytest.New(&p.Strategy, false)
		m.Client = strategytest.Fresh(&p.Strategy)
		strategytest.Play(t, m, r.script)
	}
}
