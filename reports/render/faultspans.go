package render

import (
	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// faultSpan is a part of the timeline in which something goes wrong, in percent of
// its width.
type faultSpan struct {
	Left, Width float64
	Class       string // "fault", or "fault weak" for what a restart leaves behind
}

// faultLabel is the name of a fault, cut off where the next one begins.
type faultLabel struct {
	Left, Width float64
	Class       string // "name", or "name tight" if a narrow screen has no room for it
	Text        string
}

// tightLabel is the width, in percent, below which a narrow screen omits the name.
const tightLabel = 12

// faultTime is when something goes wrong, in seconds.
type faultTime struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
	Name string  `json:"name"`
	Weak bool    `json:"weak"` // what a restart leaves behind
	Room float64 `json:"room"` // until the next fault with another beginning, or the end
}

// faultTimes are the faults of a case within so many seconds.
func faultTimes(e *reports.Endpoint, seconds float64) []faultTime {
	var out []faultTime
	for i := range e.Faults {
		f := &e.Faults[i]
		off := f.FromS + f.ForS
		if f.ForS == 0 {
			off = seconds
		}
		name := words.Visible(diagnosis.FaultName(f))
		for _, t := range []faultTime{{f.FromS, off, name, false, 0}, {off, f.OverS(), name, true, 0}} {
			if t.To = min(t.To, seconds); t.From < t.To && (!t.Weak || f.Is(throttle.RestartFault)) {
				out = append(out, t)
			}
		}
	}
	return withRoom(out, seconds)
}

// lossTimes are the losses of zones and cells within so many seconds.
func lossTimes(all []reports.ControlLoss, seconds float64) []faultTime {
	var out []faultTime
	for _, l := range all {
		if to := min(l.AtS+l.ForS, seconds); l.AtS < to {
			out = append(out, faultTime{From: l.AtS, To: to, Name: words.Visible(l.Name) + " lost"})
		}
	}
	return withRoom(out, seconds)
}

// withRoom gives the name of each the room up to the next one.
func withRoom(all []faultTime, seconds float64) []faultTime {
	for i := range all {
		next := seconds
		for _, other := range all {
			if !other.Weak && other.From > all[i].From {
				next = min(next, other.From)
			}
		}
		all[i].Room = next - all[i].From
	}
	return all
}

// faultSpans are such times on a timeline of so many seconds.
func faultSpans(times []faultTime, seconds float64) (out []faultSpan, labels []faultLabel) {
	for _, f := range times {
		left := part(f.From, seconds)
		span := faultSpan{left, percentage(part(f.To, seconds) - left), "fault"}
		if f.Weak {
			span.Class = "fault weak"
			out = append(out, span)
			continue
		}
		out = append(out, span)
		label := faultLabel{Left: left, Width: percentage(part(f.From+f.Room, seconds) - left), Class: "name", Text: f.Name}
		if label.Width < tightLabel {
			label.Class = "name tight"
		}
		labels = append(labels, label)
	}
	return out, labels
}

// mark is a limit for a part of the timeline, in percent of its width and
// height.
type mark struct {
	Bottom, Left, Right float64
	Label               string
}

// marks are the ceilings of a case over so many seconds, on an axis up to top.
func marks(all []diagnosis.Ceiling, seconds, top float64) []mark {
	var out []mark
	for i, now := range all {
		end := seconds
		if i+1 < len(all) {
			end = min(end, all[i+1].FromS)
		}
		if now.FromS < end {
			out = append(out, mark{
				Bottom: part(now.PerSecond, top), Left: part(now.FromS, seconds), Right: percentage(100 - part(end, seconds)),
				Label: "limit " + words.Rate(now.PerSecond),
			})
		}
	}
	return out
}
