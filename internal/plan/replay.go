package plan

import (
	"math/bits"
	"slices"
	"sync"
	"time"

	"tenement/internal/draw"
)

// Event is one request of a recording.
type Event struct {
	At       time.Duration // since the recording began
	Task     uint32        // who asked, counted from 0
	Resource uint32        // what for, of the recording's resources
}

// Recording is requests in order of time, which can be read again and again, and by
// several readers at the same time.
type Recording interface {
	// From returns a function that gives the events from an instant on, one at a
	// time; ok is false at their end.
	From(at time.Duration) (next func() (e Event, ok bool))
}

// Events is a Recording in memory.
type Events []Event

// From implements Recording.
func (all Events) From(at time.Duration) func() (Event, bool) {
	i, _ := slices.BinarySearchFunc(all, at, func(e Event, at time.Duration) int { return int(min(max(e.At-at, -1), 1)) })
	return func() (e Event, ok bool) {
		if i == len(all) {
			return Event{}, false
		}
		i++
		return all[i-1], true
	}
}

// Play says how a recording is played. The zero Play, with a Length, is as it was
// recorded.
type Play struct {
	// Step is the width of the steps in which times were recorded, if a run is to
	// spread the events over them; 0 leaves every event where it is.
	Step time.Duration
	// From and Length are the part that is played, in the recording's time. A coarse
	// recording is cut between steps.
	From, Length time.Duration
	// MaxGap is the longest time between two events; longer ones are cut to it, in the
	// recording's time. 0 leaves them.
	MaxGap time.Duration
	// Speed is by how much it is played faster, in millionths; 0 is once.
	Speed uint64
	// Fit is how long it takes, in place of a Speed; 0 follows from Speed.
	Fit time.Duration
	// Loop begins again at the end, its clock going on.
	Loop bool
	// Copies is how many times every task is there; 0 is once. The first copy is as
	// recorded, each other begins at a keyed instant of the recording and goes on from
	// the beginning after its end.
	Copies int
	// Jitter delays each event by a keyed time below it, in the run's time.
	Jitter time.Duration
	// Thin is the share of events that is kept, by a keyed draw each; 0 is all.
	Thin float64
}

// SpeedOnce is the Speed of a recording that is played as fast as it was recorded.
const SpeedOnce = 1_000_000

// Replay is a Pattern that plays a recording: for each copy one sequence of all its
// tasks, whatever their number.
type Replay struct {
	keyedTie
	recording Recording
	play      Play
	tasks     int // of one copy
	resources []Resource
	each      uint32 // resources of one copy

	length   time.Duration // of one pass, in the recording's time, without what MaxGap cuts
	num, den uint64        // what makes the run's time of the recording's
	marks    []mark
	events   int64 // of one pass

	mu     sync.Mutex
	counts map[time.Duration]int64 // of count
}

// mark is a place in a pass, so that a place is found without reading all before it.
type mark struct {
	at      time.Duration // of its first event, in the recording
	removed time.Duration // by MaxGap, until there
	before  int64         // events
}

// mostMarks bounds the marks: a place is found after reading this part of a pass.
const mostMarks = 2048

// NewReplay plays a recording of so many tasks, whose events ask for some of the
// resources: those of the first copy, then those of the second, and so on. It reads
// the recording once.
func NewReplay(r Recording, tasks int, resources []Resource, p Play) *Replay {
	p.Copies = max(p.Copies, 1)
	if p.Step > 0 {
		p.From = p.From.Truncate(p.Step)
		p.MaxGap = (p.MaxGap + p.Step - 1).Truncate(p.Step)
	}
	v := &Replay{
		recording: r, play: p, tasks: tasks, resources: resources, each: uint32(len(resources) / p.Copies),
		counts: make(map[time.Duration]int64),
	}
	v.survey()
	switch {
	case p.Fit > 0 && v.length > 0:
		v.num, v.den = uint64(p.Fit), uint64(v.length)
	case p.Speed > 0:
		v.num, v.den = SpeedOnce, p.Speed
	default:
		v.num, v.den = 1, 1
	}
	return v
}

// survey measures a pass.
func (r *Replay) survey() {
	every := int64(1) // events from mark to mark, at least
	last := time.Duration(-1)
	p := r.pass(mark{at: r.play.From})
	for p.next() {
		// A mark stands before the first of the events of one instant.
		if p.begin > last && (len(r.marks) == 0 || r.events-r.marks[len(r.marks)-1].before >= every) {
			if len(r.marks) == mostMarks {
				for i := range mostMarks / 2 {
					r.marks[i] = r.marks[2*i]
				}
				r.marks = r.marks[:mostMarks/2]
				every *= 2
			}
			r.marks = append(r.marks, mark{p.begin, p.removed, r.events})
		}
		last = p.begin
		r.events++
	}
	r.length = r.play.Length - p.cutEnd()
}

// Events is how many events one copy plays in one pass.
func (r *Replay) Events() int64 { return r.events }

// Length is how long the run plays it: one pass, and the longest delay of its last
// event.
func (r *Replay) Length() time.Duration {
	return min(r.scaledUp(r.length), longest) + r.play.Jitter
}

// Left is how many events of one copy do not come before an end of the run.
func (r *Replay) Left(end time.Duration) int64 {
	if r.play.Loop {
		return 0
	}
	return r.events - r.count(end)
}

// count is how many events of the first pass of the first copy come before an end of
// the run. The events of a step count as if all were at its beginning.
func (r *Replay) count(end time.Duration) int64 {
	if end >= r.scaledUp(r.length) {
		return r.events
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, known := r.counts[end]; known {
		return n
	}
	// The mark before the end, or the beginning.
	from := mark{at: r.play.From}
	for _, m := range r.marks {
		if r.scaled(m.at-r.play.From-m.removed) >= end {
			break
		}
		from = m
	}
	n := from.before
	for p := r.pass(from); p.next() && r.scaled(p.place()) < end; {
		n++
	}
	const most = 100
	if len(r.counts) >= most {
		clear(r.counts)
	}
	r.counts[end] = n
	return n
}

// at belongs to processes; a replay has players.
func (r *Replay) at(draw.Key, uint32, time.Duration, *int64) time.Duration { return never }

func (r *Replay) expected(end time.Duration) float64 {
	one := r.scaledUp(r.length)
	if end <= 0 || one == 0 {
		return 0
	}
	passes, rest := 0.0, end
	if r.play.Loop {
		passes, rest = float64(end/one), end%one
	}
	first := float64(passes*float64(r.events)) + float64(r.count(rest))
	other := (passes + min(rest.Seconds()/one.Seconds(), 1)) * float64(r.events)
	all := first + float64(other*float64(r.play.Copies-1))
	if r.play.Thin > 0 {
		all *= r.play.Thin
	}
	return all
}

// scaled is the run's time of a time of a pass, rounded down.
func (r *Replay) scaled(d time.Duration) time.Duration { return scale(d, r.num, r.den, 0) }

// scaledUp is scaled, rounded up.
func (r *Replay) scaledUp(d time.Duration) time.Duration { return scale(d, r.num, r.den, r.den-1) }

// scale is (d·num + add) / den; never if that is later than every run.
func scale(d time.Duration, num, den, add uint64) time.Duration {
	high, low := bits.Mul64(uint64(d), num)
	low, carry := bits.Add64(low, add, 0)
	if high += carry; high >= den {
		return never
	}
	quotient, _ := bits.Div64(high, low, den)
	return time.Duration(min(quotient, uint64(never)))
}
