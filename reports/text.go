package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The text screen, at most 80 columns:
//
//   - the headline and what is asked come first, then the table, then what it
//     means, then what could be wrong with it;
//   - you are the groups under test, the neighbours everybody else;
//   - every figure is a field of the model, or a ratio or difference of two.

// width of the screen, and of the table's labels, which make room for figures
// that are long.
const (
	screenWidth = 80
	labelWidth  = 28
	leastLabel  = 20
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
	b.WriteString(textCourse(r))
	if asked := demand(r); asked != "" {
		b.WriteString(wrap("asked: "+asked, "", "       "))
	}
	textTable(&b, r)
	paragraphs := ""
	for _, p := range [][]string{r.Verdict, r.Assumptions} {
		paragraphs += wrap(strings.Join(p, " "), "", "")
	}
	for _, line := range []string{agreement(r), basis(r)} {
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
	switch {
	case g.Value == nil:
		return "there is none"
	case g.isTime():
		return long(*g.Value)
	case g.isShare():
		return percent(*g.Value)
	}
	return significant(*g.Value, 6)
}
