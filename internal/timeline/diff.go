package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Difference is one thing that a client did otherwise than it was expected to.
type Difference struct {
	Call      int    // from 1; of calls that begin together the first
	What      string // requests, request 2, result, gap 1, calls
	Want, Got string
}

// String is a difference as one line.
func (d Difference) String() string {
	return fmt.Sprintf("call %d, %s: want %s, got %s", d.Call, d.What, d.Want, d.Got)
}

// Diff holds what a client did against what it was expected to do: the result of
// each call, and its sequence of requests, each with its leg, its status and
// whether the HTTP library sent it again. It does not look at times. The first
// difference of a call comes first.
//
//   - Calls that begin together are compared together, because nobody can see which
//     of them a request is for. The order of their requests is chance.
//   - A result "error", as of a process that exits with another code than 0, is
//     any failure. "stale" is "ok": the client does not know.
//   - A refused connection is no request that an endpoint could see. Such attempts
//     are left out.
//   - A resend that is expected may be missing from what was seen: on the wire it
//     looks like a retry. One that is not expected is a difference.
func Diff(want, got Timeline) []Difference {
	var all []Difference
	for _, r := range rounds(want.Calls) {
		if first := r[0]; first < len(got.Calls) {
			wanted, seen := together(want.Calls, r), together(got.Calls, [2]int{first, min(r[1], len(got.Calls))})
			all = append(all, wanted.diff(seen)...)
		}
	}
	if len(want.Calls) != len(got.Calls) {
		all = append(all, Difference{
			Call: min(len(want.Calls), len(got.Calls)) + 1, What: "calls",
			Want: fmt.Sprint(len(want.Calls)), Got: fmt.Sprint(len(got.Calls)),
		})
	}
	return all
}

// Tolerance is what real time may add to a gap, in seconds: the way to the endpoint
// and back, and a busy machine. A gap may also be Early, because clocks are read at
// different ends.
type Tolerance struct {
	Early, Late float64
	// Timeout is how much earlier still a gap after a timeout may end: the client counts
	// from when it sends a request, and the endpoint from when it notices that.
	Timeout float64
}

// DiffGaps holds the gaps of what a client did against their ranges in what it was
// expected to do. compared is false if that does not hold for all gaps: a call has
// another number of requests, behind which they cannot be told apart, or some
// requests were refused.
func DiffGaps(want, got Timeline, within Tolerance) (all []Difference, compared bool) {
	if len(want.Calls) != len(got.Calls) {
		return nil, false
	}
	at := 0
	for i := range want.Calls {
		expected, made := want.Calls[i].Attempts, got.Calls[i].Attempts
		same := len(expected) == len(made)
		if slices.ContainsFunc(expected, refused) || !same && want.joined(i) {
			return nil, false
		}
		for n := 1; n < min(len(expected), len(made)); n, at = n+1, at+1 {
			if at >= min(len(want.Gaps), len(got.Gaps)) {
				return nil, false
			}
			w, g, early := want.Gaps[at], got.Gaps[at].Mean, within.Early
			if expected[n-1].Err == Timeout {
				early += within.Timeout
			}
			if g < w.Min-early || g > w.Max+within.Late {
				all = append(all, Difference{Call: i + 1, What: fmt.Sprintf("gap %d", n), Want: span(w.Min, w.Max), Got: fmt.Sprintf("%.3f s", g)})
			}
		}
		if !same {
			return all, false
		}
	}
	return all, len(want.Gaps) == len(got.Gaps)
}

// joined reports whether a call begins together with another one: then nobody knows
// which of them a request is for.
func (t *Timeline) joined(i int) bool {
	at := t.Calls[i].Start
	return i > 0 && t.Calls[i-1].Start == at || i+1 < len(t.Calls) && t.Calls[i+1].Start == at
}

// span is a range of gaps in words.
func span(least, most float64) string {
	if fmt.Sprintf("%.3f", least) == fmt.Sprintf("%.3f", most) {
		return fmt.Sprintf("%.3f s", least)
	}
	return fmt.Sprintf("%.3f to %.3f s", least, most)
}

// round is calls that begin together.
type round struct {
	first    int // the number of the first call
	results  []string
	attempts []Attempt
}

// rounds are the calls that begin together, each from one index to another.
func rounds(calls []Call) [][2]int {
	var all [][2]int
	for i := range calls {
		if i == 0 || calls[i].Start != calls[i-1].Start {
			all = append(all, [2]int{i, i})
		}
		all[len(all)-1][1] = i + 1
	}
	return all
}

// together is the calls from one index to another as a round.
func together(calls []Call, r [2]int) round {
	all := round{first: r[0] + 1}
	for _, c := range calls[r[0]:r[1]] {
		all.results = append(all.results, c.Result)
		for _, a := range c.Attempts {
			if !refused(a) {
				all.attempts = append(all.attempts, a)
			}
		}
	}
	slices.SortStableFunc(all.attempts, func(a, b Attempt) int { return cmp.Compare(a.T, b.T) })
	if len(all.results) > 1 { // which of them comes first is chance
		slices.SortStableFunc(all.attempts, func(a, b Attempt) int { return cmp.Compare(a.text(), b.text()) })
	}
	slices.Sort(all.results)
	return all
}

func refused(a Attempt) bool { return a.Err == Refused }

// Refused reports whether a connection was refused, which no endpoint can see.
func (t *Timeline) Refused() bool {
	return slices.ContainsFunc(t.Calls, func(c Call) bool { return slices.ContainsFunc(c.Attempts, refused) })
}

// diff are the differences of a round.
func (r *round) diff(got round) []Difference {
	var all []Difference
	add := func(what, want, seen string) {
		all = append(all, Difference{Call: r.first, What: what, Want: want, Got: seen})
	}
	for i := range max(len(r.attempts), len(got.attempts)) {
		want, seen := noRequest, noRequest
		if i < len(r.attempts) {
			want = r.attempts[i].text()
		}
		if i < len(got.attempts) {
			seen = got.attempts[i].text()
		}
		if want != seen && want != seen+resent {
			add(fmt.Sprintf("request %d of %d", i+1, max(len(r.attempts), len(got.attempts))), want, seen)
			break // what follows is shifted
		}
	}
	if len(r.attempts) != len(got.attempts) {
		add("requests", fmt.Sprint(len(r.attempts)), fmt.Sprint(len(got.attempts)))
	}
	if !sameResults(r.results, got.results) {
		add("result", strings.Join(r.results, ", "), strings.Join(got.results, ", "))
	}
	return all
}

// noRequest is where one timeline has a request and the other has none.
const noRequest = "no request"

// resent marks a request that the HTTP library sent again.
const resent = ", a resend"

// text is an attempt as differences have it.
func (a *Attempt) text() string {
	text := fmt.Sprintf("%s %d", a.Leg, a.Status)
	if a.Status == 0 {
		text = a.Leg + " unanswered"
	}
	if a.Resend {
		text += resent
	}
	return text
}

// sameResults reports whether results can be the same, in any order.
func sameResults(want, got []string) bool {
	if len(want) != len(got) {
		return false
	}
	left := slices.Clone(got)
	match := func(want string, same func(want, got string) bool) bool {
		i := slices.IndexFunc(left, func(got string) bool { return same(want, got) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
		return true
	}
	var further []string // those that no result equals
	for _, w := range want {
		if !match(w, func(a, b string) bool { return a == b }) {
			further = append(further, w)
		}
	}
	for _, w := range further {
		if !match(w, sameResult) {
			return false
		}
	}
	return true
}

// sameResult reports whether two results can be the same, as far as a client that
// only tells success from failure shows it.
func sameResult(want, got string) bool {
	good := func(result string) bool { return result == "ok" || result == "stale" }
	switch {
	case want == got, good(want) && good(got):
		return true
	case got == "error":
		return !good(want) && want != Unfinished
	case want == "error":
		return !good(got) && got != Unfinished
	}
	return false
}
