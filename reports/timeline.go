package reports

import (
	"fmt"
	"strings"
)

// timeline is one case over time: what the endpoint admitted and turned away
// and how many calls failed, against the limit, and the bucket's level.
type timeline struct {
	Label, Note         string
	Open                bool
	Admitted, Throttled string // filled areas
	Sent                string // instead, where the endpoint was not ours
	Failures            string
	Level               string
	LevelTop            string
	Limit               float64 // percent from the bottom; 0 is none
	LimitText           string
	X, Y                []tick
	Desc                string
}

// timelines are those of all cases, and what their legend must name.
type timelines struct {
	All                []timeline
	Ours, Limit, Level bool
}

func newTimelines(r *Report) *timelines {
	out := &timelines{}
	for _, section := range r.sections() {
		for _, w := range section.rows {
			if w.c.Series == nil || len(w.c.Series.Arrivals) == 0 {
				continue
			}
			t := newTimeline(w)
			t.Open = len(out.All) == 0
			out.All = append(out.All, t)
			out.Ours = out.Ours || t.Admitted != ""
			out.Limit = out.Limit || t.Limit > 0
			out.Level = out.Level || t.Level != ""
		}
	}
	if out.All == nil {
		return nil
	}
	return out
}

func newTimeline(w row) timeline {
	s := w.c.Series
	width := (len(s.Arrivals) + chartBuckets - 1) / chartBuckets // buckets to a step
	n := (len(s.Arrivals) + width - 1) / width
	seconds := s.BucketS * float64(width)
	rate := func(row []uint32) []float64 { return perStep(row, width, n, seconds*float64(w.c.runs())) }

	admitted, throttled, failures := rate(s.Admitted), rate(s.Throttled), rate(s.Failures)
	ours := s.Admitted != nil
	if !ours {
		admitted = rate(s.Attempts)
	}
	stacked := make([]float64, n)
	limit := common(w.c)
	top, peak := limit*1.15, 0.0
	for i := range stacked {
		stacked[i] = admitted[i] + throttled[i]
		peak = max(peak, stacked[i])
		top = max(top, stacked[i], failures[i])
	}
	top = roundAbove(top)
	t := timeline{Label: w.label, Note: note(w), X: clock(seconds * float64(n)), Y: ticksTo(top, perS)}
	zero := make([]float64, n)
	scale(admitted, top)
	scale(stacked, top)
	scale(failures, top)
	if ours {
		t.Admitted, t.Throttled = steps(admitted, zero), steps(stacked, admitted)
	} else {
		t.Sent = steps(admitted, zero)
	}
	t.Failures = staircase(failures)
	if limit > 0 {
		t.Limit, t.LimitText = part(limit, top), "limit "+exactly(limit)
	}
	desc := []string{fmt.Sprintf("%s: up to %s", w.c.Title, perS(peak))}
	if len(s.Level) > 0 && w.c.Endpoint.Limit != nil && w.c.Endpoint.Limit.Burst > 0 {
		levels, empty := make([]float64, n), 0
		for i := range levels {
			levels[i] = s.Level[min((i+1)*width, len(s.Level))-1]
			if levels[i] < 1 {
				empty++
			}
		}
		scale(levels, float64(w.c.Endpoint.Limit.Burst))
		t.Level, t.LevelTop = steps(levels, zero), fmt.Sprint(w.c.Endpoint.Limit.Burst)
		desc = append(desc, "the bucket is empty "+roughly(float64(empty)/float64(n))+" of the time")
	}
	t.Desc = strings.Join(desc, "; ") + "."
	return t
}

// note is the figure that tells one timeline from another while it is folded.
func note(w row) string {
	if w.you.calls == 0 {
		return ""
	}
	return "you fail " + w.you.failShare()
}

// perStep sums every width buckets and divides by the time they span. A series
// that is missing is nothing.
func perStep(row []uint32, width, n int, seconds float64) []float64 {
	out := make([]float64, n)
	for i, v := range row {
		out[i/width] += float64(v)
	}
	for i := range out {
		out[i] /= seconds
	}
	return out
}

// scale turns values into fractions of the drawing's height.
func scale(row []float64, top float64) {
	for i, v := range row {
		row[i] = part(v, top) / 100
	}
}

// staircase draws a row as a line.
func staircase(row []float64) string {
	var p path
	width := canvas / float64(len(row))
	last := row[0]
	p.move(0, canvas*(1-last))
	for i, y := range row {
		if y != last {
			p.line(float64(i)*width, canvas*(1-last))
			p.line(float64(i)*width, canvas*(1-y))
			last = y
		}
	}
	p.line(canvas, canvas*(1-last))
	return p.String()
}
