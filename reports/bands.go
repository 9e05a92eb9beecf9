package reports

import "tenement/internal/throttle"

// band is a part of the timeline in which something goes wrong, in percent of
// its width.
type band struct {
	Left, Width float64
	Label       string
	Class       string // "fault", or "fault weak" for what a restart leaves behind
}

// bands are the faults of a case on a timeline of so many seconds.
func bands(e *Endpoint, seconds float64) []band {
	var out []band
	add := func(from, to float64, label, class string) {
		to = min(to, seconds)
		if from < to {
			left := part(from, seconds)
			out = append(out, band{left, part(to, seconds) - left, label, class})
		}
	}
	for i := range e.Faults {
		f := &e.Faults[i]
		off := f.FromS + f.ForS
		if f.ForS == 0 {
			off = seconds
		}
		add(f.FromS, off, f.called(), "fault")
		if f.is(throttle.RestartFault) {
			add(off, f.overS(), "", "fault weak")
		}
	}
	return out
}

// mark is a limit for a part of the timeline, in percent of its width and
// height.
type mark struct {
	Bottom, Left, Right float64
	Label               string
}

// marks are the limit that all tasks of a case share, over so many seconds on
// an axis up to top. One that changes has a mark for each of its stages.
func marks(c *Case, seconds, top float64) []mark {
	e := &c.Endpoint
	if len(e.Limits) != 1 || !c.everyone(&e.Limits[0]) {
		if rate := c.common(seconds); rate > 0 {
			return []mark{{Bottom: part(rate, top), Label: "limit " + exactly(rate)}}
		}
		return nil
	}
	var out []mark
	hosts := float64(max(e.Hosts, 1))
	stages := e.stages(0)
	for i := range stages {
		end := seconds
		if i+1 < len(stages) {
			end = min(end, stages[i+1].fromS)
		}
		rate := stages[i].limit.capacity() * hosts
		if rate <= 0 || stages[i].fromS >= end {
			continue
		}
		out = append(out, mark{
			Bottom: part(rate, top), Left: part(stages[i].fromS, seconds), Right: 100 - part(end, seconds),
			Label: "limit " + exactly(rate),
		})
	}
	return out
}

// topLimit is the most that a mark stands for: the axis must reach it.
func topLimit(c *Case, seconds float64) float64 {
	e := &c.Endpoint
	most := c.common(seconds)
	if len(e.Limits) == 1 && c.everyone(&e.Limits[0]) {
		for _, s := range e.stages(0) {
			most = max(most, s.limit.capacity()*float64(max(e.Hosts, 1)))
		}
	}
	return most
}
