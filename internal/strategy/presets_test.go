package strategy

import (
	"fmt"
	"testing"
	"time"
)

// The outcomes that the SDK table tells apart.
var (
	plain429     = Outcome{Status: 429, Body: BodyText}
	code429      = Outcome{Status: 400, Body: BodyThrottleJSON}
	bad403       = Outcome{Status: 403, Body: BodyErrorJSON}
	bad404       = Outcome{Status: 404, Body: BodyText}
	err500       = Outcome{Status: 500, Body: BodyErrorJSON}
	err501       = Outcome{Status: 501, Body: BodyErrorJSON}
	err502       = Outcome{Status: 502, Body: BodyErrorJSON}
	err503       = Outcome{Status: 503, Body: BodyErrorJSON}
	err504       = Outcome{Status: 504, Body: BodyErrorJSON}
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

// The table of facts, "container credentials endpoint": requests of one
// resolution per outcome. 1 is "not retried".
func TestPresetsRetryWhatTheSDKsRetry(t *testing.T) {
	rows := []struct {
		preset   string
		outcome  string
		o        Outcome
		requests int
		result   Result
	}{
		{"aws-sdk-go-v2", "429", plain429, 3, Throttled},
		{"aws-sdk-go-v2", "throttle code in JSON", code429, 3, Throttled},
		{"aws-sdk-go-v2", "500", err500, 3, Error},
		{"aws-sdk-go-v2", "502", err502, 3, Error},
		{"aws-sdk-go-v2", "503", err503, 3, Error},
		{"aws-sdk-go-v2", "504", err504, 3, Error},
		{"aws-sdk-go-v2", "501", err501, 1, Error},
		{"aws-sdk-go-v2", "refused", refused, 3, Refused},
		{"aws-sdk-go-v2", "reset", reset, 3, Reset},
		{"aws-sdk-go-v2", "connect timeout", dialTimeout, 3, Timeout},
		{"aws-sdk-go-v2", "read timeout", readTimeout, 3, Timeout},
		{"aws-sdk-go-v2", "body cut short", truncated, 1, Truncated},
		{"aws-sdk-go-v2", "403", bad403, 1, Rejected},
		{"aws-sdk-go-v2", "404", bad404, 1, Rejected},
		{"aws-sdk-go-v2", "malformed or empty body", malformed, 1, Malformed},
		{"aws-sdk-go-v2", "empty object", emptyObject, 1, Empty},

		{"botocore", "429", plain429, 3, Throttled},
		{"botocore", "403", bad403, 3, Rejected},
		{"botocore", "404", bad404, 3, Rejected},
		{"botocore", "500", err500, 3, Error},
		{"botocore", "503", err503, 3, Error},
		{"botocore", "read timeout", readTimeout, 3, Timeout},
		{"botocore", "connect timeout", dialTimeout, 3, Timeout},
		{"botocore", "refused", refused, 3, Refused},
		{"botocore", "reset", reset, 3, Reset},
		{"botocore", "malformed or empty body", malformed, 3, Malformed},
		{"botocore", "body cut short", truncated, 3, Truncated},
		{"botocore", "empty object", emptyObject, 1, Malformed},
		{"botocore", "missing key", missingField, 1, Malformed},

		{"aws-sdk-php", "429", plain429, 1, Throttled},
		{"aws-sdk-php", "404", bad404, 1, Rejected},
		{"aws-sdk-php", "500", err500, 1, Error},
		{"aws-sdk-php", "503", err503, 1, Error},
		{"aws-sdk-php", "malformed", malformed, 1, Malformed},
		{"aws-sdk-php", "body cut short", truncated, 1, Truncated},
		{"aws-sdk-php", "refused", refused, 4, Refused},
		{"aws-sdk-php", "connect timeout", dialTimeout, 4, Timeout},
		{"aws-sdk-php", "transfer timeout", readTimeout, 4, Timeout},

		{"aws-sdk-js-v3", "429", plain429, 5, Throttled},
		{"aws-sdk-js-v3", "403", bad403, 5, Rejected},
		{"aws-sdk-js-v3", "503", err503, 5, Error},
		{"aws-sdk-js-v3", "refused", refused, 5, Refused},
		{"aws-sdk-js-v3", "missing field", missingField, 5, Malformed},
		{"aws-sdk-js-v3", "empty object", emptyObject, 5, Malformed},
		{"aws-sdk-js-v3", "malformed", malformed, 4, Malformed},
		{"aws-sdk-js-v3", "body cut short", truncated, 4, Truncated},
		{"aws-sdk-js-v3@eks", "body cut short", truncated, 4, Truncated},

		{"aws-sdk-ruby", "429", plain429, 12, Empty},
		{"aws-sdk-ruby", "404", bad404, 12, Empty},
		{"aws-sdk-ruby", "500", err500, 12, Empty},
		{"aws-sdk-ruby", "refused", refused, 12, Empty},
		{"aws-sdk-ruby", "timeout, each sent twice", readTimeout, 24, Empty},
		{"aws-sdk-ruby", "reset, sent twice by the HTTP library", reset, 4, Empty},
		{"aws-sdk-ruby", "malformed, in a loop of its own, then raised", malformed, 4, Malformed},
		{"aws-sdk-ruby", "body cut short, which passes for whole", truncated, 4, Malformed},
		{"aws-sdk-ruby", "empty object", emptyObject, 2, Empty},
	}
	for _, row := range rows {
		t.Run(row.preset+"/"+row.outcome, func(t *testing.T) {
			p, ok := PresetNamed(row.preset)
			if !ok {
				t.Fatal("no such preset")
			}
			k, _ := resolve(t, fresh(&p.Strategy), 0, row.o)
			if int(k.Attempts) != row.requests || k.Result != row.result {
				t.Errorf("got %d requests, %v; want %d, %v", k.Attempts, k.Result, row.requests, row.result)
			}
		})
	}
}

// "Total cost of one failed resolution (persistent plain 429)": requests and
// seconds, the least and the most.
func TestPresetsTotalCost(t *testing.T) {
	rows := []struct {
		preset     string
		uses       int // resolutions: ruby's first use makes two
		requests   int
		waits      []time.Duration // exact, where the SDK does not jitter
		least, max time.Duration
	}{
		{"aws-sdk-go-v2", 1, 3, nil, 0, 6 * time.Second},
		{"botocore", 1, 3, seconds(1, 1, 1), 0, 0},
		{"aws-sdk-php", 1, 1, nil, 0, 0},
		{"aws-sdk-js-v3", 1, 5, seconds(1, 1, 1, 0), 0, 0},
		{"aws-sdk-ruby", 1, 12, seconds(1, 1.2, 1.44, 1.728, 2.0736, 0, 1, 1.2, 1.44, 1.728, 2.0736), 0, 0},
		{"aws-sdk-ruby", 2, 6, seconds(1, 1.2, 1.44, 1.728, 2.0736), 0, 0},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.preset, "/use ", row.uses), func(t *testing.T) {
			p, _ := PresetNamed(row.preset)
			c := fresh(&p.Strategy)
			var k *Call
			var waits []time.Duration
			for range row.uses {
				k, waits = resolve(t, c, 0, plain429)
			}
			if int(k.Attempts) != row.requests {
				t.Errorf("got %d requests, want %d", k.Attempts, row.requests)
			}
			if row.waits != nil {
				if fmt.Sprint(waits) != fmt.Sprint(row.waits) {
					t.Errorf("got waits %v, want %v", waits, row.waits)
				}
				return
			}
			if total := k.Ended; total < row.least || total > row.max {
				t.Errorf("took %v, want %v to %v", total, row.least, row.max)
			}
		})
	}
}

// The facts' columns of timeouts, of what concurrent calls do, and of the retry
// quota, for every preset there is.
func TestPresetsWaitAndShare(t *testing.T) {
	const ms = time.Millisecond
	type row struct {
		timeouts Timeouts
		flight   Flight
		quota    Quota
	}
	standard := Quota{Tokens: 500, Cost: 5, TimeoutCost: 10} // the SDKs' standard retry mode
	rows := map[string]row{
		"aws-sdk-go-v2":      {Timeouts{Connect: 30_000 * ms}, Flight{Kind: Join}, standard},
		"aws-sdk-go-v2@imds": {Timeouts{Connect: 250 * ms, Response: 500 * ms, Leg: 5000 * ms}, Flight{Kind: Join}, standard},
		"aws-sdk-js-v3":      {Timeouts{Connect: 1000 * ms, OtherLink: 1000 * ms}, Flight{Kind: Join}, Quota{}},
		"aws-sdk-js-v3@eks":  {Timeouts{Connect: 1000 * ms}, Flight{Kind: Join}, Quota{}},
		"aws-sdk-js-v3@imds": {Timeouts{Attempt: 1000 * ms}, Flight{Kind: Join}, Quota{}},
		"aws-sdk-php":        {Timeouts{Attempt: 1000 * ms}, Flight{}, Quota{}},
		"aws-sdk-php@imds":   {Timeouts{Attempt: 1000 * ms}, Flight{}, Quota{}},
		"aws-sdk-ruby":       {Timeouts{Connect: 5000 * ms, Response: 5000 * ms}, Flight{Kind: Serial}, Quota{}},
		"aws-sdk-ruby@imds":  {Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, Flight{Kind: Serial}, Quota{}},
		"botocore":           {Timeouts{Connect: 2000 * ms, Response: 2000 * ms}, Flight{Kind: Serial, FirstEach: true}, Quota{}},
		"botocore@imds":      {Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, Flight{Kind: Serial, FirstEach: true}, Quota{}},
	}
	for _, p := range Presets() {
		if got := (row{p.Strategy.Timeouts, p.Strategy.Flight, p.Strategy.Quota}); got != rows[p.Name] {
			t.Errorf("%s: got  %+v\nwant %+v", p.Name, got, rows[p.Name])
		}
	}
}

// Go v2 draws its waits from U(0, 2 s), then U(0, 4 s): mean 3 s in all.
func TestGoV2Backoff(t *testing.T) {
	p, _ := PresetNamed("aws-sdk-go-v2")
	var sum [2]time.Duration
	const n = 4000
	for i := range n {
		h := NewHost(uint64(i), 0, []Clients{{Strategy: &p.Strategy, Tasks: 1, Processes: 1, Key: taskKey("g")}})
		_, waits := resolve(t, h.Client(0, 0, 0), 0, plain429)
		for j, w := range waits {
			if limit := 2 * time.Second << j; w < 0 || w >= limit {
				t.Fatalf("wait %d is %v, want below %v", j, w, limit)
			}
			sum[j] += w
		}
	}
	// The standard error of the mean of n uniforms is width/sqrt(12 n).
	for j, want := range []time.Duration{time.Second, 2 * time.Second} {
		got := sum[j] / n
		if diff := (got - want).Abs(); diff > want*2*4/219 {
			t.Errorf("mean of wait %d is %v, want %v", j, got, want)
		}
	}
}

func seconds(s ...float64) []time.Duration {
	var d []time.Duration
	for _, v := range s {
		d = append(d, time.Duration(v*1e9))
	}
	return d
}
