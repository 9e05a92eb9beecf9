package reports

import "tenement/internal/throttle"

// band is a part of the timeline in which something goes wrong, in percent of
// its width.
type band struct {
	Left, Width float64
	Class       string // "fault", or "fault weak" for what a restart leaves behind
}

// bandLabel names a band, as far as there is room up to the next.
type bandLabel struct {
	Left, Width float64
	Class       string // "name", or "name tight" if a narrow screen has no room for it
	Text        string
}

// tightLabel is the room, in percent, below which a narrow screen names no
// fault.
const tightLabel = 12

// bands are the faults of a case on a timeline of so many seconds.
func bands(e *Endpoint, seconds float64) (out []band, labels []bandLabel) {
	add := func(from, to float64, class string) bool {
		to = min(to, seconds)
		if from >= to {
			return false
		}
		left := part(from, seconds)
		out = append(out, band{left, percentage(part(to, seconds) - left), class})
		return true
	}
	for i := range e.Faults {
		f := &e.Faults[i]
		off := f.FromS + f.ForS
		if f.ForS == 0 {
			off = seconds
		}
		if add(f.FromS, off, "fault") {
			labels = append(labels, bandLabel{Left: part(f.FromS, seconds), Text: f.called()})
		}
		if f.is(throttle.RestartFault) {
			add(off, f.overS(), "fault weak")
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
func marks(all []ceiling, seconds, top float64) []mark {
	var out []mark
	for i, now := range all {
		end := seconds
		if i+1 < len(all) {
			end = min(end, all[i+1].fromS)
		}
		if now.fromS < end {
			out = append(out, mark{
				Bottom: part(now.rate, top), Left: part(now.fromS, seconds), Right: percentage(100 - part(end, seconds)),
				Label: "limit " + exactly(now.rate),
			})
		}
	}
	return out
}
