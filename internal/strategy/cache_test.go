package strategy

import (
	"testing"
	"time"

	"tenement/internal/draw"
)

func taskKey(group string) func(int) draw.Key {
	return func(i int) draw.Key { return draw.Key(0).Name(group).With(uint64(i)) }
}

const (
	minute = time.Minute
	hour   = time.Hour
)

// good is a success that brings credentials valid until expires.
func good(expires time.Duration) Outcome { return Outcome{Status: 200, Expires: expires} }

func TestStaleOnError(t *testing.T) {
	rows := []struct {
		name  string
		cache Cache
		at    time.Duration
		want  Result
	}{
		{"refresh, still valid", &Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 57 * minute, OK},
		{"refresh, past expiry", &Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 61 * minute, Expired},
		{"refresh, past the grace", &Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, 70 * minute, Throttled},
		{"refresh, just expired", &Refresh{Window: 5 * minute, StaleOnError: 10 * minute}, hour, Expired},
		{"ttl, past its end, and the credentials are valid", TTL{For: minute, StaleOnError: minute}, 90 * time.Second, OK},
		{"ttl, past the grace", TTL{For: minute, StaleOnError: minute}, 2 * minute, Throttled},
		{"ttl, no grace", TTL{For: minute}, 90 * time.Second, Throttled},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := fresh(&Strategy{Cache: row.cache})
			resolve(t, c, 0, good(hour))
			if k, _ := resolve(t, c, row.at, plain429); k.Result != row.want {
				t.Errorf("got %v, want %v", k.Result, row.want)
			}
		})
	}
	c := fresh(&Strategy{Cache: TTL{For: minute, StaleOnError: minute}})
	resolve(t, c, 0, good(0))
	if k, _ := resolve(t, c, 90*time.Second, plain429); k.Result != Stale {
		t.Errorf("a document without an expiry: got %v, want it past its end", k.Result)
	}
}

// Jitter shrinks the window, by up to the given fraction, per store.
func TestRefreshJitter(t *testing.T) {
	c := &Refresh{Window: 10 * minute, Jitter: 0.5}
	for _, row := range []struct {
		u    uint64
		want time.Duration
	}{{0, 50 * minute}, {1 << 63, 52*minute + 30*time.Second}} {
		if got := c.Store(0, Entry{}, good(hour), row.u).Refresh; got != row.want {
			t.Errorf("draw %x: refresh at %v, want %v", row.u, got, row.want)
		}
	}
}

// TTL keeps a document for so long, whatever its expiry.
func TestTTL(t *testing.T) {
	c := TTL{For: minute}
	e := c.Store(hour, Entry{}, good(hour+1), 0)
	for at, want := range map[time.Duration]Answer{hour: Hit, hour + minute - 1: Hit, hour + minute: Miss} {
		if got := c.Lookup(at, e); got != want {
			t.Errorf("at %v: got %v, want %v", at, got, want)
		}
	}
}

// A document that never says when it expires is kept by TTL alone.
func TestDocumentsWithoutExpiry(t *testing.T) {
	if e := (&Refresh{Window: minute}).Store(0, Entry{}, good(0), 0); e.Held {
		t.Error("refresh kept a document without an expiry")
	}
	if e := (TTL{For: minute}).Store(0, Entry{}, good(0), 0); !e.Held {
		t.Error("ttl did not keep a document without an expiry")
	}
}

// What Refresh makes of documents that come old, or live long or shortly. Each
// is stored at two hours; the draw picks the middle of an extension.
func TestRefreshStores(t *testing.T) {
	const now, middle = 2 * hour, 1 << 31
	extend := Extension{Least: 10 * minute, Most: 20 * minute}
	early := extend
	early.Early = true
	rows := []struct {
		name    string
		c       Refresh
		expires time.Duration
		want    Entry // but for Held
	}{
		{"as it says", Refresh{Window: 5 * minute}, 3 * hour,
			Entry{Expires: 3 * hour, Refresh: 3*hour - 5*minute, Must: 3*hour - 5*minute}},
		{"expired, and left so", Refresh{}, hour,
			Entry{Expires: hour, Refresh: hour, Must: hour}},
		{"expired, and used all the same", Refresh{ExtendOld: extend}, hour,
			Entry{Expires: now + 15*minute, Ends: hour, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"expires as it comes", Refresh{ExtendOld: extend}, now,
			Entry{Expires: now + 15*minute, Ends: now, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"has a little left", Refresh{ExtendOld: extend}, now + 1,
			Entry{Expires: now + 1, Refresh: now + 1, Must: now + 1}},
		{"has as little left as is drawn", Refresh{ExtendOld: early}, now + 15*minute,
			Entry{Expires: now + 15*minute, Ends: now + 15*minute, Refresh: now + 15*minute, Must: now + 15*minute}},
		{"has more left than is drawn", Refresh{ExtendOld: early}, now + 15*minute + 1,
			Entry{Expires: now + 15*minute + 1, Refresh: now + 15*minute + 1, Must: now + 15*minute + 1}},
		{"valid for an hour at most", Refresh{AtMost: hour}, 8 * hour,
			Entry{Expires: 3 * hour, Ends: 8 * hour, Refresh: 3 * hour, Must: 3 * hour}},
		{"too short for a window", Refresh{Window: 5 * minute, Short: 15 * minute}, now + 15*minute - 1,
			Entry{Expires: now + 15*minute - 1, Refresh: now + 15*minute - 1, Must: now + 15*minute - 1}},
		{"just long enough", Refresh{Window: 5 * minute, Short: 15 * minute}, now + 15*minute,
			Entry{Expires: now + 15*minute, Refresh: now + 10*minute, Must: now + 10*minute}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			r.want.Held = true
			if got := r.c.Store(now, Entry{}, good(r.expires), middle); got != r.want {
				t.Errorf("got  %+v\nwant %+v", got, r.want)
			}
		})
	}
}
