package render

import (
	"io"

	"tenement/internal/words"
	"tenement/reports/capacity"
)

// writeCapacityMarkdown writes the answer as a comment: a table of the cases, and a
// sentence on each.
func writeCapacityMarkdown(w io.Writer, r *capacity.Result) error {
	m := new(markdown)
	m.heading(r.Profile.Name + ": capacity")
	m.paragraph(capacityTitle(r) + ".")
	if r.Partial != "" {
		m.paragraph("Partial: " + r.Partial + ".")
	}
	var rows [][]string
	for i := range r.Cases {
		c := &r.Cases[i]
		rows = append(rows, []string{c.Title, capacityCell(r, c), intervalWords(r, c), optional(c.RunAt, r.Unit), optional(c.Bound, r.Unit)})
	}
	m.table(1, []string{"case", r.Name, "95 %", "run at", "closed form"}, rows)
	for i := range r.Cases {
		c := &r.Cases[i]
		m.paragraph(c.Title + ": " + kneeWords(r, c))
	}
	if text := requireWords(r); text != "" {
		m.paragraph(text)
	}
	m.paragraph(costWords(r))
	_, err := io.WriteString(w, words.VisibleLines(m.text()))
	return err
}
