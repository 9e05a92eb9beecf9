package explain

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// A timeline says which requests an HTTP library has sent again by itself. The agent
// keeps a connection for 5 s, and an instance none.
func TestResend(t *testing.T) {
	for _, test := range []struct {
		name    string
		service service.Service
		every   time.Duration
		resend  strategy.Resend
		want    []bool // of the second call's requests
	}{
		{"on a kept connection", service.ECS, 4 * time.Second, strategy.ResendKept, []bool{false, true, false}},
		{"kept for too long", service.ECS, 6 * time.Second, strategy.ResendKept, []bool{false, false}},
		{"closed by the server", service.IMDS, time.Second, strategy.ResendKept, []bool{false, false, false}},
		{"on any connection", service.IMDS, time.Second, strategy.ResendIdempotent, []bool{false, false, true, false, true}},
	} {
		c := Client{Strategy: strategy.Strategy{Retry: &strategy.Backoff{Attempts: 2, On: strategy.OnReset, Wait: strategy.Wait{Base: time.Second, Factor: 1}}, Resend: test.resend}}
		q := Question{Service: test.service, Calls: 2, Every: test.every}
		if test.service == service.IMDS {
			q.Routes = service.RoleRoute
		}
		got := ask(t, c, "ok,reset", q)
		var resent []bool
		for _, a := range got.Calls[1].Attempts {
			resent = append(resent, a.Resend)
		}
		if !slices.Equal(resent, test.want) {
			t.Errorf("%s: got %v, want %v: %s", test.name, resent, test.want, inLine(&got.Calls[1]))
		}
	}
}
