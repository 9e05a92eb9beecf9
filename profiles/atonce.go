package profiles

import (
	"time"

	"tenement/internal/control"
	"tenement/internal/form"
	"tenement/internal/words"
)

// maxAtOnce bounds the calls of a burst on a host. All of them are open at the same time, and
// the engines have no room for many more: the simulation would end in the middle of the run.
const maxAtOnce = 10_000_000

// checkBurst refuses a larger burst of an activity, unless each task has an instant of its own
// at which that begins.
func (v *group) checkBurst(r *form.Reader, item *form.Node, number int, a *activity) {
	tasks := 0
	if v.Tasks != nil {
		tasks = *v.Tasks
	} else if v.Placement != nil {
		tasks = v.most()
	}
	processes := float64(tasks) * float64(v.Processes)
	burst := a.Arrivals.Burst
	if burst == nil || v.Start.Within > 0 || v.Startup != nil || a.After != "" || processes*float64(burst.Calls) <= maxAtOnce {
		return
	}
	at, path := v.at(item, number)
	r.Fail(at.At("arrivals").At("burst").At("calls"), form.Join(path, "arrivals.burst.calls"),
		"%s of each of %s on a host are open at the same instant: want at most %s in all",
		words.Plural(uint64(burst.Calls), "call", "calls"), words.Plural(uint64(processes), "process", "processes"), words.Number(maxAtOnce))
}

// checkDeploys refuses more calls of RunTask at one instant than a run has room for: those of
// all callers, in all regions.
func (v *controlPlane) checkDeploys(r *form.Reader, at *form.Node) {
	calls := map[time.Duration]int{}
	for i := range v.Callers {
		c := &v.Callers[i]
		for j, d := range c.Deploys {
			if d.Within > 0 {
				continue
			}
			before := calls[d.At]
			calls[d.At] += v.Regions * ((d.Tasks + c.Batch - 1) / max(c.Batch, 1))
			if before <= control.MaxOpen && calls[d.At] > control.MaxOpen {
				r.Fail(at.Item("callers", i).Item("deploys", j).At("tasks"), form.Join(controlKey+".callers", c.Name)+".deploys",
					"%s of RunTask are open at the same instant: want at most %s, so fewer tasks, more tasks_per_call, or within, which spreads them",
					words.Plural(uint64(calls[d.At]), "call", "calls"), words.Number(control.MaxOpen))
			}
		}
	}
}
