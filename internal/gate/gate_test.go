package gate

import (
	"reflect"
	"regexp"
	"testing"
)

func TestParse(t *testing.T) {
	rows := []struct {
		text string
		want Gate
	}{
		{"batch.failure_rate < 1%", Gate{Target: "batch", Metric: "failure_rate", Op: "<", Value: 0.01}},
		{" endpoint.throttled_share>=0.5 ", Gate{Target: "endpoint", Metric: "throttled_share", Op: ">=", Value: 0.5}},
		{"batch.p99_9 != 1m30s", Gate{Target: "batch", Metric: "p99_9", Op: "!=", Value: 90_000}},
		{"batch.calls == 400", Gate{Target: "batch", Metric: "calls", Op: "==", Value: 400}},
		{"batch.max <= 1d", Gate{Target: "batch", Metric: "max", Op: "<=", Value: 86_400_000}},
	}
	for _, row := range rows {
		got, err := Parse(row.text)
		if err != nil {
			t.Errorf("%q: %v", row.text, err)
		}
		got.Expr = ""
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%q: got %+v, want %+v", row.text, got, row.want)
		}
		if !regexp.MustCompile(Pattern).MatchString(row.text) {
			t.Errorf("%q: the schema's pattern refuses it", row.text)
		}
	}
}

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	rows := []struct {
		text string
		at   int
		want string
	}{
		{"batch.failure_rate", -1, "there is no operator: want " + Want},
		{"batch.failure_rate =< 1%", 19, "unknown operator: want <=, >=, ==, !=, < or >"},
		{" batch < 1%", 1, "there is no metric: want " + Want},
		{" batch.speed < 1", 7, `unknown metric "speed"`},
		{"batch.p50 < 1%", 12, `p50 is compared with a duration such as 50ms, 2s, 6h or 1d, got "1%"`},
		{"batch.failure_rate < 2", 21, `failure_rate is compared with a fraction from 0 to 1, such as 1% or 0.01, got "2"`},
		{"batch.calls <", 13, "calls is compared with a number, 0 to 1e15, got nothing"},
	}
	for _, row := range rows {
		_, err := Parse(row.text)
		if err == nil || err.At != row.at || err.Message != row.want {
			t.Errorf("%q: got %+v\nwant %d: %s", row.text, err, row.at, row.want)
		}
	}
}

func TestHolds(t *testing.T) {
	// Of a figure below, at and above the bound.
	for op, want := range map[string][3]bool{
		"<": {true, false, false}, "<=": {true, true, false}, ">": {false, false, true},
		">=": {false, true, true}, "==": {false, true, false}, "!=": {true, false, true},
	} {
		g := Gate{Op: op, Value: 2}
		for i, figure := range []float64{1, 2, 3} {
			if got, err := g.Holds(figure); err != nil || got != want[i] {
				t.Errorf("%g %s 2: got %v, %v, want %v", figure, op, got, err, want[i])
			}
		}
	}
	if _, err := (&Gate{Op: "~"}).Holds(1); err == nil {
		t.Error("an unknown operator holds")
	}
}

func TestMetricsAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Metrics {
		if m.Doc == "" || seen[m.Name] {
			t.Errorf("%s: named twice, or without a word about it", m.Name)
		}
		seen[m.Name] = true
	}
}
