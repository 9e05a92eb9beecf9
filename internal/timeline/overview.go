package timeline

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"tenement/internal/words"
)

// The widths of columns of the overview, and where the last one begins.
const (
	nameColumn = 22
	laneColumn = 20

	resultColumn = nameColumn + laneColumn + 23
)

// overview writes a line for each timeline, on a common scale of time.
func overview(b *bytes.Buffer, all []Timeline) {
	end := 0.0
	for i := range all {
		for j := range all[i].Calls {
			end = max(end, all[i].Calls[j].End)
		}
	}
	last := exact(end) + " s"
	fmt.Fprintf(b, "\n%-*s  0 s%*s  requests  seconds  result\n", nameColumn, "strategy", laneColumn-3, last)
	for i := range all {
		t := &all[i]
		requests, longest := 0, 0.0
		for j := range t.Calls {
			requests += len(t.Calls[j].Attempts)
			longest = max(longest, t.Calls[j].End-t.Calls[j].Start)
		}
		// A long name breaks before the @ of a preset's version, or the / of a path.
		names, ends := words.WrapAll(words.Visible(t.Strategy), nameColumn, "@/"), results(t.Calls)
		fmt.Fprintf(b, "%s  %s  %8d  %7s  %s\n", pad(names[0], nameColumn), t.lane(end), requests, brief(longest), ends[0])
		for names, ends = names[1:], ends[1:]; len(names)+len(ends) > 0; {
			line := ""
			if len(names) > 0 {
				line, names = names[0], names[1:]
			}
			if len(ends) > 0 {
				line, ends = pad(line, resultColumn)+ends[0], ends[1:]
			}
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("o request, 2 to 9 and + several; x a call fails, * it has credentials")
	if len(all[0].Calls) > 1 {
		b.WriteString(";\nseconds: of the slowest call")
	}
	b.WriteString("\n")
}

// brief is a time in seconds in seven columns.
func brief(s float64) string {
	if s >= 10_000 {
		return fmt.Sprintf("%.0f", s)
	}
	return fmt.Sprintf("%.2f", s)
}

// pad is text with blanks up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// lane draws the calls on a scale of time from 0 to end: one column for a request
// or several, and the end of a call in the column after.
func (t *Timeline) lane(end float64) string {
	cells := []byte(strings.Repeat(" ", laneColumn))
	at := func(s float64) int {
		if end <= 0 {
			return 0
		}
		return min(max(int(s/end*(laneColumn-2)), 0), laneColumn-2)
	}
	counts := make([]int, laneColumn)
	for i := range t.Calls {
		c := &t.Calls[i]
		for k := at(c.Start); k <= at(c.End); k++ {
			cells[k] = '-'
		}
		for j := range c.Attempts {
			counts[at(c.Attempts[j].T)]++
		}
	}
	for k, n := range counts {
		switch {
		case n > 9:
			cells[k] = '+'
		case n > 1:
			cells[k] = '0' + byte(n)
		case n == 1:
			cells[k] = 'o'
		}
	}
	for i := range t.Calls {
		c := &t.Calls[i]
		if k := at(c.End) + 1; cells[k] == ' ' || cells[k] == '-' {
			cells[k] = c.mark()
		}
	}
	return string(cells)
}

// mark is how a call ended, in the overview.
func (c *Call) mark() byte {
	switch c.Result {
	case "ok", "stale":
		return '*'
	case Unfinished:
		return '-'
	}
	return 'x'
}
