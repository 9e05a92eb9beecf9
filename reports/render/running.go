package render

import (
	"slices"
	"strings"
	"time"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// RunningTable is the screen of a live run that goes on: the rows of the report to come.
type RunningTable struct {
	Title string // the profile, and what it asks
	Rows  []RunningRow
	// Simulated says what the simulated shares are of; empty if there are none.
	Simulated string
}

// RunningRow is one case of it.
type RunningRow struct {
	Section   string // above the row; empty if it is that of the row before
	Case      string // the name
	Label     string
	Simulated string // the share of your calls that fails
}

// RunningCase is what a case has counted so far.
type RunningCase struct {
	reports.Snapshot
	Begun       bool
	Left, Holds float64 // of the first limit; Holds is 0 if it has no level
}

// NewRunningTable is the table of a live run, with the figures of a simulation of the
// same cases.
func NewRunningTable(simulated *reports.Report) RunningTable {
	d := diagnosis.Of(simulated)
	t := RunningTable{Title: simulated.Profile.Name + "  " + d.Headline()}
	if n := simulated.SimulatedSeeds(); n > 0 {
		t.Simulated = words.Plural(n, "seed", "seeds")
	}
	for _, s := range d.Sections {
		for i := range s.Rows {
			row := RunningRow{Case: s.Rows[i].Case.Name, Label: s.Rows[i].Label, Simulated: failShare(&s.Rows[i].You) + margin(&s.Rows[i].You)}
			if i == 0 && len(d.Rows) > 1 {
				row.Section = s.Title
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// The columns of the table.
const (
	runningLabel, runningShare, runningCount = 25, 15, 17
	runningP99, runningBar                   = 9, 10
)

// Lines are the lines of the screen, at most as many as there is room for, with what each
// case has counted so far.
func (t *RunningTable) Lines(cases map[string]RunningCase, room int, look Look) []string {
	lines := []string{look.in(strong, words.Visible(words.Shortened(t.Title, screenWidth)))}
	heads := [][]string{{"", "simulated", "failed so far", "p99", "the limit"}, {"", t.Simulated, "of your calls", "so far", "has left"}}
	if !slices.ContainsFunc(t.Rows, func(r RunningRow) bool { return r.Simulated != "" }) {
		heads[0][1] = ""
	}
	for _, h := range heads {
		line := pad(h[0], runningLabel) + flush(h[1], runningShare) + flush(h[2], runningCount) + flush(h[3], runningP99) + "  " + h[4]
		lines = append(lines, look.in(faint, strings.TrimRight(line, " ")))
	}
	for i, row := range t.Rows {
		more := 1
		if row.Section != "" {
			more = 2
		}
		if rest := len(t.Rows) - i; len(lines)+more > room-1 && rest > 1 {
			return append(lines, look.in(faint, "  and "+words.Plural(uint64(rest), "further case", "further cases")))
		}
		if row.Section != "" {
			lines = append(lines, look.in(strong, words.Visible(row.Section)))
		}
		lines = append(lines, row.line(cases[row.Case], look))
	}
	return lines
}

// line is the row with what its case has counted.
func (r *RunningRow) line(c RunningCase, look Look) string {
	failed, p99, left := "–", "–", ""
	if c.Begun {
		failed = words.Number(c.Failures) + " of " + words.Number(c.Calls)
		if c.Calls > c.Failures {
			p99 = words.Milliseconds(float64(c.P99) / float64(time.Millisecond))
		}
		if c.Holds > 0 {
			left = "  " + bar(c.Left/c.Holds, runningBar)
		}
	}
	failed = flush(failed, runningCount)
	if c.Failures > 0 {
		failed = look.in(red, failed)
	}
	return strings.TrimRight(pad("  "+r.Label, runningLabel)+look.in(faint, flush(r.Simulated, runningShare))+failed+flush(p99, runningP99)+look.in(green, left), " ")
}
