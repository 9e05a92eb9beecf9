package imds

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// TestToken: a token has the form of a real one, and is visibly fake.
func TestToken(t *testing.T) {
	m := newMint(instanceKey(1, 0))
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	token := string(m.issue(now, 60))
	b, err := base64.URLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) != 56 || len(b) != 40 || b[0] != 1 || b[1]|b[2] != 0 {
		t.Errorf("got %s, want the form of a real one", token)
	}
	if !strings.HasPrefix(token, "AQAAAFAKE-token-") {
		t.Errorf("got %s, want it to say what it is", token)
	}
	for i := range token {
		changed := []byte(token)
		changed[i] ^= 1
		if _, good := m.check(now, string(changed)); good {
			t.Errorf("got %s let in, want %s only", changed, token)
		}
	}
	for _, other := range []string{"", token[1:], token + "=", token[:54] + "\n\n", strings.Repeat("=", 56), strings.Repeat("A", 56)} {
		if _, good := m.check(now, other); good {
			t.Errorf("got %q let in", other)
		}
	}
}

// TestTokenLife: a token is good for its TTL, to the nanosecond, whatever other
// tokens there are and however often it is used.
func TestTokenLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := onInstance(Instance{TokensRequired: true})
		short := token(t, h, "2")
		long := token(t, h, "21600")
		use := func(token string) int {
			return send(h, "GET", "/latest/meta-data/instance-id", headers(service.TokenHeader, token)).Code
		}
		for _, step := range []struct {
			after       time.Duration
			short, long int
		}{
			{0, 200, 200},
			{2*time.Second - 1, 200, 200},
			{1, 401, 200},
			{21598*time.Second - 1, 401, 200},
			{1, 401, 401},
		} {
			time.Sleep(step.after)
			if a, b := use(short), use(long); a != step.short || b != step.long {
				t.Errorf("at %v: got %d and %d, want %d and %d", h.Elapsed(), a, b, step.short, step.long)
			}
		}
	})
}

// TestTokenOutlivesServer: a server of the same instance knows the tokens of
// the one before, as after a restart.
func TestTokenOutlivesServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		was := token(t, onInstance(Instance{}), "60")
		time.Sleep(59 * time.Second)
		h := onInstance(Instance{})
		if w := send(h, "GET", "/", headers(service.TokenHeader, was)); w.Code != 200 {
			t.Errorf("got %d, want 200", w.Code)
		}
		time.Sleep(time.Second)
		if w := send(h, "GET", "/", headers(service.TokenHeader, was)); w.Code != 401 {
			t.Errorf("got %d after its time, want 401", w.Code)
		}
	})
}

// TestTokensAtOnce: 10,000 requests for a token at once get 10,000 tokens that
// are all good. The best-known mock does not survive some dozens.
func TestTokensAtOnce(t *testing.T) {
	const n = 10_000
	h := onInstance(Instance{TokensRequired: true})
	tokens := make([]string, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			tokens[i] = send(h, "PUT", "/latest/api/token", headers(service.TokenTTLHeader, "60")).Body.String()
			if w := send(h, "GET", "/latest/meta-data/instance-id", headers(service.TokenHeader, tokens[i])); w.Code != 200 {
				t.Errorf("got %d with token %d, want 200", w.Code, i)
			}
		})
	}
	close(start)
	wg.Wait()
	seen := make(map[string]bool, n)
	for _, token := range tokens {
		seen[token] = true
	}
	if len(seen) != n {
		t.Errorf("got %d tokens, want %d", len(seen), n)
	}
}

// TestHopLimit: the answer to a PUT does not arrive where the hop limit is
// below the way, whatever it says; that to a GET does.
func TestHopLimit(t *testing.T) {
	const near, far = "192.0.2.1", "192.0.2.2"
	for _, test := range []struct {
		limit   int
		arrives bool
	}{{0, false}, {1, false}, {2, true}, {64, true}} {
		synctest.Test(t, func(t *testing.T) {
			h := onInstance(Instance{HopLimit: test.limit},
				Task{Slot: -1, Source: netip.MustParseAddr(near)}, Task{Slot: -1, Source: netip.MustParseAddr(far), Hops: 2})
			connect := bubbleServer(t, h)
			ask := func(source, method string) (int, error) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				r, err := http.NewRequestWithContext(ctx, method, "http://instance/latest/api/token", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set(service.TokenTTLHeader, "60")
				resp, err := connect(source).Do(r)
				if err != nil {
					return 0, err
				}
				defer resp.Body.Close()
				return resp.StatusCode, nil
			}
			if status, err := ask(near, "PUT"); status != 200 {
				t.Errorf("limit %d: got %d, %v on the instance, want 200", test.limit, status, err)
			}
			if status, err := ask(far, "PUT"); test.arrives != (status == 200) || !test.arrives && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("limit %d: got %d, %v two hops away, want it to arrive: %t", test.limit, status, err, test.arrives)
			}
			if err := h.Inject(throttle.Fault{Name: "down", Kind: throttle.StatusFault, Status: 500}); err != nil {
				t.Fatal(err)
			}
			if status, err := ask(far, "PUT"); test.arrives != (status == 500) || !test.arrives && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("limit %d: got %d, %v for a failure two hops away, want it to arrive: %t", test.limit, status, err, test.arrives)
			}
			h.Lift("down")
			if status, err := ask(far, "GET"); status != 405 {
				t.Errorf("limit %d: got %d, %v for a GET, want 405", test.limit, status, err)
			}
		})
	}
}

// TestRoleRotation: the role's credentials are renewed before they expire, at
// the same instant for everybody, and say when.
func TestRoleRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{
			Service: service.IMDS, Instance: Instance{Role: role}, Seed: 1,
			Credentials: throttle.Credentials{Lifetime: time.Hour, RenewBefore: 5 * time.Minute},
		})
		began := time.Now()
		read := func() (updated, expires, id string) {
			w := send(h, "GET", "/latest/meta-data/iam/security-credentials/"+role)
			if want, _ := time.Parse(time.RFC3339, memberOf(t, w.Body.String(), "LastUpdated")); w.Header().Get("Last-Modified") != want.Format(http.TimeFormat) {
				t.Errorf("got modified %s, want %v", w.Header().Get("Last-Modified"), want)
			}
			return memberOf(t, w.Body.String(), "LastUpdated"), memberOf(t, w.Body.String(), "Expiration"), memberOf(t, w.Body.String(), "AccessKeyId")
		}
		ids := make(map[string]bool)
		for _, step := range []struct{ at, updated time.Duration }{
			{0, 0}, {55*time.Minute - 1, 0}, {55 * time.Minute, 55 * time.Minute}, {110*time.Minute - 1, 55 * time.Minute}, {110 * time.Minute, 110 * time.Minute},
		} {
			time.Sleep(step.at - time.Since(began))
			updated, expires, id := read()
			if updated != expiration(began, step.updated) || expires != expiration(began, step.updated+time.Hour) {
				t.Errorf("at %v: got %s to %s, want those of %v", step.at, updated, expires, step.updated)
			}
			ids[id] = true
		}
		if len(ids) != 3 {
			t.Errorf("got %d sets of credentials, want 3", len(ids))
		}
	})
}

// memberOf is the value of a member that is a text.
func memberOf(t *testing.T, object, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(object, fmt.Sprintf("\n  %q : \"", name))
	if !ok {
		t.Fatalf("got %s, want a member %s", object, name)
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
