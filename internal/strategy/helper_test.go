package strategy

import (
	"testing"
	"time"
)

// The outcomes that the SDK table tells apart.
var (
	plain429     = Outcome{Status: 429, Body: BodyText}
	code429      = Outcome{Status: 400, Body: BodyThrottleJSON}
	bad404       = Outcome{Status: 404, Body: BodyText}
	err500       = Outcome{Status: 500, Body: BodyErrorJSON}
	err503       = Outcome{Status: 503, Body: BodyErrorJSON}
	refused      = Outcome{Err: ConnRefused}
	reset        = Outcome{Err: ConnReset}
	truncated    = Outcome{Err: CutShort, Body: BodyMalformed}
	dialTimeout  = Outcome{Err: ConnectTimeout}
	readTimeout  = Outcome{Err: ResponseTimeout}
	malformed    = Outcome{Status: 200, Body: BodyMalformed}
	emptyObject  = Outcome{Status: 200, Body: BodyEmpty}
	missingField = Outcome{Status: 200, Body: BodyMissingField}
)

// fresh is a client of one process under a strategy, and a call of it.
func fresh(s *Strategy) *Client {
	h := NewHost(1, 0, []Clients{{Strategy: s, Tasks: 1, Processes: 1, Key: taskKey("g")}})
	return h.Client(0, 0, 0)
}

// resolve plays one call against an endpoint that always answers o, in no
// time, and returns how it ended and the waits between and after attempts.
func resolve(t *testing.T, c *Client, now time.Duration, o Outcome) (*Call, []time.Duration) {
	t.Helper()
	k := &Call{Scheduled: now}
	step := c.Begin(now, k)
	var waits []time.Duration
	for first := true; step.Do != Finish; first = false {
		e := Event{Kind: Due}
		switch step.Do {
		case Send:
			e = Event{Kind: Replied, Outcome: &o}
			if !first {
				waits = append(waits, step.For)
			}
		case Sleep:
			waits = append(waits, step.For)
		default:
			t.Fatalf("step %v for a lone call", step.Do)
		}
		now += step.For
		step = c.Resume(now, k, e)
	}
	return k, waits
}
