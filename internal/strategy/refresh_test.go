package strategy_test

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The refresh policies of SDKs whose windows depend on more than the expiry.
var (
	java2026 = strategy.Refresh{
		Window: hour, Windows: []strategy.LifeWindow{{Below: 20 * minute, Window: 5 * minute}, {Below: 90 * minute, Window: 15 * minute}},
		Mandatory: minute, JitterTo: 2 * minute,
		Extend: strategy.Extension{Least: 300 * time.Second, Most: 600 * time.Second, Defer: strategy.DeferAttempts},
	}
	javaECS  = strategy.Refresh{Window: 15 * minute, Latest: hour, Mandatory: minute, JitterTo: 2 * minute} // before 2026, STRICT
	javaIMDS = strategy.Refresh{                                                                            // before 2026, ALLOW
		Share: 0.5, Earliest: 5 * minute, Mandatory: time.Second,
		Extend: strategy.Extension{Least: time.Millisecond, Most: 100 * time.Millisecond, Factor: 2, Cap: 10 * time.Second, Defer: strategy.DeferMandatory},
	}
	cpp   = strategy.Refresh{Window: 5 * time.Second, Latest: 5 * minute, StaleOnError: strategy.MaxWait}
	rust  = strategy.Refresh{Window: 10 * time.Second, JitterTo: 5 * time.Second}
	minio = strategy.Refresh{Share: 0.2}
)

// Each document is stored at two hours, with a draw of a half.
func TestRefreshWindows(t *testing.T) {
	const now, half, s = 2 * hour, 1 << 63, time.Second
	unjittered := func(c strategy.Refresh) strategy.Refresh {
		c.JitterTo = 0
		return c
	}
	for _, r := range []struct {
		name          string
		c             strategy.Refresh
		life          time.Duration
		refresh, must time.Duration // after now
	}{
		{"minio: 80 % of the life", minio, hour, 48 * minute, 48 * minute},
		{"minio, short", minio, 10 * minute, 8 * minute, 8 * minute},
		{"Java, less than 20 min", unjittered(java2026), 20*minute - 1, 15*minute - 1, 19*minute - 1},
		{"Java, less than 90 min", unjittered(java2026), 20 * minute, 5 * minute, 19 * minute},
		{"Java, 90 min", unjittered(java2026), 90 * minute, 30 * minute, 89 * minute},
		{"Java, 6 h", unjittered(java2026), 6 * hour, 5 * hour, 6*hour - minute},
		{"Java draws up to a minute before stale", java2026, hour, 51*minute + 30*s, 59 * minute}, // of 45..58
		{"Java, due as it comes", java2026, 90 * s, -2 * minute, 30 * s},                          // of -3:30..-0:30
		{"Java before, ECS", unjittered(javaECS), hour, 45 * minute, 59 * minute},
		{"Java before, ECS, an hour at most", unjittered(javaECS), 6 * hour, hour, 6*hour - minute},
		{"Java before, ECS, draws from there on", javaECS, 6 * hour, 3*hour + 29*minute, 6*hour - minute}, // of 1:00..5:58
		{"Java before, IMDS", javaIMDS, 6 * hour, 3 * hour, 6*hour - s},
		{"Java before, IMDS, 5 min at least", javaIMDS, 8 * minute, 5 * minute, 8*minute - s},
		{"C++, every 5 min", cpp, 6 * hour, 5 * minute, 5 * minute},
		{"C++, 5 s before", cpp, 4 * minute, 4*minute - 5*s, 4*minute - 5*s},
		{".NET on IMDS, every 2 min, behind", strategy.Refresh{Latest: 2 * minute, Behind: true}, 6 * hour, 2 * minute, 6 * hour},
		{"Rust, 5 to 10 s before", rust, hour, hour - 7500*time.Millisecond, hour - 7500*time.Millisecond},
		{"Rust, as it draws nothing", unjittered(rust), hour, hour - 10*s, hour - 10*s},
		{"the longer of window and share", strategy.Refresh{Window: 5 * minute, Share: 0.5}, hour, 30 * minute, 30 * minute},
	} {
		t.Run(r.name, func(t *testing.T) {
			want := strategy.Entry{Held: true, Expires: now + r.life, Refresh: now + r.refresh, Must: now + r.must}
			if got := r.c.Store(now, strategy.Entry{}, strategytest.Good(now+r.life), half); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// gone is a rejected request, which no policy here retries.
var gone = reply(strategy.Outcome{Status: 403})

func TestGatesAfterFailedRefreshes(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	t.Run("Java: none for a while, mandatory or not", func(t *testing.T) {
		c := java2026 // with the longest gate, and no draw
		c.JitterTo, c.Extend.Least = 0, c.Extend.Most
		run(t, strategy.Strategy{Cache: &c, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{45 * minute, "b", nil, "send"},
			{45*minute + s, "c", nil, "ok cached"},
			{45*minute + 2*s, "b", gone, "ok cached"},
			{55*minute + s, "d", nil, "ok cached"},
			{55*minute + 2*s, "e", nil, "send"}, // 600 s later
			{55*minute + 3*s, "f", nil, "ok cached"},
			{55*minute + 4*s, "e", gone, "ok cached"},
			{65*minute + 3*s, "g", nil, "expired cached"}, // used on past its expiry, which AWS refuses
			{65*minute + 4*s, "h", nil, "send"},
			{65*minute + 5*s, "i", nil, "await"},
			{65*minute + 6*s, "h", gone, "expired fetched; i expired joined"},
			{75*minute + 6*s, "j", nil, "send"},
			{75*minute + 7*s, "j", reply(strategytest.Good(3 * hour)), "ok fetched"},
		})
	})
	t.Run("Java before: mandatory refreshes alone", func(t *testing.T) {
		c := javaIMDS
		c.Extend = strategy.Extension{Least: 100 * ms, Most: 100 * ms, Defer: strategy.DeferMandatory}
		run(t, strategy.Strategy{Cache: &c, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{40 * minute, "b", nil, "send"},
			{40*minute + s, "b", gone, "ok cached"}, // hidden
			{40*minute + 2*s, "c", nil, "send"},     // and the next one tries again
			{40*minute + 3*s, "c", gone, "ok cached"},
			{hour - s, "d", nil, "send"},
			{hour - 500*ms, "d", gone, "ok fetched"},            // used on
			{hour - 450*ms, "e", nil, "send"},                   // as in the window
			{hour - 440*ms, "f", nil, "ok cached"},              // the others need not wait
			{hour - 430*ms, "e", gone, "ok cached"},             // and a failure changes nothing
			{hour - 400*ms, "g", nil, "send"},                   // until it is mandatory again
			{hour - 390*ms, "h", nil, "await"},                  // for all
			{hour - 350*ms, "g", success, "ok fetched; h send"}, // which expires at once
		})
	})
	t.Run("Java v1: an hourly look that fails is for the next hour, in the window every call tries", func(t *testing.T) {
		c := strategy.Refresh{Window: 15 * minute, Latest: hour, LatestAgain: true, StaleOnError: 1}
		run(t, strategy.Strategy{Cache: &c, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", reply(strategytest.Good(150 * minute)), "ok fetched"},
			{hour + 1, "b", nil, "send"},
			{hour + 2, "c", nil, "await"},
			{hour + s, "b", gone, "ok fetched; c ok joined"},
			{2*hour + s - 1, "d", nil, "ok cached"},
			{2*hour + s, "e", nil, "send"},
			{2*hour + 2*s, "e", gone, "ok fetched"},
			{135*minute - 1, "f", nil, "ok cached"},
			{135 * minute, "g", nil, "send"},
			{135*minute + s, "g", gone, "ok fetched"},
			{135*minute + s, "h", nil, "send"},
			{150*minute - 1, "h", gone, "ok fetched"},
			{150 * minute, "i", nil, "send"},
			{150*minute + s, "i", gone, "rejected fetched"},
		})
	})
	t.Run("STRICT throws", func(t *testing.T) {
		c := javaECS
		c.JitterTo = 0
		run(t, strategy.Strategy{Cache: &c, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{59*minute - s, "b", nil, "send"},
			{59*minute - 1, "b", gone, "ok cached"},
			{59 * minute, "c", nil, "send"},
			{59*minute + 1, "c", gone, "rejected fetched"},
		})
	})
	t.Run("C++: what is held is used on, and every call tries again", func(t *testing.T) {
		run(t, strategy.Strategy{Cache: &cpp, Flight: strategy.Flight{Kind: strategy.Serial}}, []row{
			{0, "a", nil, "send"},
			{1, "a", success, "ok fetched"},
			{5 * minute, "b", nil, "ok cached"},
			{5*minute + 1, "c", nil, "send"},
			{5*minute + 2, "d", nil, "await"},
			{5*minute + 3, "c", gone, "ok fetched; d send"},
			{5*minute + 4, "d", gone, "ok fetched"},
			{2 * hour, "e", nil, "send"},
			{2*hour + 1, "e", gone, "expired fetched"},
			{2*hour + 2, "f", nil, "send"},
			{2*hour + 3, "f", reply(strategytest.Good(3 * hour)), "ok fetched"},
			{2*hour + 4, "g", nil, "ok cached"},
		})
	})
}

// A gate grows with the failures in a row, and a success begins anew.
func TestGrowingExtension(t *testing.T) {
	const now, ms = hour, time.Millisecond
	x := javaIMDS
	e := x.Store(0, strategy.Entry{}, strategytest.Good(hour), 0)
	for k, most := range []time.Duration{100 * ms, 200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 10 * time.Second, 10 * time.Second} {
		least, _ := x.Failed(now, e, strategytest.Plain429, 0)
		latest, result := x.Failed(now, e, strategytest.Plain429, ^uint64(0))
		if least.Must != now+ms || latest.Must > now+most || latest.Must < now+most-ms || result != strategy.OK || latest.Ends != hour {
			t.Errorf("failure %d: got a gate of %v to %v, %v; want 1ms to %v", k+1, least.Must-now, latest.Must-now, result, most)
		}
		e = least
		e.Must = now
	}
	if e = x.Store(now, e, strategytest.Good(2*hour), 0); e.Failures != 0 {
		t.Errorf("after a success: %d failures in a row", e.Failures)
	}
	if e, _ = x.Failed(now, e, strategytest.Plain429, 0); e.Failures != 0 || e.Must != 2*hour-time.Second {
		t.Errorf("a refresh that was not mandatory: got %+v", e)
	}
}

// A document that comes expired: Java's STRICT looks again after a second, and
// ALLOW after 1 to 10 minutes; meanwhile calls refresh as in the window.
func TestExpiredOnArrivalDeferred(t *testing.T) {
	c := strategy.Refresh{Window: 15 * minute, Mandatory: minute, ExtendOld: strategy.OldExtension{Least: time.Second, Most: time.Second, Defer: strategy.DeferMandatory}}
	got := c.Store(hour, strategy.Entry{}, strategytest.Good(hour+30*time.Second), 0)
	want := strategy.Entry{Held: true, Expires: hour + 30*time.Second, Ends: hour + 30*time.Second, Refresh: 45*minute + 30*time.Second, Must: hour + time.Second}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	c.ExtendOld.Defer = strategy.DeferAttempts
	want.Refresh = want.Must
	if got = c.Store(hour, strategy.Entry{}, strategytest.Good(hour+30*time.Second), 0); got != want {
		t.Errorf("attempts put off: got  %+v\nwant %+v", got, want)
	}
}

// An extension ends at its bound past the real expiry: then a failed refresh is an
// error, unless the document may be served stale for longer.
func TestExtendBound(t *testing.T) {
	const s = time.Second
	for _, stale := range []time.Duration{0, 30 * s} {
		c := strategytest.Fresh(&strategy.Strategy{Cache: &strategy.Refresh{
			Extend: strategy.Extension{Least: 40 * s, Most: 40 * s, Past: 60 * s}, StaleOnError: stale,
		}})
		strategytest.Resolve(t, c, 0, strategytest.Good(100*s))
		for _, step := range []struct {
			at       time.Duration
			want     strategy.Result
			requests uint32
		}{
			{at: 100 * s, want: strategy.Expired, requests: 1}, // to 140 s
			{at: 139 * s, want: strategy.Expired},
			{at: 140 * s, want: strategy.Expired, requests: 1}, // to 160 s, and not to 180 s
			{at: 159 * s, want: strategy.Expired},
			{at: 160 * s, want: strategy.Throttled, requests: 1},
			{at: 189 * s, want: strategy.Throttled, requests: 1},
		} {
			if stale > 0 && step.at >= 160*s {
				step.want = strategy.Expired
			}
			k, _ := strategytest.Resolve(t, c, step.at, strategytest.Plain429)
			if k.Result != step.want || k.Attempts != step.requests {
				t.Errorf("stale for %v, at %v: got %v with %d requests, want %v with %d", stale, step.at, k.Result, k.Attempts, step.want, step.requests)
			}
		}
	}
}
