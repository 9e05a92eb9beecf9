package live

import (
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// startSidecars starts the sidecars of the tasks that live as long as the run.
func (f *fleet) startSidecars() {
	for host := range f.hosts {
		for group := range f.plan.Groups {
			g := &f.plan.Groups[group]
			if _, replayed := g.Pattern.(*plan.Replay); replayed || g.Dynamic() || !f.plan.Strategy(group, 0).Sidecar.On {
				continue
			}
			present, _ := f.plan.Present(host, group)
			for place := range present {
				a := arrival{host: uint32(host), Occurrence: plan.Occurrence{Arrival: plan.Arrival{Group: uint32(group), Task: uint32(place)}}}
				f.startSidecar(f.plan.Started(host, group), f.hosts[host].tasks[f.plan.Slot(group, place, 0)], &a)
			}
		}
	}
}

// startSidecar starts the sidecars of a task that starts at an instant, or those of its
// host that have not been started.
func (f *fleet) startSidecar(at time.Duration, t *task, a *arrival) {
	group := int(a.Group)
	for activity := range max(len(f.plan.Groups[group].Activities), 1) {
		one := *a
		one.Activity, one.Process, one.At = uint8(activity), 0, at
		d := f.domain(t, &one)
		p := &player{task: t, domain: d, call: &strategy.Call{
			Host: a.host, Group: a.Group, Task: a.Task, Life: a.Life, Activity: uint8(activity), Resource: f.plan.Wanted(group, activity),
		}}
		if d.client.Hosted() {
			p.task = f.hosts[a.host].agent
		}
		d.mu.Lock()
		wants := d.client.WantsSidecar()
		var step strategy.Step
		if wants {
			step = d.client.StartSidecar(at, p.call)
			step.For += at - f.now()
		}
		d.mu.Unlock()
		if wants {
			f.background.Go(func() { f.play(p, step) })
		}
	}
}
