package strategy

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
)

// A client whose calls take the straight way is afterwards as one whose calls go through
// the machine, and so are its calls.
func TestStraightIsWhatTheMachineDecides(t *testing.T) {
	plain := &Refresh{Window: 5 * time.Minute}
	backoff := &Backoff{Attempts: 4, On: OnDefault, Wait: Wait{Base: time.Second, Cap: 3 * time.Second, Jitter: FullJitter},
		Classes: []Class{{On: On429, Wait: Wait{Base: 2 * time.Second, Jitter: Decorrelated}}}, RetryAfter: RetryAfter{Use: AtLeast}}
	shared, last, linked := *backoff, *backoff, *backoff
	shared.Shared, shared.MalformedAttempts, last.AfterLast, linked.OtherLinkOn = true, 2, true, On429
	for _, row := range []struct {
		name    string
		clients Clients
		least   int // of its calls take the straight way
	}{
		{"join", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Join}, Quota: Quota{Tokens: 5, Cost: 2}}}, 90},
		{"jitter", Clients{Strategy: &Strategy{Cache: &Refresh{Window: 9 * time.Minute, Jitter: 0.5}, Flight: Flight{Kind: Join}}}, 90},
		{"serial after the first", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Serial, FirstEach: true}, FirstUse: 2, RejectExpired: true}}, 75},
		{"no cache", Clients{Strategy: &Strategy{Timeouts: Timeouts{Response: time.Second}}}, 120},
		{"per call", Clients{Strategy: &Strategy{Cache: plain, Quota: Quota{Tokens: 5}}, PerCall: true}, 120},
		{"retries", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Join}, Quota: Quota{Tokens: 20, Cost: 3, TimeoutCost: 5}, Retry: backoff}}, 10},
		{"retries per call", Clients{Strategy: &Strategy{Cache: plain, Quota: Quota{Tokens: 9, Cost: 5}, Retry: backoff, Timeouts: Timeouts{Response: 2 * time.Second}}, PerCall: true}, 10},
		{"retries without a cache", Clients{Strategy: &Strategy{Retry: &shared}}, 10},
		{"stale and empty", Clients{Strategy: &Strategy{Cache: &Refresh{Window: 5 * time.Minute, StaleOnError: time.Hour, EmptyOnError: true}, Flight: Flight{Kind: Serial}, Retry: backoff}}, 10},
		{"extended", Clients{Strategy: &Strategy{Cache: &Refresh{Window: 5 * time.Minute, Extend: Extension{Most: 10 * time.Minute}}, Flight: Flight{Kind: Join}, Retry: backoff, FirstUse: 3}}, 10},
		{"a wait after the last", Clients{Strategy: &Strategy{Cache: plain, Flight: Flight{Kind: Join}, Retry: &last}}, 10},
		{"another link", Clients{Strategy: &Strategy{Cache: plain, Retry: &linked, Timeouts: Timeouts{Response: time.Minute, OtherLink: 2 * time.Second}}}, 10},
		{"resent, hanging", Clients{Strategy: &Strategy{Cache: plain, Retry: backoff, Resend: Resend{On: OnReset, Times: 1}, HangOn: On404, IgnoreEOF: true}}, 10},
		{"no retries", Clients{Strategy: &Strategy{Cache: plain, Retry: NoRetry{}}}, 10},
		{"a bucket", Clients{Strategy: &Strategy{Cache: plain, Door: Door{Bucket: Bucket{Tokens: 1, Per: time.Second}}}}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := row.clients
			g.Tasks, g.Processes, g.Key = 1, 1, func(int) draw.Key { return 7 }
			straight, machine := NewHost(1, 0, []Clients{g}).At(0), NewHost(1, 0, []Clients{g}).At(0)
			machine.straight = false
			var k, l Call
			took := 0
			for i := range 120 {
				now := time.Duration(i) * 4 * time.Minute
				expires := []time.Duration{now + 20*time.Minute, now + 6*time.Minute, now - time.Minute, 0}[i%4]
				answer := func(attempt uint32) Outcome {
					if g.Strategy.Retry == nil || int(attempt) >= []int{0, 1, 5, 2, 3}[i%5] {
						return Outcome{Status: 200, Expires: expires}
					}
					return failures[(i/5+i%2*int(attempt))%len(failures)]
				}
				one, other := server{answer: answer}, server{answer: answer}
				l = Call{Scheduled: now}
				if k.Scheduled = now; !through(straight, now, &k, &one) {
					k = Call{Scheduled: now}
					machined(straight, now, &k, &one)
					k = Call{Scheduled: now, Begun: k.Begun, Ended: k.Ended, Attempts: k.Attempts, Result: k.Result, Served: k.Served}
				} else {
					took++
				}
				machined(machine, now, &l, &other)
				if k.Ended != l.Ended || k.Attempts != l.Attempts || k.Result != l.Result || k.Served != l.Served {
					t.Fatalf("call %d: got %v after %d attempts, %v, want %v after %d, %v", i, k.Result, k.Attempts, k.Served, l.Result, l.Attempts, l.Served)
				}
				if !slices.Equal(one.asked, other.asked) {
					t.Fatalf("call %d: got the attempts %v, want %v", i, one.asked, other.asked)
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

// failures are attempts that have failed in many ways.
var failures = []Outcome{
	{Status: 429, Body: BodyText}, {Status: 503, Body: BodyText}, {Status: 429, RetryAfter: 4 * time.Second}, {Err: ResponseTimeout},
	{Err: ConnReset}, {Status: 404, Body: BodyText}, {Status: 200, Body: BodyMalformed}, {Err: CutShort, Status: 200, Body: BodyMalformed},
	{Status: 200, Body: BodyEmpty}, {Err: ConnRefused}, {Status: 400, Body: BodyThrottleJSON}, {Status: 503, RetryAfter: noDeadline - time.Hour},
}

// server answers attempts, each after a second, and keeps what was asked.
type server struct {
	answer func(attempt uint32) Outcome
	asked  []asked
}

type asked struct {
	at   time.Duration
	what Request
}

// ask is the answer to a call's attempt that is sent at an instant, which moves on.
func (s *server) ask(at *time.Duration, k *Call) *Outcome {
	s.asked = append(s.asked, asked{*at, k.Request()})
	*at += time.Second
	o := s.answer(k.Attempts)
	return &o
}

// through takes a call along the straight way; it returns false, and has changed
// nothing, if that is not possible.
func through(c *Client, now time.Duration, k *Call, s *server) bool {
	do, ok := c.BeginStraight(now, k)
	if !ok || do == Finish {
		return ok
	}
	o := s.ask(&now, k)
	if !o.Good() || !c.EndStraight(now, k, o.Expires) {
		carried(c, k, c.Resume(now, k, Event{Kind: Replied, Outcome: o}), now, s)
		*k = Call{Begun: k.Begun, Ended: k.Ended, Attempts: k.Attempts, Result: k.Result, Served: k.Served}
	}
	return true
}

// machined takes a call through the machine.
func machined(c *Client, now time.Duration, k *Call, s *server) {
	carried(c, k, c.Begin(now, k), now, s)
}

// carried goes on with a call after a step. A call that would wait for ever is abandoned.
func carried(c *Client, k *Call, step Step, now time.Duration, s *server) {
	for step.Do != Finish {
		now += step.For
		e := Event{Kind: Due}
		switch step.Do {
		case Send:
			e = Event{Kind: Replied, Outcome: s.ask(&now, k)}
		case Await:
			c.Abandon(now, k, Unfinished)
			return
		}
		step = c.Resume(now, k, e)
	}
}
