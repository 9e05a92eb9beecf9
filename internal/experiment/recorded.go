package experiment

import (
	"tenement/internal/plan"
	"tenement/reports"
)

// countApart lets a recorder or an estimate count the tasks and routes of recordings
// that groups replay.
func countApart(p *plan.Plan, to interface{ CountApart(int, reports.Apart) }) {
	for i := range p.Groups {
		if parts := p.Parts(i); parts != nil {
			to.CountApart(i, reports.Apart{Parts: parts.N, Task: parts.ByTask, Resource: parts.ByResource})
		}
	}
}

// recordedInfo is what was recorded as the report wants it.
func recordedInfo(p *plan.Plan, r *plan.Recorded) *reports.RecordedInfo {
	if r == nil {
		return nil
	}
	counts := func(part *plan.RecordedPart) reports.RecordedCounts {
		c := reports.RecordedCounts{Name: part.Name, Statuses: part.Statuses, P50: part.P50, P99: part.P99}
		for status, n := range part.Statuses {
			if p.Service.Row().Limit.Refuses(status) {
				c.Refused += n
			}
		}
		return c
	}
	out := &reports.RecordedInfo{Limit: r.Limit, Step: r.Step, Altered: r.Altered, Misfits: uint64(r.Misfits), Inferred: uint64(r.Inferred), All: counts(&r.All), MoreTasks: r.More}
	for i := range r.Tasks {
		out.Tasks = append(out.Tasks, counts(&r.Tasks[i]))
	}
	for i := range r.Routes {
		out.Routes = append(out.Routes, counts(&r.Routes[i]))
	}
	return out
}
