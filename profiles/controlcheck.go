package profiles

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/control"
	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/words"
)

// checkControlPlane reports what does not fit together in a profile with a control plane.
func (v *document) checkControlPlane(r *form.Reader, n *form.Node) {
	c, at := v.ControlPlane, n.At(controlKey)
	if v.Engine != "sim" {
		r.Fail(n.At("engine"), "engine", "a control plane is only simulated: want sim")
	}
	if v.Duration == 0 && n.Get("duration") == nil {
		r.Fail(n, "", "duration is missing")
	}
	switch {
	case c.Instances == nil && c.MicroVMs == nil:
		r.Fail(at, controlKey, "has no capacity: want instances or microvms")
	case c.Plane == "" && c.Instances != nil && c.MicroVMs != nil:
		r.Fail(at.At(microVMsKey), controlKey+"."+microVMsKey, "stands beside instances: say which of them there is with plane")
	case c.Plane == instancesKey && c.Instances == nil, c.Plane == microVMsKey && c.MicroVMs == nil:
		r.Fail(at.At("plane"), controlKey+".plane", "there are no %s", c.Plane)
	}
	v.checkControlWork(r, at)
	v.checkCallers(r, n, at)
	c.checkDeploys(r, at)
	c.checkCells(r, at)
	c.checkRollout(r, at)
	for i := range c.Losses {
		l := &c.Losses[i]
		item, path := at.Item("losses", i), form.Join(controlKey+".losses", l.Name)
		checkOnce(r, item, controlKey+".losses", "loss", l.Name, i, func(j int) string { return c.Losses[j].Name })
		switch {
		case l.Region > c.Regions:
			r.Fail(item.At("region"), form.Join(path, "region"), "there are %d regions", c.Regions)
		case l.Zone > c.Zones:
			r.Fail(item.At("zone"), form.Join(path, "zone"), "there are %d zones", c.Zones)
		case l.Cell > 0 && c.Cells == nil:
			r.Fail(item.At("cell"), form.Join(path, "cell"), "there are no cells")
		case c.Cells != nil && l.Cell > c.Cells.Count:
			r.Fail(item.At("cell"), form.Join(path, "cell"), "there are %d cells", c.Cells.Count)
		}
	}
	v.checkCases(r, n)
	v.checkGates(r, n)
	v.checkControlGates(r, n)
}

// checkControlWork refuses what would take memory or time out of all proportion.
func (v *document) checkControlWork(r *form.Reader, at *form.Node) {
	c := v.ControlPlane
	if m := c.MicroVMs; m != nil && m.Hosts*c.Zones*c.Regions > maxAllHosts {
		r.Fail(at.At(microVMsKey).At("hosts"), controlKey+"."+microVMsKey+".hosts", "%d in each of %d zones: want at most %d in all",
			m.Hosts, c.Zones*c.Regions, maxAllHosts)
	}
	if len(c.Losses) > maxLosses {
		r.Fail(at.At("losses"), controlKey+".losses", "%d losses: want at most %d", len(c.Losses), maxLosses)
	}
	if o := c.Rollout; o != nil && o.Watch > 0 {
		if times := int64(c.Regions) * int64((v.Duration+v.Drain)/o.Watch); times > maxWatches {
			r.Fail(at.At("rollout").At("watch"), controlKey+".rollout.watch", "%s: regions would be looked at %d times, and at most %d are simulated",
				form.FormatDuration(o.Watch), times, maxWatches)
		}
	}
}

// checkCallers checks the callers against each other and against the capacity.
func (v *document) checkCallers(r *form.Reader, n, at *form.Node) {
	c, tasks, tested := v.ControlPlane, 0., false
	instances, microVMs := c.chosen()
	for i := range c.Callers {
		a := &c.Callers[i]
		item, path := at.Item("callers", i), form.Join(controlKey+".callers", a.Name)
		checkOnce(r, item, controlKey+".callers", "caller", a.Name, i, func(j int) string { return c.Callers[j].Name })
		tested = tested || a.UnderTest
		if tasks += float64(c.Regions) * a.atMost(v.Duration); tasks > maxRunTasks {
			r.Fail(item, path, "more than %d tasks in a run", maxRunTasks)
			tasks = 0
		}
		if m := microVMs; m != nil && (a.CPU > m.CPU || a.Memory > m.Memory) {
			r.Fail(item, path, "a host has no room for such a task")
		}
		if p := instances; p != nil && !slices.ContainsFunc(p.Sizes, func(s size) bool { return s.CPU >= a.CPU && s.Memory >= a.Memory }) {
			r.Fail(item, path, "no size of instance has room for such a task")
		}
	}
	if len(c.Callers) > maxCallers {
		r.Fail(at.At("callers"), controlKey+".callers", "%d callers: want at most %d", len(c.Callers), maxCallers)
	}
	if n.Get("strategies") != nil && !tested {
		r.Fail(n.At("strategies"), "strategies", "there is no caller with under_test: true to try them on")
	}
	for i := range v.Strategies {
		path := form.Join("strategies", v.Strategies[i].name)
		checkCallerStrategy(r, n.At("strategies").At(v.Strategies[i].name), path, &v.Strategies[i].Strategy)
	}
}

// atMost is about how many tasks a caller asks for in a region.
func (a *caller) atMost(run time.Duration) float64 {
	tasks, rate, from := 0., a.Rate.PerSecond(), time.Duration(0)
	for _, s := range a.Schedule {
		tasks += rate * max(min(s.At, run)-from, 0).Seconds()
		rate, from = s.Rate.PerSecond(), min(s.At, run)
	}
	tasks += rate * (run - from).Seconds()
	for _, d := range a.Deploys {
		tasks += float64(d.Tasks)
	}
	return tasks
}

// checkCells checks that cells and capacity go together.
func (c *controlPlane) checkCells(r *form.Reader, at *form.Node) {
	if c.Cells == nil {
		return
	}
	n := at.Get("cells")
	instances, microVMs := c.chosen()
	switch {
	case instances != nil && c.Cells.Size == 0:
		r.Fail(n, controlKey+".cells", "size is missing: instances are not divided among cells, so it says how many tasks one has room for")
	case c.Instances == nil && c.Cells.Size > 0:
		r.Fail(n.At("size"), controlKey+".cells.size", "is left out with microvms, whose hosts are divided among the cells")
	case microVMs != nil && c.Cells.Count > microVMs.Hosts:
		r.Fail(n.At("count"), controlKey+".cells.count", "%d cells and %d hosts: want a host for each cell", c.Cells.Count, microVMs.Hosts)
	}
}

// checkRollout refuses new software for a step that no task goes through.
func (c *controlPlane) checkRollout(r *form.Reader, at *form.Node) {
	if c.Rollout == nil {
		return
	}
	n, path := at.At("rollout").At("step"), controlKey+".rollout.step"
	_, microVMs := c.chosen()
	switch step := control.Step(c.Rollout.Step); {
	case step == control.MicroVM && microVMs == nil:
		r.Fail(n, path, "no task goes through %s: there are no microvms", step)
	case (step == control.Webhook || step == control.Scheduler) && !slices.ContainsFunc(c.Callers, func(a caller) bool { return a.EKS }):
		r.Fail(n, path, "no task goes through %s: no caller has platform: eks", step)
	}
}

// checkControlGates refuses gates on metrics that callers do not have.
func (v *document) checkControlGates(r *form.Reader, n *form.Node) {
	for i, g := range v.Gates {
		if _, known := gate.MetricOf(g.Metric); known && !slices.Contains(gate.ControlPlane(), g.Metric) {
			r.Fail(n.Item("gates", i), fmt.Sprintf("gates[%d]", i), "%s is no metric of a control plane: want %s", g.Metric, words.List(gate.ControlPlane(), "or"))
		}
	}
}
