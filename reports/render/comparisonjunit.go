package render

import (
	"fmt"
	"io"

	"tenement/internal/words"
	"tenement/reports"
)

// writeComparisonJUnit writes the figures of a comparison as tests: one that is
// inconclusive is skipped.
func writeComparisonJUnit(w io.Writer, c *reports.Comparison) error {
	all := junitSuites{Name: words.Visible(c.Current.Name + " against " + c.Base.Name)}
	for _, s := range comparisonSuites(c, c.Current.Profile) {
		all.add(&s)
	}
	return writeXML(w, &all)
}

// comparisonSuites are the cases of a comparison.
func comparisonSuites(c *reports.Comparison, profile string) []junitSuite {
	var out []junitSuite
	for i := range c.Cases {
		one := &c.Cases[i]
		s := junitSuite{
			Name: words.Visible(profile + ": " + one.Current + " against the baseline"),
			Properties: []junitProperty{
				{"engine", words.Visible(c.Design.Engine)}, {"model", fmt.Sprint(c.Model)},
				{"base", words.Visible(c.Base.Name)}, {"current", words.Visible(c.Current.Name)},
			},
		}
		for j := range one.Figures {
			f := &one.Figures[j]
			name := figureOfGroup(f)
			t := junitTest{Name: words.Visible(name), Class: words.Visible(profile + "." + one.Current)}
			text := words.Visible(fmt.Sprintf("%s: %s", name, shiftWords(f)))
			switch f.Result {
			case reports.Regression:
				t.Failure = &junitFailure{Message: text, Type: "regression", Text: text}
			case reports.Inconclusive:
				t.Skipped = &junitSkipped{Message: "inconclusive: " + text}
			}
			s.Tested = append(s.Tested, t)
		}
		out = append(out, s)
	}
	return out
}
