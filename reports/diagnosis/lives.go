package diagnosis

import (
	"fmt"
	"reflect"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// Starts is what became of the tasks of some groups that start during the run.
type Starts struct {
	Launched, Failed, Decided uint64 // Decided have succeeded or failed
	// Late is the share of the starts that failed in the last tenth of the run, of
	// those launched there, or all where no start of the run succeeded; nil where it is not
	// known: none failed, and some were still under way at the end.
	Late *float64

	// CI is the 95 % interval of Rate: over seeds as the report has it, otherwise Wilson's. It
	// is nil of no starts, and over seeds in reports of old versions.
	CI *reports.Ends

	failed, decided uint64 // over all seeds; 0 where the counts are those of a run
	run             bool   // some group's are
}

// OfSeeds reports whether Rate is over all seeds, and not of the run.
func (s *Starts) OfSeeds() bool { return s.decided > 0 && !s.run }

// Rate is the share of the starts that failed: over all seeds, as that of calls, where
// they are known.
func (s *Starts) Rate() float64 {
	if s.OfSeeds() {
		return stat.Ratio(s.failed, s.decided)
	}
	return stat.Ratio(s.Failed, s.Decided)
}

// StartsCanFail reports whether a start of some groups' tasks can fail.
func StartsCanFail(t *Totals) bool {
	for _, g := range t.Groups {
		for i := range g.Activities {
			if g.Activities[i].Required {
				return true
			}
		}
	}
	return false
}

// StartsOf sums up the starts of groups.
func StartsOf(t *Totals) (s Starts) {
	var launched, failed uint64
	low, high, bounded := 0.0, 0.0, uint64(0) // over groups, each times its starts
	for _, g := range t.Groups {
		l := g.Lives
		if l == nil {
			continue
		}
		s.Launched += l.Launched
		s.Failed += l.FailedStarts
		s.Decided += l.Started + l.FailedStarts
		if t.Simulated && g.Simulated.Starts != nil {
			of := g.Simulated.Starts
			n := of.Started + of.FailedStarts
			s.failed += of.FailedStarts
			s.decided += n
			if ci := of.FailedStartRateCI95; ci != nil {
				low, high, bounded = low+float64(ci[0]*float64(n)), high+float64(ci[1]*float64(n)), bounded+n
			}
		} else if l.Started+l.FailedStarts > 0 { // of nothing, seeds tell nothing either
			s.run = true
		}
		launched += lastTenth(l.Launches)
		failed += lastTenth(l.Failures)
	}
	switch {
	case !s.OfSeeds():
		s.CI = (*reports.Ends)(stat.Wilson(s.Failed, s.Decided))
	case bounded == s.decided: // of several groups the widest that the interval can be: see totalsOf
		s.CI = &reports.Ends{stat.Tidy(low / float64(bounded)), stat.Tidy(high / float64(bounded))}
	}
	if launched > 0 && (failed > 0 || s.Decided >= s.Launched) {
		share := min(stat.Ratio(failed, launched), 1)
		if failed > 0 && s.Failed == s.Decided {
			share = 1 // those launched there that have not failed yet have not succeeded either
		}
		s.Late = &share
	}
	return s
}

// lastTenth is the sum of the last tenth of a series.
func lastTenth(row []uint32) (sum uint64) {
	for _, n := range row[len(row)-len(row)/10:] {
		sum += uint64(n)
	}
	return sum
}

// lastingShare is the share of starts that fail in the last tenth of a run from which
// on it is said that they do not stop failing.
const lastingShare = 0.01

// sayStarts says how many tasks could not start.
func (d *Diagnosis) sayStarts() string {
	s := StartsOf(&d.You)
	if s.Failed == 0 {
		return ""
	}
	sentence := words.Capital(d.ofRun(fmt.Sprintf("%s of %s failed (%s)%s.",
		words.Number(s.Failed), words.Plural(s.Decided, "start of a task", "starts of tasks"), words.Roughly(stat.Ratio(s.Failed, s.Decided)), d.sayRelaunch())))
	switch {
	case s.Late == nil:
	case *s.Late >= lastingShare:
		sentence += fmt.Sprintf(" It lasts to the end: in the last tenth of the run %s of the starts fail.", words.Roughly(*s.Late))
	case s.Rate() >= lastingShare:
		sentence += " In the last tenth of the run nearly all starts succeed again."
	}
	return sentence
}

// notStartedShare is the least share of the tasks that have neither started nor failed to
// that is mentioned.
const notStartedShare = 0.01

// sayNotStarted says how many tasks neither started nor failed to, where they are more than
// can be about to start when the run ends.
func (d *Diagnosis) sayNotStarted() string {
	s := StartsOf(&d.You)
	left := s.Launched - min(s.Decided, s.Launched)
	share := stat.Ratio(left, s.Launched)
	if places := d.You.AllTasks(d.Base.Endpoint.Hosts) * float64(d.Base.Runs()); float64(left) <= places || share < notStartedShare {
		return ""
	}
	return words.Capital(d.ofRun(fmt.Sprintf("%s of %s (%s) neither started nor failed to: they were stopped, or the run ended, before the calls that they require were over.",
		words.Number(left), words.Plural(s.Launched, "task", "tasks"), words.Roughly(share))))
}

// sayRelaunch says what follows a start that fails; nothing if that differs between groups.
func (d *Diagnosis) sayRelaunch() string {
	again, empty, deployed := false, false, true
	for _, g := range d.You.Groups {
		switch l := g.Lives; {
		case l == nil || l.FailedStarts == 0:
		case l.NoRelaunch:
			empty, deployed = true, deployed && len(l.Deployments) > 0
		default:
			again = true
		}
	}
	switch {
	case !empty:
		return ", and each time the scheduler tries with a new task"
	case again:
		return ""
	case deployed:
		return ", and each time no other task is launched until the next deployment"
	}
	return ", and each time no other task is launched"
}

// sayActivities says which of the activities of your tasks fail.
func (d *Diagnosis) sayActivities() string {
	var parts []string
	for _, g := range d.You.Groups {
		for i := range g.Activities {
			a := &g.Activities[i]
			if a.Calls == 0 {
				continue
			}
			name := a.Name
			if len(d.You.Groups) > 1 {
				name = g.Name + "'s " + name
			}
			share := "none"
			if a.Failures() > 0 {
				share = words.Roughly(stat.Ratio(a.Failures(), a.Calls))
			}
			parts = append(parts, fmt.Sprintf("%s of %s for %s", share, words.Plural(a.Calls, "call", "calls"), name))
		}
	}
	if len(parts) == 0 || !d.You.Fail() {
		return ""
	}
	return words.Capital(d.ofRun("by activity, what fails is "+words.List(parts, "and"))) + "."
}

// CaseEvents are what happens in a case, in words: deployments and the ends of tasks,
// hosts that differ, and what happens to the endpoint.
func CaseEvents(c *reports.Case) []Event {
	var out []Event
	e := &c.Endpoint
	if e.StartWithinS > 0 {
		out = append(out, Event{"hosts", "each starts at its own instant of the first " + words.Span(e.StartWithinS)})
	}
	for i := range e.Differ {
		out = append(out, Event{"hosts", differLine(e, &e.Differ[i])})
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		if g.Lives == nil {
			continue
		}
		if g.Lives.LifetimeS > 0 {
			out = append(out, Event{"lives", fmt.Sprintf("a task of %s lives for %s, then another one starts in its place", g.Name, words.Span(g.Lives.LifetimeS))})
		}
		if line := deployLine(g); line != "" {
			out = append(out, Event{"deploy", line})
		}
	}
	out = append(out, Events(e)...)
	for i := range c.Endpoints {
		out = append(out, furtherEvents(&c.Endpoints[i])...)
	}
	return out
}

// deployLine is the deployments of a group in a line.
func deployLine(g *reports.Group) string {
	all := g.Lives.Deployments
	if len(all) == 0 {
		return ""
	}
	var at []string
	for _, d := range all {
		at = append(at, words.Span(d.AtS))
	}
	line := fmt.Sprintf("all tasks of %s are replaced at %s", g.Name, words.List(words.Some(at), "and"))
	switch d := &all[0]; {
	case d.Batch > 0:
		line += fmt.Sprintf(", %s every %s", words.Plural(uint64(d.Batch), "task", "tasks"), words.Span(d.EveryS))
	case d.WithinS > 0:
		line += ", within " + words.Span(d.WithinS)
	default:
		line += ", all at once"
	}
	return line
}

// differLine is what is otherwise on a share of the hosts.
func differLine(e *reports.Endpoint, d *reports.Differ) string {
	var parts []string
	for i := range d.Limits {
		if terms := Terms(&d.Limits[i]); i < len(e.Limits) && terms != Terms(&e.Limits[i]) {
			parts = append(parts, fmt.Sprintf("%s is %s", limitName(e, i), terms))
		}
	}
	switch {
	case reflect.DeepEqual(d.Faults, e.Faults):
	case len(d.Faults) == 0:
		parts = append(parts, "no faults")
	default:
		for i := range d.Faults {
			parts = append(parts, "fault "+faultLine(&d.Faults[i]))
		}
	}
	if d.Latency {
		parts = append(parts, "other service times")
	}
	return fmt.Sprintf("%s of them, %s, differ: %s", words.Roughly(d.Share), d.Name, strings.Join(parts, "; "))
}
