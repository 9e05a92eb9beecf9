package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// column is one column of figures: two lines of heading, flush right.
type column struct {
	head   [2]string
	width  int
	of     func(side, first *diagnosis.Side, isFirst bool) string
	shares bool // of calls or starts that fail, with their margins
	starts bool // shares of starts that fail, which widenStarts gives their margins
}

// line is one line of figures: of a case, or of one engine in it.
type line struct {
	engine string // empty in a report of one engine
	of     func(*diagnosis.Row) *diagnosis.Side
}

// linesOf are the lines of each case.
func linesOf(d *diagnosis.Diagnosis) []line {
	for i := range d.Rows {
		if d.Rows[i].Live != nil {
			return []line{
				{"live", func(w *diagnosis.Row) *diagnosis.Side { return sideOf(w, w.Live) }},
				{"simulated", func(w *diagnosis.Row) *diagnosis.Side { return sideOf(w, w.Simulated) }},
			}
		}
	}
	return []line{{"", func(w *diagnosis.Row) *diagnosis.Side { return sideOf(w, nil) }}}
}

// engineWidth is the width of the engines' names with a blank before them; 0 of one engine.
func engineWidth(lines []line) int {
	width := 0
	for _, l := range lines {
		width = max(width, len(l.engine))
	}
	if width > 0 {
		width++
	}
	return width
}

// columnsOf are the table's columns, which depend on what the report has.
func columnsOf(d *diagnosis.Diagnosis, lines []line) []column {
	failHead := [2]string{"YOU FAIL", ""}
	if d.StartsFirst() {
		failHead[0] = "calls fail"
	}
	neighbours, expiry, starts, share, margins := false, false, false, len(failHead[0])+1, 0
	for i := range d.Rows {
		for _, l := range lines {
			s := l.of(&d.Rows[i])
			expiry = expiry || s.You.PastExpiry() > 0
			starts = starts || startShare(&s.You, nil) != "–"
			neighbours = neighbours || s.Neighbours.Calls > 0
			share = max(share, utf8.RuneCountInString(failShare(&s.You))+1)
			margins = max(margins, utf8.RuneCountInString(margin(&s.You)))
		}
	}
	seeds := d.Report.SimulatedSeeds()
	switch {
	case seeds > 0:
		failHead[1] = words.Plural(seeds, "seed", "seeds")
	case len(lines) == 1:
		failHead[1] = engineName(d.Report.Engine)
	}
	share = max(share, utf8.RuneCountInString(failHead[1])+1-margins)
	var columns []column
	if d.StartsFirst() {
		columns = append(columns, column{head: [2]string{"STARTS", "FAIL"}, width: 9, starts: true, of: func(s, _ *diagnosis.Side, _ bool) string { return startShare(&s.You, lines) }})
	}
	columns = append(columns, column{head: failHead, width: share + margins, shares: true, of: func(s, _ *diagnosis.Side, _ bool) string {
		m := margin(&s.You)
		return failShare(&s.You) + m + strings.Repeat(" ", margins-utf8.RuneCountInString(m))
	}})
	if len(lines) == 1 {
		head, width := [2]string{"calls", ""}, 9
		if seeds > 0 {
			head[1] = d.RunName()
			width = max(8, utf8.RuneCountInString(head[1])+2)
		}
		columns = append(columns, column{head: head, width: width, of: func(s, _ *diagnosis.Side, _ bool) string { return words.Number(s.You.RunCalls) }})
	}
	columns = append(columns,
		column{head: [2]string{"tries", "/call"}, width: 7, of: func(s, _ *diagnosis.Side, _ bool) string { return tries(&s.You) }},
		column{head: [2]string{"p99 of", "successes"}, width: 11, of: func(s, _ *diagnosis.Side, _ bool) string { return slowest(&s.You) }},
	)
	if starts && !d.StartsFirst() {
		columns = append(columns, column{head: [2]string{"starts", "fail"}, width: 9, starts: true, of: func(s, _ *diagnosis.Side, _ bool) string { return startShare(&s.You, lines) }})
	}
	if expiry {
		columns = append(columns, column{head: [2]string{"past", "expiry"}, width: 8, of: func(s, _ *diagnosis.Side, _ bool) string { return pastExpiry(&s.You) }})
	}
	if neighbours {
		columns = append(columns, column{head: [2]string{"neighbours", "fail"}, width: 12, of: func(s, first *diagnosis.Side, isFirst bool) string {
			return theirs(&s.Neighbours, &first.Neighbours, isFirst)
		}})
	}
	widenStarts(columns, d, lines)
	return columns
}

// widenStarts puts margins beside the shares of starts that fail, where the screen has room
// for them.
func widenStarts(columns []column, d *diagnosis.Diagnosis, lines []line) {
	at := slices.IndexFunc(columns, func(c column) bool { return c.starts })
	if at < 0 {
		return
	}
	margins, room, label := 0, screenWidth, 0
	for i := range d.Rows {
		label = max(label, utf8.RuneCountInString(d.Rows[i].Label)+2)
		for _, l := range lines {
			margins = max(margins, utf8.RuneCountInString(startMargin(&l.of(&d.Rows[i]).You, lines)))
		}
	}
	for _, c := range columns {
		room -= c.width
	}
	if margins == 0 || room-engineWidth(lines)-margins < min(label, labelWidth) {
		return
	}
	c := &columns[at]
	c.width, c.shares = c.width+margins, true
	c.of = func(s, _ *diagnosis.Side, _ bool) string {
		m := startMargin(&s.You, lines)
		return startShare(&s.You, lines) + m + strings.Repeat(" ", margins-utf8.RuneCountInString(m))
	}
}

func textTable(b *strings.Builder, d *diagnosis.Diagnosis) {
	if len(d.Sections) == 0 {
		return
	}
	lines := linesOf(d)
	columns := columnsOf(d, lines)
	engine := engineWidth(lines)
	label := screenWidth - engine
	for _, c := range columns {
		label -= c.width
	}
	if label < leastLabel { // narrow columns make room for it
		for i := range columns {
			give := min(leastLabel-label, 2)
			if i == 0 || columns[i].shares || give <= 0 {
				continue
			}
			columns[i].width -= give
			label += give
		}
	}
	label = min(max(label, leastLabel), labelWidth)
	for n := range 2 {
		out := strings.Repeat(" ", label+engine)
		for _, c := range columns {
			head := c.head[n]
			if c.shares && utf8.RuneCountInString(head)+2 < c.width {
				head += "  " // stands over the figures, not their margins
			}
			out += flush(head, c.width)
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
	}
	first := &d.Sections[0].Rows[0]
	for _, s := range d.Sections {
		if len(d.Rows) > 1 {
			b.WriteString(s.Title + "\n")
		}
		for i := range s.Rows {
			row := &s.Rows[i]
			name := "  " + row.Label
			for _, l := range lines {
				out := pad(name, label)
				if engine > 0 {
					out += pad(" "+l.engine, engine)
				}
				for _, c := range columns {
					out += flush(c.of(l.of(row), l.of(first), row.Case == first.Case), c.width)
				}
				b.WriteString(strings.TrimRight(out, " ") + "\n")
				name = ""
			}
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
	if !t.Simulated || t.Failures == 0 {
		return ""
	}
	return marginOf(t.FailureRate(), t.CI)
}

// marginOf is the half-width of the interval of a share; nothing without one.
func marginOf(share float64, ci *reports.Ends) string {
	if ci == nil {
		return ""
	}
	half := max(ci[1]-share, share-ci[0]) * 100 // one end may be cut off at 0
	if half*1000 < share*100 {
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

// startShare is the share of the starts of tasks that failed, of one of the lines of a
// case: over all seeds where they are counted.
func startShare(t *diagnosis.Totals, lines []line) string {
	s := diagnosis.StartsOf(t)
	if s.Decided == 0 || !diagnosis.StartsCanFail(t) || len(lines) > 1 && t.Simulated && !s.OfSeeds() {
		return "–"
	}
	if s.Failed == 0 && s.Rate() == 0 && s.OfSeeds() && s.CI != nil {
		return words.Below(s.CI[1])
	}
	return words.Percent(s.Rate())
}

// startMargin is the half-width of the interval of that share over seeds.
func startMargin(t *diagnosis.Totals, lines []line) string {
	s := diagnosis.StartsOf(t)
	if s.Rate() == 0 || !s.OfSeeds() || startShare(t, lines) == "–" {
		return ""
	}
	return marginOf(s.Rate(), s.CI)
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
func theirs(them, first *diagnosis.Totals, isFirst bool) string {
	switch {
	case them.Calls == 0:
		return "–"
	case isFirst || first.Calls == 0:
		return failShare(them)
	}
	return words.Points(them.FailureRate() - first.FailureRate())
}
