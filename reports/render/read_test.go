package render

import (
	"bytes"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestJSONIsLossless(t *testing.T) {
	for _, r := range []*reports.Report{reportstest.Sample(t), reportstest.Small(t)} {
		text := rendered(t, "json", r)
		back, err := reports.Read("r.json", strings.NewReader(text))
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
				if a != b {
					t.Errorf("case %d group %d: the histogram changed", i, j)
				}
			}
		}
	}
}

// FuzzRead feeds damaged reports: whatever Read accepts, every renderer and
// Merge must survive.
func FuzzRead(f *testing.F) {
	f.Add([]byte(rendered(f, "json", reportstest.Tiny(f))))
	compared := reportstest.Tiny(f)
	compared.Comparison = reportstest.Comparison()
	f.Add([]byte(rendered(f, "json", compared)))
	f.Add([]byte(many(2, 2)))
	f.Add([]byte(rendered(f, "json", reportstest.MustNew(f, reports.Input{Engine: reports.Live, Cases: []reports.Case{{Name: "x", Groups: []reports.Group{{Name: "g"}}, Series: &reports.Series{BucketS: 1}}}}))))
	f.Add([]byte(`{"version":1,"engine":"live","cases":[{"groups":[{"name":"a","under_test":true,"calls":1,"simulated":{"seeds":1}}]}]}`))
	f.Add([]byte(`{"version":1,"engine":"sim","duration_s":1e-9,"cases":[{"endpoint":{"limit":{"rate_per_s":1e12}},"series":{"bucket_s":1e10,"arrivals":[1],"attempts":[4294967295],"failures":[0]}}]}`))
	f.Add([]byte(parts(`"service": "eks-pod-identity", "limits": [{"kind": "token-bucket", "rate_per_s": 1e-9, "cost": 1000000000000000, "scope": "path", "on_exceed": "drop"}, {"kind": "moon"}],
		"changes": [{"at_s": 1e10, "limit": 0, "to": {"kind": "token-bucket", "rate_per_s": 1e12}}], "faults": [{"kind": "restart", "from_s": 1e10, "for_s": 1e10}, {"kind": "slow", "latency_ms": {"p50": 1e300, "p99": 0}}],
		"upstream": {"limit": null, "requests": 1, "throttled": 18446744073709551615}, "failed": 18446744073709551615`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := reports.Read("fuzz", bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := Render(format, &out, r); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if format == "text" && strings.ContainsAny(out.String(), "\x1b\u202e\u009b") {
				t.Errorf("got %q", out.Bytes())
			}
		}
		again := *r
		again.Seed++
		_, _ = reports.Merge([]*reports.Report{r, &again}) // may refuse
	})
}

// parts is a report of one case whose endpoint has these fields.
func parts(fields string) string {
	return `{"version": 1, "engine": "sim", "cases": [{"name": "x", "endpoint": {` + fields + `}}]}`
}
