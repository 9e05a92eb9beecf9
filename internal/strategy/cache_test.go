package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

const (
	minute = time.Minute
	hour   = time.Hour
)

func TestStaleOnError(t *testing.T) {
	rows := []struct {
		name  string
		cache strategy.Cache
		at    time.Duration
		want  strategy.Result
	}{
		{"refresh, still valid", &strategy.Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 57 * minute, strategy.OK},
		{"refresh, past expiry", &strategy.Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 61 * minute, strategy.Expired},
		{"refresh, past the grace", &strategy.Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 70 * minute, strategy.Throttled},
		{"refresh, just expired", &strategy.Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, hour, strategy.Expired},
		{"ttl, past its end, and the credentials are valid", strategy.TTL{For: minute, StaleOnError: minute}, 90 * time.Second, strategy.OK},
		{"ttl, past the grace", strategy.TTL{For: minute, StaleOnError: minute}, 2 * minute, strategy.Throttled},
		{"ttl, no grace", strategy.TTL{For: minute}, 90 * time.Second, strategy.Throttled},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := strategytest.Fresh(&strategy.Strategy{Cache: row.cache})
			strategytest.Resolve(t, c, 0, strategytest.Good(hour))
			if k, _ := strategytest.Resolve(t, c, row.at, strategytest.Plain429); k.Result != row.want {
				t.Errorf("got %v, want %v", k.Result, row.want)
			}
		})
	}
	c := strategytest.Fresh(&strategy.Strategy{Cache: strategy.TTL{For: minute, StaleOnError: minute}})
	strategytest.Resolve(t, c, 0, strategytest.Good(0))
	if k, _ := strategytest.Resolve(t, c, 90*time.Second, strategytest.Plain429); k.Result != strategy.Stale {
		t.Errorf("a document without an expiry: got %v, want it past its end", k.Result)
	}
}

// Jitter shrinks the window, by up to the given fraction, per store.
func TestRefreshJitter(t *testing.T) {
	c := &strategy.Refresh{Window: 10 * minute, Jitter: 0.5}
	for _, row := range []struct {
		u    uint64
		want time.Duration
	}{{0, 50 * minute}, {1 << 63, 52*minute + 30*time.Second}} {
		if got := c.Store(0, strategy.Entry{}, strategytest.Good(hour), row.u).Refresh; got != row.want {
			t.Errorf("draw %x: refresh at %v, want %v", row.u, got, row.want)
		}
	}
}

// TTL keeps a document for so long, whatever its expiry.
func TestTTL(t *testing.T) {
	c := strategy.TTL{For: minute}
	e := c.Store(hour, strategy.Entry{}, strategytest.Good(hour+1), 0)
	for at, want := range map[time.Duration]strategy.Answer{hour: strategy.Hit, hour + minute - 1: strategy.Hit, hour + minute: strategy.Miss} {
		if got := c.Lookup(at, e); got != want {
			t.Errorf("at %v: got %v, want %v", at, got, want)
		}
	}
}

// A document that never says when it expires is kept by TTL alone.
func TestDocumentsWithoutExpiry(t *testing.T) {
	if e := (&strategy.Refresh{Window: minute}).Store(0, strategy.Entry{}, strategytest.Good(0), 0); e.Held {
		t.Error("refresh kept a document without an expiry")
	}
	if e := (strategy.TTL{For: minute}).Store(0, strategy.Entry{}, strategytest.Good(0), 0); !e.Held {
		t.Error("ttl did not keep a document without an expiry")
	}
}

// What Refresh makes of documents that come old, or live long or shortly. Each
// is stored at two hours; the draw picks the middle of an extension.
func TestRefreshStores(t *testing.T) {
	const now, middle = 2 * hour, 1 << 31
	extend := strategy.OldExtension{Least: 10 * minute, Most: 20 * minute}
	early := extend
	early.Early = true
	rows := []struct {
		name    string
		c       strategy.Refresh
		expires time.Duration
		want    strategy.Entry // but for Held
	}{
		{"as it says", strategy.Refresh{Window: 5 * minute}, 3 * hour,
			strategy.Entry{Expires: 3 * hour, Refresh: 3*hour - 5*minute, Must: 3*hour - 5*minute}},
		{"expired, and left so", strategy.Refresh{}, hour,
			strategy.Entry{Expires: hour, Refresh: hour, Must: hour}},
		{"expired, and used all the same", strategy.Refresh{ExtendOld: extend}, hour,
			strategy.Entry{Expires: now + 15*minute, Ends: hour, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"expires as it comes", strategy.Refresh{ExtendOld: extend}, now,
			strategy.Entry{Expires: now + 15*minute, Ends: now, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"has a little left", strategy.Refresh{ExtendOld: extend}, now + 1,
			strategy.Entry{Expires: now + 1, Refresh: now + 1, Must: now + 1}},
		{"has as little left as is drawn", strategy.Refresh{ExtendOld: early}, now + 15*minute,
			strategy.Entry{Expires: now + 15*minute, Ends: now + 15*minute, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"has more left than is drawn", strategy.Refresh{ExtendOld: early}, now + 15*minute + 1,
			strategy.Entry{Expires: now + 15*minute + 1, Refresh: now + 15*minute + 1, Must: now + 15*minute + 1}},
		{"valid for an hour at most", strategy.Refresh{AtMost: hour}, 8 * hour,
			strategy.Entry{Expires: 3 * hour, Ends: 8 * hour, Refresh: 3 * hour, Must: 3 * hour}},
		{"too short for a window", strategy.Refresh{Window: 5 * minute, Short: 15 * minute}, now + 15*minute - 1,
			strategy.Entry{Expires: now + 15*minute - 1, Refresh: now + 15*minute - 1, Must: now + 15*minute - 1}},
		{"just long enough", strategy.Refresh{Window: 5 * minute, Short: 15 * minute}, now + 15*minute,
			strategy.Entry{Expires: now + 15*minute, Refresh: now + 10*minute, Must: now + 10*minute}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.want.Held = true
			if got := r.c.Store(now, strategy.Entry{}, strategytest.Good(r.expires), middle); got != r.want {
				t.Errorf("got  %+v\nwant %+v", got, r.want)
			}
		})
	}
}
