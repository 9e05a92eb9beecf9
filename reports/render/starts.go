package render

import (
	"fmt"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// startTables is how tasks start, and how starts end that fail.
type startTables struct {
	Rows    []startRow
	Endings []endingRow
}

type startRow struct{ Title, Starts, Failed, Median, P99 string }

type endingRow struct {
	Text  string
	Cases []string
}

// Last reports whether a case is the last one of an ending.
func (e endingRow) Last(i int) bool { return i == len(e.Cases)-1 }

// newStartTables are those of a report whose tasks have something to reach before they
// start; nil of any other.
func newStartTables(d *diagnosis.Diagnosis) *startTables {
	all := d.Starts()
	if len(all) == 0 {
		return nil
	}
	t := new(startTables)
	for _, s := range all {
		row := startRow{
			Title: s.Title, Starts: words.Number(s.Started + s.Failed),
			Failed: words.Percent(stat.Ratio(s.Failed, s.Started+s.Failed)), Median: "–", P99: "–",
		}
		if s.MedianMS != nil {
			row.Median, row.P99 = words.Milliseconds(*s.MedianMS), words.Milliseconds(*s.P99MS)
		}
		t.Rows = append(t.Rows, row)
	}
	for _, e := range d.Endings() {
		var cases []string
		for _, c := range e.Cases {
			cases = append(cases, fmt.Sprintf("%s: %s", c.Title, words.Number(c.Starts)))
		}
		t.Endings = append(t.Endings, endingRow{e.Text, cases})
	}
	return t
}

// startTiles are the key figures of such a report: which share of your starts fails in
// the base, and how long those take that succeed.
func startTiles(d *diagnosis.Diagnosis) []tile {
	out := []tile{{"Starts that fail", startShare(&d.You, nil), d.Base.Title}}
	for _, s := range d.Starts() {
		if s.Title == d.Base.Title && s.MedianMS != nil {
			out = append(out, tile{"From launch to start", words.Milliseconds(*s.MedianMS), "at the median; 99 % within " + words.Milliseconds(*s.P99MS)})
		}
	}
	return out
}

// textStarts writes them.
func textStarts(b *strings.Builder, d *diagnosis.Diagnosis) {
	t := newStartTables(d)
	if t == nil {
		return
	}
	const figure = 12
	fmt.Fprintf(b, "\n%s\n", pad("starts of tasks", labelWidth)+flush("starts", figure)+flush("fail", figure)+flush("median", figure)+flush("p99", figure))
	for _, r := range t.Rows {
		fmt.Fprintln(b, pad("  "+r.Title, labelWidth)+flush(r.Starts, figure)+flush(r.Failed, figure)+flush(r.Median, figure)+flush(r.P99, figure))
	}
	if len(t.Endings) > 0 {
		b.WriteString("how they end that fail\n")
	}
	for _, e := range t.Endings {
		b.WriteString(wrap(e.Text, "  ", "    "))
		b.WriteString(wrap(strings.Join(e.Cases, "; "), "      ", "      "))
	}
}

// starts writes them into a comment.
func (m *markdown) starts(t *startTables) {
	var lines [][]string
	for _, r := range t.Rows {
		lines = append(lines, []string{escaped(r.Title), r.Starts, r.Failed, r.Median, r.P99})
	}
	m.table(1, []string{"case", "starts", "fail", "median", "p99"}, lines)
	lines = nil
	for _, e := range t.Endings {
		lines = append(lines, []string{escaped(e.Text), escaped(strings.Join(e.Cases, "; "))})
	}
	if len(lines) > 0 {
		m.table(2, []string{"stopped reason", "starts"}, lines)
	}
}
