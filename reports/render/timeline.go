package render

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// chartSteps is how many steps a chart has room for.
const chartSteps = 240

// timeline is one case over time: requests admitted and turned away, failed calls,
// the limit, faults, and the bucket's level.
type timeline struct {
	Label, Note         string
	Busiest             string // what a step shows, if not its mean
	Open                bool
	Admitted, Throttled string // filled areas
	Sent                string // instead, where the endpoint was not ours
	Failures            string
	Level               string
	LevelTop            string
	Asked               string // what was sent, where more than limits turn away
	Limits              []mark
	Beyond              string // the limits that are far above the data, and not drawn
	Faults              []faultSpan
	Names               []faultLabel
	Events              []diagnosis.Event
	X, Y                []tick
	Desc                string
	Table               timeTable
	figures             timeFigures
}

// timelines are those of all cases, and what their legend must name.
type timelines struct {
	All                                     []timeline
	Ours, Sends, Asked, Limit, Level, Fault bool
	Apart                                   string // which requests are which, where that differs within a chart
}

func newTimelines(d *diagnosis.Diagnosis) *timelines {
	out := &timelines{}
	for _, section := range d.Sections {
		for _, w := range section.Rows {
			if w.Case.Series == nil || len(w.Case.Series.Arrivals) == 0 {
				continue
			}
			t := newTimeline(w)
			t.Open = len(out.All) == 0
			out.All = append(out.All, t)
			out.Ours = out.Ours || t.Admitted != ""
			out.Sends = out.Sends || t.Sent != ""
			if endpointsApart(w.Case) {
				out.Apart = apartWords
			}
			out.Asked = out.Asked || t.Asked != ""
			out.Limit = out.Limit || len(t.Limits) > 0
			out.Fault = out.Fault || len(t.Faults) > 0
			out.Level = out.Level || t.Level != ""
		}
	}
	if out.All == nil {
		return nil
	}
	return out
}

func newTimeline(w diagnosis.Row) timeline {
	s := w.Case.Series
	step := stepsOf(s.Attempts, s.BucketS, w.Case.Runs(), chartSteps)
	width, n, seconds, rate := step.width, step.n, step.seconds(), step.rate

	admitted, turned, failures := rate(s.Admitted), rate(s.Throttled), step.most(s.Failures)
	ours := ours(w.Case)
	if !ours {
		admitted, turned = rate(s.Attempts), make([]float64, n)
	}
	stacked := make([]float64, n)
	ceilings := ceilingsOf(w.Case)
	top, peak := 0.0, 0.0
	for i := range stacked {
		stacked[i] = admitted[i] + turned[i]
		peak = max(peak, stacked[i])
		top = max(top, stacked[i], failures[i])
	}
	var asked []float64 // where it is not just what was admitted and throttled
	if ours && beyondLimits(w.Case) {
		asked = rate(s.Attempts)
		top = max(top, slices.Max(asked))
	}
	ceilings, far := near(ceilings, top)
	drawn := top
	for _, c := range ceilings {
		top = max(top, c.PerSecond*1.15)
	}
	top = roundAbove(top)
	t := timeline{
		Label: w.Label, Note: note(w), Busiest: step.note(), X: clock(seconds * float64(n)), Y: ticksTo(top, words.PerSecond),
		Events: diagnosis.CaseEvents(w.Case), Limits: marks(ceilings, seconds*float64(n), top), Beyond: far,
	}
	t.figures, t.Table = timeFiguresOf(w, drawn), newTimeTable(w)
	t.Faults, t.Names = faultSpans(t.figures.Faults, seconds*float64(n))
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
	if asked != nil {
		scale(asked, top)
		t.Asked = staircase(asked)
	}
	desc := []string{fmt.Sprintf("%s: up to %s", w.Case.Title, words.PerSecond(peak))}
	if levels, burst := levels(w.Case, width, n); burst > 0 {
		empty := 0
		for _, left := range levels {
			if left < w.Case.Endpoint.Limits[0].RequestCost() {
				empty++
			}
		}
		scale(levels, float64(burst))
		t.Level, t.LevelTop = steps(levels, zero), fmt.Sprint(burst)
		desc = append(desc, "the bucket is empty "+words.Roughly(float64(empty)/float64(n))+" of the time")
	}
	if far != "" {
		desc = append(desc, far+" is above the chart")
	}
	for i, event := range t.Events {
		desc = append(desc, event.Kind+": "+event.Text)
		t.Events[i].Text = words.Unbroken(event.Text)
	}
	t.Desc = strings.Join(desc, "; ") + "."
	return t
}

// ours reports whether a case has what its endpoint admitted and turned away, and that is
// what the charts are about. Where further endpoints are asked and the host's own turns
// nothing away, they are about the requests to all, as calls that fail are of all.
func ours(c *reports.Case) bool {
	return c.Series.Admitted != nil && (len(c.Endpoints) == 0 || slices.ContainsFunc(c.Series.Throttled, func(n uint32) bool { return n > 0 }))
}

// endpointsApart reports whether the charts of a case have requests to the host's own
// endpoint beside calls of all endpoints. Then apartWords stand with them.
func endpointsApart(c *reports.Case) bool { return ours(c) && len(c.Endpoints) > 0 }

const apartWords = "Admitted and throttled are of the host's own endpoint, all else is of all endpoints."

// ceilingsOf are the limits of a case as charts have them: none beside the requests to all
// endpoints.
func ceilingsOf(c *reports.Case) []diagnosis.Ceiling {
	if len(c.Endpoints) > 0 && !ours(c) {
		return nil
	}
	return diagnosis.Ceilings(c)
}

// A limit more than farLimit times higher than all data is not drawn: it would
// press the data flat.
const farLimit = 3

// near is the ceilings to draw beside data up to most. If all are too high, it is
// none, and words for them.
func near(all []diagnosis.Ceiling, most float64) (drawn []diagnosis.Ceiling, far string) {
	if len(all) == 0 || most <= 0 {
		return all, ""
	}
	var least float64
	for i, c := range all {
		if c.PerSecond <= farLimit*most {
			return all, ""
		}
		if i == 0 || c.PerSecond < least {
			least = c.PerSecond
		}
	}
	if len(all) > 1 {
		return nil, "limits of " + words.Rate(least) + " and more"
	}
	return nil, "limit " + words.Rate(least)
}

// levels is what was left in the bucket at the end of each of n steps, and how
// much it holds at most: 0 if the first limit is no bucket for the whole host.
func levels(c *reports.Case, width, n int) (left []float64, burst int64) {
	if len(c.Series.Level) == 0 || len(c.Endpoint.Limits) == 0 || !c.Endpoint.Limits[0].Is(throttle.TokenBucket) {
		return nil, 0
	}
	for _, s := range c.Endpoint.Stages(0) {
		burst = max(burst, s.Limit.Burst)
	}
	left = make([]float64, n)
	for i := range left {
		left[i] = c.Series.Level[min((i+1)*width, len(c.Series.Level))-1]
	}
	return left, burst
}

// note is the figure that a folded timeline shows.
func note(w diagnosis.Row) string {
	if starts := startShare(&w.You, nil); len(w.Case.Endpoints) > 0 && diagnosis.StartsCanFail(&w.You) && starts != "–" {
		return starts + " of starts fail"
	}
	if w.You.Calls == 0 {
		return ""
	}
	return "you fail " + failShare(&w.You)
}

// perStep is the rate of each step of width buckets. A missing series is all zero.
func perStep[N uint32 | uint64](row []N, width, n int, seconds float64) []float64 {
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
