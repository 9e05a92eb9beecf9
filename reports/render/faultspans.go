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

// faultSpans are the faults of a case on a timeline of so many seconds.
func faultSpans(e *reports.Endpoint, seconds float64) (out []faultSpan, labels []faultLabel) {
	add := func(from, to float64, class string) bool {
		to = min(to, seconds)
		if from >= to {
			return false
		}
		left := part(from, seconds)
		out = append(out, faultSpan{left, percentage(part(to, seconds) - left), class})
		return true
	}
	for i := range e.Faults {
		f := &e.Faults[i]
		off := f.FromS + f.ForS
		if f.ForS == 0 {
			off = seconds
		}
		if add(f.FromS, off, "fault") {
			labels = append(labels, faultLabel{Left: part(f.FromS, seconds), Text: diagnosis.FaultName(f)})
		}
		if f.Is(throttle.RestartFault) {
			add(off, f.OverS(), "fault weak")
		}
	}
	for i := range labels {
		next := 100.0
		for _, other := range labels {
			if other.Left > labels[i].Left {
				next = min(next, other.Left)
			}
		}
		labels[i].Width, labels[i].Class = percentage(next-labels[i].Left), "name"
		if labels[i].Width < tightLabel {
			labels[i].Class = "name tight"
		}
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
