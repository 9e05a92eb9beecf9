package render

import (
	"io"

	"tenement/internal/words"
	"tenement/reports/tuning"
)

// writeTuningMarkdown writes a tuning as a comment.
func writeTuningMarkdown(w io.Writer, r *tuning.Result) error {
	m := new(markdown)
	m.heading(tuningTitle(r))
	m.paragraph(words.Capital(tuningBasis(r)) + ".")
	if r.Partial != "" {
		m.paragraph(words.Capital(tuningPartial(r)) + ".")
	}
	var rows [][]string
	for i := range r.Front {
		c := &r.Front[i]
		cells := append([]string{c.Name, settingsWords(c)}, tuningCells(c)[1:]...)
		for j := range cells {
			cells[j] = escaped(cells[j])
		}
		rows = append(rows, cells)
	}
	m.table(2, []string{" ", "what is changed", "you fail", "p99", "tries/call", "neighbours fail", "stale", "work"}, rows)
	for i := range r.Recommendations {
		a := &r.Recommendations[i]
		m.b.WriteString("**" + escaped(adviceTitle(r, a)) + "**\n\n")
		for _, text := range adviceChanges(r, a) {
			m.item(text)
		}
		for _, step := range adviceSteps(r, a) {
			m.b.WriteString("- set: " + escaped(step.What) + "\n")
			for _, line := range step.Code {
				m.b.WriteString("  - " + code(line) + "\n")
			}
		}
		for _, text := range adviceUnder(r, a) {
			m.item(text)
		}
		m.b.WriteByte('\n')
	}
	for _, text := range tuningNotes(r) {
		m.paragraph(words.Capital(text) + ".")
	}
	_, err := io.WriteString(w, words.VisibleLines(m.text()))
	return err
}
