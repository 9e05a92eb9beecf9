package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// noFigure is what no format shows.
var noFigure = regexp.MustCompile(`\bInf\b|\bNaN\b|-[0-9.]+ %|∞`)

// TestEveryNumberHasARange sets each number of a report to something absurd: Read
// refuses it and names the field, or what is rendered and merged has no sign of it.
func TestEveryNumberHasARange(t *testing.T) {
	text := rendered(t, "json", reportstest.Tiny(t))
	var fields []field
	for _, f := range numbersOf("", decoded(t, text)) {
		switch f.path {
		case "version", "seed", "given":
			continue
		}
		fields = append(fields, f)
	}
	if len(fields) < 50 {
		t.Fatalf("got %d fields, want those of a whole report", len(fields))
	}
	refused := 0
	for _, f := range fields {
		for _, value := range []string{"1e308", "-1e308", "-0.5", "9000000000000000000"} {
			model := decoded(t, text)
			if !set(model, f.keys, json.Number(value)) {
				t.Fatalf("%s: not set", f.path)
			}
			b, err := json.Marshal(model)
			if err != nil {
				t.Fatal(err)
			}
			r, err := reports.Read("r.json", bytes.NewReader(b))
			if err != nil {
				refused++
				// A field that the decoder refuses is named without its place in lists.
				if last := f.path[strings.LastIndexByte(f.path, '.')+1:]; !strings.Contains(err.Error(), last) && !strings.Contains(err.Error(), "JSON number") {
					t.Errorf("%s: got %v, want the field's name", f.path, err)
				}
				continue
			}
			again := *r
			again.Seed++
			all := []*reports.Report{r}
			if m, err := reports.Merge([]*reports.Report{r, &again}); err == nil {
				all = append(all, m)
			}
			for _, r := range all {
				for _, format := range []string{"text", "html"} {
					if found := noFigure.FindString(rendered(t, format, r)); found != "" {
						t.Errorf("%s: %s: got %q in %s", f.path, value, found, format)
					}
				}
			}
		}
	}
	if refused < 2*len(fields) {
		t.Errorf("got %d refusals for %d fields", refused, len(fields))
	}
}

// field is a number in JSON.
type field struct {
	path string
	keys []any // of objects and arrays
}

func decoded(t testing.TB, text string) any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var model any
	if err := d.Decode(&model); err != nil {
		t.Fatal(err)
	}
	return model
}

// numbersOf are all numbers below a value, but of each array the first.
func numbersOf(path string, v any, keys ...any) []field {
	var all []field
	switch v := v.(type) {
	case json.Number:
		return []field{{path, append([]any{}, keys...)}}
	case map[string]any:
		for key, value := range v {
			all = append(all, numbersOf(strings.TrimPrefix(path+"."+key, "."), value, append(append([]any{}, keys...), key)...)...)
		}
	case []any:
		if len(v) > 0 {
			all = append(all, numbersOf(path+"[0]", v[0], append(append([]any{}, keys...), 0)...)...)
		}
	}
	return all
}

func set(v any, keys []any, to any) bool {
	last := len(keys) - 1
	for i, key := range keys {
		switch in := v.(type) {
		case map[string]any:
			if i == last {
				in[key.(string)] = to
				return true
			}
			v = in[key.(string)]
		case []any:
			if i == last {
				in[key.(int)] = to
				return true
			}
			v = in[key.(int)]
		}
	}
	return false
}

// TestMergeRefusesSums merges reports whose sums are too large to be one.
func TestMergeRefusesSums(t *testing.T) {
	text := `{"version":1,"engine":"sim","seed":%d,"duration_s":1,"cases":[{"name":"x","groups":[{"name":"g","calls":900000000000000}],
		"series":{"bucket_s":1,"arrivals":[4294967295],"attempts":[1],"failures":[0]}}]}`
	var all []*reports.Report
	for seed := range 2 {
		r, err := reports.Read("r.json", strings.NewReader(fmt.Sprintf(text, seed)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if _, err := reports.Merge(all); err == nil || !strings.Contains(err.Error(), "groups[0].calls: 1800000000000000: want at most") {
		t.Errorf("got %v", err)
	}
	for _, r := range all {
		r.Cases[0].Groups[0].Calls = 1
	}
	m, err := reports.Merge(all)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Cases[0].Series.Arrivals[0]; got != 1<<32-1 {
		t.Errorf("got %d arrivals, want the largest number", got)
	}
}

// TestTextIsVisible puts what acts on a terminal into every text of a report.
func TestTextIsVisible(t *testing.T) {
	text := rendered(t, "json", reportstest.Tiny(t))
	const hostile = "x\u202e\x1b[31m\u009b\x00\u2066y"
	for _, f := range textsOf("", decoded(t, text)) {
		model := decoded(t, text)
		set(model, f.keys, hostile)
		b, err := json.Marshal(model)
		if err != nil {
			t.Fatal(err)
		}
		r, err := reports.Read("r\x1b.json", bytes.NewReader(b))
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x1b\u202e\u009b\u2066") {
				t.Errorf("%s: got error %q", f.path, err)
			}
			continue
		}
		for _, format := range Formats() {
			if strings.ContainsAny(rendered(t, format, r), "\x1b\u202e\u009b\x00\u2066") {
				t.Errorf("%s: %s has it", f.path, format)
			}
		}
	}
}

// textsOf are all texts below a value, but of each array the first.
func textsOf(path string, v any, keys ...any) []field {
	var all []field
	switch v := v.(type) {
	case string:
		return []field{{path, append([]any{}, keys...)}}
	case map[string]any:
		for key, value := range v {
			all = append(all, textsOf(path+"."+key, value, append(append([]any{}, keys...), key)...)...)
		}
	case []any:
		if len(v) > 0 {
			all = append(all, textsOf(path+"[0]", v[0], append(append([]any{}, keys...), 0)...)...)
		}
	}
	return all
}

// TestHostileSizes is of reports with more parts than a report may have.
func TestHostileSizes(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"cases", many(10_000, 0), "cases: there are 10000: want at most 2000"},
		{"groups", many(1, 20_000), "groups of all cases: there are 20000: want at most 10000"},
		{"warnings", `{"version":1,"engine":"sim","cases":[],"given":{"warnings":[` + strings.Repeat(`"w",`, 200_000) + `"w"]}}`, "given.warnings: there are 200001: want at most 100000"},
	} {
		if _, err := reports.Read("r.json", strings.NewReader(row.text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}

// many is a report of so many cases, each with so many groups.
func many(cases, groups int) string {
	var b strings.Builder
	b.WriteString(`{"version":1,"engine":"sim","duration_s":1,"cases":[`)
	for i := range cases {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"name":"c%d","title":"c%d","kind":"strategy","groups":[`, i, i)
		for j := range groups {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"name":"g%d","under_test":%t,"calls":10,"attempts":12,"results":{"ok":9,"timeout":1}}`, j, j%2 == 0)
		}
		b.WriteString(`]}`)
	}
	return b.String() + `]}`
}

// BenchmarkSizes reads, merges and renders reports of three sizes: the time of a
// byte is the same for all.
func BenchmarkSizes(b *testing.B) {
	shapes := []struct {
		name string
		text func(n int) string
	}{
		{"cases", func(n int) string { return many(n, 2) }},
		{"groups", func(n int) string { return many(1, 4*n) }},
		{"warnings", func(n int) string {
			var s strings.Builder
			for i := range 50 * n {
				fmt.Fprintf(&s, `"warning %d of many, with some words in it",`, i)
			}
			return `{"version":1,"engine":"sim","cases":[],"given":{"warnings":[` + s.String() + `"w"]}}`
		}},
		{"description", func(n int) string {
			return `{"version":1,"engine":"sim","cases":[],"profile":{"name":"x","description":"` + strings.Repeat("some words ", 500*n) + `"}}`
		}},
	}
	for _, s := range shapes {
		for _, n := range []int{10, 100, 1000} {
			text := s.text(n)
			b.Run(fmt.Sprintf("%s/%dKiB", s.name, len(text)>>10), func(b *testing.B) {
				for b.Loop() {
					r, err := reports.Read("r.json", strings.NewReader(text))
					if err != nil {
						b.Fatal(err)
					}
					again := *r
					again.Seed++
					m, err := reports.Merge([]*reports.Report{r, &again})
					if err != nil {
						b.Fatal(err)
					}
					for _, format := range Formats() {
						rendered(b, format, m)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(text)), "ns/B")
			})
		}
	}
}
