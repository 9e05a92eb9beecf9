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
	timer    *Timer        // pattern, if it is one
	once     bool          // pattern is one call, at once
	keyed    bool          // pattern's ties are keyed hashes: read without a call of the interface
	stop     time.Duration // of the group
	group    uint32
	resource uint32
	lanes    [2]uint32 // of the clients, by side
	activity uint8
	required bool
}

// read finds out what is read of the pattern without a call of its interface.
func (k *streamKind) read() {
	switch p := k.pattern.(type) {
	case Burst:
		k.keyed = p.Calls == 1
		k.once = k.keyed && p.Every == 0 && p.Delay == 0
	case Timer:
		k.keyed, k.timer = true, &p
	}
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

// leading is the stream of a bundle that has its first call.
func (a *places) leading(number int32) *dynamicStream { return &a.streams[a.bundles[number].lead] }

// begin begins the calls of a stream, whose bundle is to be settled.
func (a *places) begin(s *dynamicStream, at time.Duration) {
	s.begin, s.n, s.sum, s.ordered = at, 0, 0, false
	s.at = a.due(s, 0)
}

// due is when the next call of a stream comes, the last one having come at an instant
// since the activity began.
func (a *places) due(s *dynamicStream, last time.Duration) time.Duration {
	k := &a.kinds[s.kind]
	at := s.begin
	switch {
	case k.once && s.n > 0:
		return never
	case k.once:
	case k.timer != nil:
		at += k.timer.at(s.key, s.n, last, &s.sum)
	default:
		at += k.pattern.at(s.key, s.n, last, &s.sum)
	}
	if at < s.begin || at >= k.stop { // an overflow counts as never
		return never
	}
	return at
}

// settle finds the first call of a bundle.
func (a *places) settle(number int32) {
	b := &a.bundles[number]
	streams := a.streams[b.from:b.to]
	lead, first := 0, streams[0].at
	for i := 1; i < len(streams); i++ {
		at := streams[i].at
		if at > first || at == first && (at == never || a.tie(&streams[i]) >= a.tie(&streams[lead])) {
			continue
		}
		lead, first = i, at
	}
	b.lead = b.from + int32(lead)
	a.calls.set(number, first)
}

// call puts into o the next call, which comes at that instant.
func (a *places) call(at time.Duration, o *Occurrence) {
	number, due := a.calls.first()
	s := a.leading(number)
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
func (a *places) tie(s *dynamicStream) uint64 {
	if !s.ordered {
		s.ordered = true
		if k := &a.kinds[s.kind]; k.keyed {
			s.order = keyedTie{}.tie(s.key, s.n)
		} else {
			s.order = k.pattern.tie(s.key, s.n)
		}
	}
	return s.order
}
