package render

import (
	"strings"
	"testing"

	"tenement/reports/reportstest"
)

func TestSimulatedSharesAreOfAllSeeds(t *testing.T) {
	r := reportstest.HandReport(reportstest.Seeded())
	r.Seed = 7
	text := rendered(t, "text", r)
	for _, want := range []string{
		"YOU FAIL     calls  tries", "20 seeds    seed 7  /call", "10.0 % ±2.0     400    1.5",
		"Simulated. Shares, tries and p99: mean of 20 seeds. Counts: seed 7.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s\nwant %q", text, want)
		}
	}
	page := rendered(t, "html", r)
	for _, want := range []string{"you fail<small>20 seeds</small>", "calls<small>seed 7</small>", "is the mean of 20 seeds", "All figures of seed 7", "20 seeds for shares"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, not := range []string{`class="seen"`, "agrees", ">live<", "the run itself"} {
		if strings.Contains(page, not) || strings.Contains(text, not) {
			t.Errorf("a simulated report says %q", not)
		}
	}
	r.Cases[0].Seeds = []uint64{7, 8}
	if text = rendered(t, "text", r); !strings.Contains(text, "Counts: 2 runs.") {
		t.Errorf("merged: got %s", text)
	}
}
