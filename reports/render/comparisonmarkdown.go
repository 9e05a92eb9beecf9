package render

import (
	"fmt"
	"io"

	"tenement/internal/words"
	"tenement/reports"
)

// writeComparisonMarkdown writes a comparison as a comment.
func writeComparisonMarkdown(w io.Writer, c *reports.Comparison) error {
	m := new(markdown)
	m.heading(c.Current.Profile + ": " + comparedWords(c))
	m.comparison(c)
	_, err := io.WriteString(w, words.VisibleLines(m.text()))
	return err
}

// comparedWords are what came out, for a heading.
func comparedWords(c *reports.Comparison) string {
	n := c.Counts()
	switch {
	case c.Result == reports.Identical:
		return "identical to the baseline"
	case n[reports.Regression] > 0:
		return words.Plural(uint64(n[reports.Regression]), "regression", "regressions")
	case n[reports.Inconclusive] > 0:
		return fmt.Sprintf("no regression shown, %d inconclusive", n[reports.Inconclusive])
	}
	return "no regression"
}

// comparison is the table of the figures that moved or are in doubt; the rest is
// folded.
func (m *markdown) comparison(c *reports.Comparison) {
	m.paragraph(sidesWords(c) + ": " + designWords(c) + ".")
	if c.Result == reports.Identical {
		m.paragraph(quotable(c) + ".")
		return
	}
	var moved, equal [][]string
	identical := 0
	for _, result := range []reports.Result{reports.Regression, reports.Improvement, reports.Inconclusive, reports.Equivalent} {
		for i := range c.Cases {
			for j := range c.Cases[i].Figures {
				f := &c.Cases[i].Figures[j]
				if f.Result != result {
					continue
				}
				line := comparisonLine(&c.Cases[i], f)
				switch {
				case f.Identical:
					identical++
				case result == reports.Equivalent:
					equal = append(equal, line)
				default:
					moved = append(moved, line)
				}
			}
		}
	}
	head := []string{"figure", "case", "result", "baseline", "now", "change (99 %)"}
	m.table(3, head, moved)
	m.paragraph(words.Capital(inconclusiveWords(c)))
	if identical > 0 {
		m.paragraph(words.Plural(uint64(identical), "figure is identical", "figures are identical") + ".")
	}
	if len(equal) > 0 {
		m.fold(words.Plural(uint64(len(equal)), "figure is equivalent", "figures are equivalent"), func(m *markdown) { m.table(3, head, equal) })
	}
	if c.Differences == nil {
		m.paragraph(words.Capital(differenceWords(c)))
	}
	if len(c.Differences) > 0 {
		m.fold("The profiles differ in "+words.Plural(uint64(len(c.Differences)), "key", "keys"), func(m *markdown) {
			var lines [][]string
			for _, d := range c.Differences {
				lines = append(lines, []string{code(d.Path), keyText(d.Base), keyText(d.Current)})
			}
			m.table(3, []string{"key", "baseline", "now"}, lines)
		})
	}
	for _, text := range aloneWords(c) {
		m.paragraph(words.Capital(text) + ".")
	}
}

// comparisonLine is a figure's line of the table.
func comparisonLine(c *reports.CaseComparison, f *reports.FigureComparison) []string {
	result := string(f.Result)
	if f.Result == reports.Regression {
		result = "**" + result + "**"
	}
	return []string{
		escaped(figureOfGroup(f)), escaped(c.Title), result,
		escaped(figureValue(f.Metric, f.Base)), escaped(figureValue(f.Metric, f.Current)), escaped(changeWords(f)),
	}
}

// keyText is a value of a profile's key; none is a dash.
func keyText(value string) string {
	if value == "" {
		return "–"
	}
	return code(value)
}

// figureOfGroup is what a figure is called where no heading names its group.
func figureOfGroup(f *reports.FigureComparison) string {
	if f.Target == reports.TargetUnderTest || f.Target == reports.TargetNeighbours {
		return figureWords(f)
	}
	return figureWords(f) + " of " + f.Target
}
