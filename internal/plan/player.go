package plan

import (
	"math/bits"
	"time"

	"tenement/internal/draw"
)

// player plays one copy of a replay on one host. Its memory grows with the tasks and
// with how many events Jitter puts out of order.
type player struct {
	r    *Replay
	key  draw.Key
	copy uint32
	end  time.Duration // of the playing
	n    uint64        // events read so far, kept or not

	pass    *pass
	passes  uint64        // begun again
	start   time.Duration // of the pass, where the copy begins
	calls   []uint32      // by task, kept
	at      time.Duration // of the call at hand; never after the last
	event   Event
	ahead   played   // the next, whose delay may let later ones come first
	delayed []played // a heap, the earliest first
}

// played is an event, and when it is played.
type played struct {
	at    time.Duration
	n     uint64 // orders those of one instant
	event Event
}

// The purposes of a player's draws, beside those of the instants.
const (
	drawCopy = 1<<32 + iota
	drawThin
	drawDelay
)

// player is the player of a copy.
func (r *Replay) player(key draw.Key, number int, end time.Duration) *player {
	p := &player{r: r, key: key, copy: uint32(number), end: end, calls: make([]uint32, r.tasks)}
	from := mark{at: r.play.From}
	if number > 0 && r.length > 0 {
		p.start = time.Duration(draw.Below(key.With(drawCopy).Bits(), uint64(r.length)))
		if r.play.Step > 0 {
			p.start = p.start.Truncate(r.play.Step)
		}
		from = r.markBefore(p.start)
	}
	p.pass = r.pass(from)
	if r.play.Jitter > 0 {
		p.ahead = p.read()
	}
	p.advance()
	return p
}

// addPlayers adds the copies of a replay.
func (a *Arrivals) addPlayers(first []due, r *Replay, group int, key draw.Key) []due {
	l := &a.lanes[group]
	l.replayed = true
	for number := range r.play.Copies {
		own := key
		if number > 0 {
			own = key.With(drawCopy).With(uint64(number))
		}
		p := r.player(own, number, l.stop-l.start)
		if p.at == never {
			continue
		}
		a.streams = append(a.streams, stream{key: own, lane: uint32(group), sum: int64(len(a.players))})
		a.players = append(a.players, p)
		first = append(first, due{at: l.start + p.at, id: uint64(len(first)) << 32})
	}
	return first
}

// markBefore is a mark from which to read, to be at a place of the pass.
func (r *Replay) markBefore(place time.Duration) mark {
	if r.play.MaxGap == 0 {
		return mark{at: r.play.From + place}
	}
	from := mark{at: r.play.From}
	for _, m := range r.marks {
		if m.at-r.play.From-m.removed > place {
			break
		}
		from = m
	}
	return from
}

// advance moves to the next call.
func (p *player) advance() {
	next := p.ahead
	if p.r.play.Jitter == 0 {
		next = p.read()
	} else {
		for p.ahead.at < never && (len(p.delayed) == 0 || p.ahead.at <= p.delayed[0].at) {
			u := p.key.With(p.ahead.n).With(drawDelay).Bits()
			p.ahead.at += time.Duration(draw.Below(u, uint64(p.r.play.Jitter)))
			p.push(p.ahead)
			p.ahead = p.read()
		}
		if len(p.delayed) > 0 {
			next = p.pop()
		}
	}
	p.at, p.event = next.at, next.event
}

// call is the call at hand, its task, number and resource counted within the group.
func (p *player) call() (task, n, resource uint32) {
	t := p.event.Task
	n = p.calls[t]
	p.calls[t]++
	return p.copy*uint32(p.r.tasks) + t, n, p.copy*p.r.each + p.event.Resource
}

// read is the next event that is kept, its at never after the last.
func (p *player) read() played {
	for {
		place, ok := p.readPass()
		if !ok {
			return played{at: never}
		}
		n := p.n
		p.n++
		at := p.r.scaled(place)
		if at >= p.end {
			return played{at: never}
		}
		if p.r.play.Thin > 0 && p.key.With(n).With(drawThin).Float() >= p.r.play.Thin {
			continue
		}
		return played{at, n, p.pass.event}
	}
}

// readPass reads the next event, in this pass or the next, and returns when it comes,
// in the recording's time since the copy began.
func (p *player) readPass() (time.Duration, bool) {
	for begun := p.passes; ; {
		if !p.pass.next() {
			// A pass without an event is followed by none.
			if p.passes-begun > 1 || !p.again() {
				return 0, false
			}
			continue
		}
		place := p.pass.place()
		switch {
		case p.passes == 0 && place < p.start:
			continue
		case p.passes > 0 && !p.r.play.Loop && place >= p.start:
			return 0, false
		}
		return p.since(place), true
	}
}

// since is the time since the copy began of a place in the pass at hand.
func (p *player) since(place time.Duration) time.Duration {
	if step := p.r.play.Step; step > 0 {
		// The events of a step are spread over it in recorded order: each falls, at a
		// keyed instant, into its own of as many equal parts.
		u := p.key.With(p.n).Bits()
		part := (uint64(p.pass.index)<<32 | u>>32) / uint64(p.pass.of) // a fraction of 2³²
		high, low := bits.Mul64(part, uint64(step))
		place += time.Duration(high<<32 | low>>32)
	}
	return time.Duration(p.passes)*p.r.length + place - p.start
}

// again begins the next pass, and reports whether there is one.
func (p *player) again() bool {
	if p.r.length <= 0 || !p.r.play.Loop && (p.passes > 0 || p.start == 0) {
		return false
	}
	if p.passes++; p.passes > uint64(never/p.r.length)-1 {
		return false
	}
	p.pass = p.r.pass(mark{at: p.r.play.From})
	return true
}

// before orders delayed events.
func (x *played) before(y *played) bool {
	return x.at < y.at || x.at == y.at && x.n < y.n
}

// push puts an event on the heap.
func (p *player) push(x played) {
	p.delayed = append(p.delayed, x)
	h := p.delayed
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h[i].before(&h[parent]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

// pop takes the earliest event off the heap.
func (p *player) pop() played {
	h := p.delayed
	least := h[0]
	last := len(h) - 1
	h[0] = h[last]
	p.delayed, h = h[:last], h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < last && h[child+1].before(&h[child]) {
			child++
		}
		if child >= last || !h[child].before(&h[i]) {
			return least
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
