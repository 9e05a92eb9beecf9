package reports

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tenement/internal/words"
)

// mostRecorded bounds the tasks and routes of a recording in a report, and the
// statuses of each.
const mostRecorded = 1000

func (r *Recorded) check() error {
	if err := first(figure("step_s", r.StepS, 0, mostSeconds), figure("more_tasks", float64(r.MoreTasks), 0, mostTasks), text("limit", r.Limit), count("misfits", r.Misfits), count("inferred", r.Inferred)); err != nil {
		return err
	}
	for _, n := range []atMost{{"tasks", len(r.Tasks), mostRecorded}, {"routes", len(r.Routes), mostRecorded}, {"altered", len(r.Altered), mostRecorded}} {
		if err := n.check(); err != nil {
			return err
		}
	}
	for _, s := range r.Altered {
		if err := text("altered", s); err != nil {
			return err
		}
	}
	for i, p := range r.parts() {
		if err := p.check(); err != nil {
			where := "all"
			switch {
			case i > len(r.Tasks):
				where = fmt.Sprintf("routes[%d]", i-1-len(r.Tasks))
			case i > 0:
				where = fmt.Sprintf("tasks[%d]", i-1)
			}
			return fmt.Errorf("%s.%w", where, err)
		}
	}
	return nil
}

// checkCounts checks the counts that a merge adds up.
func (r *Recorded) checkCounts() error {
	if r == nil {
		return nil
	}
	for _, p := range r.parts() {
		if err := first(count("recorded.replayed.requests", p.Replayed.Requests), count("recorded.replayed.refused", p.Replayed.Refused)); err != nil {
			return err
		}
	}
	return nil
}

func (p *RecordedPart) check() error {
	if err := text("name", p.Name); err != nil {
		return err
	}
	if err := p.Recorded.check(); err != nil {
		return fmt.Errorf("recorded.%w", err)
	}
	if err := p.Replayed.check(); err != nil {
		return fmt.Errorf("replayed.%w", err)
	}
	if o := p.OverSeeds; o != nil {
		err := first(count("seeds", o.Seeds), count("attempts", o.Attempts), count("refused", o.Refused),
			maybe("refused_share", o.RefusedShare, 1), figure("sd", o.SD, 0, 1))
		if err != nil {
			return fmt.Errorf("over_seeds.%w", err)
		}
	}
	return nil
}

func (a *Answers) check() error {
	if err := first(count("requests", a.Requests), count("answered", a.Answered), count("refused", a.Refused), maybe("refused_share", a.RefusedShare, 1),
		(atMost{"statuses", len(a.Statuses), mostRecorded}).check()); err != nil {
		return err
	}
	if a.Refused > a.Answered || a.Answered > a.Requests {
		return fmt.Errorf("refused: %d of %d answered of %d requests", a.Refused, a.Answered, a.Requests)
	}
	for _, status := range slices.Sorted(maps.Keys(a.Statuses)) {
		if n, err := strconv.Atoi(status); err != nil || n < 100 || n > 999 {
			return fmt.Errorf("statuses: %q is no status", words.Shortened(status, 20))
		}
		if err := count("statuses."+status, a.Statuses[status]); err != nil {
			return err
		}
	}
	if l := a.LatencyMS; l != nil {
		return first(figure("latency_ms.p50", l.P50, 0, mostMS), figure("latency_ms.p99", l.P99, 0, mostMS))
	}
	return nil
}
