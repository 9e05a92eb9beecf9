package plan

import (
	"slices"
	"time"

	"tenement/internal/draw"
)

// Arrival is one call that is due.
type Arrival struct {
	At time.Duration // since the run began
	// Task counts within its group, Process within its task, N within its
	// process.
	Group, Task, Process, N uint32
	Resource                uint32 // of the plan's Resources
}

// Arrivals is the merged arrivals of one host: those of every process, in a
// tournament of the next call of each. It is not safe for concurrent use.
type Arrivals struct {
	next     due   // the earliest of all
	losers   []due // by node of the tournament, from 1; its leaves are not kept
	streams  []stream
	lanes    []lane
	players  []*player
	places   *places // of dynamic groups; nil without one
	touched  int64   // means nothing: see Take
	live     int     // streams that have not ended
	last     time.Duration
	end      time.Duration
	upcoming time.Duration // of a plan that uses Occur: what Happens returns, or unknown
	event    bool          // which is the start or the stop of a task
}

// due is the next call of a stream; at is never if there is none. It holds no
// pointer, so that the garbage collector skips the tournament.
type due struct {
	at time.Duration
	id uint64 // the stream, then 32 bits of its call's number
}

func (d due) stream() uint32 { return uint32(d.id >> 32) }
func (d due) n() uint32      { return uint32(d.id) }

// stream is the arrivals of one process, or of a copy of a replay.
type stream struct {
	key  draw.Key
	sum  int64  // of a replay: the number of its player
	lane uint32 // the group
	who  uint32 // the process, counted over all tasks of the group
}

// lane is what the streams of one group have in common.
type lane struct {
	// gap is the gap of a renewal pattern, read without a call of the
	// interface. Then a stream's sum is the gap after its next call: it is
	// drawn one call early, so that nothing waits for the draw.
	gap      *draw.Table
	pattern  Pattern
	replayed bool   // the pattern is a Replay
	each     uint32 // processes of a task
	start    time.Duration
	stop     time.Duration
	resource uint32
	first    int32  // slot of the group's first task
	clients  uint32 // Plan.Lane of its clients
}

// Arrivals is the merged arrivals of one host. Equal plans have equal
// arrivals, whatever their strategies are.
func (p *Plan) Arrivals(host int) *Arrivals { return p.NextArrivals(host, new(Arrivals)) }

// NextArrivals is Arrivals in the memory of those of another host of the plan, which end.
func (p *Plan) NextArrivals(host int, a *Arrivals) *Arrivals {
	n := 0
	for i := range p.Groups {
		if g := &p.Groups[i]; !g.Dynamic() {
			present, _ := p.Present(host, i)
			n += g.streams(present)
		}
	}
	*a = Arrivals{
		streams: slices.Grow(a.streams[:0], n), lanes: slices.Grow(a.lanes[:0], len(p.Groups))[:len(p.Groups)],
		losers: a.losers, places: a.places,
		last: -1, end: p.Duration, upcoming: unknown,
	}
	first := make([]due, 0, n)
	root := draw.Seed(p.Seed).Name("arrivals").With(uint64(host))
	for i := range p.Groups {
		g, l := &p.Groups[i], &a.lanes[i]
		*l = lane{pattern: g.Pattern, each: uint32(g.Processes), start: p.Started(host, i), stop: g.Stop, resource: g.Resource, first: int32(g.First), clients: uint32(g.lane)}
		if g.Dynamic() {
			continue
		}
		if r, ok := g.Pattern.(*renewal); ok {
			l.gap = r.gap
		}
		if replay, ok := g.Pattern.(*Replay); ok {
			first = a.addPlayers(first, replay, i, root.With(uint64(g.key)))
			continue
		}
		present, _ := p.Present(host, i)
		for task := range present {
			key := root.With(uint64(g.task(task, 0)))
			for process := range g.Processes {
				first = a.add(first, stream{
					key: key.With(uint64(process)), lane: uint32(i), who: uint32(task*g.Processes + process),
				})
			}
		}
	}
	a.play(first)
	a.places = p.newPlaces(host, root, a.places)
	return a
}

// add adds a stream and its first call, unless it has none.
func (a *Arrivals) add(first []due, s stream) []due {
	l := &a.lanes[s.lane]
	at := l.start + l.pattern.at(s.key, 0, 0, &s.sum)
	if at < l.start || at >= l.stop { // an overflow counts as never
		return first
	}
	if l.gap != nil {
		s.sum = int64(l.gap.At(s.key.With(1).Bits()))
	}
	a.streams = append(a.streams, s)
	return append(first, due{at: at, id: uint64(len(first)) << 32})
}

// Next is the next call. Calls come in ascending order, no two at the same
// nanosecond, all before the end of the run. Calls that fall on the same
// nanosecond are ordered by keyed hashes, and the later ones move on.
func (a *Arrivals) Next() (call Arrival, ok bool) {
	ok = a.Take(&call)
	return call, ok
}

// Take is Next without the copy: it puts the next call into call, if there is one.
func (a *Arrivals) Take(call *Arrival) bool {
	d := a.next
	at := max(d.at, a.last+1)
	if at >= a.end {
		return false
	}
	a.last = at
	s := &a.streams[d.stream()]
	l := &a.lanes[s.lane]
	call.At, call.Group, call.Task, call.Process, call.N, call.Resource = at, s.lane, s.who, 0, d.n(), l.resource
	if l.each > 1 {
		call.Task, call.Process = s.who/l.each, s.who%l.each
	}
	d.id++
	switch {
	case l.gap != nil:
		d.at += time.Duration(s.sum)
		s.sum = int64(l.gap.At(s.key.With(uint64(d.n() + 1)).Bits()))
	case l.replayed:
		p := a.players[s.sum]
		task, n, resource := p.call()
		call.Task, call.N = task, n
		call.Resource += resource
		p.advance()
		d.at = l.start + p.at
	default:
		d.at = l.start + l.pattern.at(s.key, d.n(), d.at-l.start, &s.sum)
	}
	if d.at < l.start || d.at >= l.stop {
		d.at = never
		if a.live--; a.live < len(a.streams)/4 {
			a.thin()
			return true
		}
	}
	// The games on the path from the stream's leaf to the top are played again. The path is
	// known in advance: this takes a third of the time of a heap.
	a.playFrom((uint(len(a.losers))+uint(d.stream()))/2, d)
	a.touched += a.streams[a.next.stream()].sum // so that it is in the cache when Take comes to it
	return true
}

// play plays the tournament of every stream's next call. Node i, from 1 on,
// plays the winners of nodes 2i and 2i+1, of which those from len(first) on are leaves.
func (a *Arrivals) play(first []due) {
	a.live = len(first)
	leaves := max(len(first), 1)
	a.losers = slices.Grow(a.losers[:0], leaves)[:leaves]
	winners := make([]due, 2*leaves)
	copy(winners[leaves:], first)
	for i := leaves + len(first); i < 2*leaves; i++ {
		winners[i].at = never
	}
	for i := leaves - 1; i > 0; i-- {
		winner, loser := winners[2*i], winners[2*i+1]
		if a.before(loser, winner) {
			winner, loser = loser, winner
		}
		winners[i], a.losers[i] = winner, loser
	}
	a.next = winners[1]
}

// playFrom plays the games from a node on, the first of them against d. Without a tie, the
// winner of a game is computed without a branch, which a processor could not predict, and
// without a call, so that all of it stays in registers.
func (a *Arrivals) playFrom(i uint, d due) {
	losers := a.losers
	at, id := d.at, d.id
	for ; i > 0 && i < uint(len(losers)); i /= 2 {
		other := &losers[i]
		x, y := other.at, other.id
		if x == at {
			if a.beats(due{x, y}, due{at, id}) {
				other.id, id = id, y
			}
			a.playFrom(i/2, due{at, id})
			return
		}
		winner, loser := id, y
		if x < at {
			winner = y
		}
		if x < at {
			loser = id
		}
		other.at, other.id = max(at, x), loser
		at, id = min(at, x), winner
	}
	a.next = due{at, id}
}

// thin drops the streams that have ended. It pays once three quarters have
// ended.
func (a *Arrivals) thin() {
	streams, next := a.streams[:0:0], make([]due, 0, a.live)
	for _, d := range a.losers[1:] {
		if d.at != never {
			next = append(next, due{d.at, uint64(len(streams))<<32 | uint64(d.n())})
			streams = append(streams, a.streams[d.stream()])
		}
	}
	a.streams = streams
	a.play(next)
}

// before orders by time, then by keyed hash, never by position: that would
// favour the same tasks in every burst.
func (a *Arrivals) before(x, y due) bool {
	return x.at < y.at || x.at == y.at && a.beats(x, y)
}

// beats orders two calls of one instant.
func (a *Arrivals) beats(x, y due) bool {
	if x.at == never {
		return false
	}
	if tx, ty := a.tie(x), a.tie(y); tx != ty {
		return tx < ty
	}
	return x.stream() < y.stream()
}

// tie orders a call among those of its instant.
func (a *Arrivals) tie(d due) uint64 {
	s := &a.streams[d.stream()]
	return a.lanes[s.lane].pattern.tie(s.key, d.n())
}
