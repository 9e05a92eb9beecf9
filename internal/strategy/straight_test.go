package strategy

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/draw"
)

// A client whose calls take the straight way is afterwards as one whose calls go through
// the machine, and so are its calls.
func TestStraightIsWhatTheMachineDecides(t *testing.T) {
	plain := &Refresh{Window: 5 * time.Minute}
	for _, row := range []struct {
		name    string
		clients Clients
		least   int // of its calls take the straight way
	}{
		{"join", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Join}, Quota: Quota{Tokens: 5, Cost: 2}}}, 30},
		{"jitter", Clients{Strategy: &Strategy{Cache: &Refresh{Window: 9 * time.Minute, Jitter: 0.5}, Flight: Flight{Kind: Join}}}, 30},
		{"serial after the first", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Serial, FirstEach: true}, FirstUse: 2, RejectExpired: true}}, 25},
		{"no cache", Clients{Strategy: &Strategy{Timeouts: Timeouts{Response: time.Second}}}, 40},
		{"per call", Clients{Strategy: &Strategy{Cache: plain, Quota: Quota{Tokens: 5}}, PerCall: true}, 40},
		{"a bucket", Clients{Strategy: &Strategy{Cache: plain, Door: Door{Bucket: Bucket{Tokens: 1, Per: time.Second}}}}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := row.clients
			g.Tasks, g.Processes, g.Key = 1, 1, func(int) draw.Key { return 7 }
			straight, machine := NewHost(1, 0, []Clients{g}).At(0), NewHost(1, 0, []Clients{g}).At(0)
			var k, l Call
			took := 0
			for i := range 40 {
				now := time.Duration(i) * 4 * time.Minute
				expires := []time.Duration{now + 20*time.Minute, now + 6*time.Minute, now - time.Minute, 0}[i%4]
				l = Call{Scheduled: now}
				if k.Scheduled = now; !through(straight, now, &k, expires) {
					k = Call{Scheduled: now}
					machined(straight, now, &k, expires)
					k = Call{Scheduled: now, Begun: k.Begun, Ended: k.Ended, Attempts: k.Attempts, Result: k.Result, Served: k.Served}
				} else {
					took++
				}
				machined(machine, now, &l, expires)
				if k.Ended != l.Ended || k.Attempts != l.Attempts || k.Result != l.Result || k.Served != l.Served {
					t.Fatalf("call %d: got %v after %d attempts, %v, want %v after %d, %v", i, k.Result, k.Attempts, k.Served, l.Result, l.Attempts, l.Served)
				}
				if a, b := straight.first, machine.first; !reflect.DeepEqual(a, b) || straight.quota != machine.quota || straight.fetches != machine.fetches {
					t.Fatalf("call %d: the client is %+v, want %+v", i, a, b)
				}
			}
			if took < row.least {
				t.Errorf("%d calls took the straight way, want at least %d", took, row.least)
			}
		})
	}
}

// through takes a call along the straight way; it returns false, and has changed
// nothing, if that is not possible.
func through(c *Client, now time.Duration, k *Call, expires time.Duration) bool {
	do, ok := c.BeginStraight(now, k)
	if !ok || do == Finish {
		return ok
	}
	ended := now + time.Second
	if !c.EndStraight(ended, k, expires) {
		carried(c, k, c.Resume(ended, k, Event{Kind: Replied, Outcome: &Outcome{Status: 200, Expires: expires}}), ended, expires)
		*k = Call{Begun: k.Begun, Ended: k.Ended, Attempts: k.Attempts, Result: k.Result, Served: k.Served}
	}
	return true
}

// machined takes a call through the machine; each attempt takes a second and brings a
// good document.
func machined(c *Client, now time.Duration, k *Call, expires time.Duration) {
	carried(c, k, c.Begin(now, k), now, expires)
}

func carried(c *Client, k *Call, step Step, now, expires time.Duration) {
	for step.Do != Finish {
		now += step.For
		e := Event{Kind: Due}
		if step.Do == Send {
			now += time.Second
			e = Event{Kind: Replied, Outcome: &Outcome{Status: 200, Expires: expires}}
		}
		step = c.Resume(now, k, e)
	}
}
