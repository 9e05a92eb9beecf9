package render

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// column is one column of figures: two lines of heading, flush right.
type column struct {
	head  [2]string
	width int
	of    func(diagnosis.Row) string
}

// columnsOf are the table's columns, which depend on what the report has.
func columnsOf(d *diagnosis.Diagnosis) []column {
	sections := d.Sections
	neighbours, live, expiry, starts, first := false, false, false, false, sections[0].Rows[0]
	share, margins, calls := 9, 0, first.You.RunCalls
	for _, s := range sections {
		for _, row := range s.Rows {
			if row.You.RunCalls != calls {
				calls = 0 // there is no number for all rows
			}
			expiry = expiry || row.You.PastExpiry() > 0
			starts = starts || failStarts(&row.You) != "–"
			neighbours = neighbours || row.Neighbours.Calls > 0
			live = live || row.You.Simulated && d.Report.Engine == reports.Live
			share = max(share, utf8.RuneCountInString(failShare(&row.You))+1)
			margins = max(margins, utf8.RuneCountInString(margin(&row.You)))
		}
	}
	failHead, seeds := [2]string{"YOU FAIL", ""}, d.Report.SimulatedSeeds()
	switch {
	case live:
		failHead[1] = "simulated"
	case seeds > 0:
		failHead[1] = words.Plural(seeds, "seed", "seeds")
	}
	columns := []column{{failHead, share + margins, func(w diagnosis.Row) string {
		m := margin(&w.You)
		return failShare(&w.You) + m + strings.Repeat(" ", margins-utf8.RuneCountInString(m))
	}}}
	if live {
		head := [2]string{"live", ""}
		if calls > 0 {
			head[1] = "of " + words.Number(calls)
		}
		columns = append(columns, column{head, 8, func(w diagnosis.Row) string { return words.Number(w.You.RunFailures) }})
	} else {
		head, width := [2]string{"calls", ""}, 9
		if seeds > 0 {
			head[1] = d.RunName()
			width = max(8, utf8.RuneCountInString(head[1])+2)
		}
		columns = append(columns, column{head, width, func(w diagnosis.Row) string { return words.Number(w.You.RunCalls) }})
	}
	columns = append(columns,
		column{[2]string{"tries", "/call"}, 7, func(w diagnosis.Row) string { return tries(&w.You) }},
		column{[2]string{"p99 of", "successes"}, 11, func(w diagnosis.Row) string { return slowest(&w.You) }},
	)
	if starts {
		columns = append(columns, column{[2]string{"starts", "fail"}, 9, func(w diagnosis.Row) string { return failStarts(&w.You) }})
	}
	if expiry {
		columns = append(columns, column{[2]string{"past", "expiry"}, 8, func(w diagnosis.Row) string { return pastExpiry(&w.You) }})
	}
	if neighbours {
		columns = append(columns, column{[2]string{"neighbours", "fail"}, 12, func(w diagnosis.Row) string { return theirs(&w, &first) }})
	}
	return columns
}

func textTable(b *strings.Builder, d *diagnosis.Diagnosis) {
	if len(d.Sections) == 0 {
		return
	}
	columns := columnsOf(d)
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
	for _, s := range d.Sections {
		if len(d.Rows) > 1 {
			b.WriteString(s.Title + "\n")
		}
		for _, row := range s.Rows {
			out := pad("  "+row.Label, label)
			for _, c := range columns {
				out += flush(c.of(row), c.width)
			}
			b.WriteString(strings.TrimRight(out, " ") + "\n")
		}
	}
}

// failShare is the share of calls that failed. If none did it is an upper bound,
// unless no request was sent.
func failShare(t *diagnosis.Totals) string {
	switch {
	case t.Calls == 0:
		return "–"
	case t.Failures == 0 && t.Attempts > 0 && t.CI != nil:
		return words.Below(t.CI[1])
	}
	return words.Percent(t.FailureRate())
}

// margin is the half-width of a simulated share's interval.
func margin(t *diagnosis.Totals) string {
	if !t.Simulated || t.CI == nil || t.Failures == 0 {
		return ""
	}
	half := max(t.CI[1]-t.FailureRate(), t.FailureRate()-t.CI[0]) * 100 // one end may be cut off at 0
	if half*1000 < t.FailureRate()*100 {
		return "" // the seeds do not differ
	}
	if half < 0.05 {
		return " ±" + words.Significant(half, 1)
	}
	return fmt.Sprintf(" ±%.1f", half)
}

// tries is attempts per call.
func tries(t *diagnosis.Totals) string {
	if t.Calls == 0 {
		return "–"
	}
	if a := t.Amplification(); a > 0 && a < 0.05 {
		return words.Significant(a, 1)
	}
	return fmt.Sprintf("%.1f", t.Amplification())
}

// failStarts is the share of the starts of tasks that failed.
func failStarts(t *diagnosis.Totals) string {
	s := diagnosis.StartsOf(t)
	if s.Decided == 0 || !required(t) {
		return "–"
	}
	return words.Percent(s.Rate())
}

// required reports whether a start of some groups' tasks can fail.
func required(t *diagnosis.Totals) bool {
	for _, g := range t.Groups {
		for i := range g.Activities {
			if g.Activities[i].Required {
				return true
			}
		}
	}
	return false
}

// pastExpiry is the share of calls with credentials past their expiry.
func pastExpiry(t *diagnosis.Totals) string {
	if t.Calls == 0 {
		return "–"
	}
	return words.Percent(t.PastExpiry())
}

// slowest is the p99 of successes.
func slowest(t *diagnosis.Totals) string {
	if t.P99 == nil {
		return "–"
	}
	return words.Milliseconds(*t.P99)
}

// theirs is the neighbours' failure share: absolute in the first row, and the
// difference to it in the others.
func theirs(w, first *diagnosis.Row) string {
	switch {
	case w.Neighbours.Calls == 0:
		return "–"
	case w.Case == first.Case || first.Neighbours.Calls == 0:
		return failShare(&w.Neighbours)
	}
	return words.Points(w.Neighbours.FailureRate() - first.Neighbours.FailureRate())
}
