package diagnosis

import (
	"slices"

	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/reports"
)

// together reports whether the tasks of two groups on a host share one state of a
// limit. At the ECS agent a path names its task; at other endpoints it is the same
// for everyone who asks for the same thing.
func together(e *reports.Endpoint, l *reports.Limit, a, b *reports.Group) bool {
	scope, err := throttle.ParseScope(l.Scope)
	switch {
	case err != nil || scope&(throttle.TaskScope|throttle.IPScope) != 0:
		return false
	case scope&throttle.TenantScope != 0 && a.Tenant != b.Tenant:
		return false
	case scope&throttle.PathScope != 0:
		of, err := service.Parse(e.Service)
		return err == nil && !of.Row().NamesTasks() && a.Flow == b.Flow
	}
	return true
}

// everyone reports whether all tasks on a host share one state of a limit.
func everyone(c *reports.Case, l *reports.Limit) bool {
	if l.Scope == throttle.HostScope.String() {
		return true
	}
	for i := range c.Groups {
		if !together(&c.Endpoint, l, &c.Groups[0], &c.Groups[i]) {
			return false
		}
	}
	return len(c.Groups) > 0
}

// Ceiling is how many requests a second the limits that all tasks of a host share
// admit from an instant on, on all hosts together.
type Ceiling struct{ FromS, PerSecond float64 }

// Ceilings are those of a case in order of time, each with a rate; none if
// there is no such limit.
func Ceilings(c *reports.Case) []Ceiling {
	e := &c.Endpoint
	var all [][]reports.Stage
	instants := []float64{0}
	for i := range e.Limits {
		if !everyone(c, &e.Limits[i]) || e.Limits[i].Capacity() == 0 {
			continue
		}
		stages := e.Stages(i)
		all = append(all, stages)
		for _, s := range stages[1:] {
			instants = append(instants, s.FromS)
		}
	}
	slices.Sort(instants)
	var out []Ceiling
	hosts := hostsWith(c)
	for _, at := range slices.Compact(instants) {
		least := 0.0
		for _, stages := range all {
			if rate := inForce(stages, at).Capacity(); least == 0 || rate < least {
				least = rate
			}
		}
		if least *= hosts * e.Mix(); least > 0 && (len(out) == 0 || out[len(out)-1].PerSecond != least) {
			out = append(out, Ceiling{at, least})
		}
	}
	return out
}

// inForce is the limit at an instant.
func inForce(stages []reports.Stage, at float64) *reports.Limit {
	last := &stages[0].Limit
	for i := range stages {
		if stages[i].FromS <= at {
			last = &stages[i].Limit
		}
	}
	return last
}

// MeanCeiling is the mean ceiling of a case over the time that calls came for,
// 0 if there is none.
func MeanCeiling(r *reports.Report, c *reports.Case) float64 {
	seconds := c.Seconds(r) / float64(c.Runs())
	all := Ceilings(c)
	if len(all) == 0 {
		return 0
	}
	if len(all) == 1 || seconds <= 0 {
		return all[0].PerSecond
	}
	sum := 0.0
	for i, now := range all {
		end := seconds
		if i+1 < len(all) {
			end = min(end, all[i+1].FromS)
		}
		sum += float64(now.PerSecond * max(end-now.FromS, 0))
	}
	return sum / seconds
}
