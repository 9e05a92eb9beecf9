package strategy

import (
	"testing"
	"time"
)

// A call is judged at the instant it ends by the Expiration of what it gets,
// whatever its client believes, and wherever the document comes from.
func TestExpiryIsTheVerdict(t *testing.T) {
	const left = 10 * minute
	for _, r := range []struct {
		past, grace time.Duration
		want        Result
	}{
		{-1, 0, OK}, {0, 0, Expired}, {hour, 0, Expired},
		{-1, minute, OK}, {0, minute, Stale}, {minute, minute, Stale}, {minute + 1, minute, Expired},
	} {
		forHours := TTL{For: 6 * hour}
		behind := &Refresh{Window: minute, Behind: true, Extend: Extension{Least: 9 * hour, Most: 9 * hour}}
		for name, s := range map[string]Strategy{
			"ttl":      {Cache: forHours},
			"stale":    {Cache: &Refresh{StaleOnError: 6 * hour}},
			"extended": {Cache: behind, Flight: Flight{Kind: Join}},
		} {
			c := NewHost(1, 0, []Clients{{Strategy: &s, Tasks: 1, Processes: 1, Grace: r.grace, Key: taskKey("g")}}).Client(0, 0, 0)
			resolve(t, c, 0, good(left))
			if k, _ := resolve(t, c, left+r.past, plain429); k.Result != r.want {
				t.Errorf("%s, %v past, grace %v: got %v, want %v", name, r.past, r.grace, k.Result, r.want)
			}
		}
		for name, perCall := range map[string]bool{"fetched": false, "fetched by a client of its own": true} {
			c := NewHost(1, 0, []Clients{{Strategy: &Strategy{}, Tasks: 1, Processes: 1, PerCall: perCall, Grace: r.grace, Key: taskKey("g")}}).Client(0, 0, 0)
			if k, _ := resolve(t, c, left, good(left-r.past)); k.Result != r.want {
				t.Errorf("%s, %v past, grace %v: got %v, want %v", name, r.past, r.grace, k.Result, r.want)
			}
		}
	}
}

// What is an error stays one within the grace.
func TestRejectExpired(t *testing.T) {
	for _, s := range []Strategy{
		{RejectExpired: true},
		{RejectExpired: true, Cache: TTL{For: minute}},
		{RejectExpired: true, Cache: &Refresh{}, FirstUse: 2},
	} {
		for _, perCall := range []bool{false, true} {
			c := NewHost(1, 0, []Clients{{Strategy: &s, Tasks: 1, Processes: 1, PerCall: perCall, Grace: hour, Key: taskKey("g")}}).Client(0, 0, 0)
			if k, _ := resolve(t, c, 3*minute, good(2*minute)); k.Result != Expired {
				t.Errorf("%+v: got %v, want an error", s, k.Result)
			}
		}
	}
	// A client that believes in a longer life hands out what has expired.
	s := Strategy{RejectExpired: true, Cache: &Refresh{ExtendOld: Extension{Least: minute, Most: minute}}}
	c := NewHost(1, 0, []Clients{{Strategy: &s, Tasks: 1, Processes: 1, Grace: hour, Key: taskKey("g")}}).Client(0, 0, 0)
	if k, _ := resolve(t, c, 3*minute, good(2*minute)); k.Result != Stale {
		t.Errorf("put off: got %v, want stale", k.Result)
	}
}
