package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// The text screen, at most 80 columns:
//
//   - the headline and what is asked come first, then the table, then what it
//     means, then what could be wrong with it;
//   - you are the groups under test, your other tasks those of the same tenants,
//     the neighbours everybody else;
//   - every figure is a field of the model, or a ratio or difference of two.

// width of the screen, and of the table's labels, which make room for figures
// that are long.
const (
	screenWidth = 80
	labelWidth  = 28
	leastLabel  = 20
)

// writeText writes the plain screen.
func writeText(w io.Writer, d *diagnosis.Diagnosis) error { return writeScreen(w, d, Look{}) }

// writeScreen writes the screen.
func writeScreen(w io.Writer, d *diagnosis.Diagnosis, look Look) error {
	if d.Control != nil {
		return writeControlScreen(w, d, look)
	}
	r, said := d.Report, d.Sentences()
	var b strings.Builder
	name := words.Visible(r.Profile.Name)
	head := name + "  " + d.Headline()
	if utf8.RuneCountInString(head) > screenWidth {
		head = name + "\n" + wrap(d.Headline(), "  ", "  ")
	}
	b.WriteString(strings.TrimSuffix(head, "\n") + "\n")
	b.WriteString(textEvents(d))
	if asked := d.Demand(); asked != "" {
		b.WriteString(wrap("asked: "+asked, "", "       "))
	}
	textTable(&b, d)
	textEndpoints(&b, d)
	if look.Histograms {
		textHistograms(&b, d)
	}
	textReplayed(&b, d)
	textStarts(&b, d)
	var paragraphs strings.Builder
	for _, p := range [][]string{said.Verdict, said.Assumptions} {
		paragraphs.WriteString(wrap(strings.Join(p, " "), "", ""))
	}
	for _, line := range []string{d.AgreementText(), d.Basis()} {
		paragraphs.WriteString(wrap(line, "", ""))
	}
	textGates(&paragraphs, r)
	for _, warning := range said.Warnings {
		paragraphs.WriteString(wrap("warning: "+warning, "", "  "))
	}
	if paragraphs.Len() > 0 {
		b.WriteString("\n" + paragraphs.String())
	}
	if r.Comparison != nil {
		b.WriteString("\n" + comparisonText(r.Comparison))
	}
	_, err := io.WriteString(w, look.marked(words.VisibleLines(b.String())))
	return err
}

// mostEvents is how many lines the text screen spends on events.
const mostEvents = 8

// textEvents are the lines about what happens to the endpoint.
func textEvents(d *diagnosis.Diagnosis) string {
	if d.Base == nil {
		return ""
	}
	var b strings.Builder
	events := diagnosis.CaseEvents(d.Base)
	for i, e := range events {
		if i == mostEvents {
			b.WriteString(wrap("and "+words.Plural(uint64(len(events)-i), "further change or fault", "further changes and faults"), "", ""))
			break
		}
		b.WriteString(wrap(e.Kind+": "+e.Text, "", "       "))
	}
	return b.String()
}

// textGates lists the gates that did not hold, or could well not, and counts the others.
func textGates(b *strings.Builder, r *reports.Report) {
	for _, gates := range [][]reports.GateResult{r.Failed(), r.Inconclusive()} {
		for i := range gates {
			g := &gates[i]
			b.WriteString(wrap(fmt.Sprintf("gate %s: %s in %s: %s", diagnosis.GateVerdict(g), g.Expr, g.Case, diagnosis.GateText(g)), "", "  "))
		}
	}
	for _, g := range r.GatesNotJudged {
		b.WriteString(wrap(fmt.Sprintf("gate not judged: %s in %s: %s", g.Expr, g.Case, g.Reason), "", "  "))
	}
	if text := diagnosis.GatesText(r); text != "" {
		b.WriteString(wrap(text+".", "", "  "))
	}
}
