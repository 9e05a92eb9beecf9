package gate

import "testing"

// FuzzParse reads anything as a gate. What is one reads again to the same, and an
// error points into the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"batch.failure_rate < 1%", " endpoint.throttled_share>=0.5 ", "batch.p99_9 != 1m30s", "batch.calls == 1e15", "batch.calls < 1e308",
		"batch.speed < 1", "batch < 1%", "=", "", "é.p50<1ns", "a.b.c >> 1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, wrong := Parse(text)
		if wrong != nil {
			if wrong.At < -1 || wrong.At > len(text) || wrong.Message == "" {
				t.Fatalf("%q: got %+v", text, wrong)
			}
			return
		}
		if !(g.Value >= 0 && g.Value <= mostNumber) {
			t.Fatalf("%q: got the bound %v", text, g.Value)
		}
		if _, err := g.Holds(0); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if again, wrong := Parse(g.Expr); wrong != nil || again.Value != g.Value || again.Target != g.Target || again.Metric != g.Metric || again.Op != g.Op {
			t.Fatalf("%q: got %+v, then %+v, %v", text, g, again, wrong)
		}
	})
}
