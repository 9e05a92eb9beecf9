package timeline

import (
	"strings"
	"testing"
)

// calls makes a timeline of calls like "0 credentials=429 credentials=200+ ok": the
// start, requests, + for a resend, and the result.
func calls(texts ...string) Timeline {
	var t Timeline
	for _, text := range texts {
		words := strings.Fields(text)
		var c Call
		if words[0] == "1" {
			c.Start = 1
		}
		for i, word := range words[1 : len(words)-1] {
			a := Attempt{T: c.Start + float64(i)}
			word, a.Resend = strings.CutSuffix(word, "+")
			leg, status, _ := strings.Cut(word, "=")
			a.Leg = leg
			switch status {
			case "429":
				a.Status = 429
			case "200":
				a.Status = 200
			default:
				a.Err = status
			}
			c.Attempts = append(c.Attempts, a)
			if i > 0 {
				t.Gaps = append(t.Gaps, Gap{1, 1, 1})
			}
		}
		c.Result = words[len(words)-1]
		t.Calls = append(t.Calls, c)
	}
	return t
}

func TestDiff(t *testing.T) {
	for _, test := range []struct {
		name      string
		want, got []string
		diff      string
	}{
		{"the same", []string{"0 c=429 c=200 ok"}, []string{"0 c=429 c=200 ok"}, ""},
		{"a status", []string{"0 c=429 c=200 ok"}, []string{"0 c=429 c=429 ok"}, "call 1, request 2 of 2: want c 200, got c 429"},
		{"a leg", []string{"0 token=200 ok"}, []string{"0 role=200 ok"}, "call 1, request 1 of 1: want token 200, got role 200"},
		{"one more", []string{"0 c=429 throttled"}, []string{"0 c=429 c=429 error"},
			"call 1, request 2 of 2: want no request, got c 429; call 1, requests: want 1, got 2"},
		{"any failure is an error", []string{"0 c=429 throttled"}, []string{"0 c=429 error"}, ""},
		{"stale is good", []string{"0 stale"}, []string{"0 ok"}, ""},
		{"a failure", []string{"0 c=200 ok"}, []string{"0 c=200 error"}, "call 1, result: want ok, got error"},
		{"empty is not ok", []string{"0 c=200 empty"}, []string{"0 c=200 ok"}, "call 1, result: want empty, got ok"},
		{"unfinished is no error", []string{"0 c=timeout unfinished"}, []string{"0 c=timeout error"}, "call 1, result: want unfinished, got error"},
		{"a refused connection is not seen", []string{"0 c=refused c=refused refused"}, []string{"0 error"}, ""},
		{"a resend may look like a retry", []string{"0 c=reset c=200+ ok"}, []string{"0 c=reset c=200 ok"}, ""},
		{"a resend that nobody expects", []string{"0 c=reset c=200 ok"}, []string{"0 c=reset c=200+ ok"},
			"call 1, request 2 of 2: want c 200, got c 200, a resend"},
		{"calls that begin together", []string{"0 c=200 ok", "0 throttled", "1 c=200 ok"}, []string{"0 error", "0 c=200 ok", "1 c=200 ok"}, ""},
		{"the second call", []string{"0 ok", "1 ok"}, []string{"0 ok", "1 c=200 ok"},
			"call 2, request 1 of 1: want no request, got c 200; call 2, requests: want 0, got 1"},
		{"fewer calls", []string{"0 ok", "1 ok"}, []string{"0 ok"}, "call 2, calls: want 2, got 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var all []string
			for _, d := range Diff(calls(test.want...), calls(test.got...)) {
				all = append(all, d.String())
			}
			if got := strings.Join(all, "; "); got != test.diff {
				t.Errorf("got  %s\nwant %s", got, test.diff)
			}
		})
	}
}

func TestDiffGaps(t *testing.T) {
	want := calls("0 c=429 c=429 c=200 ok")
	want.Gaps = []Gap{{1, 1, 1}, {0, 1, 2}}
	within := Tolerance{Early: 0.01, Late: 0.1}
	for _, test := range []struct {
		gaps []Gap
		diff string
	}{
		{[]Gap{{1, 1, 1}, {1, 1.5, 2}}, ""},
		{[]Gap{{1, 0.995, 1}, {2, 2.05, 2}}, ""},
		{[]Gap{{1, 0.9, 1}, {2, 2.5, 2}}, "call 1, gap 1: want 1.000 s, got 0.900 s; call 1, gap 2: want 0.000 to 2.000 s, got 2.500 s"},
		{nil, "not compared"},
		{[]Gap{{0, 0.2, 1}}, "call 1, gap 1: want 1.000 s, got 0.200 s; not compared"},
		{[]Gap{{1, 1, 1}}, "not compared"},
	} {
		got := calls("0 c=429 c=429 c=200 ok")
		if got.Gaps = test.gaps; len(got.Gaps) == 1 {
			got.Calls[0].Attempts = got.Calls[0].Attempts[:2]
		}
		var all []string
		diff, compared := DiffGaps(want, got, within)
		for _, d := range diff {
			all = append(all, d.String())
		}
		if !compared {
			all = append(all, "not compared")
		}
		if text := strings.Join(all, "; "); text != test.diff {
			t.Errorf("got  %s\nwant %s", text, test.diff)
		}
	}
}

// Only a gap after a timeout may be so short.
func TestDiffGapsAfterTimeout(t *testing.T) {
	want := calls("0 c=429 c=timeout c=200 ok")
	got := calls("0 c=429 c=timeout c=200 ok")
	got.Gaps = []Gap{{0.95, 0.95, 0.95}, {0.95, 0.95, 0.95}}
	diff, _ := DiffGaps(want, got, Tolerance{Early: 0.01, Timeout: 0.06})
	if len(diff) != 1 || diff[0].What != "gap 1" {
		t.Errorf("got %v, want gap 1 alone", diff)
	}
}
