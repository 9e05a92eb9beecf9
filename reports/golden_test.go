package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diff(string(got), string(want)); diff != "" {
		t.Errorf("%s (run with -update if this is meant):\n%s", name, diff)
	}
}

// diff is the first line in which two texts differ, or nothing.
func diff(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b || i >= len(g) || i >= len(w) {
			return fmt.Sprintf("line %d\n got  %.300q\n want %.300q", i+1, a, b)
		}
	}
	return ""
}

// differing is where the JSON of two values differs, or nothing.
func differing(got, want any) string {
	return diff(indented(got), indented(want))
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	return string(b)
}

func rendered(t testing.TB, format string, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(format, &b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	live := sample(t)
	sim := reportOf(t, Sim, noisyNeighbour(nil)[:2])
	golden(t, "live.txt", []byte(rendered(t, "text", live)))
	golden(t, "sim.txt", []byte(rendered(t, "text", sim)))
	golden(t, "live.html", []byte(rendered(t, "html", live)))
	rough := reportOf(t, Sim, roughDay())
	golden(t, "rough.txt", []byte(rendered(t, "text", rough)))
	golden(t, "rough.html", []byte(rendered(t, "html", rough)))
	golden(t, "rough.json", []byte(withoutCompression(t, rendered(t, "json", rough))))
	golden(t, "sim.json", []byte(withoutCompression(t, rendered(t, "json", small(t)))))
}

// small is a report short enough to be read: one case, ten seconds.
func small(t testing.TB) *Report {
	c := noisyNeighbour(func(c *fakeCase) {
		c.duration = 10 * second
		c.groups[1].info.Tasks = 60
		c.groups[0].rate = 5
	})[:1]
	in := sampleInput(Sim)
	in.DurationS = 10
	in.Cases = []Case{c[0].build(Sim, 1, 0)}
	return mustNew(t, in)
}

// withoutCompression replaces histograms by what is in them: the same counts
// may be compressed differently by another version of Go.
func withoutCompression(t *testing.T, text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if at := strings.Index(line, `"HISTF`); at >= 0 {
			end := strings.LastIndexByte(line, '"')
			h, err := Histogram(line[at+1 : end]).decode()
			if err != nil {
				t.Fatal(err)
			}
			lines[i] = fmt.Sprintf("%s\"%d values, p90 %d\"%s", line[:at], h.TotalCount(), h.ValueAtPercentile(90), line[end+1:])
		}
	}
	return strings.Join(lines, "\n")
}
