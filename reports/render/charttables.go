package render

import (
	"math"

	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// shareLine is one group's part of the endpoint's requests in a case.
type shareLine struct{ Case, Group, First, Retries, Both, Share string }

// newShareLine is the line of a group in a case in which all groups send so many requests
// a second.
func newShareLine(w *diagnosis.Row, group string, t *diagnosis.Totals, all float64) shareLine {
	share := 0.0
	if all > 0 {
		share = t.PerSecond(t.Attempts) / all
	}
	return shareLine{
		w.Label, group, words.PerSecond(t.PerSecond(t.FirstTries)), words.PerSecond(t.PerSecond(t.Retries())),
		words.PerSecond(t.PerSecond(t.Attempts)), words.Percent(share),
	}
}

// percentileLine is the latency of one case at the percentiles of percentileHeads.
type percentileLine struct {
	Case, Samples string
	At            []string
}

// percentileColumns are the percentiles of the table.
var percentileColumns = []float64{50, 75, 90, 95, 99, 99.9, 99.99, 100}

// percentileLines are those of all cases. Where there are fewer samples than it takes to
// see a percentile, it is left out.
func percentileLines(all []sampled) []percentileLine {
	var out []percentileLine
	for _, s := range all {
		line := percentileLine{Case: s.row.Label, Samples: words.Number(uint64(math.Round(math.Pow(10, s.nines))))}
		for _, p := range percentileColumns {
			text := "–"
			if p == 100 || s.nines >= -math.Log10(1-p/100) {
				text = words.Milliseconds(s.at(p))
			}
			line.At = append(line.At, text)
		}
		out = append(out, line)
	}
	return out
}

// timeTable is a case over time, in steps that a table has room for.
type timeTable struct {
	Step        string
	Ours, Level bool
	Rows        []timeRow
}

// timeRow is one step.
type timeRow struct{ From, Sent, Admitted, Throttled, Failures, Level string }

// timeRows is how many steps the table has at most.
const timeRows = 30

func newTimeTable(w diagnosis.Row) timeTable {
	s := w.Case.Series
	width := (len(s.Arrivals) + timeRows - 1) / timeRows
	n := (len(s.Arrivals) + width - 1) / width
	seconds := s.BucketS * float64(width)
	rate := func(row []uint32) []float64 { return perStep(row, width, n, seconds*float64(w.Case.Runs())) }
	sent, admitted, throttled, failures := rate(s.Attempts), rate(s.Admitted), rate(s.Throttled), rate(s.Failures)
	left, burst := levels(w.Case, width, n)
	t := timeTable{Step: span(seconds), Ours: ours(w.Case), Level: burst > 0}
	for i := range n {
		row := timeRow{
			From: span(seconds * float64(i)), Sent: words.PerSecond(sent[i]),
			Admitted: words.PerSecond(admitted[i]), Throttled: words.PerSecond(throttled[i]), Failures: words.PerSecond(failures[i]),
		}
		if t.Level {
			row.Level = words.Significant(left[i], 4)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// span is an instant or a width on a time axis.
func span(seconds float64) string {
	if seconds > 0 && seconds < 1 {
		return words.Significant(seconds*1000, 4) + " ms"
	}
	return words.Span(seconds)
}
