package diagnosis

import (
	"cmp"
	"fmt"
	"slices"

	"tenement/internal/startup"
	"tenement/internal/words"
	"tenement/reports"
)

// Start is how tasks start in a case that says what they have to reach before.
type Start struct {
	Title           string // of the case
	Started, Failed uint64
	// MedianMS and P99MS are from the launch to the start, in milliseconds; nil where no
	// task has started.
	MedianMS, P99MS *float64
}

// Ending is a stopped reason, and how many starts ended in it.
type Ending struct {
	Text  string // as ECS words it
	Cases []EndingCase
}

// EndingCase is how many starts ended so in a case.
type EndingCase struct {
	Title  string
	Starts uint64
}

// reaches reports whether the tasks of a case ask further endpoints when they start.
func reaches(c *reports.Case) bool { return len(c.Endpoints) > 0 }

// Starting reports whether your tasks ask further endpoints when they start, in the base.
func (d *Diagnosis) Starting() bool {
	return d.Base != nil && reaches(d.Base) && slices.ContainsFunc(d.You.Groups, func(g *reports.Group) bool { return g.Lives != nil })
}

// StartsFirst reports whether starts of your tasks are what fails first of all: they ask
// further endpoints, and they can fail.
func (d *Diagnosis) StartsFirst() bool { return d.Starting() && StartsCanFail(&d.You) }

// startsHeadline says whom tasks ask when they start. A service may have several endpoints, one
// for each quota.
func (d *Diagnosis) startsHeadline() string {
	var titles []string
	for i := range d.Base.Endpoints {
		if title := serviceTitle(d.Base.Endpoints[i].Service); !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return "starts of tasks, which ask " + words.List(words.Some(titles), "and")
}

// Starts is a row for each case, of all its groups whose tasks come and go; none for a
// report whose tasks have nothing to reach but the endpoint of their host.
func (d *Diagnosis) Starts() (out []Start) {
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		if !reaches(c) {
			continue
		}
		s := Start{Title: c.Title}
		var took reports.Histogram
		for j := range c.Groups {
			if l := c.Groups[j].Lives; l != nil {
				s.Started += l.Started
				s.Failed += l.FailedStarts
				took = took.Add(l.StartHistogram)
			}
		}
		if f := took.Figures(); f != nil && s.Started > 0 {
			s.MedianMS, s.P99MS = &f.P50, &f.P99
		}
		if s.Started+s.Failed > 0 {
			out = append(out, s)
		}
	}
	return out
}

// Endings are the stopped reasons of all cases, in the order in which cases have them.
func (d *Diagnosis) Endings() (out []Ending) {
	for i := range d.Report.Cases {
		c := &d.Report.Cases[i]
		for j := range c.Groups {
			l := c.Groups[j].Lives
			if l == nil {
				continue
			}
			for _, r := range l.StoppedReasons {
				at := slices.IndexFunc(out, func(e Ending) bool { return e.Text == r.Text })
				if at < 0 {
					out, at = append(out, Ending{Text: r.Text}), len(out)
				}
				e := &out[at]
				if last := len(e.Cases) - 1; last >= 0 && e.Cases[last].Title == c.Title {
					e.Cases[last].Starts += r.Starts
				} else {
					e.Cases = append(e.Cases, EndingCase{c.Title, r.Starts})
				}
			}
		}
	}
	return out
}

// sayEndings says at which request the starts of your tasks end, and why.
func (d *Diagnosis) sayEndings() string {
	var all []reports.StoppedReason // of several groups, each text once
	for _, g := range d.You.Groups {
		if g.Lives == nil {
			continue
		}
		for _, r := range g.Lives.StoppedReasons {
			at := slices.IndexFunc(all, func(o reports.StoppedReason) bool { return o.Text == r.Text })
			if at < 0 {
				all = append(all, r)
			} else {
				all[at].Starts += r.Starts
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.SortStableFunc(all, func(a, b reports.StoppedReason) int { return cmp.Compare(b.Starts, a.Starts) })
	failed := StartsOf(&d.You).Failed
	first := &all[0]
	leg, how := ended(first.Text)
	if leg == "" {
		return ""
	}
	who := "All of them"
	switch {
	case failed == 1:
		who = "It"
	case first.Starts < failed:
		who = words.Number(first.Starts) + " of them"
	}
	if how == waited && 2*first.Starts > failed && len(d.You.Groups) == 1 {
		if l := d.You.Groups[0].FailureLatencyMS; l != nil {
			how += ", " + words.Milliseconds(l.P50)
		}
	}
	sentence := fmt.Sprintf("%s stopped at %s: %s.", who, leg, how)
	if n := len(all) - 1; n > 0 {
		sentence += fmt.Sprintf(" Others have %s.", words.Plural(uint64(n), "other stopped reason", "other stopped reasons"))
	}
	return sentence
}

// waited is how a start ended that got no answer. The time is that of most calls that fail,
// one in each start that fails.
const waited = "nothing answered it, and the start waited for its deadline"

// ended is at what a start stopped that ended in a text, and how; "" if the text is not
// one of package startup.
func ended(text string) (leg, how string) {
	r := startup.RowOf(text)
	if r == nil {
		return "", ""
	}
	switch r.Causes[0].Outcome() {
	case startup.BlackHole:
		how = waited
	case startup.Limited:
		how = "a limit refused it until its retries were used up"
	case startup.NotFound:
		how = "there is no such thing, which the answer said at once"
	default:
		how = "a policy refused it, at once"
	}
	if r.Leg <= startup.Telemetry {
		return "the agent of their instance", "it was not connected to ECS"
	}
	return r.Leg.Spec().Title, how
}
