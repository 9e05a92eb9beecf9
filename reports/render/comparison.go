package render

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
	"tenement/reports"
)

var comparisonFormats = []format[*reports.Comparison]{
	{"text", nil, writeComparisonText},
	{"json", nil, func(w io.Writer, c *reports.Comparison) error { return reports.WriteJSON(w, c) }},
	{"html", nil, writeComparisonHTML},
	{"markdown", nil, writeComparisonMarkdown},
	{"junit", nil, writeComparisonJUnit},
}

// ComparisonFormats are the names that Comparison knows.
func ComparisonFormats() []string { return namesOf(comparisonFormats) }

// Comparison writes a comparison in a format. The error for an unknown format lists the
// known ones.
func Comparison(name string, w io.Writer, c *reports.Comparison) error {
	return writeAs(comparisonFormats, name, w, c)
}

func writeComparisonText(w io.Writer, c *reports.Comparison) error {
	_, err := io.WriteString(w, words.VisibleLines(comparisonText(c)))
	return err
}

// comparisonText is a comparison on a screen: what it is of, a table of the cases in
// which something differs or is not known, and a line to quote.
func comparisonText(c *reports.Comparison) string {
	var b strings.Builder
	b.WriteString(wrap(sidesWords(c)+": "+designWords(c), "", "  "))
	if differ := differenceWords(c); differ != "" {
		b.WriteString(wrap(differ, "", "  "))
	}
	if c.Result == reports.Identical {
		b.WriteString("\n" + wrap(quotable(c), "", "  "))
		return b.String()
	}
	var alike []string
	head := false
	for i := range c.Cases {
		one := &c.Cases[i]
		if one.Result == reports.Equivalent {
			alike = append(alike, one.Title)
			continue
		}
		if !head {
			b.WriteString("\n" + comparisonRow("", "base", "current", "change (99 %)", "p Holm", ""))
			head = true
		}
		title := one.Title
		if one.Base != one.Current && c.Base.Name != c.Current.Name {
			title += ", compared with " + one.Base
		}
		b.WriteString(wrap(title, "", "  "))
		target := reports.TargetUnderTest
		for j := range one.Figures {
			f := &one.Figures[j]
			if f.Target != target && f.Target != reports.TargetNeighbours {
				b.WriteString(" group " + f.Target + "\n")
				target = f.Target
			}
			b.WriteString(comparisonRow("  "+figureWords(f), figureValue(f.Metric, f.Base), figureValue(f.Metric, f.Current), changeWords(f), chanceWords(f.PHolm), resultWords(f.Result)))
		}
	}
	b.WriteString("\n")
	if len(alike) > 0 {
		b.WriteString(wrap(fmt.Sprintf("nothing differs by more than the thresholds in %s: %s", words.Plural(uint64(len(alike)), "case", "cases"), strings.Join(words.Some(alike), ", ")), "", "  "))
	}
	for _, text := range aloneWords(c) {
		b.WriteString(wrap(text, "", "  "))
	}
	if why := inconclusiveWords(c); why != "" {
		b.WriteString(wrap(why, "", "  "))
	}
	b.WriteString(wrap(quotable(c), "", "  "))
	return b.String()
}

// sidesWords say what is compared with what: two runs, or two cases of one.
func sidesWords(c *reports.Comparison) string {
	if c.Base.Name == c.Current.Name && len(c.Cases) == 1 && c.Cases[0].Base != c.Cases[0].Current {
		return fmt.Sprintf("%s, %s compared with %s", c.Current.Name, c.Cases[0].Current, c.Cases[0].Base)
	}
	return c.Current.Name + " compared with " + c.Base.Name
}

// leadingNought is the nought of a number below 1.
var leadingNought = regexp.MustCompile(`(^|[^0-9])0\.`)

// comparisonRow is a row of the table: 80 columns. A change that does not fit its column is
// written as p is, without leading noughts, and after that takes blanks from the column of p.
func comparisonRow(label, base, current, change, p, result string) string {
	const room, end = 26, 66 // for the change and the blank before it; where p ends
	if utf8.RuneCountInString(change) >= room {
		change = leadingNought.ReplaceAllString(change, "$1.")
	}
	row := pad(label, 17) + flush(base, 8) + flush(current, 8) + flush(change, room)
	row += flush(p, end-utf8.RuneCountInString(row))
	return strings.TrimRight(row+"  "+result, " ") + "\n"
}

// designWords say how the runs were made.
func designWords(c *reports.Comparison) string {
	d := &c.Design
	var parts []string
	if d.Engine == reports.Live {
		parts = append(parts, "live, "+words.Plural(uint64(min(c.Base.Replicates, c.Current.Replicates)), "round", "rounds")+" a side")
		if d.Interleaved {
			parts = append(parts, "in turns")
		}
		if d.Repeated > 0 {
			parts = append(parts, words.Plural(uint64(d.Repeated), "disturbed round", "disturbed rounds")+" run again")
		}
		return strings.Join(parts, ", ")
	}
	parts = append(parts, "simulated")
	switch {
	case d.Of == reports.BySeeds && d.Paired:
		parts = append(parts, "the same "+words.Plural(d.Seeds, "seed", "seeds")+" on both sides")
	case d.Of == reports.ByHosts && d.Paired:
		parts = append(parts, "the same seed on both sides", words.Plural(uint64(c.Current.Replicates), "block", "blocks")+" of hosts")
	case d.Of != "":
		parts = append(parts, "with seeds of their own")
	}
	return strings.Join(parts, ", ")
}

// mostDifferences is how many differences of profiles the screen shows.
const mostDifferences = 5

// differenceWords say in what the profiles differ; "" if in nothing.
func differenceWords(c *reports.Comparison) string {
	if c.Differences == nil && c.Base.Digest != c.Current.Digest {
		return "the profiles differ, and a report that keeps its profile would say in what"
	}
	var parts []string
	for i, d := range c.Differences {
		if i == mostDifferences {
			parts = append(parts, words.Plural(uint64(len(c.Differences)-i), "further key", "further keys"))
			break
		}
		was, is := words.Shortened(d.Base, 40), words.Shortened(d.Current, 40)
		switch {
		case was == "":
			parts = append(parts, fmt.Sprintf("%s: %s is new", d.Path, is))
		case is == "":
			parts = append(parts, fmt.Sprintf("%s: %s is gone", d.Path, was))
		default:
			parts = append(parts, fmt.Sprintf("%s: %s, was %s", d.Path, is, was))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "the profiles differ: " + strings.Join(parts, "; ")
}

// quotable is a comparison in one line, for a commit message.
func quotable(c *reports.Comparison) string {
	name, of := c.Current.Profile, 0
	for i := range c.Cases {
		of += len(c.Cases[i].Figures)
	}
	made := "simulated"
	switch {
	case c.Design.Engine == reports.Live:
		made = "live, " + words.Plural(uint64(min(c.Base.Replicates, c.Current.Replicates)), "round", "rounds")
	case c.Design.Seeds > 0:
		made += ", " + words.Plural(c.Design.Seeds, "seed", "seeds")
	}
	made = fmt.Sprintf("(%s, model %d)", made, c.Model)
	if c.Result == reports.Identical {
		return fmt.Sprintf("%s: identical, %s %s", name, allFigures(of), made)
	}
	var moved []string
	n, worst := c.Counts(), c.Result
	for _, result := range []reports.Result{reports.Inconclusive, reports.Improvement, reports.Regression} {
		if n[result] > 0 {
			moved = append(moved, fmt.Sprintf("%s in %d", result, n[result]))
			worst = result
		}
	}
	if len(moved) == 0 {
		moved = []string{fmt.Sprintf("%s in %d", c.Result, n[c.Result])}
	}
	slices.Reverse(moved)
	line := fmt.Sprintf("%s: %s of %s", name, strings.Join(moved, ", "), words.Plural(uint64(of), "figure", "figures"))
	if f, one := firstOf(c, worst); f != nil && worst != reports.Equivalent {
		line += fmt.Sprintf("; %s: %s", figureOf(f, one), shiftWords(f))
	}
	return line + " " + made
}

// firstOf is the first figure with a result, and its case.
func firstOf(c *reports.Comparison, result reports.Result) (*reports.FigureComparison, *reports.CaseComparison) {
	for i := range c.Cases {
		one := &c.Cases[i]
		for j := range one.Figures {
			if one.Figures[j].Result == result {
				return &one.Figures[j], one
			}
		}
	}
	return nil, nil
}
