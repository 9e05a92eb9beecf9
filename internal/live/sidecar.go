package live

import (
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// startSidecars starts the sidecars of the tasks that live as long as the run.
func (f *fleet) startSidecars() {
	for host := range f.hosts {
		f.plan.FirstSidecars(host, func(o plan.Occurrence) { f.startSidecar(uint32(host), f.hosts[host].tasks[o.Slot], o) })
	}
}

// startSidecar starts a sidecar of a task that starts, unless it is that of an agent of
// the host and has been started.
func (f *fleet) startSidecar(host uint32, t *task, o plan.Occurrence) {
	a := arrival{host: host, Occurrence: o}
	p := &player{arrived: a.call(), task: t, domain: f.domain(t, &a)}
	p.call = &p.arrived
	d := p.domain
	if d.client.Hosted() {
		p.task = f.hosts[host].agent
	}
	d.mu.Lock()
	wants := d.client.WantsSidecar()
	var step strategy.Step
	if wants {
		step = d.client.StartSidecar(o.At, p.call)
		step.For += o.At - f.now()
	}
	d.mu.Unlock()
	if wants {
		f.background.Go(func() { f.play(p, step) })
	}
}
