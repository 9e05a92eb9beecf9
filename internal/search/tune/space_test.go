package tune

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A default space that is written is read again as it was.
func TestSpaceRoundTrip(t *testing.T) {
	t.Parallel()
	p := load(t, small)
	for _, c := range p.Cases() {
		space := DefaultSpace(p, c)
		var text bytes.Buffer
		if err := space.Write(&text); err != nil {
			t.Fatal(err)
		}
		again, err := ReadSpace("space.yaml", text.Bytes(), p, c)
		if err != nil {
			t.Fatalf("%s: %v\n%s", c.Name, err, text.String())
		}
		var second bytes.Buffer
		if err := again.Write(&second); err != nil {
			t.Fatal(err)
		}
		if text.String() != second.String() {
			t.Errorf("%s: got\n%s\nwant\n%s", c.Name, second.String(), text.String())
		}
	}
}

func TestReadSpace(t *testing.T) {
	t.Parallel()
	p := load(t, small)
	today, _ := CaseOf(p, "botocore")
	const text = `
version: 1
parameters:
  - {parameter: wait, path: strategy.retry.fixed.wait, range: 500ms..3s/500ms, effort: config, code: 'WAIT={seconds}'}
  - {parameter: tries, path: strategy.retry.fixed.attempts, values: [1, 2, 3, 5], needs: wait}
  - {parameter: client, path: group.client, values: [per-call]}
  - parameter: limit
    who: endpoint
    effort: other
    values: [{value: "6,8", set: {endpoint.limit.rate: 6/s, endpoint.limit.burst: 8}}]
`
	s, err := ReadSpace("space.yaml", []byte(text), p, today)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Names(); !slices.Equal(got, []string{You, Neighbours, Endpoint, "wait", "tries", "client", "limit"}) {
		t.Errorf("got the names %v", got)
	}
	if v := s.Parameters[0].Values; len(v) != 5 || v[0].Text != "500ms" || v[0].Code != "WAIT=0.5" || v[0].Sets[0].Path != "strategies.botocore.retry.fixed.wait" || !s.Parameters[0].Ordered {
		t.Errorf("got the waits %+v, want 5 (1s is today's)", v)
	}
	if v := s.Parameters[1].Values; len(v) != 3 { // 3 is today's
		t.Errorf("got the tries %+v", v)
	}
	if s.Parameters[2].Ordered || s.Parameters[2].Values[0].Sets[0].Path != "fleet.batch.client" {
		t.Errorf("got the client %+v", s.Parameters[2])
	}
}

// What is wrong with a space is said with its place.
func TestSpaceErrors(t *testing.T) {
	t.Parallel()
	p := load(t, small)
	today, _ := CaseOf(p, "")
	for _, row := range []struct{ name, text, want string }{
		{"no version", "parameters: [{parameter: a, path: group.client, values: [per-call]}]", "space.yaml:1:1: version is missing: want version: 1"},
		{"unknown key", "version: 1\nparameters: [{parameter: a, pat: x, values: [1]}]", "space.yaml:2:29: parameters.a: unknown key \"pat\"; did you mean \"path\"?"},
		{"no values", "version: 1\nparameters: [{parameter: a, path: group.client}]", "want one of values and range"},
		{"no path", "version: 1\nparameters: [{parameter: a, values: [1]}]", "path is missing"},
		{"bad range", "version: 1\nparameters: [{parameter: a, path: group.tasks, range: 5..2}]", "space.yaml:2:55: parameters.a.range: 5 is not below 2"},
		{"bad value", "version: 1\nparameters: [{parameter: a, path: group.client, values: [per-moon]}]", "space.yaml:2:58: parameters.a: fleet.batch.client"},
		{"bad path", "version: 1\nparameters: [{parameter: a, path: fleet.moon.client, values: [per-call]}]", `there is no group "moon"`},
		{"twice", "version: 1\nparameters: [{parameter: a, path: group.client, values: [per-call]}, {parameter: a, path: group.client, values: [per-call]}]", "already"},
		{"needs nothing", "version: 1\nparameters: [{parameter: a, path: group.client, values: [per-call], needs: b}]", `there is no parameter "b"`},
		{"needs a later one", "version: 1\nparameters: [{parameter: a, path: group.client, values: [per-call], needs: b}, {parameter: b, path: group.client, values: [per-call]}]", "b comes after it"},
		{"not YAML", "version: [", "space.yaml:1"},
	} {
		_, err := ReadSpace("space.yaml", []byte(row.text), p, today)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, want string }{
		{"1..5", "1 2 3 4 5"},
		{"0..0.8/0.2", "0 0.2 0.4 0.6 0.8"},
		{"2..20/6", "2 8 14 20"},
		{"100ms..100ms", "100ms is not below 100ms"},
		{"1s..16s", "1s 1.3s 1.7s 2.1s 2.7s 3.5s 4.5s 5.8s 7.5s 9.7s 12s 16s"},
		{"1..1000", "1 2 4 7 12 23 43 81 152 285 534 1000"},
		{"1..1000/1", "has more than 100 values: want a larger step"},
		{"1", errRange.Error()},
		{"1..x", `"1": 1 has no unit: want a duration such as 50ms, 2s, 6h or 1d`},
		{"0..10/0", errRange.Error()},
	} {
		values, err := rangeOf(row.text)
		got := strings.Join(values, " ")
		if err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.text, got, row.want)
		}
	}
}

// A latency is within a rung of itself, and rungs rise.
func TestLadder(t *testing.T) {
	t.Parallel()
	last := -1
	for d := time.Duration(0); d < time.Hour; d += 1 + d/7 {
		r := rung(d)
		if r < last {
			t.Fatalf("%v: rung %d is below %d", d, r, last)
		}
		last = r
		if off := (middle(r) - d).Abs(); off > time.Microsecond+d/80 {
			t.Fatalf("%v: the middle of its rung is %v", d, middle(r))
		}
	}
	var l ladder
	for i := range 1000 {
		l.see(time.Duration(i+1) * time.Millisecond)
	}
	if at := middle(l.quantile(0.99)); (at - 990*time.Millisecond).Abs() > 10*time.Millisecond {
		t.Errorf("got a p99 of %v, want 990ms", at)
	}
	text, err := l.MarshalJSON()
	var again ladder
	if err != nil || again.UnmarshalJSON(text) != nil || fmt.Sprint(again) != fmt.Sprint(l) {
		t.Errorf("a ladder is not read as it was written: %s", text)
	}
}

func TestDominates(t *testing.T) {
	t.Parallel()
	a := vector{fail: 0.1, p99: 10, attempts: 1, effort: 1}
	for _, row := range []struct {
		name string
		b    vector
		want bool
	}{
		{"the same", a, false},
		{"more failures", vector{fail: 0.2, p99: 10, attempts: 1, effort: 1}, true},
		{"more failures, less work", vector{fail: 0.2, p99: 10, attempts: 1}, false},
		{"a difference that does not count", vector{fail: 0.1001, p99: 10, attempts: 1, effort: 1}, false},
	} {
		if got := dominates(&a, &row.b); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}
