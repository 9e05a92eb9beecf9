package render

import (
	"fmt"
	"math"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// figureWords is what a figure of a comparison is called in a table.
func figureWords(f *reports.FigureComparison) string {
	if f.Target == reports.TargetNeighbours {
		return "neighbours fail"
	}
	switch f.Metric {
	case "failure_rate":
		return "failure rate"
	case "throttled_share":
		return "throttled share"
	case "amplification":
		return "tries/call"
	case "failed_start_rate":
		return "starts fail"
	case "start_p50":
		return "start p50"
	case "start_p99":
		return "start p99"
	}
	return f.Metric
}

// figureOf is what a figure of a case is called in a sentence.
func figureOf(f *reports.FigureComparison, c *reports.CaseComparison) string {
	switch f.Target {
	case reports.TargetNeighbours:
		return "neighbours' failure rate beside " + c.Current
	case reports.TargetUnderTest:
		return figureWords(f) + " of " + c.Current
	}
	return figureWords(f) + " of " + f.Target + " in " + c.Current
}

// figureValue is a figure in the unit of its metric.
func figureValue(metric string, v *float64) string {
	if v == nil {
		return "–"
	}
	return metricText(metric, *v)
}

// shiftWords are both sides of a figure, how far they are apart, and the interval.
func shiftWords(f *reports.FigureComparison) string {
	text := figureValue(f.Metric, f.Base) + " to " + figureValue(f.Metric, f.Current)
	if change := changeWords(f); change != "–" {
		text += ", " + change
	}
	return text
}

// changeWords are the shift and its interval: "odds ×1.42 (1.30 to 1.55)".
func changeWords(f *reports.FigureComparison) string {
	switch {
	case f.Identical:
		return "identical"
	case f.Shift == nil:
		return "–"
	}
	text := shiftText(f.Scale, *f.Shift)
	if f.Interval == nil {
		return text
	}
	// An end that is beyond what factors are told to, as the shift is, says nothing more.
	low, high := "", ""
	if f.Scale != reports.Points {
		low, high = leastFactor, mostFactor
	}
	shift, from, to := factorWords(*f.Shift), factorWords(f.Interval[0]), factorWords(f.Interval[1])
	switch {
	case shift == low && to == low, shift == high && from == high:
		return text
	case shift == low:
		return text + " (to " + to + ")"
	case shift == high:
		return text + " (from " + from + ")"
	}
	return text + " (" + intervalText(f.Scale, f.Interval) + ")"
}

// shiftText is a shift on its scale.
func shiftText(scale string, x float64) string {
	switch scale {
	case reports.Points:
		return pointsWords(x) + " pp"
	case reports.Odds:
		return "odds ×" + factorWords(x)
	}
	return "×" + factorWords(x)
}

// intervalText is the interval of a shift, without its unit.
func intervalText(scale string, ci *reports.Ends) string {
	text := factorWords
	if scale == reports.Points {
		text = pointsWords
	}
	return text(ci[0]) + " to " + text(ci[1])
}

// pointsWords is a difference of shares in percentage points, with a sign, in as many
// digits as it takes to tell it from 0.
func pointsWords(x float64) string {
	p := x * 100
	switch a := math.Abs(p); {
	case a < 1e-9:
		return "0"
	case a < 0.095:
		return fmt.Sprintf("%+.3f", p)
	case a < 0.95:
		return fmt.Sprintf("%+.2f", p)
	case a >= 99.95:
		return fmt.Sprintf("%+.0f", p)
	}
	return fmt.Sprintf("%+.1f", p)
}

// What is said of a ratio that is smaller or larger than is told in digits.
const (
	leastFactor = "<0.001"
	mostFactor  = ">9999"
)

// factorWords is a ratio in three digits.
func factorWords(x float64) string {
	switch {
	case x >= 9999.5:
		return mostFactor
	case x >= 99.5:
		return fmt.Sprintf("%.0f", x)
	case x >= 9.95:
		return fmt.Sprintf("%.1f", x)
	case x < 0.0005:
		return leastFactor
	case x < 0.0995:
		return fmt.Sprintf("%.3f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// chanceWords is the chance of a difference.
func chanceWords(p *float64) string {
	switch {
	case p == nil:
		return ""
	case *p < 0.001:
		return "<.001"
	case *p >= 0.9995:
		return "1"
	}
	return strings.TrimPrefix(fmt.Sprintf("%.3f", *p), "0")
}

// resultWords is a result in a table: a regression stands out.
func resultWords(r reports.Result) string {
	if r == reports.Regression {
		return strings.ToUpper(string(r))
	}
	return string(r)
}

// aloneWords say which cases only one side has.
func aloneWords(c *reports.Comparison) (out []string) {
	for _, only := range []struct {
		names []string
		where string
	}{{c.BaseOnly, "baseline"}, {c.CurrentOnly, "current run"}} {
		if len(only.names) > 0 {
			out = append(out, fmt.Sprintf("only in the %s, and not compared: %s", only.where, strings.Join(words.Some(only.names), ", ")))
		}
	}
	return out
}

// inconclusiveWords say why figures are inconclusive, and what helps; "" if none is.
func inconclusiveWords(c *reports.Comparison) string {
	n, needed := map[string]int{}, map[string]int{}
	all := 0
	for i := range c.Cases {
		for j := range c.Cases[i].Figures {
			if f := &c.Cases[i].Figures[j]; f.Result == reports.Inconclusive {
				all++
				n[f.Reason]++
				needed[f.Reason] = max(needed[f.Reason], f.Needed)
			}
		}
	}
	if all == 0 {
		return ""
	}
	parts := []string{"inconclusive: " + words.Plural(uint64(all), "figure", "figures")}
	replicates := uint64(min(c.Base.Replicates, c.Current.Replicates))
	live := c.Design.Engine == reports.Live
	if n[reports.NoFigure] > 0 {
		parts = append(parts, fmt.Sprintf("%d without a sample on one side", n[reports.NoFigure]))
	}
	if n[reports.NoBlocks] > 0 {
		parts = append(parts, "a report of an older version keeps no replicates: run its profile again")
	}
	switch {
	case n[reports.TooFew] == 0:
	case live:
		parts = append(parts, fmt.Sprintf("%s a side cannot tell a change from the noise of a run, and %d are the fewest that can: loadgen compare BASE CURRENT --engine live --rounds 10",
			words.Plural(replicates, "round", "rounds"), needed[reports.TooFew]))
	default:
		parts = append(parts, fmt.Sprintf("%s cannot tell a change from chance: --seeds 20 can", words.Plural(replicates, "block of seeds or hosts", "blocks of seeds or hosts")))
	}
	switch n[reports.TooWide] {
	case 0:
	case all: // what the first words have counted
		reach := ", whose intervals reach across a threshold"
		if all == 1 {
			reach = ", whose interval reaches across a threshold"
		}
		parts[0] += reach
		parts = append(parts, moreWords(c, needed[reports.TooWide]))
	default:
		wide := "the interval of 1 figure reaches"
		if n := n[reports.TooWide]; n > 1 {
			wide = fmt.Sprintf("the intervals of %d figures reach", n)
		}
		parts = append(parts, wide+" across a threshold, and "+moreWords(c, needed[reports.TooWide]))
	}
	return strings.Join(parts, "; ")
}

// allFigures are all figures of a comparison.
func allFigures(n int) string {
	if n == 1 {
		return "the one figure"
	}
	return fmt.Sprintf("all %d figures", n)
}

// moreWords say how many replicates would make an interval small enough.
func moreWords(c *reports.Comparison, needed int) string {
	switch {
	case needed == 0:
		return "no number of replicates at hand would change that"
	case c.Design.Engine == reports.Live:
		return fmt.Sprintf("about %d rounds a side would tell", needed)
	case c.Design.Of != reports.BySeeds:
		return "more hosts or seeds would tell"
	}
	seeds := float64(needed) / float64(max(c.Current.Replicates, 1)) * float64(max(c.Design.Seeds, 1))
	text := fmt.Sprintf("about %d seeds would tell (--seeds)", roundUp(seeds))
	if !c.Design.Paired {
		text += ", or fewer that are the same on both sides"
	}
	return text
}

// roundUp is the next number of two digits and noughts: what is an estimate has no more.
func roundUp(x float64) uint64 {
	unit := 1.0
	for x >= 100*unit {
		unit *= 10
	}
	return uint64(math.Ceil(x/unit) * unit)
}
