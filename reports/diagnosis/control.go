package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// Control is what is true of a report of a control plane. It is about the first case, the
// base, and about what the others change.
type Control struct {
	Base *reports.ControlPlane
	You  reports.ControlCaller // of the base, the callers under test; all if none is
	All  reports.ControlCaller // of the base, all callers
	Rows []ControlRow          // of all cases, in the report's order
	// Empty is the time, in seconds, from the first to the last interval in which no zone
	// of the base had anything free; nil if that never happened.
	Empty *reports.Ends
	// Losses are those of the base that come before the end of the run.
	Losses []reports.ControlLoss
	// Slowest is the step of the base that takes the longest time in all.
	Slowest *reports.ControlStep
}

// ControlRow is a case.
type ControlRow struct {
	Case *reports.Case
	You  reports.ControlCaller // the callers under test; all if none is
}

// Share is the share of your tasks that are not RUNNING at the end: over the seeds, if
// there are several.
func (r *ControlRow) Share() float64 {
	switch {
	case r.You.OverSeeds != nil:
		return r.You.OverSeeds.Mean
	case r.You.NotRunningRate != nil:
		return *r.You.NotRunningRate
	}
	return 0
}

// CI is the interval of Share over the seeds, 95 %; nil with one seed, and of several
// callers, which a report has the intervals of one by one.
func (r *ControlRow) CI() *reports.Ends {
	if r.You.OverSeeds == nil {
		return nil
	}
	return r.You.OverSeeds.CI95
}

// controlOf works out what is true of the report of a control plane.
func controlOf(r *reports.Report) *Control {
	c := &Control{Base: r.Cases[0].ControlPlane}
	for i := range r.Cases {
		if p := r.Cases[i].ControlPlane; p != nil {
			c.Rows = append(c.Rows, ControlRow{&r.Cases[i], p.You()})
		}
	}
	c.You, c.All = c.Rows[0].You, c.Base.All()
	c.Empty = emptyTime(c.Base.Series)
	for _, l := range c.Base.Losses {
		if l.AtS < r.DurationS {
			c.Losses = append(c.Losses, l)
		}
	}
	longest := 0.
	for i := range c.Base.Steps {
		if s := &c.Base.Steps[i]; s.TookMS != nil && s.TookMS.Mean > longest {
			c.Slowest, longest = s, s.TookMS.Mean
		}
	}
	return c
}

// emptyTime is from when to when no zone had anything free, at times.
func emptyTime(s *reports.ControlSeries) *reports.Ends {
	if s == nil || len(s.Levels) == 0 {
		return nil
	}
	var out *reports.Ends
	for i := range s.Asked {
		if slices.ContainsFunc(s.Levels, func(row []float64) bool { return row[i] > 0 }) {
			continue
		}
		if out == nil {
			out = &reports.Ends{float64(i) * s.BucketS, 0}
		}
		out[1] = float64(i+1) * s.BucketS
	}
	return out
}

// headline says what is simulated.
func (c *Control) headline() string {
	what := "instances, one for each task"
	if c.Base.Plane == reports.MicroVMPlane {
		what = "microVMs on bare-metal hosts"
	}
	zones := words.Plural(uint64(len(c.Base.Zones)), "zone", "zones")
	if n := len(c.Base.Regions); n > 1 {
		zones += " in " + words.Plural(uint64(n), "region", "regions")
	}
	return fmt.Sprintf("RunTask to RUNNING, %s, %s", what, zones)
}

// verdict is the sentences that the figures support, the answer first.
func (c *Control) verdict() []string {
	all := []string{
		c.sayStates(), c.sayAll(), c.sayEmpty(), c.sayLosses(), c.sayCells(), c.sayRollout(), c.saySharing(), c.sayWaste(), c.sayPlane(), c.sayOthers(),
	}
	var out []string
	for _, sentence := range append([]string{c.answer()}, all...) {
		if sentence != "" && !slices.Contains(out, sentence) {
			out = append(out, sentence)
		}
	}
	return out
}

// answer is the sentence about what is special in the base: what is lost, what is new, or,
// where the first other case has it, the other data plane. Else it is what became of tasks.
func (c *Control) answer() string {
	switch {
	case len(c.Losses) > 0:
		return c.sayLosses()
	case c.Base.Rollout != nil:
		return c.sayRollout()
	case len(c.Rows) > 1 && c.Rows[1].Case.ControlPlane.Plane != c.Base.Plane:
		return c.sayPlane()
	}
	return c.sayStates()
}

// sayStates says what became of your tasks.
func (c *Control) sayStates() string {
	if c.Base.Tested() {
		return c.statesText(&c.You, "your ")
	}
	return c.statesText(&c.All, "")
}

// sayAll says what became of all tasks, if only some are yours.
func (c *Control) sayAll() string {
	if !c.Base.Tested() || c.You.Asked == c.All.Asked {
		return ""
	}
	if c.All.States.Running == c.All.Asked && c.All.Asked > 1 {
		return fmt.Sprintf("Of all callers together, all %s become RUNNING.", words.Plural(c.All.Asked, "task", "tasks"))
	}
	return fmt.Sprintf("Of all callers together, %s of %s %s RUNNING.", words.Number(c.All.States.Running), words.Plural(c.All.Asked, "task", "tasks"), become(c.All.States.Running))
}

// statesText says what became of tasks, and where the time went.
func (c *Control) statesText(a *reports.ControlCaller, whose string) string {
	if a.Asked == 0 {
		return "Nobody asks for a task."
	}
	text := fmt.Sprintf("%s of %s%s %s RUNNING", words.Number(a.States.Running), whose, words.Plural(a.Asked, "task", "tasks"), become(a.States.Running))
	switch {
	case a.Asked == 1 && a.States.Running == 0:
		text = "The one task does not become RUNNING"
	case a.Asked == 1:
		text = "The one task becomes RUNNING"
	case a.States.Running == a.Asked:
		text = fmt.Sprintf("All %s%s become RUNNING", whose, words.Plural(a.Asked, "task", "tasks"))
	}
	if t := a.StartMS; t != nil && a.States.Running == 1 {
		text += fmt.Sprintf(", within %s of its call", words.Milliseconds(t.P50))
	} else if t != nil {
		text += fmt.Sprintf(", half of them within %s of their call and 99 %% within %s", words.Milliseconds(t.P50), words.Milliseconds(t.P99))
		if s := c.Slowest; s != nil && t.Mean > 0 {
			text += fmt.Sprintf(", and on average %s of that time is the step %s", words.Roughly(min(s.TookMS.Mean/t.Mean, 1)), s.Name)
		}
	}
	var rest []string
	for _, row := range a.States.Rows()[1:] {
		if row.N > 0 {
			is := stateWords[row.Name]
			rest = append(rest, words.Plural(row.N, is[0], is[1]))
		}
	}
	if len(rest) > 0 {
		text += "; " + words.List(rest, "and")
	}
	return text + "."
}

// become is the verb of so many tasks.
func become(n uint64) string {
	if n == 1 {
		return "becomes"
	}
	return "become"
}

// stateWords are what a task in a state does, and what several do.
var stateWords = map[string][2]string{
	"throttled": {"is throttled", "are throttled"}, "no capacity": {"finds no capacity", "find no capacity"},
	"denied": {"is denied", "are denied"}, "failed": {"fails at a step", "fail at a step"},
	"lost": {"is lost before that", "are lost before that"}, "timed out": {"is given up in time", "are given up in time"},
	"withheld":  {"is not asked for again by its caller's policy", "are not asked for again by their caller's policy"},
	"under way": {"is still under way at the end", "are still under way at the end"},
}

// sayEmpty says when there is nothing free.
func (c *Control) sayEmpty() string {
	if c.Empty == nil {
		return ""
	}
	what := "no zone has a warm instance"
	if c.Base.Plane == reports.MicroVMPlane {
		what = "no host has a CPU free"
	}
	return fmt.Sprintf("At times %s between %s and %s.", what, words.Span(c.Empty[0]), words.Span(c.Empty[1]))
}

// saySharing says whom a task shares its host with.
func (c *Control) saySharing() string {
	s := &c.You.Sharing
	switch {
	case s.Placed == 0 || s.OwnMean == nil:
		return ""
	case c.Base.Plane != reports.MicroVMPlane:
		return "Each task is alone on its instance: what an instance's endpoint gives, no neighbour can use up."
	}
	return fmt.Sprintf("On its host a task finds %s of its account and %.3g of other accounts, %s together at the most: what is limited by host, it shares with all of them; what is limited by microVM, with nobody.",
		others(*s.OwnMean), *s.OthersMean, words.Plural(s.MostOnHost, "task", "tasks"))
}

// others are so many on average.
func others(n float64) string {
	if n == 1 {
		return "1 other"
	}
	return fmt.Sprintf("%.3g others", n)
}

// sayWaste says what is paid for and not used, unless sayPlane says all of that.
func (c *Control) sayWaste() string {
	u := &c.Base.Capacity
	if u.WastedShare == nil || c.Base.Plane == reports.MicroVMPlane && c.sayPlane() != "" {
		return ""
	}
	text := fmt.Sprintf("%s of the vCPU hours that are paid for are not used", words.Capital(words.Roughly(*u.WastedShare)))
	if c.Base.Plane != reports.MicroVMPlane {
		idle := u.IdleVCPUHours / u.PaidVCPUHours
		unfilled := *u.WastedShare - idle
		if unfilled < 1e-9 { // of figures that are rounded
			unfilled = 0
		}
		text += fmt.Sprintf(": %s boot or wait warm, and %s are the part of an instance that its task does not fill",
			words.Roughly(idle), words.Roughly(unfilled))
	}
	return text + "."
}

// sayOthers says which cases change most.
func (c *Control) sayOthers() string {
	if len(c.Rows) < 2 {
		return ""
	}
	base := c.Rows[0].Share()
	best, worst := 0, 0
	for i := range c.Rows {
		if c.Rows[i].Share() < c.Rows[best].Share() {
			best = i
		}
		if c.Rows[i].Share() > c.Rows[worst].Share() {
			worst = i
		}
	}
	var said []string
	for _, i := range []int{best, worst} {
		if i > 0 {
			said = append(said, fmt.Sprintf("%s with %q", words.Roughly(c.Rows[i].Share()), c.Rows[i].Case.Title))
		}
	}
	if len(said) == 0 {
		return "No case changes how many tasks become RUNNING."
	}
	return fmt.Sprintf("Not RUNNING: %s as it is, %s.", words.Roughly(base), strings.Join(said, ", "))
}
