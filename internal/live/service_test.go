package live

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// The sockets know what each flow of each service brings, and which fields of its
// credentials a client cannot do without.
func TestEveryService(t *testing.T) {
	for _, s := range service.All() {
		for _, f := range s.Row().Flows {
			p := &plan.Plan{Endpoint: plan.Endpoint{Service: s}}
			last := p.AddFlow(f.Legs)
			got, want := documentsOf(p)[last], anyJSON
			switch leg := f.Legs[len(f.Legs)-1]; {
			case leg.Token:
				want = sessionToken
			case f.Name == service.CredentialsFlow:
				want = credentials
			case s.Row().Plain&s.Route(leg.Path) != 0:
				want = anything
			case s == service.IMDS && f.Name == "metadata":
				want = anyText
			}
			if got != want {
				t.Errorf("%s %s: expects document %d, want %d", s, f.Name, got, want)
			}
		}
		if !s.Row().Issues() {
			continue
		}
		whole := make(map[string]string)
		for _, field := range s.Row().Fields {
			whole[field] = "2026-01-01T00:00:00Z"
		}
		for _, field := range append([]string{""}, s.Row().Fields...) {
			value := whole[field]
			delete(whole, field)
			text, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			if field != "" {
				whole[field] = value
			}
			want := strategy.BodyOK
			if strategy.Needs(field) {
				want = strategy.BodyMissingField
			}
			if o := understand(http.StatusOK, nil, text, credentials, time.Time{}); o.Body != want {
				t.Errorf("%s: credentials without %q: got body %d, want %d", s, field, o.Body, want)
			}
		}
	}
}

// The headers that ask for a wait: whole seconds, and whole milliseconds.
func TestRetryAfterHeaders(t *testing.T) {
	for _, r := range []struct {
		name, value   string
		standard, amz time.Duration
	}{
		{"Retry-After", "7", 7 * time.Second, 0},
		{"Retry-After", "soon", 0, 0},
		{"x-amz-retry-after", "1500", 0, 1500 * time.Millisecond},
		{"x-amz-retry-after", "-1", 0, 0},
	} {
		header := http.Header{}
		header.Set(r.name, r.value)
		o := understand(http.StatusTooManyRequests, header, nil, credentials, time.Time{})
		if o.RetryAfter != r.standard || o.AmzRetryAfter != r.amz {
			t.Errorf("%s: %s: got %v and %v, want %v and %v", r.name, r.value, o.RetryAfter, o.AmzRetryAfter, r.standard, r.amz)
		}
	}
}
