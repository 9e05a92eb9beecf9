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
	play(e, 4, 1)
	c := NewCase(CaseInput{
		Name: "x", Kind: StrategyCase, Set: map[string]string{"a": "b"}, Service: "ecs",
		Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}},
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
