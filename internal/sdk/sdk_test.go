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
		{"aws-sdk-go-v2", 1, 3, nil, 0, 6 * time.Second},
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
	java, javaLock := strategy.Timeouts{Connect: 1000 * ms, Response: 1000 * ms}, strategy.Flight{Kind: strategy.Serial, MaxWait: 5000 * ms}
	rows := map[string]row{
		"aws-sdk-go-v2":                  {strategy.Timeouts{Connect: 30_000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"aws-sdk-go-v2@imds":             {strategy.Timeouts{Connect: 250 * ms, Response: 500 * ms, Leg: 5000 * ms}, strategy.Flight{Kind: strategy.Join}, standard},
		"aws-sdk-java-v1":                {java, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-java-v1@imds":           {java, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-java-v2":                {java, javaLock, strategy.Quota{}},
		"aws-sdk-java-v2@imds":           {java, javaLock, strategy.Quota{}},
		"aws-sdk-java-v2@next":           {java, javaLock, strategy.Quota{}},
		"aws-sdk-java-v2@next@imds":      {java, javaLock, strategy.Quota{}},
		"aws-sdk-java-v2@pre-2026":       {java, javaLock, strategy.Quota{}},
		"aws-sdk-java-v2@pre-2026@imds":  {java, javaLock, strategy.Quota{}},
		"aws-sdk-js-v3":                  {strategy.Timeouts{Connect: 1000 * ms, OtherLink: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v3@eks-pod-identity": {strategy.Timeouts{Connect: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-js-v3@imds":             {strategy.Timeouts{Attempt: 1000 * ms}, strategy.Flight{Kind: strategy.Join}, strategy.Quota{}},
		"aws-sdk-kotlin":                 {strategy.Timeouts{Connect: 2000 * ms, Response: 30_000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-kotlin@imds":            {strategy.Timeouts{Connect: 2000 * ms, Response: 30_000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-net":                    {strategy.Timeouts{Attempt: 100_000 * ms}, strategy.Flight{Kind: strategy.Serial}, strategy.Quota{}},
		"aws-sdk-net@imds":               {strategy.Timeouts{Attempt: 5000 * ms}, strategy.Flight{Kind: strategy.Serial, MaxWait: 60_000 * ms}, strategy.Quota{}},
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

// Go v2 draws its waits from U(0, 2 s), then U(0, 4 s): mean 3 s in all.
func TestGoV2Backoff(t *testing.T) {
	p := named(t, "aws-sdk-go-v2")
	var sum [2]time.Duration
	const n = 4000
	for i := range n {
		h := strategy.NewHost(uint64(i), 0, []strategy.Clients{{Strategy: &p.Strategy, Tasks: 1, Processes: 1, Key: strategytest.TaskKey("g")}})
		_, waits := strategytest.Resolve(t, h.Client(0, 0, 0), 0, strategytest.Plain429)
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
