package timeline

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"tenement/internal/words"
)

// WriteText writes timelines for people, in 80 columns: first who asked how often,
// when, and what came of it, one line each on a common scale of time; then each
// timeline, request by request.
func WriteText(w io.Writer, all []Timeline) error {
	var b bytes.Buffer
	first := &all[0]
	for _, line := range words.WrapAll(fmt.Sprintf("service %s; answers: %s", words.Visible(first.Service), answers(first.Fault)), 80, "") {
		b.WriteString(line + "\n")
	}
	overview(&b, all)
	for i := range all {
		inFull(&b, &all[i])
	}
	_, err := b.WriteTo(w)
	return err
}

// answers are the answers of an endpoint in words; of a long list, the
// beginning.
func answers(fault string) string {
	list := strings.Split(words.Visible(fault), ",")
	if len(list) == 1 {
		return list[0] + " every time"
	}
	last := list[len(list)-1]
	if len(list) > 8 {
		list = append(list[:6:6], fmt.Sprintf("(%d more)", len(list)-7), last)
	}
	return strings.Join(list[:len(list)-1], ", ") + ", then " + last + " every time"
}

// inFull writes a timeline request by request.
func inFull(b *bytes.Buffer, t *Timeline) {
	ranged := slices.ContainsFunc(t.Gaps, Gap.varies)
	head := fmt.Sprintf("  %8s  %8s  %-20s  %-10s", "at, s", "wait, s", "request", "answer")
	if ranged {
		head += "  wait over all seeds"
	}
	fmt.Fprintf(b, "\n%s\n%s\n", words.Visible(t.Strategy), strings.TrimRight(head, " "))
	gaps := t.Gaps
	for i, shown := 0, 0; i < len(t.Calls); shown++ {
		c := &t.Calls[i]
		if shown == mostShown {
			rest(b, t.Calls[i:])
			break
		}
		if n := alike(t.Calls[i:]); n > 1 {
			fmt.Fprintf(b, "  calls %d to %d, from %s to %s s: %s\n", i+1, i+n, exact(c.Start), exact(t.Calls[i+n-1].Start), c.outcome())
			i += n
			continue
		}
		if len(t.Calls) > 1 {
			fmt.Fprintf(b, "  call %d, at %s s\n", i+1, exact(c.Start))
		}
		gaps = gaps[min(inCall(b, c, gaps, ranged), len(gaps)):]
		i++
	}
}

// alike is how many of the first calls asked for nothing and ended at once in the
// same way, without an error.
func alike(calls []Call) int {
	n := 0
	for i := range calls {
		c, first := &calls[i], &calls[0]
		if len(c.Attempts) > 0 || c.outcome() != first.outcome() || len(c.Holds) > 1 || c.Error != "" || c.End-c.Start >= 0.001 {
			break
		}
		n++
	}
	return n
}

// How many calls of a timeline are shown, and how many requests of a call.
const (
	mostShown    = 20
	mostRequests = 100
)

// inCall writes a call, and returns how many gaps are its own: with several seeds
// it may have more than it shows.
func inCall(b *bytes.Buffer, c *Call, gaps []Gap, ranged bool) (own int) {
	before, holds := c.Start, c.Holds
	for j := range c.Attempts {
		a := &c.Attempts[j]
		holds = held(b, holds, a.T)
		if j == mostRequests {
			fmt.Fprintf(b, "  %8s  %8s  %d more requests\n", "", "", len(c.Attempts)-j)
			break
		}
		wait, spread := "", ""
		if j > 0 {
			wait = "+" + exact(max(a.T-before, 0))
			if ranged && j <= len(gaps) {
				spread = "  " + gaps[j-1].spread()
			}
		}
		line := fmt.Sprintf("  %8s  %8s  %-20s  %-10s%s", exact(a.T), wait, a.request(), a.answer(), spread)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		before = a.T
	}
	held(b, holds, math.Inf(1))
	wait := ""
	if len(c.Attempts) > 0 {
		wait = "+" + exact(max(c.End-before, 0))
	}
	fmt.Fprintf(b, "  %8s  %8s  => %s\n", exact(c.End), wait, c.outcome())
	if c.Error != "" {
		for _, line := range words.WrapAll(words.Visible(c.Error), 55, "") {
			fmt.Fprintf(b, "%25s%s\n", "", line)
		}
	}
	return max(len(c.Attempts)-1, 0)
}

// held writes the holds before an instant, and returns the others.
func held(b *bytes.Buffer, holds []Hold, until float64) []Hold {
	for n, h := range holds {
		switch {
		case h.T >= until:
			return holds[n:]
		case n == mostRequests:
			fmt.Fprintf(b, "  %8s  %8s  %d more times held back\n", "", "", len(holds)-n)
			return nil
		}
		what := "refused"
		if !h.Refused {
			what = "delayed by " + exact(h.Wait)
		}
		fmt.Fprintf(b, "  %8s  %8s  %-20s  %s\n", exact(h.T), "", "("+words.Visible(h.By)+")", what)
	}
	return nil
}

// varies reports whether a wait differs between seeds by more than the delay of a
// network.
func (g Gap) varies() bool { return g.Max-g.Min >= 0.001 }

// spread is the range of a wait.
func (g Gap) spread() string {
	if !g.varies() {
		return "always so"
	}
	return fmt.Sprintf("%.2f to %.2f, mean %.2f", g.Min, g.Max, g.Mean)
}

// request is what an attempt asked for. One that the HTTP library sent again by
// itself is resent.
func (a *Attempt) request() string {
	if a.Resend {
		return words.Visible(a.Leg) + ", resent"
	}
	return words.Visible(a.Leg)
}

// answer is what an attempt got.
func (a *Attempt) answer() string {
	text := words.Visible(a.Err)
	if a.Status != 0 {
		text = strings.TrimSpace(fmt.Sprint(a.Status, " ", text))
	}
	return text
}

// outcome is how a call ended.
func (c *Call) outcome() string {
	switch {
	case c.Result == Unfinished:
		return "unfinished: it still waits, and is watched no longer"
	case len(c.Attempts) == 0:
		return words.Visible(c.Result) + c.holder() + ", without a request"
	}
	return words.Visible(c.Result) + c.holder() + ", after " + count(len(c.Attempts), "request")
}

// holder is the policy that refused the request which a withheld call ended without.
func (c *Call) holder() string {
	if n := len(c.Holds); n > 0 && c.Result == Withheld {
		return " by the " + words.Visible(c.Holds[n-1].By)
	}
	return ""
}

// rest sums up the calls that are not shown.
func rest(b *bytes.Buffer, calls []Call) {
	requests := 0
	for i := range calls {
		requests += len(calls[i].Attempts)
	}
	fmt.Fprintf(b, "  and %s with %s, not shown here (-f json has all): %s\n", count(len(calls), "call"), count(requests, "request"), strings.Join(results(calls), ", "))
}

// results are the results of calls, the most frequent first, each with its number:
// "ok 3", "throttled 1". If all are the same, it is that: "all ok".
func results(calls []Call) []string {
	counts := map[string]int{}
	for i := range calls {
		counts[calls[i].Result]++
	}
	type row struct {
		result string
		n      int
	}
	var rows []row
	for result, n := range counts {
		rows = append(rows, row{result, n})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(b.n-a.n, strings.Compare(a.result, b.result)) })
	var texts []string
	for _, r := range rows {
		text := words.Visible(r.result)
		switch {
		case len(rows) > 1:
			text += fmt.Sprint(" ", r.n)
		case len(calls) > 1:
			text = "all " + text
		}
		texts = append(texts, text)
	}
	return texts
}

// count is a number of things.
func count(n int, thing string) string {
	return words.Plural(uint64(n), thing, thing+"s")
}

// exact is a time in seconds, to the millisecond.
func exact(s float64) string { return fmt.Sprintf("%.3f", s) }
