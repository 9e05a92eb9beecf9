package sdk

import (
	"fmt"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/strategy/strategytest"
)

// The table of facts, "container credentials endpoint": requests of one
// resolution per outcome. 1 is "not retried".
func TestPresetsRetryWhatTheSDKsRetry(t *testing.T) {
	rows := []struct {
		preset   string
		outcome  string
		o        strategy.Outcome
		requests int
		result   strategy.Result
	}{
		{"aws-sdk-go-v2", "429", strategytest.Plain429, 3, strategy.Throttled},
		{"aws-sdk-go-v2", "throttle code in JSON", strategytest.Code429, 3, strategy.Throttled},
		{"aws-sdk-go-v2", "500", strategytest.Err500, 3, strategy.Error},
		{"aws-sdk-go-v2", "502", strategytest.Err502, 3, strategy.Error},
		{"aws-sdk-go-v2", "503", strategytest.Err503, 3, strategy.Error},
		{"aws-sdk-go-v2", "504", strategytest.Err504, 3, strategy.Error},
		{"aws-sdk-go-v2", "501", strategytest.Err501, 1, strategy.Error},
		{"aws-sdk-go-v2", "refused", strategytest.Refused, 3, strategy.Refused},
		{"aws-sdk-go-v2", "reset", strategytest.Reset, 3, strategy.Reset},
		{"aws-sdk-go-v2", "connect timeout", strategytest.DialTimeout, 3, strategy.Timeout},
		{"aws-sdk-go-v2", "read timeout", strategytest.ReadTimeout, 3, strategy.Timeout},
		{"aws-sdk-go-v2", "body cut short", strategytest.Truncated, 1, strategy.Truncated},
		{"aws-sdk-go-v2", "403", strategytest.Bad403, 1, strategy.Rejected},
		{"aws-sdk-go-v2", "404", strategytest.Bad404, 1, strategy.Rejected},
		{"aws-sdk-go-v2", "malformed or empty body", strategytest.Malformed, 1, strategy.Malformed},
		{"aws-sdk-go-v2", "empty object", strategytest.EmptyObject, 1, strategy.Empty},

		{"aws-sdk-go-v2@1.47", "429", strategytest.Plain429, 3, strategy.Throttled},
		{"aws-sdk-go-v2@1.47", "503", strategytest.Err503, 3, strategy.Error},
		{"aws-sdk-go-v2@pre-429", "429", strategytest.Plain429, 1, strategy.Throttled},
		{"aws-sdk-go-v2@pre-429", "throttle code in JSON", strategytest.Code429, 3, strategy.Throttled},
		{"aws-sdk-go-v2@pre-429", "503", strategytest.Err503, 1, strategy.Error},
		{"aws-sdk-go-v2@pre-429", "refused", strategytest.Refused, 3, strategy.Refused},

		{"aws-sdk-go-v1", "429", strategytest.Plain429, 4, strategy.Throttled},
		{"aws-sdk-go-v1", "403, JSON", strategytest.Bad403, 1, strategy.Rejected},
		{"aws-sdk-go-v1", "404, text", strategytest.Bad404, 4, strategy.Rejected},
		{"aws-sdk-go-v1", "501, JSON", strategytest.Err501, 1, strategy.Error},
		{"aws-sdk-go-v1", "body cut short", strategytest.Truncated, 4, strategy.Truncated},
		{"aws-sdk-go-v1", "malformed or empty body", strategytest.Malformed, 4, strategy.Malformed},
		{"aws-sdk-go-v1", "empty object", strategytest.EmptyObject, 1, strategy.Empty},

		{"minio-go", "429", strategytest.Plain429, 1, strategy.Throttled},
		{"minio-go", "503", strategytest.Err503, 1, strategy.Error},
		{"minio-go", "reset", strategytest.Reset, 1, strategy.Reset},
		{"minio-go", "empty object", strategytest.EmptyObject, 1, strategy.Empty},

		{"botocore", "429", strategytest.Plain429, 3, strategy.Throttled},
		{"botocore", "403", strategytest.Bad403, 3, strategy.Rejected},
		{"botocore", "404", strategytest.Bad404, 3, strategy.Rejected},
		{"botocore", "500", strategytest.Err500, 3, strategy.Error},
		{"botocore", "503", strategytest.Err503, 3, strategy.Error},
		{"botocore", "read timeout", strategytest.ReadTimeout, 3, strategy.Timeout},
		{"botocore", "connect timeout", strategytest.DialTimeout, 3, strategy.Timeout},
		{"botocore", "refused", strategytest.Refused, 3, strategy.Refused},
		{"botocore", "reset", strategytest.Reset, 3, strategy.Reset},
		{"botocore", "malformed or empty body", strategytest.Malformed, 3, strategy.Malformed},
		{"botocore", "body cut short", strategytest.Truncated, 3, strategy.Truncated},
		{"botocore", "empty object", strategytest.EmptyObject, 1, strategy.Malformed},
		{"botocore", "missing key", strategytest.MissingField, 1, strategy.Malformed},

		{"aws-sdk-php", "429", strategytest.Plain429, 1, strategy.Throttled},
		{"aws-sdk-php", "404", strategytest.Bad404, 1, strategy.Rejected},
		{"aws-sdk-php", "500", strategytest.Err500, 1, strategy.Error},
		{"aws-sdk-php", "503", strategytest.Err503, 1, strategy.Error},
		{"aws-sdk-php", "malformed", strategytest.Malformed, 1, strategy.Malformed},
		{"aws-sdk-php", "body cut short", strategytest.Truncated, 1, strategy.Truncated},
		{"aws-sdk-php", "refused", strategytest.Refused, 4, strategy.Refused},
		{"aws-sdk-php", "connect timeout", strategytest.DialTimeout, 4, strategy.Timeout},
		{"aws-sdk-php", "transfer timeout", strategytest.ReadTimeout, 4, strategy.Timeout},

		{"aws-sdk-js-v3", "429", strategytest.Plain429, 5, strategy.Throttled},
		{"aws-sdk-js-v3", "403", strategytest.Bad403, 5, strategy.Rejected},
		{"aws-sdk-js-v3", "503", strategytest.Err503, 5, strategy.Error},
		{"aws-sdk-js-v3", "refused", strategytest.Refused, 5, strategy.Refused},
		{"aws-sdk-js-v3", "missing field", strategytest.MissingField, 5, strategy.Malformed},
		{"aws-sdk-js-v3", "empty object", strategytest.EmptyObject, 5, strategy.Malformed},
		{"aws-sdk-js-v3", "malformed", strategytest.Malformed, 4, strategy.Malformed},
		{"aws-sdk-js-v3", "body cut short", strategytest.Truncated, 4, strategy.Truncated},
		{"aws-sdk-js-v3@eks-pod-identity", "body cut short", strategytest.Truncated, 4, strategy.Truncated},

		{"aws-sdk-ruby", "429", strategytest.Plain429, 12, strategy.Empty},
		{"aws-sdk-ruby", "404", strategytest.Bad404, 12, strategy.Empty},
		{"aws-sdk-ruby", "500", strategytest.Err500, 12, strategy.Empty},
		{"aws-sdk-ruby", "refused", strategytest.Refused, 12, strategy.Empty},
		{"aws-sdk-ruby", "timeout, each sent twice", strategytest.ReadTimeout, 24, strategy.Empty},
		{"aws-sdk-ruby", "reset, sent twice by the HTTP library", strategytest.Reset, 4, strategy.Empty},
		{"aws-sdk-ruby", "malformed, in a loop of its own, then raised", strategytest.Malformed, 4, strategy.Malformed},
		{"aws-sdk-ruby", "body cut short, which passes for whole", strategytest.Truncated, 4, strategy.Malformed},
		{"aws-sdk-ruby", "empty object", strategytest.EmptyObject, 2, strategy.Empty},
	}
	for _, row := range rows {
		t.Run(row.preset+"/"+row.outcome, func(t *testing.T) {
			p := named(t, row.preset)
			k, _ := strategytest.Resolve(t, strategytest.Fresh(&p.Strategy), 0, row.o)
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
		{"aws-sdk-go-v2", 1, 3, nil, 0, 3 * time.Second},
		{"aws-sdk-go-v2@1.47", 1, 3, nil, 0, 6 * time.Second},
		{"aws-sdk-go-v2@pre-429", 1, 1, nil, 0, 0},
		{"aws-sdk-go-v1", 1, 4, nil, 3500 * time.Millisecond, 7 * time.Second},
		{"minio-go", 1, 1, nil, 0, 0},
		{"botocore", 1, 3, seconds(1, 1, 1), 0, 0},
		{"aws-sdk-php", 1, 1, nil, 0, 0},
		{"aws-sdk-js-v3", 1, 5, seconds(1, 1, 1, 0), 0, 0},
		{"aws-sdk-ruby", 1, 12, seconds(1, 1.2, 1.44, 1.728, 2.0736, 0, 1, 1.2, 1.44, 1.728, 2.0736), 0, 0},
		{"aws-sdk-ruby", 2, 6, seconds(1, 1.2, 1.44, 1.728, 2.0736), 0, 0},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.preset, "/use ", row.uses), func(t *testing.T) {
			p := named(t, row.preset)
			c := strategytest.Fresh(&p.Strategy)
			var k *strategy.Call
			var waits []time.Duration
			for range row.uses {
				k, waits = strategytest.Resolve(t, c, 0, strategytest.Plain429)
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
		timeouts strategy.Timeouts
		flight   strategy.Flight
		quota    strategy.Quota
	}
	standard := strategy.Quota{Tokens: 500, Cost: 5, TimeoutCost: 10} // the SDKs' standard retry mode
	revised := strategy.Quota{Tokens: 500, Cost: 14, ThrottleCost: 5} // that of 2026
	late := strategy.Flight{Kind: strategy.Join, LookAgain: true}
	rows := map[string]row{
		"aws-sdk-go-v1":                  {strategy.Timeouts{Connect: 30_000 * ms}, late, strategy.Quota{}},
		"aws-sdk-go-v1@imds":             {strategy.Timeouts{Attempt: 1000 * ms}, late, strategy.Quota{}},
		"aws-sdk-go-v2":                  {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Join}, revised},
		"aws-sdk-go-v2@1.47":             {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"aws-sdk-go-v2@pre-429":          {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"aws-sdk-go-v2@imds":             {strategy.Timeouts{Connect: 250 * ms, Response: 500 * ms, Leg: 5000 * ms}, strategy.Flight{Kind: strategy.Join}, revised},
		"aws-sdk-go-v2@1.47@imds":        {strategy.Timeouts{Connect: 250 * ms, Response: 500 * ms, Leg: 5000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"aws-sdk-go-v2@pre-429@imds":     {strategy.Timeouts{Connect: 250 * ms, Response: 500 * ms, Leg: 5000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"minio-go":                       {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"minio-go@imds":                  {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-js-v3":                  {strategy.Timeouts{Connect: 1000 * ms, OtherLink: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v3@eks-pod-identity": {strategy.Timeouts{Connect: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-cpp":                    {strategy.Timeouts{Connect: 1000 * ms, Attempt: 1000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-cpp@imds":               {strategy.Timeouts{Connect: 1000 * ms, Attempt: 1000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-js-v2":                  {strategy.Timeouts{Response: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v2@imds":             {strategy.Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v3@http":             {strategy.Timeouts{Connect: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v3@container":        {strategy.Timeouts{Attempt: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-rust":                   {strategy.Timeouts{Connect: 2000 * ms, Response: 5000 * ms, Call: 21_600 * ms}, strategy.Flight{Kind: strategy.Serial}, standard},
		"aws-sdk-rust@imds":              {strategy.Timeouts{Connect: 1000 * ms, Response: 1000 * ms, Attempt: 10_000 * ms, Call: 21_600 * ms, Leg: 30_000 * ms}, strategy.Flight{Kind: strategy.Serial}, standard},
		"aws-sdk-js-v3@imds":             {strategy.Timeouts{Attempt: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-php":                    {strategy.Timeouts{Attempt: 1000 * ms}, strategy.Flight{}, strategy.Quota{}},
		"aws-sdk-php@imds":               {strategy.Timeouts{Attempt: 1000 * ms}, strategy.Flight{}, strategy.Quota{}},
		"aws-sdk-ruby":                   {strategy.Timeouts{Connect: 5000 * ms, Response: 5000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-ruby@imds":              {strategy.Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"botocore":                       {strategy.Timeouts{Connect: 2000 * ms, Response: 2000 * ms}, strategy.Flight{Kind: strategy.Serial, FirstEach: true}, strategy.Quota{}},
		"botocore@imds":                  {strategy.Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, strategy.Flight{Kind: strategy.Serial, FirstEach: true}, strategy.Quota{}},
	}
	for _, p := range Presets() {
		if got := (row{p.Strategy.Timeouts, p.Strategy.Flight, p.Strategy.Quota}); got != rows[p.Name] {
			t.Errorf("%s: got  %+v\nwant %+v", p.Name, got, rows[p.Name])
		}
	}
}

// Go draws its waits evenly between bounds: of v2 since 2026-11 from U(0, 50 ms)
// and U(0, 100 ms), or U(0, 1 s) and U(0, 2 s) after a throttle.
func TestGoBackoff(t *testing.T) {
	const ms = time.Millisecond
	for _, r := range []struct {
		preset  string
		outcome strategy.Outcome
		bounds  [][2]time.Duration
	}{
		{"aws-sdk-go-v2", strategytest.Plain429, [][2]time.Duration{{0, 1000 * ms}, {0, 2000 * ms}}},
		{"aws-sdk-go-v2", strategytest.Code429, [][2]time.Duration{{0, 1000 * ms}, {0, 2000 * ms}}},
		{"aws-sdk-go-v2", strategytest.Err500, [][2]time.Duration{{0, 50 * ms}, {0, 100 * ms}}},
		{"aws-sdk-go-v2@1.47", strategytest.Plain429, [][2]time.Duration{{0, 2000 * ms}, {0, 4000 * ms}}},
		{"aws-sdk-go-v2@1.47", strategytest.Err500, [][2]time.Duration{{0, 2000 * ms}, {0, 4000 * ms}}},
		{"aws-sdk-go-v1", strategytest.Plain429, [][2]time.Duration{{500 * ms, 1000 * ms}, {1000 * ms, 2000 * ms}, {2000 * ms, 4000 * ms}}},
		{"aws-sdk-go-v1", strategytest.Err500, [][2]time.Duration{{30 * ms, 60 * ms}, {60 * ms, 120 * ms}, {120 * ms, 240 * ms}}},
	} {
		p := named(t, r.preset)
		sum := make([]time.Duration, len(r.bounds))
		const n = 4000
		for i := range n {
			h := strategy.NewHost(uint64(i), 0, []strategy.Clients{{Strategy: &p.Strategy, Tasks: 1, Processes: 1, Key: strategytest.TaskKey("g")}})
			_, waits := strategytest.Resolve(t, h.Client(0, 0, 0), 0, r.outcome)
			for j, w := range waits {
				if w < r.bounds[j][0] || w >= r.bounds[j][1] {
					t.Fatalf("%s: wait %d is %v, want %v", r.preset, j, w, r.bounds[j])
				}
				sum[j] += w
			}
		}
		// The standard error of the mean of n uniforms is width/sqrt(12 n).
		for j, b := range r.bounds {
			got, want := sum[j]/n, (b[0]+b[1])/2
			if diff := (got - want).Abs(); diff > (b[1]-b[0])*4/219 {
				t.Errorf("%s: mean of wait %d is %v, want %v", r.preset, j, got, want)
			}
		}
	}
}

// named is the preset of that name.
func named(t *testing.T, name string) Preset {
	t.Helper()
	p, _, ok := Named(name)
	if !ok {
		t.Fatalf("no preset %q", name)
	}
	return p
}

func seconds(s ...float64) []time.Duration {
	var d []time.Duration
	for _, v := range s {
		d = append(d, time.Duration(v*1e9))
	}
	return d
}
