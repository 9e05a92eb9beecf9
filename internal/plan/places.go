package plan

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

// places is the dynamic groups of a host: those whose tasks come and go, or do several
// things. It knows which task lives in which place, what each waits for and when its
// processes call. Its memory grows with the places, not with the tasks that have lived
// in them.
type places struct {
	groups     []dynamicGroup
	of         []int32 // by number of the plan's group: its index in groups, or −1
	all        []place
	tasks      []task // by place, then side
	streams    []dynamicStream
	bundles    []bundle     // of streams
	kinds      []streamKind // of streams
	root       draw.Key     // of the arrivals
	deploys    draw.Key     // of the instants of deployments
	relaunches draw.Key     // of the instants of tasks that follow a failed start
	watcher    Watcher
	events     dues // by place: when a task of it starts or ends
	calls      dues // by bundle
}

// dynamicGroup is what the places of a group have in common.
type dynamicGroup struct {
	*Group
	number      uint32
	before      int    // places on the hosts before this one
	required    uint32 // first calls that a task's start needs
	first       int32  // of the group's places
	firstTask   int32
	firstStream int32
	firstBundle int32
	firstKind   int
	each        int32 // streams of a task
	bundles     int32 // of a task
}

// ordinal counts the tasks of the group: by place, then side.
func (g *dynamicGroup) ordinal(number int32, side int) int32 {
	return (number-g.first)*int32(g.sides()) + int32(side)
}

// newPlaces are the places of a host at time 0, in the memory of those of another host of
// the plan, which may be nil; nil without a dynamic group.
func (p *Plan) newPlaces(host int, root draw.Key, old *places) *places {
	if !p.dynamic {
		return nil
	}
	if old == nil {
		old = &places{of: make([]int32, len(p.Groups))}
	}
	a := old
	*a = places{
		groups: old.groups[:0], of: old.of, all: old.all[:0], tasks: old.tasks[:0],
		streams: old.streams[:0], bundles: old.bundles[:0], kinds: old.kinds[:0],
		events: old.events, calls: old.calls, watcher: nobody{},
		root: root, deploys: draw.Seed(p.Seed).Name("deploy").With(uint64(host)),
		relaunches: draw.Seed(p.Seed).Name("relaunch").With(uint64(host)),
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		if a.of[i] = -1; !g.Dynamic() {
			continue
		}
		a.of[i] = int32(len(a.groups))
		a.addGroup(p, i, host)
	}
	a.events.reset(len(a.all))
	a.calls.reset(len(a.bundles))
	if a.calls.beats == nil {
		a.calls.beats = func(x, y int32) bool {
			tx, ty := a.tie(a.leading(x)), a.tie(a.leading(y))
			return tx < ty || tx == ty && x < y
		}
	}
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
		first: int32(len(a.all)), firstTask: int32(len(a.tasks)), firstStream: int32(len(a.streams)),
		firstBundle: int32(len(a.bundles)), firstKind: len(a.kinds), each: int32(len(g.Activities) * g.Processes),
	}
	d.bundles = (d.each + bundled - 1) / bundled
	for i := range g.Activities {
		activity := &g.Activities[i]
		if activity.Required {
			d.required += uint32(g.Processes)
		}
		a.kinds = append(a.kinds, streamKind{
			pattern: activity.Pattern, stop: g.Stop, group: uint32(number), resource: activity.Resource,
			lanes:    [2]uint32{uint32(p.Lane(number, 0, i)), uint32(p.Lane(number, g.sides()-1, i))},
			activity: uint8(i), required: activity.Required,
		})
		a.kinds[len(a.kinds)-1].read()
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
		for side := range g.sides() {
			a.addStreams(&d, index, p.Slot(number, index, side), side)
			a.tasks = append(a.tasks, task{})
		}
		a.awaitDeployment(&a.all[at], start)
	}
}

// sides are the tasks of a place: two, if a deployment can let two live side by side.
func (a *places) sides(number int32) []task {
	g := &a.groups[a.all[number].group]
	n := int32(g.sides())
	from := g.firstTask + g.ordinal(number, 0)
	return a.tasks[from : from+n]
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
			a.watcher.StartFailed(g.number, g.reason(k.Activity, k.Result, now), a.launched(number, side), now)
			return
		}
		if t.waiting--; t.waiting == 0 {
			a.started(number, side, now)
			if len(tasks) > 1 { // else the start has changed nothing of the place's next event
				a.reckon(number)
			}
		}
	}
	from := a.streamsOf(number, side)
	s := &a.streams[from+int32(k.Activity)*int32(g.Processes)+int32(k.Process)]
	if w&watchSuccess == 0 || !succeeded || s.succeeded {
		return
	}
	s.succeeded = true
	first, unsettled := a.bundlesOf(number, side), int32(-1)
	for i := range g.Activities {
		if g.Activities[i].After != int(k.Activity)+1 {
			continue
		}
		at := int32(i*g.Processes) + int32(k.Process)
		a.begin(&a.streams[from+at], now)
		if b := first + at/bundled; b != unsettled {
			if unsettled >= 0 {
				a.settle(unsettled)
			}
			unsettled = b
		}
	}
	if unsettled >= 0 {
		a.settle(unsettled)
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
