package plan

import "time"

// pass reads a replay's part of the recording once, from a mark on. It holds no more
// than two readers of the recording.
type pass struct {
	r    *Replay
	read func() (Event, bool)
	// ahead reads the events of the next step before read does, to count them.
	ahead     func() (Event, bool)
	first     Event // of the step after the one at hand
	more      bool
	event     Event
	begin     time.Duration // of the event, or of the step that it was recorded in
	of, index uint32        // how many events are in its step, and which it is
	removed   time.Duration // by MaxGap, until there
}

// pass begins at a mark.
func (r *Replay) pass(m mark) *pass {
	p := &pass{r: r, read: r.recording.From(m.at), begin: m.at, removed: m.removed}
	if r.play.Step > 0 {
		p.ahead = r.recording.From(m.at)
		p.first, p.more = p.ahead()
	}
	return p
}

// next reads the next event, and reports whether there is one.
func (p *pass) next() bool {
	e, ok := p.read()
	begin := e.At
	step := p.r.play.Step
	if step > 0 {
		begin = begin.Truncate(step)
	}
	if !ok || begin-p.r.play.From >= p.r.play.Length {
		return false
	}
	switch {
	case step == 0:
	case p.index+1 < p.of:
		p.index++
	default:
		p.index, p.of = 0, 0
		for p.more && p.first.At.Truncate(step) == begin {
			p.of++
			p.first, p.more = p.ahead()
		}
	}
	p.removed += p.cut(begin)
	p.event, p.begin = e, begin
	return true
}

// cut is what MaxGap removes of the time until a next event or the end.
func (p *pass) cut(next time.Duration) time.Duration {
	if p.r.play.MaxGap == 0 {
		return 0
	}
	return max(next-p.begin-p.r.play.MaxGap, 0)
}

// cutEnd is what MaxGap removes of the whole pass, once it has been read.
func (p *pass) cutEnd() time.Duration {
	return p.removed + p.cut(p.r.play.From+p.r.play.Length)
}

// place is where the event, or its step, begins in the pass.
func (p *pass) place() time.Duration { return p.begin - p.r.play.From - p.removed }
