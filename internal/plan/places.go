package plan

import (
	"math"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// places is the dynamic groups of a host: those whose tasks come and go, or do several
// things. It knows which task lives in which place, what each waits for and when its
// processes call. Its memory grows with the places, not with the tasks that have lived
// in them.
type places struct {
	groups  []dynamicGroup
	of      []int32 // by number of the plan's group: its index in groups, or −1
	all     []place
	tasks   []task // by place, then side
	streams []dynamicStream
	root    draw.Key // of the arrivals
	deploys draw.Key // of the instants of deployments
	watcher Watcher
	events  dues // by place: when a task of it starts or ends
	calls   dues // by stream
}

// dynamicGroup is what the places of a group have in common.
type dynamicGroup struct {
	*Group
	number     uint32
	before     int    // places on the hosts before this one
	required   uint32 // first calls that a task's start needs
	first      int32  // of the group's places
	firstTask  int32
	firstTimes int32 // of its streams
	each       int32 // streams of a task
}

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

// newPlaces are the places of a host at time 0; nil without a dynamic group.
func (p *Plan) newPlaces(host int, root draw.Key) *places {
	if !p.dynamic {
		return nil
	}
	a := &places{
		of: make([]int32, len(p.Groups)), watcher: nobody{},
		root: root, deploys: draw.Seed(p.Seed).Name("deploy").With(uint64(host)),
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		if a.of[i] = -1; !g.Dynamic() {
			continue
		}
		a.of[i] = int32(len(a.groups))
		a.addGroup(p, i, host)
	}
	a.events = newDues(len(a.all), nil)
	a.calls = newDues(len(a.streams), func(x, y int32) bool {
		tx, ty := a.tie(x), a.tie(y)
		return tx < ty || tx == ty && x < y
	})
	for i := range a.all {
		a.reckon(int32(i))
	}
	return a
}

// addGroup adds a group's places, each of which waits for its first task.
func (a *places) addGroup(p *Plan, number, host int) {
	g := &p.Groups[number]
	present, before := p.Present(host, number)
	d := dynamicGroup{
		Group: g, number: uint32(number), before: before,
		first: int32(len(a.all)), firstTask: int32(len(a.tasks)), firstTimes: int32(len(a.streams)),
		each: int32(len(g.Activities) * g.Processes),
	}
	for i := range g.Activities {
		if g.Activities[i].Required {
			d.required += uint32(g.Processes)
		}
	}
	group := uint16(len(a.groups))
	a.groups = append(a.groups, d)
	start := p.Started(host, number)
	for index := range present {
		at, start := int32(len(a.all)), start
		if g.StartWithin > 0 {
			u := draw.Seed(p.Seed).Name("start").With(uint64(host)).With(uint64(g.task(index, 0))).Bits()
			start += time.Duration(draw.Below(u, uint64(g.StartWithin)))
		}
		a.all = append(a.all, place{group: group, index: uint32(index), launch: start})
		for range g.sides() {
			for i := range g.Activities {
				for process := range g.Processes {
					a.streams = append(a.streams, dynamicStream{
						task: int32(len(a.tasks)), place: at, group: group,
						process: uint16(process), activity: uint8(i),
					})
				}
			}
			a.tasks = append(a.tasks, task{})
		}
		a.awaitDeployment(&a.all[at], start)
	}
}

// awaitDeployment finds the next deployment that comes after an instant.
func (a *places) awaitDeployment(l *place, after time.Duration) {
	g := &a.groups[l.group]
	d := &g.Lives.Deploy
	for ; int(l.deployed) < len(d.At); l.deployed++ {
		at := d.At[l.deployed]
		switch {
		case d.Batch > 0:
			at += time.Duration((g.before+int(l.index))/d.Batch) * d.Every
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

// sides are the tasks of a place: two, if a deployment can let two live side by side.
func (a *places) sides(number int32) []task {
	g := &a.groups[a.all[number].group]
	n := int32(g.sides())
	from := g.firstTask + (number-g.first)*n
	return a.tasks[from : from+n]
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

// step carries out the next event; ok is false if an engine need not know of it. Of
// one instant, ends come first, then a deployment, then a start.
func (a *places) step() (o Occurrence, ok bool) {
	number, at := a.events.first()
	o, ok = a.happen(number, at)
	a.reckon(number)
	return o, ok
}

// happen carries out the event of a place that is due at that instant.
func (a *places) happen(number int32, at time.Duration) (o Occurrence, ok bool) {
	l := &a.all[number]
	g := &a.groups[l.group]
	o = Occurrence{Arrival: Arrival{At: at, Group: g.number, Task: l.index}}
	tasks := a.sides(number)
	for side := range tasks {
		if t := &tasks[side]; t.lives && t.ends <= at {
			o.Kind, o.Life, o.Side = TaskStops, t.life, uint8(side)
			a.stop(number, side, at)
			return o, true
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
		return o, false
	}
	o.Kind, o.Life = TaskStarts, l.lives
	o.Side = uint8(a.start(number, at))
	return o, true
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
	for i, from := int32(0), a.streamsOf(number, side); i < g.each; i++ {
		if a.calls.at(from+i) != never {
			a.calls.set(from+i, never)
		}
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
		l.launch = later(at, g.Lives.Relaunch.after(l.failures))
	default:
		l.launch = at
	}
}

// after is how long after so many failures in a row the next task starts.
func (b Backoff) after(failures uint16) time.Duration {
	base, most := b.Base, b.Cap
	if base == 0 {
		base = DefaultRelaunchBase
	}
	if most == 0 {
		most = DefaultRelaunchCap
	}
	for ; failures > 1 && base < most; failures-- {
		base *= 2
	}
	return min(base, most)
}

// later is at + after, or never if that overflows.
func later(at, after time.Duration) time.Duration {
	if after > never-at {
		return never
	}
	return at + after
}

// start begins a task on a free side, which it returns.
func (a *places) start(number int32, at time.Duration) (side int) {
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
	key := a.root.With(uint64(g.task(int(l.index), t.life)))
	from := a.streamsOf(number, side)
	for i := range g.Activities {
		activity := g.activityKey(key, i)
		for process := range g.Processes {
			s := from + int32(i*g.Processes+process)
			a.streams[s].key = activity.With(uint64(process))
			a.streams[s].succeeded = !g.Activities[i].awaited
			if g.Activities[i].After == 0 {
				a.begin(s, at)
			}
		}
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

// call is the next call, which comes at that instant.
func (a *places) call(at time.Duration) Occurrence {
	number, due := a.calls.first()
	s := &a.streams[number]
	g := &a.groups[s.group]
	activity := &g.Activities[s.activity]
	o := Occurrence{
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
	return o
}

// tie orders the next call of a stream among those of the same instant.
func (a *places) tie(number int32) uint64 {
	s := &a.streams[number]
	return a.groups[s.group].Activities[s.activity].Pattern.tie(s.key, s.n)
}

// ended takes note of the end of a call that is watched.
func (a *places) ended(now time.Duration, k *strategy.Call, w Watch) {
	g := &a.groups[a.of[k.Group]]
	number := g.first + int32(k.Task)
	tasks := a.sides(number)
	side := sideOf(tasks, k.Life)
	t := &tasks[side]
	if !t.lives || t.life != k.Life || t.failed {
		return
	}
	succeeded := !k.Result.Failed()
	if w&watchStart != 0 {
		if !succeeded {
			t.failed, t.ends = true, now
			a.reckon(number)
			a.watcher.StartFailed(g.number, a.launched(number, side), now)
			return
		}
		if t.waiting--; t.waiting == 0 {
			a.started(number, side, now)
			a.reckon(number)
		}
	}
	from := a.streamsOf(number, side)
	s := &a.streams[from+int32(k.Activity)*int32(g.Processes)+int32(k.Process)]
	if w&watchSuccess == 0 || !succeeded || s.succeeded {
		return
	}
	s.succeeded = true
	for i := range g.Activities {
		if g.Activities[i].After == int(k.Activity)+1 {
			a.begin(from+int32(i*g.Processes)+int32(k.Process), now)
		}
	}
}

// until is the instant before which a task cannot end, whatever its calls do.
func (a *places) until(group, index, life uint32) time.Duration {
	if a.of[group] < 0 {
		return never
	}
	g := &a.groups[a.of[group]]
	number := g.first + int32(index)
	l, tasks := &a.all[number], a.sides(number)
	side := sideOf(tasks, life)
	t := &tasks[side]
	if t.waiting > 0 || l.launch != never || len(tasks) > 1 && tasks[1-side].lives {
		return 0
	}
	return min(t.ends, l.deploy)
}
