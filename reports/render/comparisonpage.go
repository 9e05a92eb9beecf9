package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io"

	"tenement/internal/words"
	"tenement/reports"
)

// comparisonPage is what the template of a comparison lays out.
type comparisonPage struct {
	pageFrame
	Name   string // of the profile
	Sides  string
	Design string
	Tiles  []tile
	Shifts *shiftChart
}

// writeComparisonHTML writes a comparison as a page like that of a report.
func writeComparisonHTML(w io.Writer, c *reports.Comparison) error {
	p := comparisonPage{
		pageFrame: newPageFrame(figures{}), Name: c.Current.Profile, Sides: sidesWords(c), Shifts: newShiftChart(c),
	}
	p.Design, p.Shifts.Design, p.Shifts.Title = p.Shifts.Design, "", "Figure by figure"
	counts, of := c.Counts(), 0
	for _, n := range counts {
		of += n
	}
	for _, one := range []struct {
		label string
		r     reports.Result
	}{{"Regressions", reports.Regression}, {"Improvements", reports.Improvement}, {"Equivalent", reports.Equivalent}, {"Inconclusive", reports.Inconclusive}} {
		p.Tiles = append(p.Tiles, tile{one.label, fmt.Sprint(counts[one.r]), "of " + words.Plural(uint64(of), "figure", "figures")})
	}
	var b bytes.Buffer // so that an error leaves no half page
	if err := pageTemplate().ExecuteTemplate(&b, "comparison.html.tmpl", &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// pageFrame is what every page has around its content.
type pageFrame struct {
	Style   template.CSS
	Policy  string // what a browser lets the page do
	Script  template.JS
	Figures figures // for the script
}

// newPageFrame is the frame of a page with these figures.
func newPageFrame(f figures) pageFrame {
	return pageFrame{
		Style:  template.CSS(pageStyle + uplotStyle + instrumentStyle), // our own files, embedded
		Policy: pagePolicy(), Script: template.JS(pageScript()), Figures: f,
	}
}
