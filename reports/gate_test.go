package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// gate is the gate that a profile would make of an expression.
func gate(t testing.TB, expr string, cases ...string) Gate {
	t.Helper()
	g := Gate{Expr: expr, Cases: cases}
	var left, right string
	if _, err := fmt.Sscan(expr, &left, &g.Op, &right); err != nil {
		t.Fatal(err)
	}
	g.Target, g.Metric, _ = strings.Cut(left, ".")
	if d, err := time.ParseDuration(right); err == nil {
		g.Value = float64(d) / float64(time.Millisecond)
		return g
	}
	number, percent := strings.CutSuffix(right, "%")
	if _, err := fmt.Sscan(number, &g.Value); err != nil {
		t.Fatal(err)
	}
	if percent {
		g.Value /= 100
	}
	return g
}

func TestGatesAreJudged(t *testing.T) {
	cases := []Case{
		handCase("one", StrategyCase, nil, hostLimit(),
			hand{name: "batch", you: true, calls: 400, failures: 100, attempts: 800, first: 400},
			hand{name: "web", calls: 400, failures: 0, attempts: 300, first: 300, cached: 100}),
		handCase("two", StrategyCase, nil, hostLimit(),
			hand{name: "batch", you: true, calls: 0}, hand{name: "web", calls: 100, attempts: 100, first: 100}),
	}
	rows := []struct {
		expr  string
		cases []string
		want  []string // per case: value and verdict
	}{
		{"batch.failure_rate <= 25%", []string{"one"}, []string{"0.25 holds"}},
		{"batch.failure_rate < 25%", []string{"one"}, []string{"0.25 failed"}},
		{"batch.failure_rate < 25%", nil, []string{"0.25 failed", "none failed"}},
		{"batch.amplification == 2", []string{"one"}, []string{"2 holds"}},
		{"batch.calls != 400", []string{"one"}, []string{"400 failed"}},
		{"batch.attempts >= 800", []string{"one"}, []string{"800 holds"}},
		{"batch.throttled_share > 60%", []string{"one"}, []string{"0.625 holds"}},
		{"web.cached_share > 20%", nil, []string{"0.25 holds", "0 failed"}},
		{"batch.p99 < 1s", []string{"one"}, []string{"none failed"}},
		{"endpoint.calls == 800", []string{"one"}, []string{"800 holds"}},
		{"endpoint.failure_rate < 12.5%", []string{"one"}, []string{"0.125 failed"}},
	}
	for _, row := range rows {
		t.Run(row.expr, func(t *testing.T) {
			g := gate(t, row.expr, row.cases...)
			r, err := New(Input{Engine: Sim, DurationS: 60, Cases: cases, Gates: []Gate{g}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, result := range r.Gates {
				value := "none"
				if result.Value != nil {
					value = significant(*result.Value, 6)
				}
				got = append(got, value+" "+map[bool]string{true: "holds", false: "failed"}[result.OK])
			}
			if strings.Join(got, ", ") != strings.Join(row.want, ", ") {
				t.Errorf("got %q, want %q", got, row.want)
			}
			partial, err := New(Input{Engine: Sim, DurationS: 60, Partial: true, Cases: cases, Gates: []Gate{g}})
			if err != nil || len(partial.Gates) != 0 {
				t.Errorf("an interrupted run was judged: %v, %v", partial.Gates, err)
			}
		})
	}
}

func TestGatesThatNameNothing(t *testing.T) {
	cases := []Case{handCase("one", StrategyCase, nil, hostLimit(), hand{name: "batch", you: true, calls: 1, attempts: 1, first: 1})}
	for _, row := range []struct {
		name string
		gate Gate
		want string
	}{
		{"group", Gate{Target: "web", Metric: "calls", Op: "<"}, `no group is called "web"`},
		{"case", Gate{Target: "batch", Metric: "calls", Op: "<", Cases: []string{"two"}}, `no case is called "two"`},
		{"metric", Gate{Target: "batch", Metric: "speed", Op: "<"}, `unknown metric "speed"`},
		{"operator", Gate{Target: "batch", Metric: "calls", Op: "~"}, `unknown operator "~"`},
	} {
		if _, err := New(Input{Engine: Sim, Cases: cases, Gates: []Gate{row.gate}}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}
