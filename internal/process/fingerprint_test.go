package process

import (
	"errors"
	"strings"
	"testing"

	"tenement/internal/service"
	"tenement/internal/strategy"
)

// The battery recovers what the test client is known to do: three tries of all but
// 404 and documents that lack a field, and as a driver a cache with a window between
// 4 and 6 minutes, one fetch at a time. Waits are not looked at: they are real time.
func TestProbe(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	t.Parallel()
	for _, kind := range []string{"driver", "plain"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			done, of := 0, 0
			f, err := Probe(t.Context(), config(t, client(t, kind), service.ECS, "ok"), func(d, n int) { done, of = d, n })
			if err != nil {
				t.Fatal(err)
			}
			b, ok := f.Strategy.Retry.(*strategy.Backoff)
			if !ok {
				t.Fatalf("got %+v", f.Strategy.Retry)
			}
			want := strategy.OnAnyStatus&^(strategy.On404) | strategy.OnMalformed | strategy.OnTruncated | strategy.OnReset | strategy.OnResponseTimeout
			if got := b.On &^ strategy.OnRefused; got != want || b.Attempts != testTries || b.MalformedAttempts != 0 || b.RetryAfter.Use != strategy.IgnoreRetryAfter || b.AfterLast {
				t.Errorf("got %+v\nseen: %s", b, strings.Join(f.Seen, "\n"))
			}
			if f.Strategy.Timeouts.Response == 0 || f.Strategy.AcceptEmpty || f.Strategy.RejectExpired {
				t.Errorf("got %+v", f.Strategy)
			}
			if done != of || of < len(outcomes) {
				t.Errorf("got %d of %d runs", done, of)
			}
			cache, cached := f.Strategy.Cache.(*strategy.Refresh)
			if cached != (kind == "driver") {
				t.Fatalf("got %+v", f.Strategy.Cache)
			}
			if cached && (cache.Window != testWindow || cache.Mandatory != 0 || cache.Behind || f.Strategy.Flight.Kind != strategy.Serial) {
				t.Errorf("got %+v, %+v", cache, f.Strategy.Flight)
			}
		})
	}
}

func TestProbeOfABrokenClient(t *testing.T) {
	_, err := Probe(t.Context(), config(t, client(t, "unknown"), service.ECS, "ok"), nil)
	if want := `error: no client of kind "unknown"`; !errors.Is(err, ErrBroken) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got error %v, want %s", err, want)
	}
}
