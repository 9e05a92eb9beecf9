package profiles

import (
	"reflect"
	"strings"
	"testing"

	"tenement/internal/gate"
)

func TestGates(t *testing.T) {
	tests := []struct {
		text string
		want gate.Gate
	}{
		{"batch.failure_rate < 1%", gate.Gate{Target: "batch", Metric: "failure_rate", Op: "<", Value: 0.01}},
		{"batch.failure_rate<=0.01", gate.Gate{Target: "batch", Metric: "failure_rate", Op: "<=", Value: 0.01}},
		{"endpoint.throttled_share  >=  50%", gate.Gate{Target: "endpoint", Metric: "throttled_share", Op: ">=", Value: 0.5}},
		{"batch.cached_share > 0", gate.Gate{Target: "batch", Metric: "cached_share", Op: ">"}},
		{"batch.p99_9 != 1m30s", gate.Gate{Target: "batch", Metric: "p99_9", Op: "!=", Value: 90_000}},
		{"batch.mean < 1.5ms", gate.Gate{Target: "batch", Metric: "mean", Op: "<", Value: 1.5}},
		{"batch.calls == 400", gate.Gate{Target: "batch", Metric: "calls", Op: "==", Value: 400}},
		{"batch.amplification < 2.5", gate.Gate{Target: "batch", Metric: "amplification", Op: "<", Value: 2.5}},
		{"batch.failures <= 2 * baseline", gate.Gate{Target: "batch", Metric: "failures", Op: "<=", Relative: &gate.Relative{Factor: 2}}},
		{"{expr: batch.failures == 0, abort_on: true}", gate.Gate{Target: "batch", Metric: "failures", Op: "==", AbortOn: true}},
		{"{expr: batch.failures == 0, abort_on: false}", gate.Gate{Target: "batch", Metric: "failures", Op: "=="}},
		{"{expr: batch.max < 10s, cases: [none]}", gate.Gate{Target: "batch", Metric: "max", Op: "<", Value: 10_000, Cases: []string{"none"}}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			p := openTest(t, sound+"gates:\n  - "+test.text+"\n")
			got := p.Gates[0]
			if !strings.Contains(test.text, got.Expr) {
				t.Errorf("got the expression %q", got.Expr)
			}
			got.Expr = ""
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestGatesRefused(t *testing.T) {
	tests := []struct{ text, want string }{
		{"batch.failure_rate", "12:5: gates[0]: there is no operator: want TARGET.METRIC OP BOUND, such as batch.failure_rate < 1%"},
		{"batch.failure_rate =< 1%", "12:24: gates[0]: unknown operator: want <=, >=, ==, !=, < or >"},
		{"batch < 1%", "12:5: gates[0]: there is no metric: want TARGET.METRIC OP BOUND, such as batch.failure_rate < 1%"},
		{"batch.failurerate < 1%", `12:11: gates[0]: unknown metric "failurerate"; did you mean "failure_rate"?`},
		{"batch.speed < 1", `12:11: gates[0]: unknown metric "speed": want failure_rate, throttled_share, cached_share, `},
		{"batches.p50 < 1s", `12:5: gates[0]: unknown target "batches"; did you mean "batch"?`},
		{"'batch.p51 < 1s'", `12:12: gates[0]: unknown metric "p51"; did you mean "p50"?`},
		{"batch.failed_starts < 1", `12:5: gates[0]: no task of batch starts during the run: want startup, a required activity, a lifetime or a deployment`},
		{"batch.p50 < 1%", `12:17: gates[0]: p50 is compared with a duration such as 50ms, 2s, 6h or 1d, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "1%"`},
		{"batch.failure_rate < 1s", `12:26: gates[0]: failure_rate is compared with a fraction from 0 to 1, such as 1% or 0.01, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "1s"`},
		{"batch.failure_rate < 150%", `12:26: gates[0]: failure_rate is compared with a fraction from 0 to 1, such as 1% or 0.01, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "150%"`},
		{"batch.failure_rate < -5%", `12:26: gates[0]: failure_rate is compared with a fraction from 0 to 1, such as 1% or 0.01, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "-5%"`},
		{"batch.calls >= -1", `12:20: gates[0]: calls is compared with a number, 0 to 1e15, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "-1"`},
		{"batch.calls < baseline * 1.05", `12:19: gates[0]: calls is compared with a number, 0 to 1e15, or with [FACTOR *] baseline or [FACTOR *] case NAME, got "baseline * 1.05"`},
		{"batch.calls <", `12:18: gates[0]: calls is compared with a number, 0 to 1e15, or with [FACTOR *] baseline or [FACTOR *] case NAME, got nothing`},
		{"{expr: batch.p50 < 1s, cases: [nobody]}", `12:36: gates[0].cases[0]: unknown case "nobody"; there is none`},
		{"batch.p50 < case nobody", `12:22: gates[0]: unknown case "nobody"; there is none`},
		{"batch.p50 < case none", `12:22: gates[0]: judges nothing: no other case is compared with "none"`},
		{"{expr: batch.p50 < 1s, abort_on: true}", `12:38: gates[0].abort_on: p50 is settled only when the run has ended: want one of failure_rate, `},
		{"{expr: batch.failures < 3, abort_on: maybe}", `12:42: gates[0].abort_on: `},
		{"{cases: [none]}", `12:5: gates[0]: expr is missing`},
		{"[batch.p50 < 1s]", `12:5: gates[0]: want TARGET.METRIC OP BOUND`},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			text := sound + "gates:\n  - " + test.text + "\n"
			text = strings.Replace(text, "fleet:", "\nfleet:", 1)
			_, err := Load("p.yaml", []byte(text))
			if err == nil {
				t.Fatal("got no error")
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); !strings.HasPrefix(got, "p.yaml:"+test.want) {
				t.Errorf("got  %s\nwant %s", got, "p.yaml:"+test.want)
			}
		})
	}
}
