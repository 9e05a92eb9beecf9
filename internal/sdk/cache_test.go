package sdk

import (
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// Each row of the facts' caching table for a preset: what a call gets at an
// instant, after a load at 0 of credentials that expire at one hour.
func TestPresetsCacheWindows(t *testing.T) {
	rows := []struct {
		preset string
		at     time.Duration
		want   strategy.Answer
	}{
		{"aws-sdk-go-v2", 55*time.Minute - 1, strategy.Hit},
		{"aws-sdk-go-v2", 55 * time.Minute, strategy.Miss}, // single flight, everyone waits
		{"botocore", 45*time.Minute - 1, strategy.Hit},
		{"botocore", 45 * time.Minute, strategy.HitOthersRefreshFirst}, // advisory
		{"botocore", 50*time.Minute - 1, strategy.HitOthersRefreshFirst},
		{"botocore", 50 * time.Minute, strategy.Miss}, // mandatory
		{"aws-sdk-php", 59*time.Minute - 1, strategy.Hit},
		{"aws-sdk-php", 59 * time.Minute, strategy.Miss}, // since the window of a minute, which 3.376 has
		{"aws-sdk-js-v3", 55*time.Minute - 1, strategy.Hit},
		{"aws-sdk-js-v3", 55 * time.Minute, strategy.HitRefreshBehind},
		{"aws-sdk-js-v3", time.Hour - 1, strategy.HitRefreshBehind},
		{"aws-sdk-js-v3", time.Hour, strategy.Miss},
		{"aws-sdk-ruby", 55*time.Minute - 1, strategy.Hit},
		{"aws-sdk-ruby", 55 * time.Minute, strategy.Miss}, // blocking under the mutex
	}
	for _, row := range rows {
		t.Run(row.preset+"/"+row.at.String(), func(t *testing.T) {
			p := named(t, row.preset)
			cache := p.Strategy.Cache
			entry := cache.Store(0, strategy.Entry{}, strategytest.Good(time.Hour), 0)
			if got := cache.Lookup(row.at, entry); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

// What calls get when a refresh fails, while the credentials are valid (at 57
// minutes) and after they have expired.
func TestPresetsFailedRefresh(t *testing.T) {
	rows := []struct {
		preset         string
		valid, expired strategy.Result
		held           bool // the entry survives
	}{
		{"aws-sdk-go-v2", strategy.Throttled, strategy.Throttled, true}, // credentials inside the window are not used
		{"botocore", strategy.Throttled, strategy.Throttled, true},      // mandatory: raises
		{"aws-sdk-php", strategy.Throttled, strategy.Throttled, true},
		{"aws-sdk-ruby", strategy.Empty, strategy.Empty, false}, // overwrites good credentials with empty ones
	}
	for _, row := range rows {
		t.Run(row.preset, func(t *testing.T) {
			p := named(t, row.preset)
			for _, at := range []time.Duration{57 * time.Minute, 61 * time.Minute} {
				want := row.valid
				if at > time.Hour {
					want = row.expired
				}
				entry := p.Strategy.Cache.Store(0, strategy.Entry{}, strategytest.Good(time.Hour), 0)
				entry, got := p.Strategy.Cache.Failed(at, entry, strategytest.Plain429, 0)
				if got != want || entry.Held != row.held {
					t.Errorf("at %v got %v, held %v; want %v, %v", at, got, entry.Held, want, row.held)
				}
			}
		})
	}
}

// Go v2's rewriting of an expiry, and botocore's.
func TestIMDSCaches(t *testing.T) {
	const quarter = 1 << 30 // an extension reads the lower half of a draw
	for _, r := range []struct {
		preset        string
		expires       time.Duration // of the document, fetched at 0
		refresh, must time.Duration
		ends          time.Duration
	}{
		{"aws-sdk-go-v2@imds", 6 * time.Hour, 55 * time.Minute, 55 * time.Minute, 6 * time.Hour},
		{"aws-sdk-go-v2@imds", 40 * time.Minute, 35 * time.Minute, 35 * time.Minute, 0},
		{"aws-sdk-go-v2@imds", 14 * time.Minute, 14 * time.Minute, 14 * time.Minute, 0},
		{"botocore@imds", time.Hour, 45 * time.Minute, 50 * time.Minute, 0},
		// A quarter of the way from 17 to 25 minutes is 19.
		{"botocore@imds", 18 * time.Minute, 4 * time.Minute, 9 * time.Minute, 18 * time.Minute},
		{"botocore@imds", -time.Minute, 4 * time.Minute, 9 * time.Minute, -time.Minute},
		{"aws-sdk-js-v3@imds", 4 * time.Minute, -time.Minute, 4 * time.Minute, 0},
		{"aws-sdk-js-v3@imds", -time.Minute, 75 * time.Second, 6*time.Minute + 15*time.Second, -time.Minute},
	} {
		p := named(t, r.preset)
		e := p.Strategy.Cache.Store(0, strategy.Entry{}, strategytest.Good(r.expires), quarter)
		if e.Refresh != r.refresh || e.Must != r.must || e.Ends != r.ends {
			t.Errorf("%s, a document until %v: refresh %v, must %v, ends %v; want %v, %v, %v",
				r.preset, r.expires, e.Refresh, e.Must, e.Ends, r.refresh, r.must, r.ends)
		}
	}
}
