package reports

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// column is one column of figures: two lines of heading, flush right.
type column struct {
	head  [2]string
	width int
	of    func(row) string
}

// columns are the table's, which depend on what the report has.
func (r *Report) columns(sections []section) []column {
	neighbours, live, first := false, false, sections[0].rows[0]
	share, margin, calls := 9, 0, ownCalls(&first.you)
	for _, s := range sections {
		for _, row := range s.rows {
			if ownCalls(&row.you) != calls {
				calls = 0 // there is no number for all rows
			}
			neighbours = neighbours || row.them.calls > 0
			live = live || row.you.simulated && r.Engine == Live
			share = max(share, utf8.RuneCountInString(row.you.failShare())+1)
			margin = max(margin, utf8.RuneCountInString(row.you.margin()))
		}
	}
	failHead, seeds := [2]string{"YOU FAIL", ""}, r.simulatedSeeds()
	switch {
	case live:
		failHead[1] = "simulated"
	case seeds > 0:
		failHead[1] = plural(seeds, "seed", "seeds")
	}
	columns := []column{{failHead, share + margin, func(w row) string {
		m := w.you.margin()
		return w.you.failShare() + m + strings.Repeat(" ", margin-utf8.RuneCountInString(m))
	}}}
	if live {
		head := [2]string{"live", ""}
		if calls > 0 {
			head[1] = "of " + number(calls)
		}
		columns = append(columns, column{head, 8, func(w row) string { return number(w.you.own) }})
	} else {
		head, width := [2]string{"calls", ""}, 9
		if seeds > 0 {
			head[1] = r.ofRun()
			width = max(8, utf8.RuneCountInString(head[1])+2)
		}
		columns = append(columns, column{head, width, func(w row) string { return number(ownCalls(&w.you)) }})
	}
	columns = append(columns,
		column{[2]string{"tries", "/call"}, 7, func(w row) string { return w.you.tries() }},
		column{[2]string{"p99 of", "successes"}, 11, func(w row) string { return w.you.slowest() }},
	)
	if neighbours {
		columns = append(columns, column{[2]string{"neighbours", "fail"}, 12, func(w row) string { return w.theirs(&first) }})
	}
	return columns
}

func textTable(b *strings.Builder, r *Report) {
	sections := r.sections()
	if len(sections) == 0 {
		return
	}
	columns := r.columns(sections)
	label := screenWidth
	for _, c := range columns {
		label -= c.width
	}
	label = min(max(label, leastLabel), labelWidth)
	for line := range 2 {
		out := strings.Repeat(" ", label)
		for i, c := range columns {
			head := c.head[line]
			if i == 0 && c.width > 9 {
				head += "  " // stands over the figures, not their margins
			}
			out += flush(head, c.width)
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
	}
	for _, s := range sections {
		if len(r.Cases) > 1 {
			b.WriteString(s.title + "\n")
		}
		for _, row := range s.rows {
			out := pad("  "+row.label, label)
			for _, c := range columns {
				out += flush(c.of(row), c.width)
			}
			b.WriteString(strings.TrimRight(out, " ") + "\n")
		}
	}
}

// failShare is the share of your calls that failed: an upper bound where none
// did, unless nothing was asked that could fail.
func (s *side) failShare() string {
	switch {
	case s.calls == 0:
		return "–"
	case s.failures == 0 && s.attempts > 0 && s.ci != nil:
		return below(s.ci[1])
	}
	return percent(s.rate())
}

// margin is the half-width of a simulated share's interval.
func (s *side) margin() string {
	if !s.simulated || s.ci == nil || s.failures == 0 {
		return ""
	}
	half := max(s.ci[1]-s.rate(), s.rate()-s.ci[0]) * 100 // one end may be cut off at 0
	if half*1000 < s.rate()*100 {
		return "" // the seeds do not differ
	}
	if half < 0.05 {
		return " ±" + significant(half, 1)
	}
	return fmt.Sprintf(" ±%.1f", half)
}

// tries is attempts per call.
func (s *side) tries() string {
	if s.calls == 0 {
		return "–"
	}
	if a := s.amplification(); a > 0 && a < 0.05 {
		return significant(a, 1)
	}
	return fmt.Sprintf("%.1f", s.amplification())
}

// slowest is the p99 of successes.
func (s *side) slowest() string {
	if s.p99 == nil {
		return "–"
	}
	return long(*s.p99)
}

// theirs is the neighbours' failure share: absolute in the first row, and the
// difference to it in the others.
func (w *row) theirs(first *row) string {
	switch {
	case w.them.calls == 0:
		return "–"
	case w.c == first.c || first.them.calls == 0:
		return w.them.failShare()
	}
	return points(w.them.rate() - first.them.rate())
}
