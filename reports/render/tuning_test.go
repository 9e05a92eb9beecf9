package render

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"tenement/reports/tuning"
)

// tuned is a small answer: today's settings, and one that fails less often.
func tuned() *tuning.Result {
	figures := func(fail, p99 float64) tuning.Figures {
		return tuning.Figures{
			FailureRate: tuning.Figure{Value: fail, Low: fail, High: fail + 0.01}, P99: tuning.Figure{Value: p99, Low: p99, High: p99},
			Attempts: tuning.Figure{Value: 2}, Harm: &tuning.Figure{Value: 0.3, Low: 0.3, High: 0.3},
		}
	}
	today := tuning.Candidate{Name: "today", Figures: figures(0.4, 15), OnFront: true}
	a := tuning.Candidate{Name: "A", Figures: figures(0, 9000), OnFront: true, Settings: []tuning.Setting{
		{Parameter: "tries", Who: "you", Value: "8", Effort: "a code change", Option: "<MaxAttempts>", Code: "retries(8)"},
		{Parameter: "own provider", Who: "you", Value: "4 tries, 200ms to 10s", Effort: "a code change", Option: "a provider of your own", Change: "own provider"},
		{Parameter: "own tries", Who: "you", Value: "10", Effort: "a code change", Option: "in it: tries", Change: "own provider"},
		{Parameter: "own jitter", Who: "you", Value: "none", Effort: "a code change", Option: "in it: jitter", Change: "own provider"},
	}}
	one := tuning.Recommendation{
		Name: "safest", Title: "fails least often", Candidate: a,
		Changes: []tuning.Change{{Objective: "failure_rate", By: -0.4, Low: -0.41, High: -0.39, P: 1e-9}},
		Under:   []tuning.Under{{Variant: "lower-limit", Today: tuning.Figure{Value: 0.5}, Change: tuning.Change{Low: -1, High: 1}}},
	}
	same := one
	same.Name = "kindest"
	return &tuning.Result{
		Profile: tuning.Profile{Name: "p"}, Title: "as it is", Today: today, Front: []tuning.Candidate{today, a}, Neighbours: true,
		Variants:        []tuning.Variant{{Name: "lower-limit", Title: "a limit of three quarters"}},
		Recommendations: []tuning.Recommendation{one, same}, Partial: "it was interrupted",
		LeftOut: []tuning.LeftOut{{What: []string{"cache", "scope"}, Why: "without effect here"}},
	}
}

func TestTuning(t *testing.T) {
	for _, row := range []struct {
		format string
		want   []string
	}{
		{"text", []string{"SAFEST (fails least often): A", "you fail 0 % instead of 40.0 % (-41.0 pp to -39.0 pp, p < 0.001)", "set: <MaxAttempts>: tries 8 (a code change)", "      retries(8)", "set: a provider of your own: 4 tries, 200ms to 10s (a code change), but with own tries 10, own jitter none", "no better than chance", "KINDEST (fails least often): A, the same as safest", "this is the best so far", "cache and scope: without effect here"}},
		{"markdown", []string{"**SAFEST", "&lt;MaxAttempts&gt;", "`retries(8)`"}},
		{"html", []string{"What to set", "&lt;MaxAttempts&gt;", "<code>retries(8)</code>", `class="dot today"`}},
		{"json", []string{`"p99_ms"`, `"recommendations"`}},
	} {
		var b bytes.Buffer
		if err := Tuning(row.format, &b, tuned()); err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(b.String()), " ")
		for _, want := range row.want {
			if !strings.Contains(b.String(), want) && !strings.Contains(flat, want) {
				t.Errorf("%s: no %q in\n%s", row.format, want, withoutScripts(b.String()))
			}
		}
		for line := range strings.Lines(b.String()) {
			if row.format == "text" && utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > screenWidth {
				t.Errorf("wider than the screen: %s", line)
			}
		}
	}
	if err := Tuning("csv", new(bytes.Buffer), tuned()); err == nil {
		t.Error("there is no format csv")
	}
}
