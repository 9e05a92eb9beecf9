package render

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tenement/reports/diagnosis"
	"tenement/reports/reportstest"
)

// scriptsOf are the contents of the page's script elements.
func scriptsOf(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestPageRunsOurScriptOnly shows that the policy names exactly the script that the page
// has, and allows nothing else but styles.
func TestPageRunsOurScriptOnly(t *testing.T) {
	for name, r := range odd(t) {
		page := rendered(t, "html", r)
		all := scriptsOf(page)
		if len(all) != 2 || !json.Valid([]byte(all[0])) {
			t.Fatalf("%s: %d scripts, want figures in JSON and one script", name, len(all))
		}
		sum := sha256.Sum256([]byte(all[1]))
		policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if pagePolicy() != policy {
			t.Errorf("%s: the policy is %q, want %q", name, pagePolicy(), policy)
		}
	}
}

// TestUPlotIsWhatItSays compares the library with its checksums.
func TestUPlotIsWhatItSays(t *testing.T) {
	sums, err := os.Open("uplot/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	n := 0
	for lines := bufio.NewScanner(sums); lines.Scan(); n++ {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		text, err := os.ReadFile(filepath.Join("uplot", name))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has the checksum %x, want %s", name, sum, want)
		}
	}
	if n != 3 || !strings.Contains(uplotScript, "(v1.6.32)") || !strings.Contains(pageScript(), "Copyright (c) 2022 Leon Sorokin") {
		t.Errorf("%d files, want 3 of version 1.6.32, and the page has to hold the licence", n)
	}
}

// TestLargePage shows how large the page of 12 cases, 6 groups and 600 s is.
func TestLargePage(t *testing.T) {
	page := rendered(t, "html", reportstest.Large(t))
	if n := len(page); n >= 2_000_000 {
		t.Errorf("the page has %d bytes, want less than 2 MB", n)
	}
}

// TestFiguresOfTheScript compares what the script is given with the report.
func TestFiguresOfTheScript(t *testing.T) {
	r := reportstest.Sample(t)
	var f figures
	if err := json.Unmarshal([]byte(scriptsOf(rendered(t, "html", r))[0]), &f); err != nil {
		t.Fatal(err)
	}
	d := diagnosis.Of(r)
	rows := 0
	for _, s := range d.Sections {
		for _, w := range s.Rows {
			got, want := f.Times[rows], w.Case.Series
			if got.Label != w.Label || got.StepS != want.BucketS || len(got.Sent) != len(want.Attempts) || len(got.Level) != len(want.Level) || (got.Burst > 0) != (want.Level != nil) || len(got.Groups) != 2 {
				t.Errorf("%s: got %d buckets of %g s, a burst of %d and %d groups", w.Label, len(got.Sent), got.StepS, got.Burst, len(got.Groups))
			}
			for i := range got.Sent {
				groups := got.Groups[0].Sent[i] + got.Groups[1].Sent[i]
				if got.Sent[i] != want.Attempts[i] || got.Failures[i] != want.Failures[i] || groups != uint64(got.Sent[i]) {
					t.Fatalf("%s: bucket %d has %d sent, want %d", w.Label, i, got.Sent[i], want.Attempts[i])
				}
			}
			_, at := successesOf(&w.You).Percentiles()
			for i, ms := range f.Curves.Cases[rows].MS {
				if want := at(100 * (1 - math.Pow(10, -f.Curves.Nines[i]))); math.Abs(ms-want) > want/500 {
					t.Errorf("%s: %g ms at %g nines, want %g", w.Label, ms, f.Curves.Nines[i], want)
				}
			}
			all := 0.0
			for _, p := range f.Shares.Bars[rows].Parts {
				all += p.Rate
			}
			if want := w.You.PerSecond(w.You.Attempts) + w.Neighbours.PerSecond(w.Neighbours.Attempts); math.Abs(all-want) > 1e-6*want {
				t.Errorf("%s: the parts are %g/s, want %g", w.Label, all, want)
			}
			rows++
		}
	}
}

// contrast is the ratio of two colours' luminance (WCAG 2).
func contrast(a, b string) float64 {
	luminance := func(colour string) float64 {
		colour = strings.TrimPrefix(colour, "#")
		if len(colour) == 3 {
			colour = string([]byte{colour[0], colour[0], colour[1], colour[1], colour[2], colour[2]})
		}
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast is of text and of what has to be seen, in both schemes.
func TestContrast(t *testing.T) {
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(pageStyle, -1)
	if len(schemes) != 2 {
		t.Fatalf("%d schemes, want 2", len(schemes))
	}
	for i, name := range []string{"light", "dark"} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]+);`).FindAllStringSubmatch(schemes[i][1], -1) {
			colours[m[1]] = m[2]
		}
		check := func(least float64, on string, names ...string) {
			for _, colour := range names {
				if got := contrast(colours[colour], colours[on]); got < least {
					t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %g", name, colour, on, got, least)
				}
			}
		}
		check(4.5, "paper", "ink", "soft", "good", "bad")
		check(4.5, "card", "ink", "soft")
		check(4.5, "warn-paper", "ink")
		check(4.5, "fault", "ink")
		for _, cell := range append(heatClasses, "faint") { // figures, and the line of the frontier
			check(4.5, cell, "ink")
		}
		// The steps of a heat map, each beside the next; the two sides differ in hue.
		for _, side := range [][]string{{"o1", "o2", "o3"}, {"f1", "f2", "f3", "f4"}} {
			for i := range side[1:] {
				check(1.15, side[i], side[i+1])
			}
		}
		// What is drawn: lines, marks, and the edges of controls.
		check(3, "paper", "edge", "bad", "c0", "c1", "c2", "c3", "c5", "c6", "you0", "them0", "them1", "them2")
		check(3, "card", "edge")
	}
}
