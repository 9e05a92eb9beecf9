package plan

import (
	"time"

	"tenement/internal/draw"
)

// dynamicStream is the arrivals of one process for one activity.
type dynamicStream struct {
	key       draw.Key
	begin     time.Duration // of the activity, in this process
	sum       int64         // of the pattern
	n         uint32        // of the next call
	task      int32
	place     int32
	group     uint16
	process   uint16
	activity  uint8
	succeeded bool // a call has, or nobody waits for that
}

// streamsOf is the first of the streams of a task.
func (a *places) streamsOf(number int32, side int) int32 {
	g := &a.groups[a.all[number].group]
	return g.firstTimes + ((number-g.first)*int32(g.sides())+int32(side))*g.each
}

// begin begins the calls of a stream.
func (a *places) begin(number int32, at time.Duration) {
	s := &a.streams[number]
	s.begin, s.n, s.sum = at, 0, 0
	a.calls.set(number, a.due(s, 0))
}

// due is when the next call of a stream comes, the last one having come at an instant
// since the activity began.
func (a *places) due(s *dynamicStream, last time.Duration) time.Duration {
	g := &a.groups[s.group]
	at := s.begin + g.Activities[s.activity].Pattern.at(s.key, s.n, last, &s.sum)
	if at < s.begin || at >= g.Stop { // an overflow counts as never
		return never
	}
	return at
}

// call puts into o the next call, which comes at that instant.
func (a *places) call(at time.Duration, o *Occurrence) {
	number, due := a.calls.first()
	s := &a.streams[number]
	g := &a.groups[s.group]
	activity := &g.Activities[s.activity]
	*o = Occurrence{
		Arrival: Arrival{
			At: at, Group: g.number, Task: a.all[s.place].index, Process: uint32(s.process), N: s.n,
			Resource: activity.Resource,
		},
		Life: a.tasks[s.task].life, Activity: s.activity,
		Side: uint8((s.task - g.firstTask) & int32(g.sides()-1)), // they are 1 or 2
	}
	if activity.Required && s.n == 0 {
		o.Watch |= watchStart
	}
	if !s.succeeded {
		o.Watch |= watchSuccess
	}
	s.n++
	a.calls.set(number, a.due(s, due-s.begin))
}

// tie orders the next call of a stream among those of the same instant.
func (a *places) tie(number int32) uint64 {
	s := &a.streams[number]
	return a.groups[s.group].Activities[s.activity].Pattern.tie(s.key, s.n)
}
