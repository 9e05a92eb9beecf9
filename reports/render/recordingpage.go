package render

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"tenement/internal/throttle"
	"tenement/internal/tracestat"
	"tenement/internal/words"
	"tenement/reports/diagnosis"
)

//go:embed recording.html.tmpl
var recordingSource string

var recordingTemplate = template.Must(template.New("recording").Parse(recordingSource))

// recordingPage is what the template lays out.
type recordingPage struct {
	Style    template.CSS
	S        *tracestat.Stats
	Name     string
	Facts    []string
	Headline string
	Tiles    []tile
	Said     []diagnosis.Fact
	Chart    *recordedChart
	Statuses []recordedRow
	Tables   []recordedTable
	Took     string // what the column of that name is, if a table has it
}

// recordedChart is requests over time.
type recordedChart struct {
	Admitted, Refused string // filled areas
	Any               bool   // something was refused
	Rest              string // what the other requests were
	Limit             float64
	LimitText         string
	X, Y              []tick
	Desc, Of          string
}

// recordedTable is the largest tasks, routes or paths.
type recordedTable struct {
	Title, Head string
	Took        bool
	Rows        []recordedRow
	More        string
}

// recordedRow is one of them.
type recordedRow struct {
	Name, Requests, Share, Refused, RefusedShare, Took string
	Bar                                                float64 // percent of the drawing
}

// pageParts is how many tasks or paths the page names.
const pageParts = 20

// writeRecordingPage writes the statistics as one self-contained page.
func writeRecordingPage(w io.Writer, name string, s *tracestat.Stats) error {
	p := recordingPage{
		Style: template.CSS(pageStyle), // our own file, embedded
		S:     s, Name: words.Visible(name), Headline: words.Capital(diagnosis.RecordingHeadline(s)), Chart: newRecordedChart(s),
	}
	p.Facts = append(p.Facts, "a recording", s.Service)
	if !s.Start.IsZero() {
		p.Facts = append(p.Facts, "from "+s.Start.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	p.Tiles = recordingTiles(s)
	for _, f := range diagnosis.Facts(s) {
		p.Said = append(p.Said, diagnosis.Fact{Label: words.Capital(f.Label), Text: words.Unbroken(words.Capital(f.Text)) + "."})
	}
	for _, c := range statusesOf(s) {
		share := float64(c.N) / float64(s.Answered)
		p.Statuses = append(p.Statuses, recordedRow{Name: c.Status, Requests: words.Number(c.N), Share: words.Percent(share), Bar: part(share, 1)})
	}
	used := map[string]float64{}
	if s.Use != nil && s.Use.Shared > 0 {
		used = usedBy(s)
		p.Took = fmt.Sprintf("Took: how many refusals of other tasks its requests stand for. A refusal is divided among the tasks that its bucket admitted in the %s before.",
			words.Span(s.Use.WindowS))
	}
	p.Tables = []recordedTable{
		newRecordedTable("Who asks", "task", "tasks", s.LargestTasks, s.Tasks, used),
		newRecordedTable("What for", "route", "routes", s.Routes, len(s.Routes), nil),
		newRecordedTable("Which paths", "path", "paths", s.LargestPaths, s.Paths, nil),
	}
	var b bytes.Buffer // so that an error leaves no half page
	if err := recordingTemplate.Execute(&b, &p); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	_, err := io.WriteString(w, words.VisibleLines(b.String()))
	return err
}

// recordingTiles are the figures that a reader should take away.
func recordingTiles(s *tracestat.Stats) []tile {
	out := []tile{{"Requests", words.Number(s.Requests), words.Plural(uint64(s.Tasks), "task", "tasks")}}
	if s.RefusedShare != nil {
		out = append(out, tile{"Refused", words.Percent(*s.RefusedShare), fmt.Sprintf("%s of %s", words.Number(s.Refused), words.Number(s.Answered))})
	}
	if len(s.Peaks) > 0 {
		p := &s.Peaks[0]
		out = append(out, tile{"Busiest second", words.Number(p.Requests), fmt.Sprintf("at %s; on average %s", words.Span(p.AtS), words.PerSecond(s.PerS))})
		if p.BucketRequests != nil && s.Limit.Buckets > 1 {
			out = append(out, tile{"Busiest bucket", words.Number(*p.BucketRequests), fmt.Sprintf("in a second; %s are granted", words.Significant(*p.Grants, 4))})
		}
	}
	if u := s.Use; u != nil && u.Shared > 0 && len(u.Tasks) > 0 && u.Tasks[0].OfOthers > 0 {
		out = append(out, tile{"Took most from others", words.Roughly(u.Tasks[0].OfOthers / float64(u.Refusals)), words.Middle(u.Tasks[0].Task, 40)})
	}
	return out
}

func newRecordedTable(title, head, many string, parts []tracestat.Part, of int, used map[string]float64) recordedTable {
	t := recordedTable{Title: title, Head: head, Took: len(used) > 0}
	largest := 0.0
	for i := range parts {
		largest = max(largest, parts[i].Share)
	}
	for i := range parts[:min(pageParts, len(parts))] {
		p := &parts[i]
		row := recordedRow{Name: words.Middle(p.Name, 90), Requests: words.Number(p.Requests), Share: words.Percent(p.Share), Refused: words.Number(p.Refused),
			RefusedShare: refusedOf(p), Bar: part(p.Share, roundScale(largest)), Took: "–"}
		if n := used[p.Name]; n > 0 {
			row.Took = words.Significant(n, 3)
		}
		t.Rows = append(t.Rows, row)
	}
	if more := of - len(t.Rows); more > 0 {
		t.More = "And " + words.Number(uint64(more)) + " further " + many + "."
	}
	return t
}

// newRecordedChart draws requests over time; nil of a single instant.
func newRecordedChart(s *tracestat.Stats) *recordedChart {
	r := &s.Rate
	if len(r.Requests) < 2 {
		return nil
	}
	width := (len(r.Requests) + chartSteps - 1) / chartSteps
	n := (len(r.Requests) + width - 1) / width
	seconds := r.BucketS * float64(width)
	all, refused := perStep(r.Requests, width, n, seconds), perStep(r.Refused, width, n, seconds)
	peak, turned := 0.0, 0.0
	admitted := make([]float64, n)
	for i := range all {
		admitted[i] = all[i] - refused[i]
		peak, turned = max(peak, all[i]), max(turned, refused[i])
	}
	top := peak
	c := &recordedChart{Any: turned > 0, Rest: "answered", Of: words.Span(seconds)}
	if s.Answered == 0 {
		c.Rest = "sent"
	}
	if s.Limit != nil && s.Limit.Buckets == 1 { // else it is the limit of each, not of the sum
		if l, err := throttle.ParseLimit(s.Limit.Limit); err == nil && l.Rate.PerSecond() <= farLimit*peak {
			top = max(top, l.Rate.PerSecond()*1.15)
			c.Limit, c.LimitText = l.Rate.PerSecond(), "limit "+l.Rate.String()
		}
	}
	top = roundAbove(top)
	c.Limit = part(c.Limit, top)
	scale(all, top)
	scale(admitted, top)
	c.Admitted, c.Refused = steps(admitted, make([]float64, n)), steps(all, admitted)
	c.X, c.Y = clock(seconds*float64(n)), ticksTo(top, words.PerSecond)
	c.Desc = fmt.Sprintf("Up to %s in steps of %s; refused up to %s.", words.PerSecond(peak), c.Of, words.PerSecond(turned))
	return c
}
