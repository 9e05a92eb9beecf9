package strategytest

import (
	"testing"
	"time"

	"tenement/internal/strategy"
)

// The outcomes that the SDK table tells apart.
var (
	Plain429     = strategy.Outcome{Status: 429, Body: strategy.BodyText}
	Code429      = strategy.Outcome{Status: 400, Body: strategy.BodyThrottleJSON}
	Bad403       = strategy.Outcome{Status: 403, Body: strategy.BodyErrorJSON}
	Bad404       = strategy.Outcome{Status: 404, Body: strategy.BodyText}
	Err500       = strategy.Outcome{Status: 500, Body: strategy.BodyErrorJSON}
	Err501       = strategy.Outcome{Status: 501, Body: strategy.BodyErrorJSON}
	Err502       = strategy.Outcome{Status: 502, Body: strategy.BodyErrorJSON}
	Err503       = strategy.Outcome{Status: 503, Body: strategy.BodyErrorJSON}
	Err504       = strategy.Outcome{Status: 504, Body: strategy.BodyErrorJSON}
	Refused      = strategy.Outcome{Err: strategy.ConnRefused}
	Reset        = strategy.Outcome{Err: strategy.ConnReset}
	Truncated    = strategy.Outcome{Err: strategy.CutShort, Body: strategy.BodyMalformed}
	DialTimeout  = strategy.Outcome{Err: strategy.ConnectTimeout}
	ReadTimeout  = strategy.Outcome{Err: strategy.ResponseTimeout}
	Malformed    = strategy.Outcome{Status: 200, Body: strategy.BodyMalformed}
	EmptyObject  = strategy.Outcome{Status: 200, Body: strategy.BodyEmpty}
	MissingField = strategy.Outcome{Status: 200, Body: strategy.BodyMissingField}
)

// Client is that of the one process of one task, in a group that is otherwise c.
func Client(c strategy.Clients) *strategy.Client {
	c.Tasks, c.Processes, c.Key = 1, 1, TaskKey("g")
	return strategy.NewHost(1, 0, []strategy.Clients{c}).Client(0, 0, 0)
}

// Fresh is a Client under a strategy.
func Fresh(s *strategy.Strategy) *strategy.Client {
	return Client(strategy.Clients{Strategy: s})
}

// Resolve plays one call against an endpoint that always answers o, in no
// time, and returns how it ended and the waits between and after attempts.
func Resolve(t *testing.T, c *strategy.Client, now time.Duration, o strategy.Outcome) (*strategy.Call, []time.Duration) {
	t.Helper()
	k := &strategy.Call{Scheduled: now}
	step := c.Begin(now, k)
	var waits []time.Duration
	for first := true; step.Do != strategy.Finish; first = false {
		e := strategy.Event{Kind: strategy.Due}
		switch step.Do {
		case strategy.Send:
			e = strategy.Event{Kind: strategy.Replied, Outcome: &o}
			if !first {
				waits = append(waits, step.For)
			}
		case strategy.Sleep:
			waits = append(waits, step.For)
		default:
			t.Fatalf("step %v for a lone call", step.Do)
		}
		now += step.For
		step = c.Resume(now, k, e)
	}
	return k, waits
}
