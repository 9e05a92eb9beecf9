package reports

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

func TestJSONIsLossless(t *testing.T) {
	for _, r := range []*Report{sample(t), small(t)} {
		text := rendered(t, "json", r)
		back, err := Read("r.json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range Formats() {
			if diff := diff(rendered(t, format, back), rendered(t, format, r)); diff != "" {
				t.Errorf("%s after a round trip:\n%s", format, diff)
			}
		}
		for i := range r.Cases {
			for j := range r.Cases[i].Groups {
				a, b := r.Cases[i].Groups[j].Histograms.Latency, back.Cases[i].Groups[j].Histograms.Latency
				if (a == "") != (b == "") || a != "" && !a.must().Equals(b.must()) {
					t.Errorf("case %d group %d: the histogram changed", i, j)
				}
			}
		}
	}
}

func TestReadIgnoresFieldsItDoesNotKnow(t *testing.T) {
	text := strings.Replace(rendered(t, "json", small(t)), `"ok": `, `"later": [{}], "ok": `, 1)
	text = strings.Replace(text, `"engine"`, `"rounds": [1, 2], "engine"`, 1)
	r, err := Read("r.json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := differing(r, small(t)); diff != "" {
		t.Error(diff)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	good := rendered(t, "json", small(t))
	with := func(was, is string) string {
		if !strings.Contains(good, was) {
			t.Fatalf("the report does not contain %q", was)
		}
		return strings.Replace(good, was, is, 1)
	}
	rows := []struct{ name, text, want string }{
		{"nothing", "", "r.json:1:1: not a report: unexpected end of JSON input"},
		{"not JSON", "noisy-neighbour  ECS", "r.json:1:2: not a report: invalid character 'o'"},
		{"cut off", good[:len(good)/2], "not a report: unexpected end of JSON input"},
		{"damaged on line 3", with(`"model": 1,`, `"model": 1;`), "r.json:3:13: not a report: invalid character ';'"},
		{"wrong kind", with(`"seed": 1`, `"seed": "one"`), "seed: got a JSON string, want a whole number"},
		{"another file", `{"name": "x"}`, "r.json: not a report: it has no version or no cases"},
		{"later version", with(`"version": 1,`, `"version": 2,`), "r.json: report version 2: this program reads version 1"},
		{"unknown engine", with(`"engine": "sim"`, `"engine": "warp"`), `r.json: engine: unknown engine "warp"`},
		{"negative duration", with(`"duration_s": 10`, `"duration_s": -10`), "r.json: duration_s: -10 is no duration"},
		{"no rate", strings.ReplaceAll(good, `"rate_per_s": 40`, `"rate_per_s": 0`), "r.json: cases[0].endpoint.limits[0].rate_per_s: 0 is no rate"},
		{"a rate of nothing", parts(`"limits": [{"kind": "leaky-bucket"}]`), "r.json: cases[0].endpoint.limits[0].rate_per_s: 0 is no rate"},
		{"a window without width", parts(`"limits": [{"kind": "sliding-window", "count": 1}]`), "r.json: cases[0].endpoint.limits[0].window_s: 0 is no window"},
		{"a count below nothing", parts(`"limits": [{"kind": "concurrency", "count": -1}]`), "limits[0].count: -1 is no count"},
		{"a burst below nothing", parts(`"limits": [{"kind": "token-bucket", "rate_per_s": 1, "burst": -1}]`), "limits[0].burst: -1 is no burst"},
		{"a cost below nothing", parts(`"limits": [{"kind": "token-bucket", "rate_per_s": 1, "cost": -1}]`), "limits[0].cost: -1, and 0 of a refusal, are no costs"},
		{"a rate that is text", parts(`"limits": [{"rate_per_s": "fast"}]`), "rate_per_s: got a JSON string, want a number"},
		{"figures for other limits", parts(`"turned_away_by": [1, 2, 3]`), "turned_away_by: 3 figures for 0 limits"},
		{"a change of nothing", parts(`"changes": [{"at_s": 1, "limit": 0, "to": {"kind": "concurrency"}}]`), "changes[0].limit: 0 is no limit of that kind"},
		{"changes out of order", parts(`"limits": [{"kind": "concurrency"}], "changes": [{"at_s": 2, "limit": 0, "to": {"kind": "concurrency"}}, {"at_s": 1, "limit": 0, "to": {"kind": "concurrency"}}]`), "changes[1].at_s: 1 is no time, or before the last one"},
		{"a fault before the run", parts(`"faults": [{"from_s": -1}]`), "faults[0].from_s: -1 is no time of a fault"},
		{"a fault of more than all", parts(`"faults": [{"share": 2}]`), "faults[0].share: 2: want 0 to 1"},
		{"a fault that is early", parts(`"faults": [{"latency_ms": {"p50": -1, "p99": 1}}]`), "faults[0].latency_ms: -1 and 1 are no latencies"},
		{"too many faults", parts(`"faults": [{}` + strings.Repeat(",{}", mostParts) + `]`), "1001 limits, changes or faults: want at most 1000"},
		{"an upstream without a rate", parts(`"upstream": {"limit": {"kind": "token-bucket"}}`), "upstream.limit.rate_per_s: 0 is no rate"},
		{"a negative write timeout", parts(`"write_timeout_s": -5`), "write_timeout_s: -5 is no time"},
		{"a group twice", with(`"name": "batch"`, `"name": "neighbours"`), `r.json: cases[0].groups[1]: the name "neighbours" is taken`},
		{"a histogram that is none", replaceHistogram(good, `"latency": "HISTF?"`), "r.json: cases[0].groups[0].histograms.latency: illegal base64"},
		{"a short histogram", replaceHistogram(good, `"latency": "AAAA"`), "histograms.latency: cut off after 3 bytes"},
		{"series of two lengths", with(`"attempts": [`, `"attempts": [1, `), "r.json: cases[0].series.arrivals"},
		{"series without width", with(`"bucket_s": `, `"bucket_s": -`), "r.json: cases[0].series.bucket_s"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := Read("r.json", strings.NewReader(row.text))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v\nwant %s", err, row.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
		})
	}
}

// parts is a report of one case whose endpoint has these fields.
func parts(fields string) string {
	return `{"version": 1, "engine": "sim", "cases": [{"name": "x", "endpoint": {` + fields + `}}]}`
}

// replaceHistogram puts another text in the place of the first latency.
func replaceHistogram(text, with string) string {
	at := strings.Index(text, `"latency": "HIST`)
	end := at + strings.IndexByte(text[at:], '\n')
	return text[:at] + with + "," + text[end:]
}

// TestReadRefusesOtherBounds shows that a small file cannot ask for much
// memory: the bounds are looked at before anything is sized by them.
func TestReadRefusesOtherBounds(t *testing.T) {
	for name, h := range map[string]*hdrhistogram.Histogram{
		"wider":  hdrhistogram.New(lowest, math.MaxInt64, digits),
		"finer":  hdrhistogram.New(1, highest, digits),
		"longer": hdrhistogram.New(lowest, highest, 5),
	} {
		if err := h.RecordValue(lowest); err != nil {
			t.Fatal(err)
		}
		if _, err := encode(h).decode(); !errors.Is(err, errBounds) {
			t.Errorf("%s: got %v, want %v", name, err, errBounds)
		}
	}
}

// tiny is a live report of a few kilobytes that has one of everything.
func tiny(t testing.TB) *Report {
	r := NewRecorder(1, second, 3*second)
	k := &strategy.Call{Scheduled: second, Begun: second + 1, Ended: 2 * second}
	r.Attempted(k, second, 2*second, ok)
	r.Finished(k)
	e := NewEstimate(1)
	play(e, 1, 4, 1)
	c := NewCase(CaseInput{
		Name: "x", Kind: StrategyCase, Set: map[string]string{"a": "b"}, Service: "ecs",
		Limits: kindsOfLimit, Changes: []throttle.Change{{At: second, To: throttle.Limit{Rate: throttle.Rate{Tokens: 2, Seconds: 1}, Burst: 3}}},
		Faults: []throttle.Fault{
			{Name: "restart", Kind: throttle.RestartFault, From: second, For: second, After: second},
			{Name: "late", Kind: throttle.SlowFault, Latency: draw.LogNormal(second, 2*second), Share: 0.5, Routes: throttle.CredentialsRoute},
		},
		WriteTimeout: 5 * second, Upstream: &throttle.Upstream{Limit: &kindsOfLimit[0]},
		Duration: 2 * second, Groups: []GroupInfo{{Name: "g", UnderTest: true, Tasks: 1}}, Recorder: r, Estimate: e,
		Counts: &throttle.Counts{Series: throttle.Series{Bucket: second, Admitted: []uint32{1}, Level: []int64{1000}, LevelHosts: 1}},
	})
	return mustNew(t, Input{
		Engine: Live, DurationS: 2, Cases: []Case{c},
		Gates: []Gate{{Expr: "g.calls == 1", Target: "g", Metric: "calls", Op: "==", Value: 1}},
	})
}

// FuzzRead feeds damaged reports: whatever Read accepts, every renderer and
// Merge must survive.
func FuzzRead(f *testing.F) {
	f.Add([]byte(rendered(f, "json", tiny(f))))
	f.Add([]byte(rendered(f, "json", mustNew(f, Input{Engine: Live, Cases: []Case{{Name: "x", Groups: []Group{{Name: "g"}}, Series: &Series{BucketS: 1}}}}))))
	f.Add([]byte(`{"version":1,"engine":"live","cases":[{"groups":[{"name":"a","under_test":true,"calls":1,"simulated":{"seeds":1}}]}]}`))
	f.Add([]byte(`{"version":1,"engine":"sim","duration_s":1e-9,"cases":[{"endpoint":{"limit":{"rate_per_s":1e12}},"series":{"bucket_s":1e10,"arrivals":[1],"attempts":[4294967295],"failures":[0]}}]}`))
	f.Add([]byte(parts(`"service": "eks-pod-identity", "limits": [{"kind": "token-bucket", "rate_per_s": 1e-9, "cost": 1000000000000000, "scope": "path", "on_exceed": "drop"}, {"kind": "moon"}],
		"changes": [{"at_s": 1e10, "limit": 0, "to": {"kind": "token-bucket", "rate_per_s": 1e12}}], "faults": [{"kind": "restart", "from_s": 1e10, "for_s": 1e10}, {"kind": "slow", "latency_ms": {"p50": 1e300, "p99": 0}}],
		"upstream": {"limit": null, "requests": 1, "throttled": 18446744073709551615}, "failed": 18446744073709551615`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Read("fuzz", bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, format := range Formats() {
			if err := Render(format, io.Discard, r); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
		again := *r
		again.Seed++
		_, _ = Merge([]*Report{r, &again}) // may refuse
		r.conclude(nil, nil)
	})
}

// FuzzHistogram feeds damaged histograms: what decode accepts has figures.
func FuzzHistogram(f *testing.F) {
	var d distribution
	for i := range 1000 {
		d.record(time.Duration(i*i) * time.Microsecond)
	}
	f.Add(string(encode(d.histogram())))
	f.Add(string(tiny(f).Cases[0].Groups[0].Histograms.Latency))
	f.Fuzz(func(t *testing.T, s string) {
		h, err := Histogram(s).decode()
		if err != nil || h == nil {
			return
		}
		if l := latencyOf(h); l != nil && (l.P50 > l.P99 || l.P99 > l.Max) {
			t.Errorf("figures out of order: %+v", *l)
		}
	})
}
