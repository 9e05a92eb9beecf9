package render

import (
	"fmt"
	"io"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/tuning"
)

var tuningFormats = []format[*tuning.Result]{
	{"text", nil, writeTuningText},
	{"json", nil, func(w io.Writer, r *tuning.Result) error { return reports.WriteJSON(w, r) }},
	{"html", nil, writeTuningHTML},
	{"markdown", nil, writeTuningMarkdown},
}

// TuningFormats are the names that Tuning knows.
func TuningFormats() []string { return namesOf(tuningFormats) }

// Tuning writes what a search for better settings found. The error for an unknown format
// lists the known ones.
func Tuning(name string, w io.Writer, r *tuning.Result) error {
	return writeAs(tuningFormats, name, w, r)
}

func writeTuningText(w io.Writer, r *tuning.Result) error {
	_, err := io.WriteString(w, words.VisibleLines(tuningText(r)))
	return err
}

// tuningText is a tuning on a screen: the front as a table and as a plot, then each
// recommendation as what to set.
func tuningText(r *tuning.Result) string {
	var b strings.Builder
	b.WriteString(wrap(tuningTitle(r), "", "  "))
	b.WriteString(wrap(tuningBasis(r), "", "  "))
	if r.Partial != "" {
		b.WriteString(wrap(tuningPartial(r), "", "  "))
	}
	b.WriteString("\n" + tuningTable(r))
	if plot := tuningPlot(r); plot != "" {
		b.WriteString("\n" + plot)
	}
	for i := range r.Recommendations {
		tuningAdvice(&b, r, &r.Recommendations[i])
	}
	for _, text := range tuningNotes(r) {
		b.WriteString("\n" + wrap(text, "", "  "))
	}
	return b.String()
}

// tuningRow is a row of the table: 80 columns.
func tuningRow(cells []string) string {
	row := pad(cells[0], 7)
	for i, width := range []int{13, 9, 7, 12, 8, 6} {
		row += flush(cells[i+1], width)
	}
	return strings.TrimRight(row, " ") + "\n"
}

// tuningTable is the front.
func tuningTable(r *tuning.Result) string {
	var b strings.Builder
	b.WriteString(tuningRow([]string{"", "YOU FAIL", "p99", "tries", "neighbours", "stale", "work"}))
	b.WriteString(tuningRow([]string{"", "", "", "/call", "fail", "", ""}))
	for i := range r.Front {
		c := &r.Front[i]
		b.WriteString(tuningRow(tuningCells(c)))
		if said := settingsWords(c); said != "" {
			b.WriteString(wrap(said, "    ", "    "))
		}
	}
	return b.String()
}

// The size of the plot in cells, without its axes.
const (
	plotWidth  = 66
	plotHeight = 12
)

// tuningPlot draws how often each candidate of the front fails against how long 99 % of the
// successes take, as its letter; today's is an o. It is empty with fewer than two.
func tuningPlot(r *tuning.Result) string {
	points, x, y := tuningPoints(r)
	if len(points) < 2 {
		return ""
	}
	grid := make([][]rune, plotHeight)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(" ", plotWidth))
	}
	for _, p := range points {
		column := int(p.x*float64(plotWidth-1) + 0.5)
		line := plotHeight - 1 - int(p.y*float64(plotHeight-1)+0.5)
		for grid[line][column] != ' ' && column+1 < plotWidth { // beside one that is there
			column++
		}
		grid[line][column] = p.mark
	}
	var b strings.Builder
	b.WriteString("you fail, against the p99 of successes (o is today)\n")
	for i, line := range grid {
		label := ""
		switch i {
		case 0:
			label = y.high
		case plotHeight - 1:
			label = y.low
		}
		b.WriteString(strings.TrimRight(flush(label, 9)+" |"+string(line), " ") + "\n")
	}
	b.WriteString(strings.Repeat(" ", 10) + "+" + strings.Repeat("-", plotWidth) + "\n")
	b.WriteString(strings.Repeat(" ", 11) + pad(x.low, plotWidth-len([]rune(x.high))) + x.high + "\n")
	return b.String()
}

// tuningAdvice is a recommendation: how it compares with today, and what to set.
func tuningAdvice(b *strings.Builder, r *tuning.Result, a *tuning.Recommendation) {
	b.WriteString("\n" + wrap(adviceTitle(r, a), "", "  "))
	for _, text := range adviceChanges(r, a) {
		b.WriteString(wrap(text, "  ", "    "))
	}
	for _, step := range adviceSteps(r, a) {
		b.WriteString(wrap(step.What, "  set: ", "    "))
		for _, line := range step.Code {
			fmt.Fprintf(b, "      %s\n", line)
		}
	}
	for _, text := range adviceUnder(r, a) {
		b.WriteString(wrap(text, "  ", "    "))
	}
}
