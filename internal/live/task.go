package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tenement/internal/draw"
	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// task is one task of a host: its clients, and how long it lives.
type task struct {
	ctx     context.Context //nolint:containedctx // of the task: it ends when the task stops, or the run
	cancel  context.CancelCauseFunc
	life    uint32
	agent   bool           // it is no task, but the agents of a host
	end     time.Duration  // when it stopped, once ctx has ended for that
	host    *strategy.Host // a group of clients for each activity
	domains []domain       // by the client's number
	known   imds.Task      // to the server
}

// errStopped is the cause that ends what is open of a task.
var errStopped = errors.New("the task has stopped")

// stopped is when the task stopped, if it has.
func (t *task) stopped() (at time.Duration, stopped bool) {
	if t.ctx.Err() == nil || !errors.Is(context.Cause(t.ctx), errStopped) {
		return 0, false
	}
	return t.end, true
}

// livesUntil reports whether a task that has stopped lived until an instant, that
// included.
func (t *task) livesUntil(at time.Duration) bool {
	end, stopped := t.stopped()
	return stopped && at <= end
}

// sleep waits; it returns false if the task or the run ended before that was over, or
// if the call is a copy that has lost meanwhile.
func (f *fleet) sleep(p *player, d time.Duration) bool {
	t := p.task
	if d <= 0 {
		return p.ctx().Err() == nil
	}
	over := f.now() + d
	return sleepUntil(p.ctx(), time.Now().Add(d)) || t.livesUntil(over)
}

// domain is the client of a call of a task, or of an agent of its host.
func (f *fleet) domain(t *task, a *arrival) *domain {
	if f.plan.Hosted(int(a.Group), int(a.Activity)) {
		r := f.hosts[a.host]
		return &r.agent.domains[r.agents[f.plan.Lane(int(a.Group), 0, int(a.Activity))]]
	}
	return &t.domains[t.host.Index(uint32(a.Activity), 0, a.Process)]
}

// roster is the tasks of one host.
type roster struct {
	clients []strategy.Clients // as the plan describes them
	agent   *task              // the agents of the groups; nil if there are none
	agents  map[int]int        // numbers of their domains, by Plan.Lane

	mu     sync.Mutex  // guards what follows
	tasks  []*task     // by slot; nil where none lives
	firsts plan.Firsts // whom its agents ask as
	kept   [][]*task   // by group: tasks that have stopped, and that its agent may still be
}

// newRoster is the tasks of a host that live as long as the run.
func (f *fleet) newRoster(number int) *roster {
	r := &roster{clients: f.plan.Clients(number), tasks: make([]*task, f.plan.Slots())}
	f.addAgents(r, number)
	for group := range f.plan.Groups {
		if f.plan.Groups[group].Dynamic() {
			continue
		}
		present, _ := f.plan.Present(number, group)
		for place := range present {
			r.tasks[f.plan.Slot(group, place, 0)] = f.newTask(r, number, group, place, 0)
		}
	}
	return r
}

// newTask is a task with clients of its own.
func (f *fleet) newTask(r *roster, host, group, place int, life uint32) *task {
	t := &task{ctx: f.ctx, life: life}
	own := slices.Clone(r.clients[f.plan.Lane(group, 0, 0):][:max(len(f.plan.Groups[group].Activities), 1)])
	for activity := range own {
		key := f.plan.ClientKey(group, f.plan.TaskKey(group, place, life), activity)
		own[activity].Tasks, own[activity].Key = 1, func(int) draw.Key { return key }
	}
	t.host = strategy.NewHost(f.plan.Seed, uint32(host), own)
	t.domains = make([]domain, t.host.Len())
	for i := range t.domains {
		t.domains[i].client = t.host.At(i)
	}
	return t
}

// startTask starts the task of an arrival.
func (f *fleet) startTask(a *arrival) {
	r := f.hosts[a.host]
	host, group, place := int(a.host), int(a.Group), int(a.Task)
	t := f.newTask(r, host, group, place, a.Life)
	t.ctx, t.cancel = context.WithCancelCause(f.ctx)
	t.known = hosting.Task(f.plan, host, group, place, a.Life)
	t.known.Slot, t.known.Issued = f.plan.Slot(group, place, int(a.Side)), a.At
	f.wire.start(a.host, t.known)
	r.mu.Lock()
	r.tasks[t.known.Slot] = t
	if r.agent != nil {
		f.succeed(r, a)
	}
	r.mu.Unlock()
	f.plan.Sidecars(&a.Occurrence, func(o plan.Occurrence) { f.startSidecar(a.host, t, o) })
}

// stopTask cuts off what is open of the task of an arrival.
func (f *fleet) stopTask(a *arrival) {
	r := f.hosts[a.host]
	r.mu.Lock()
	slot := f.plan.Slot(int(a.Group), int(a.Task), int(a.Side))
	t := r.tasks[slot]
	r.tasks[slot] = nil
	r.mu.Unlock()
	t.end = a.At
	t.cancel(errStopped)
	if !r.keep(a, t) {
		f.wire.stop(a.host, t.known)
	}
}

// task is the task of a call, or nil if it has stopped since the call was due.
func (f *fleet) task(a *arrival) *task {
	r := f.hosts[a.host]
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tasks[f.plan.Slot(int(a.Group), int(a.Task), int(a.Side))]
	if t == nil || t.life != a.Life {
		return nil
	}
	return t
}

// stoppedBefore ends a call whose task stopped before the call was begun, because the
// generator fell behind.
func (f *fleet) stoppedBefore(a *arrival) strategy.Result {
	k := a.call()
	now := f.now()
	k.Begun, k.Ended, k.Result = now, now, strategy.Stopped
	f.mu.Lock()
	defer f.mu.Unlock()
	f.observer.Finished(&k)
	return k.Result
}

// call is the call of an arrival, as an engine fills it in.
func (a *arrival) call() strategy.Call {
	return strategy.Call{
		Host: a.host, Group: a.Group, Task: a.Task, Process: a.Process, N: a.n, Resource: a.Resource,
		Life: a.Life, Activity: a.Activity, Scheduled: a.At,
	}
}
