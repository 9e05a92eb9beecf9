package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tenement/internal/tracestat"
	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

// textParts is how many tasks or paths the text screen names.
const textParts = 10

// writeRecordingText writes the statistics of a recording as a screen: what they say
// first, then the rate over time, then who asked and for what.
func writeRecordingText(w io.Writer, name string, s *tracestat.Stats) error {
	var b strings.Builder
	head := words.Visible(name) + "  " + diagnosis.RecordingHeadline(s)
	if utf8.RuneCountInString(head) > screenWidth {
		head = words.Visible(name) + "\n" + wrap(diagnosis.RecordingHeadline(s), "  ", "  ")
	}
	b.WriteString(strings.TrimSuffix(head, "\n") + "\n")
	const label = 9
	for _, f := range diagnosis.Facts(s) {
		b.WriteString(wrap(f.Text, pad(f.Label, label), strings.Repeat(" ", label)))
	}
	textRate(&b, &s.Rate, label)
	textStatuses(&b, s, label)
	used := usedBy(s)
	of := func(p *tracestat.Part) string {
		if n, ok := used[p.Name]; ok && n > 0 {
			return words.Significant(n, 3)
		}
		return "–"
	}
	textRecorded(&b, "TASK", "tasks", s.LargestTasks, s.Tasks, map[bool]func(*tracestat.Part) string{true: of}[s.Use != nil && s.Use.Shared > 0])
	textRecorded(&b, "ROUTE", "routes", s.Routes, len(s.Routes), nil)
	textRecorded(&b, "PATH", "paths", s.LargestPaths, s.Paths, nil)
	if s.Use != nil && s.Use.Shared > 0 {
		b.WriteString("\n" + wrap("took: how many refusals of other tasks its requests stand for. A refusal is divided among the tasks that its bucket "+
			"admitted in the "+words.Span(s.Use.WindowS)+" before.", "", ""))
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// eighths are blocks of 1/8 to 8/8 of a line's height.
var eighths = []rune("▁▂▃▄▅▆▇█")

// textRate draws the rate over time in a line of blocks, and one of what was
// refused.
func textRate(b *strings.Builder, s *tracestat.Series, label int) {
	room := screenWidth - label
	if len(s.Requests) < 2 {
		return
	}
	width := (len(s.Requests) + room - 1) / room
	n := (len(s.Requests) + width - 1) / width
	seconds := s.BucketS * float64(width)
	all, refused := perStep(s.Requests, width, n, seconds), perStep(s.Refused, width, n, seconds)
	top, turned := 0.0, 0.0
	for i := range all {
		top, turned = max(top, all[i]), max(turned, refused[i])
	}
	line := func(name string, row []float64) {
		out := pad(name, label)
		for _, x := range row {
			if x > 0 {
				out += string(eighths[min(int(x/top*8), 7)])
			} else {
				out += " "
			}
		}
		b.WriteString(strings.TrimRight(out, " ") + "\n")
	}
	b.WriteByte('\n')
	line("rate", all)
	if turned > 0 {
		line("refused", refused)
	}
	axis := fmt.Sprintf("%s to %s in steps of %s; a full block is %s", words.Span(s.BeginS), words.Span(s.BeginS+float64(seconds*float64(n))), words.Span(seconds), words.PerSecond(top))
	b.WriteString(wrap(axis, strings.Repeat(" ", label), strings.Repeat(" ", label)))
}

// textStatuses is the status mix in a line.
func textStatuses(b *strings.Builder, s *tracestat.Stats, label int) {
	var all []string
	for _, c := range statusesOf(s) {
		all = append(all, fmt.Sprintf("%s %s (%s)", c.Status, words.Number(c.N), words.Percent(float64(c.N)/float64(s.Answered))))
	}
	if all == nil {
		return
	}
	const most = 8
	if len(all) > most {
		all = append(all[:most], fmt.Sprintf("%d further", len(all)-most))
	}
	b.WriteString(wrap(strings.Join(all, ", "), pad("statuses", label), strings.Repeat(" ", label)))
}

// textRecorded is a table of the largest parts; took is a further column, or nil.
func textRecorded(b *strings.Builder, head, many string, parts []tracestat.Part, of int, took func(*tracestat.Part) string) {
	if len(parts) == 0 {
		return
	}
	const requests, share, refused, last = 10, 9, 10, 8
	label := screenWidth - requests - share - 2*refused
	if took != nil {
		label -= last
	}
	line := pad(head, label) + flush("requests", requests) + flush("share", share) + flush("refused", refused) + flush("share", refused)
	if took != nil {
		line += flush("took", last)
	}
	b.WriteString("\n" + line + "\n")
	for i := range parts[:min(textParts, len(parts))] {
		p := &parts[i]
		line := pad(words.Middle(p.Name, label-1), label) + flush(words.Number(p.Requests), requests) + flush(words.Percent(p.Share), share) +
			flush(words.Number(p.Refused), refused) + flush(refusedOf(p), refused)
		if took != nil {
			line += flush(took(p), last)
		}
		b.WriteString(line + "\n")
	}
	if more := of - min(textParts, len(parts)); more > 0 {
		b.WriteString("and " + words.Number(uint64(more)) + " further " + many + "\n")
	}
}

// refusedOf is the share of a part that was refused.
func refusedOf(p *tracestat.Part) string {
	if p.RefusedShare == nil {
		return "–"
	}
	return words.Percent(*p.RefusedShare)
}
