package gate

import (
	"reflect"
	"testing"
)

// FuzzParse reads anything as a gate. What is one reads again to the same, and an
// error points into the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"batch.failure_rate < 1%", " endpoint.throttled_share>=0.5 ", "batch.p99_9 != 1m30s", "batch.calls == 1e15", "batch.calls < 1e308",
		"batch.speed < 1", "batch < 1%", "=", "", "é.p50<1ns", "a.b.c >> 1",
		"batch.p99 <= baseline", "a.calls<1.05*baseline", "a.p99 < case x", "a.p99 < 2 * case a * b < c", "a.p99 < 0*case",
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
		if _, err := g.Holds(0, 1); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if r := g.Relative; r != nil && !(r.Factor > 0 && r.Factor <= mostFactor && g.Value == 0) {
			t.Fatalf("%q: got a multiple of %+v and the bound %v", text, r, g.Value)
		}
		if again, wrong := Parse(g.Expr); wrong != nil || !reflect.DeepEqual(again, g) {
			t.Fatalf("%q: got %+v, then %+v, %v", text, g, again, wrong)
		}
	})
}
