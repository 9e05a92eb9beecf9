package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The text screen, at most 80 columns:
//
//   - the headline and what is asked come first, then the table, then what it
//     means, then what could be wrong with it;
//   - you are the groups under test, the neighbours everybody else;
//   - every figure is a field of the model, or a ratio or difference of two.

// width of the screen, and of the table's labels.
const (
	screenWidth = 80
	labelWidth  = 28
)

// Text writes the screen.
func Text(w io.Writer, r *Report) error {
	var b strings.Builder
	name := strings.ReplaceAll(r.Profile.Name, "\n", " ")
	head := name + "  " + headline(r)
	if utf8.RuneCountInString(head) > screenWidth {
		head = name + "\n" + wrap(headline(r), "  ", "  ")
	}
	b.WriteString(strings.TrimSuffix(head, "\n") + "\n")
	if asked := demand(r); asked != "" {
		b.WriteString(wrap("asked: "+asked, "", "       "))
	}
	textTable(&b, r)
	paragraphs := ""
	for _, p := range [][]string{r.Verdict, r.Assumptions} {
		paragraphs += wrap(strings.Join(p, " "), "", "")
	}
	if line := agreement(r); line != "" {
		paragraphs += wrap(line, "", "")
	}
	paragraphs += textGates(r)
	for _, warning := range r.Warnings {
		paragraphs += wrap("warning: "+warning, "", "  ")
	}
	if paragraphs != "" {
		b.WriteString("\n" + paragraphs)
	}
	_, err := io.WriteString(w, printable(b.String()))
	return err
}

// printable takes out what could speak to a terminal: a report may come from
// anywhere.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' {
			return ' '
		}
		return c
	}, s)
}

// textGates lists the gates that did not hold, and counts the others.
func textGates(r *Report) string {
	if len(r.Gates) == 0 {
		return ""
	}
	failed := r.Failed()
	out := fmt.Sprintf("gates: %d of %d hold.\n", len(r.Gates)-len(failed), len(r.Gates))
	for _, g := range failed {
		out += wrap(fmt.Sprintf("gate failed: %s in %s: %s", g.Expr, g.Case, gateFigure(g)), "  ", "    ")
	}
	return out
}

// gateFigure is a gate's value in the unit of its metric.
func gateFigure(g GateResult) string {
	if g.Value == nil {
		return "there is none"
	}
	parsed, err := ParseGate(g.Expr)
	switch {
	case err != nil:
		return significant(*g.Value, 4)
	case parsed.isTime():
		return long(*g.Value)
	case parsed.isShare():
		return percent(*g.Value)
	}
	return significant(*g.Value, 6)
}

// column is one column of figures: two lines of heading, flush right.
type column struct {
	head  [2]string
	width int
	of    func(row) string
}

// columns are the table's, which depend on what the report has.
func (r *Report) columns(sections []section) []column {
	neighbours, live, first := false, false, sections[0].rows[0]
	margin := 0
	for _, s := range sections {
		for _, row := range s.rows {
			neighbours = neighbours || row.them.calls > 0
			live = live || row.you.simulated
			margin = max(margin, utf8.RuneCountInString(row.you.margin()))
		}
	}
	failHead := [2]string{"YOU FAIL", ""}
	if live {
		failHead[1] = "simulated"
	}
	columns := []column{{failHead, 9 + margin, func(w row) string {
		m := w.you.margin()
		return w.you.failShare() + m + strings.Repeat(" ", margin-utf8.RuneCountInString(m))
	}}}
	if live {
		columns = append(columns, column{[2]string{"live", ""}, 6, func(w row) string { return number(w.you.live) }})
	} else {
		columns = append(columns, column{[2]string{"calls", ""}, 9, func(w row) string { return number(w.you.calls) }})
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
	for line := range 2 {
		out := strings.Repeat(" ", labelWidth)
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
			out := pad("  "+row.label, labelWidth)
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
	half := (s.ci[1] - s.ci[0]) / 2 * 100
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

// flush sets text flush right.
func flush(s string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1)) + s
}

// pad fills text up with blanks, or cuts it off with an ellipsis.
func pad(s string, width int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	n := utf8.RuneCountInString(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	runes := []rune(s)
	return string(runes[:width-1]) + "…"
}

// wrap breaks text into lines of the screen's width, the first indented by one
// string and the others by another. A word longer than a line stays whole.
func wrap(text, first, rest string) string {
	var b strings.Builder
	line, indent := first, first
	for _, word := range strings.FieldsFunc(unbroken(text), func(c rune) bool { return c == ' ' || c == '\n' || c == '\t' }) {
		word = strings.ReplaceAll(word, "\u00a0", " ")
		switch {
		case line == indent:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= screenWidth:
			line += " " + word
		default:
			b.WriteString(line + "\n")
			indent = rest
			line = rest + word
		}
	}
	if line != indent {
		b.WriteString(line + "\n")
	}
	return b.String()
}
