package plan

import (
	"time"

	"tenement/internal/draw"
)

// dynamicStream is the arrivals of one process for one activity: 64 bytes, which hold
// all that a call needs.
type dynamicStream struct {
	at        time.Duration // of the next call; never if there is none
	key       draw.Key
	begin     time.Duration // of the activity, in this process
	sum       int64         // of the pattern
	order     uint64        // of the next call among those of its instant, if ordered
	n         uint32        // of the next call
	life      uint32        // of the task
	slot      int32         // of the task, see Plan.Slot
	place     uint32        // within its group
	kind      uint16        // index in kinds
	process   uint16
	side      uint8
	ordered   bool
	succeeded bool // a call has, or nobody waits for that
}

// streamKind is what the streams of an activity have in common.
type streamKind struct {
	pattern  Pattern
	stop     time.Duration // of the group
	group    uint32
	resource uint32
	lanes    [2]uint32 // of the clients, by side
	activity uint8
	required bool
}

// bundle is a few streams of one task. Their first call is found by looking at all of
// them, and that of the host by a tournament of the bundles: most tasks have no more
// streams, so what happens to a task changes one leaf.
type bundle struct {
	from, to int32 // its streams
	lead     int32 // the one with the first call
}

// bundled is the most streams of a bundle.
const bundled = 4

// streamsOf is the first of the streams of a task, and bundlesOf the first of its
// bundles.
func (a *places) streamsOf(number int32, side int) int32 {
	g := &a.groups[a.all[number].group]
	return g.firstStream + g.ordinal(number, side)*g.each
}

func (a *places) bundlesOf(number int32, side int) int32 {
	g := &a.groups[a.all[number].group]
	return g.firstBundle + g.ordinal(number, side)*g.bundles
}

// addStreams adds the streams of a task, none of which has begun.
func (a *places) addStreams(g *dynamicGroup, place, slot, side int) {
	for first := int32(len(a.streams)); first < int32(len(a.streams))+g.each; first += bundled {
		a.bundles = append(a.bundles, bundle{first, min(first+bundled, int32(len(a.streams))+g.each), first})
	}
	for i := range g.Activities {
		for process := range g.Processes {
			a.streams = append(a.streams, dynamicStream{
				at: never, slot: int32(slot), place: uint32(place),
				kind: uint16(g.firstKind + i), process: uint16(process), side: uint8(side),
			})
		}
	}
}

// begin begins the calls of a stream, whose bundle is to be settled.
func (a *places) begin(s *dynamicStream, at time.Duration) {
	s.begin, s.n, s.sum, s.ordered = at, 0, 0, false
	s.at = a.due(s, 0)
}

// due is when the next call of a stream comes, the last one having come at an instant
// since the activity began.
func (a *places) due(s *dynamicStream, last time.Duration) time.Duration {
	k := &a.kinds[s.kind]
	at := s.begin + k.pattern.at(s.key, s.n, last, &s.sum)
	if at < s.begin || at >= k.stop { // an overflow counts as never
		return never
	}
	return at
}

// settle finds the first call of a bundle.
func (a *places) settle(number int32) {
	b := &a.bundles[number]
	lead := b.from
	for i := b.from + 1; i < b.to; i++ {
		switch x, y := a.streams[i].at, a.streams[lead].at; {
		case x < y, x == y && x != never && a.tie(i) < a.tie(lead):
			lead = i
		}
	}
	b.lead = lead
	a.calls.set(number, a.streams[lead].at)
}

// call puts into o the next call, which comes at that instant.
func (a *places) call(at time.Duration, o *Occurrence) {
	number, due := a.calls.first()
	s := &a.streams[a.bundles[number].lead]
	k := &a.kinds[s.kind]
	o.At, o.Group, o.Task, o.Process, o.N, o.Resource = at, k.group, s.place, uint32(s.process), s.n, k.resource
	o.Kind, o.Life, o.Side, o.Activity, o.Slot, o.Lane = CallDue, s.life, s.side, k.activity, s.slot, k.lanes[s.side]
	o.Watch = 0
	if k.required && s.n == 0 {
		o.Watch = watchStart
	}
	if !s.succeeded {
		o.Watch |= watchSuccess
	}
	s.n++
	s.ordered = false
	s.at = a.due(s, due-s.begin)
	a.settle(number)
}

// tie orders the next call of a stream among those of the same instant. It is worked out
// once: the calls of several activities that begin together meet more than once.
func (a *places) tie(number int32) uint64 {
	s := &a.streams[number]
	if !s.ordered {
		s.order, s.ordered = a.kinds[s.kind].pattern.tie(s.key, s.n), true
	}
	return s.order
}
