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
		{"batch.failures==0", Gate{Target: "batch", Metric: "failures", Op: "=="}},
		{"batch.p99 <= baseline", Gate{Target: "batch", Metric: "p99", Op: "<=", Relative: &Relative{Factor: 1}}},
		{"batch.failure_rate <= 1.05 * baseline ", Gate{Target: "batch", Metric: "failure_rate", Op: "<=", Relative: &Relative{Factor: 1.05}}},
		{"ours.p99 <= case default", Gate{Target: "ours", Metric: "p99", Op: "<=", Relative: &Relative{Factor: 1, Case: "default"}}},
		{"ours.p99<2*case  they do *not* retry, < 3 ", Gate{Target: "ours", Metric: "p99", Op: "<", Relative: &Relative{Factor: 2, Case: "they do *not* retry, < 3"}}},
		{"ours.p99 < case 2 * baseline", Gate{Target: "ours", Metric: "p99", Op: "<", Relative: &Relative{Factor: 1, Case: "2 * baseline"}}},
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
	const other = "[FACTOR *] baseline or [FACTOR *] case NAME"
	rows := []struct {
		text string
		at   int
		want string
	}{
		{"batch.failure_rate", -1, "there is no operator: want " + Want},
		{"batch.failure_rate =< 1%", 19, "unknown operator: want <=, >=, ==, !=, < or >"},
		{" batch < 1%", 1, "there is no metric: want " + Want},
		{" batch.speed < 1", 7, `unknown metric "speed"`},
		{"batch.p50 < 1%", 12, `p50 is compared with a duration such as 50ms, 2s, 6h or 1d, or with ` + other + `, got "1%"`},
		{"batch.failure_rate < 2", 21, `failure_rate is compared with a fraction from 0 to 1, such as 1% or 0.01, or with ` + other + `, got "2"`},
		{"batch.calls <", 13, "calls is compared with a number, 0 to 1e15, or with " + other + ", got nothing"},
		{"batch.calls < 2 * 3", 18, `want baseline, or case and its name, after the factor, got "3"`},
		{"batch.calls <  2 *", 18, `want baseline, or case and its name, after the factor, got nothing`},
		{"batch.calls < many * baseline", 14, `want a factor above 0 and up to 1000000, such as 1.05, got "many"`},
		{"batch.calls < 0 * baseline", 14, `want a factor above 0 and up to 1000000, such as 1.05, got "0"`},
		{"batch.calls < 5% * case x", 14, `want a factor above 0 and up to 1000000, such as 1.05, got "5%"`},
		{"batch.calls < 1e300 * case x", 14, `want a factor above 0 and up to 1000000, such as 1.05, got "1e300"`},
		{"batch.calls < baseline * 1.05", 14, `calls is compared with a number, 0 to 1e15, or with ` + other + `, got "baseline * 1.05"`},
		{"batch.calls < case", 14, `want the name of a case after case`},
		{"batch.calls < 2 * case ", 18, `want the name of a case after case`},
		{"batch.calls < cases", 14, `calls is compared with a number, 0 to 1e15, or with ` + other + `, got "cases"`},
	}
	for _, row := range rows {
		_, err := Parse(row.text)
		if err == nil || err.At != row.at || err.Message != row.want {
			t.Errorf("%q: got %+v\nwant %d: %s", row.text, err, row.at, row.want)
		}
	}
}

func TestHolds(t *testing.T) {
	// Of a figure below, at and above the bound; then whether it is sure, and possible,
	// of figures below, around and above the bound, and of the bound alone.
	for op, want := range map[string]struct {
		holds       [3]bool
		sure, could [4]bool
	}{
		"<":  {[3]bool{true, false, false}, [4]bool{true, false, true, true}, [4]bool{true, true, false, false}},
		"<=": {[3]bool{true, true, false}, [4]bool{true, false, true, true}, [4]bool{true, true, false, true}},
		">":  {[3]bool{false, false, true}, [4]bool{true, false, true, true}, [4]bool{false, true, true, false}},
		">=": {[3]bool{false, true, true}, [4]bool{true, false, true, true}, [4]bool{false, true, true, true}},
		"==": {[3]bool{false, true, false}, [4]bool{true, true, true, true}, [4]bool{false, true, false, true}},
		"!=": {[3]bool{true, false, true}, [4]bool{true, true, true, true}, [4]bool{true, true, true, false}},
	} {
		g := Gate{Op: op}
		for i, figure := range []float64{1, 2, 3} {
			if got, err := g.Holds(figure, 2); err != nil || got != want.holds[i] {
				t.Errorf("%g %s 2: got %v, %v, want %v", figure, op, got, err, want.holds[i])
			}
		}
		for i, ends := range [][2]float64{{0, 1}, {1, 3}, {3, 4}, {2, 2}} {
			if got := g.Sure(ends[0], ends[1], 2); got != want.sure[i] {
				t.Errorf("%v %s 2: sure %v, want %v", ends, op, got, want.sure[i])
			}
			if got := g.CanHold(ends[0], ends[1], 2); got != want.could[i] {
				t.Errorf("%v %s 2: can hold %v, want %v", ends, op, got, want.could[i])
			}
		}
	}
	if _, err := (&Gate{Op: "~"}).Holds(1, 1); err == nil {
		t.Error("an unknown operator holds")
	}
}

func TestJudges(t *testing.T) {
	rows := []struct {
		gate Gate
		want string // of the cases a and b
	}{
		{Gate{}, "ab"}, {Gate{Cases: []string{"b"}}, "b"},
		{Gate{Relative: &Relative{Case: "a"}}, "b"}, {Gate{Relative: &Relative{}}, "ab"},
		{Gate{Relative: &Relative{Case: "a"}, Cases: []string{"a"}}, ""},
	}
	for _, row := range rows {
		got := ""
		for _, name := range []string{"a", "b"} {
			if row.gate.Judges(name) {
				got += name
			}
		}
		if got != row.want {
			t.Errorf("%+v: got %q, want %q", row.gate, got, row.want)
		}
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
