package reports_test

import (
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestReadIgnoresFieldsItDoesNotKnow(t *testing.T) {
	text := strings.Replace(written(t, reportstest.Small(t)), `"ok": `, `"later": [{}], "ok": `, 1)
	text = strings.Replace(text, `"engine"`, `"rounds": [1, 2], "engine"`, 1)
	r, err := reports.Read("r.json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := differing(r, reportstest.Small(t)); diff != "" {
		t.Error(diff)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	good := written(t, reportstest.Small(t))
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
		{"too many cases, before one is looked at", `{"version": 1, "cases": [0` + strings.Repeat(",0", 2000) + `]}`, "r.json: cases: there are 2001: want at most 2000"},
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
		{"a fault that is early", parts(`"faults": [{"latency_ms": {"p50": -1, "p99": 1}}]`), "cases[0].endpoint.faults[0].latency_ms.p50: -1: want 0 to 1e+13"},
		{"too many faults", parts(`"faults": [{}` + strings.Repeat(",{}", reports.MostParts) + `]`), "1001 limits, changes or faults: want at most 1000"},
		{"an upstream without a rate", parts(`"upstream": {"limit": {"kind": "token-bucket"}}`), "upstream.limit.rate_per_s: 0 is no rate"},
		{"a negative write timeout", parts(`"write_timeout_s": -5`), "write_timeout_s: -5 is no time"},
		{"a name that fills a screen", with(`"name": "batch"`, `"name": "`+strings.Repeat("x", 10_001)+`"`), `r.json: cases[0].groups[1].name: 10001 bytes: want at most 10000`},
		{"a group twice", with(`"name": "batch"`, `"name": "neighbours"`), `r.json: cases[0].groups[1].name: "neighbours" is taken`},
		{"a histogram that is none", replaceHistogram(good, `"latency": "HISTF?"`), "r.json: cases[0].groups[0].histograms.latency: illegal base64"},
		{"a short histogram", replaceHistogram(good, `"latency": "AAAA"`), "histograms.latency: cut off after 3 bytes"},
		{"series of two lengths", with(`"attempts": [`, `"attempts": [1, `), "r.json: cases[0].series.arrivals"},
		{"series without width", with(`"bucket_s": `, `"bucket_s": -`), "r.json: cases[0].series.bucket_s"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := reports.Read("r.json", strings.NewReader(row.text))
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
