package plan

import (
	"math"
	"time"

	"tenement/internal/draw"
)

// place is where one task lives after another.
type place struct {
	group    uint16        // index in groups
	failures uint16        // starts in a row that have failed
	index    uint32        // within the group
	lives    uint32        // begun so far
	deployed uint32        // deployments so far, those included that left the place out
	launch   time.Duration // when its next task starts; never if none is to
	deploy   time.Duration // when the next deployment comes; never if none does
}

// task is a task that lives, or has lived, in a place.
type task struct {
	ends    time.Duration // never if nothing has been decided
	life    uint32
	waiting uint32 // first calls that its start still needs
	lives   bool
	failed  bool // its start has
}

// awaitDeployment finds the next deployment that comes after an instant.
func (a *places) awaitDeployment(l *place, after time.Duration) {
	g := &a.groups[l.group]
	d := &g.Lives.Deploy
	for ; int(l.deployed) < len(d.At); l.deployed++ {
		at := d.At[l.deployed]
		switch {
		case d.Batch > 0:
			at = d.comes(at, g.before+int(l.index))
		case d.Within > 0:
			u := a.deploys.With(uint64(g.task(int(l.index), 0))).With(uint64(l.deployed)).Bits()
			at += time.Duration(draw.Below(u, uint64(d.Within)))
		}
		if at > after {
			l.deploy = at
			return
		}
	}
	l.deploy = never
}

// reckon works out when the next event of a place is.
func (a *places) reckon(number int32) {
	l := &a.all[number]
	at := min(l.launch, l.deploy)
	for _, t := range a.sides(number) {
		if t.lives {
			at = min(at, t.ends)
		}
	}
	if at >= a.groups[l.group].Stop {
		at = never
	}
	a.events.set(number, at)
}

// step carries out the next event, and reports whether an engine has to know of it. Of
// one instant, ends come first, then a deployment, then a start.
func (a *places) step(o *Occurrence) bool {
	number, at := a.events.first()
	told := a.happen(number, at, o)
	a.reckon(number)
	return told
}

// happen carries out the event of a place that is due at that instant.
func (a *places) happen(number int32, at time.Duration, o *Occurrence) bool {
	l := &a.all[number]
	g := &a.groups[l.group]
	*o = Occurrence{Arrival: Arrival{At: at, Group: g.number, Task: l.index}}
	tasks := a.sides(number)
	for side := range tasks {
		if t := &tasks[side]; t.lives && t.ends <= at {
			o.Kind, o.Life, o.Side = TaskStops, t.life, uint8(side)
			o.Slot = a.streams[a.streamsOf(number, side)].slot
			a.stop(number, side, at)
			return true
		}
	}
	if l.deploy <= at {
		// Of two tasks, the younger one is replaced; of one, the successor is launched
		// beside it.
		if len(tasks) > 1 && tasks[0].lives && tasks[1].lives {
			tasks[younger(tasks)].ends = at
		}
		l.launch = at
		l.deployed++
		a.awaitDeployment(l, at)
		return false
	}
	o.Kind, o.Life, o.Key = TaskStarts, l.lives, g.task(int(l.index), l.lives)
	side := a.start(number, at, o.Key)
	o.Side, o.Slot = uint8(side), a.streams[a.streamsOf(number, side)].slot
	return true
}

// sideOf is the side of the task with that life, if it lives.
func sideOf(tasks []task, life uint32) int {
	if len(tasks) > 1 && (!tasks[0].lives || tasks[0].life != life) {
		return 1
	}
	return 0
}

// younger is the side of the younger of two tasks.
func younger(tasks []task) int {
	if tasks[0].life > tasks[1].life {
		return 0
	}
	return 1
}

// stop ends a task, and decides when the place gets another.
func (a *places) stop(number int32, side int, at time.Duration) {
	l := &a.all[number]
	g := &a.groups[l.group]
	tasks := a.sides(number)
	t := &tasks[side]
	t.lives = false
	if t.waiting == 0 && !t.failed {
		a.watcher.Ended(g.number, a.launched(number, side), at)
	}
	followed := l.launch != never
	for i := range tasks {
		followed = followed || tasks[i].lives && tasks[i].life > t.life
	}
	switch {
	case followed:
	case t.failed:
		// A failure counts here, so that the order in which two tasks fail at one instant
		// does not matter.
		if l.failures < math.MaxUint16 {
			l.failures++
		}
		l.launch = later(later(at, g.Lives.Relaunch.after(l.failures)), a.spread(l, g.Lives.Relaunch.Within))
	default:
		l.launch = at
		if len(tasks) == 1 {
			return // the successor, which starts next, has the same streams
		}
	}
	a.silence(number, side)
}

// spread is how long after its wait the next task of a place starts: a keyed part of within.
func (a *places) spread(l *place, within time.Duration) time.Duration {
	if within == 0 {
		return 0
	}
	u := a.relaunches.With(uint64(a.groups[l.group].task(int(l.index), l.lives))).Bits()
	return time.Duration(draw.Below(u, uint64(within)))
}

// silence ends the calls of a task.
func (a *places) silence(number int32, side int) {
	first := a.bundlesOf(number, side)
	for b := first; b < first+a.groups[a.all[number].group].bundles; b++ {
		if a.calls.at(b) == never {
			continue
		}
		for i := a.bundles[b].from; i < a.bundles[b].to; i++ {
			a.streams[i].at = never
		}
		a.settle(b)
	}
}

// later is at + after, or never if that overflows.
func later(at, after time.Duration) time.Duration {
	if after > never-at {
		return never
	}
	return at + after
}

// start begins the task with a key on a free side, which it returns.
func (a *places) start(number int32, at time.Duration, key draw.Key) (side int) {
	l := &a.all[number]
	g := &a.groups[l.group]
	tasks := a.sides(number)
	if tasks[side].lives {
		side = 1
	}
	t := &tasks[side]
	*t = task{ends: never, life: l.lives, waiting: g.required, lives: true}
	l.launch = never
	l.lives++
	if g.Lives.Lifetime > 0 {
		t.ends = later(at, g.Lives.Lifetime)
	}
	key = a.root.With(uint64(key))
	from := a.streamsOf(number, side)
	streams := a.streams[from : from+g.each]
	for i := range g.Activities {
		activity, key := &g.Activities[i], g.activityKey(key, i)
		for process := range g.Processes {
			s := &streams[process]
			s.key, s.life, s.succeeded = key.With(uint64(process)), t.life, !activity.awaited
			if s.at = never; activity.After == 0 {
				a.begin(s, at)
			}
		}
		streams = streams[g.Processes:]
	}
	first := a.bundlesOf(number, side)
	for b := first; b < first+g.bundles; b++ {
		a.settle(b)
	}
	a.watcher.Launched(g.number, at)
	if t.waiting == 0 {
		a.started(number, side, at)
	}
	return side
}

// started says that a task's start has succeeded: an older one, if there is one, ends.
// The place is to be reckoned again.
func (a *places) started(number int32, side int, at time.Duration) {
	l := &a.all[number]
	l.failures = 0
	a.watcher.Started(a.groups[l.group].number, a.launched(number, side), at)
	tasks := a.sides(number)
	for i := range tasks {
		if i != side && tasks[i].lives && tasks[i].life < tasks[side].life {
			tasks[i].ends = min(tasks[i].ends, at)
		}
	}
}

// launched is when a task was launched: then its first activity began, which waits for
// no other.
func (a *places) launched(number int32, side int) time.Duration {
	return a.streams[a.streamsOf(number, side)].begin
}
