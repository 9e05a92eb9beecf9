package render

import (
	"strings"
	"testing"

	"tenement/reports"
	"tenement/reports/reportstest"
)

// One figure is not told as several.
func TestOneFigure(t *testing.T) {
	c := reportstest.Comparison()
	c.Result = reports.Identical
	c.Cases = c.Cases[1:2]
	both := c.Cases[0].Figures[:2]
	for want, n := range map[string]int{"identical, all 2 figures (": 2, "identical, the one figure (": 1} {
		c.Cases[0].Figures = both[:n]
		if got := comparisonText(c); !strings.Contains(got, want) {
			t.Errorf("got %s, want %q", got, want)
		}
	}
}
