package diagnosis

import (
	"fmt"
	"math"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// What is said of limits, load and who shares them is about the host's own endpoint. Of
// further ones, which activities name, a sentence says what each did, and to whom.

// FurtherName is a further endpoint with its service: "instance (EC2 IMDS)".
func FurtherName(f *reports.Further) string {
	title := serviceTitle(f.Service)
	if title == "" || title == f.Name {
		return f.Name
	}
	return fmt.Sprintf("%s (%s)", f.Name, title)
}

// furtherEvents are a further endpoint with its limits, and what happens to it.
func furtherEvents(f *reports.Further) []Event {
	var limits []string
	for i := range f.Limits[:min(len(f.Limits), mostLimits)] {
		limits = append(limits, line(&f.Limits[i], f.Hosts))
	}
	text := FurtherName(f) + ", no limit"
	if limits != nil {
		text = FurtherName(f) + ", " + words.List(limits, "and")
	}
	out := []Event{{"endpoint", text}}
	for _, e := range Events(&f.Endpoint) {
		out = append(out, Event{e.Kind, f.Name + ": " + e.Text})
	}
	return out
}

// sayFurther says what the further endpoints did, a sentence each; those that answered
// every request share one, and so do those that nobody asked.
func (d *Diagnosis) sayFurther() string {
	var said, sound, idle []string
	for i := range d.Base.Endpoints {
		f := &d.Base.Endpoints[i]
		switch {
		case f.Tally == nil:
		case f.Requests == 0:
			idle = append(idle, f.Name)
		case f.Admitted == f.Requests:
			sound = append(sound, f.Name)
		default:
			said = append(said, FurtherText(f))
		}
	}
	switch {
	case len(sound) == 1:
		said = append(said, sound[0]+" answered all its requests.")
	case len(sound) > 1:
		said = append(said, words.List(words.Some(sound), "and")+" answered all their requests.")
	}
	switch {
	case len(idle) == 1:
		said = append(said, idle[0]+" was not asked.")
	case len(idle) > 1:
		said = append(said, words.List(words.Some(idle), "and")+" were not asked.")
	}
	text := strings.Join(said, " ")
	if of := d.ofRun(text); text != "" && of != text {
		return words.Capital(of)
	}
	return text
}

// FurtherText is a sentence about a further endpoint that did not answer every request:
// by which limit it turned requests away, whose they were, and how many it failed.
func FurtherText(f *reports.Further) string {
	var parts []string
	if n := f.Throttled + f.Dropped; n > 0 {
		part := fmt.Sprintf("turned away %s of its %s (%s)", words.Number(n),
			words.Plural(f.Requests, "request", "requests"), words.Roughly(stat.Ratio(n, f.Requests)))
		switch len(f.Limits) {
		case 0:
		case 1:
			part += " by its limit of " + Terms(&f.Limits[0])
		default:
			part += byLimit(&f.Endpoint)
		}
		parts = append(parts, part+furtherOf(f, func(g *reports.FurtherGroup) uint64 { return g.Throttled + g.Dropped }))
	}
	if f.Failed > 0 {
		part := fmt.Sprintf("failed %s (%s)", words.Number(f.Failed), words.Roughly(stat.Ratio(f.Failed, f.Requests)))
		if len(parts) == 0 {
			part = fmt.Sprintf("failed %s of its %s (%s)", words.Number(f.Failed),
				words.Plural(f.Requests, "request", "requests"), words.Roughly(stat.Ratio(f.Failed, f.Requests)))
		}
		parts = append(parts, part+furtherOf(f, func(g *reports.FurtherGroup) uint64 { return g.Failed }))
	}
	if u := f.Upstream; u != nil && u.Throttled > 0 {
		parts = append(parts, fmt.Sprintf("was refused by %s %s of %s", UpstreamName(f.Service),
			words.Number(u.Throttled), words.Plural(u.Requests, "time", "times")))
	}
	return FurtherName(f) + " " + strings.Join(parts, ", and ") + "."
}

// furtherOf says how many of some requests to a further endpoint are of which group;
// nothing if only one group asked it.
func furtherOf(f *reports.Further, count func(*reports.FurtherGroup) uint64) string {
	if len(f.Groups) < 2 {
		return ""
	}
	var parts []string
	for i := range f.Groups {
		if n := count(&f.Groups[i]); n > 0 {
			parts = append(parts, words.Number(n)+" of "+f.Groups[i].Name)
		}
	}
	if parts == nil {
		return ""
	}
	return ": " + words.List(words.Some(parts), "and")
}

// away is how many of a group's attempts, and of its first tries, go to further
// endpoints: those of its activities in the run, in proportion to the counts given.
func away(g *reports.Group, attempts, firstTries uint64) (all, first uint64) {
	var asked, tries reported
	for i := range g.Activities {
		a := &g.Activities[i]
		asked.add(a.Attempts, a.Endpoint != "")
		tries.add(a.FirstTries, a.Endpoint != "")
	}
	return asked.part(attempts), tries.part(firstTries)
}

// reported is a count, and the part of it that goes to further endpoints.
type reported struct{ all, away uint64 }

func (r *reported) add(n uint64, away bool) {
	r.all += n
	if away {
		r.away += n
	}
}

// part is the same part of another count.
func (r *reported) part(of uint64) uint64 {
	return min(uint64(math.Round(float64(of)*stat.Ratio(r.away, r.all))), of)
}

// Here is the totals with the attempts alone that the host's own endpoint gets.
func (t Totals) Here() Totals {
	t.Attempts -= t.away
	t.FirstTries = min(t.FirstTries-t.firstAway, t.Attempts)
	t.away, t.firstAway = 0, 0
	return t
}

// failAway is the share of the groups' failures that are of activities which ask further
// endpoints.
func (t *Totals) failAway() float64 {
	var failures reported
	for _, g := range t.Groups {
		for i := range g.Activities {
			failures.add(g.Activities[i].Failures(), g.Activities[i].Endpoint != "")
		}
	}
	return stat.Ratio(failures.away, failures.all)
}

// furtherRejects reports whether a limit of a further endpoint answers excess requests
// with a status of the class 4xx other than 429.
func (d *Diagnosis) furtherRejects() bool {
	for i := range d.Base.Endpoints {
		for j := range d.Base.Endpoints[i].Limits {
			if l := &d.Base.Endpoints[i].Limits[j]; strings.HasPrefix(l.OnExceed, "4") && ExcessText(l) != "" {
				return true
			}
		}
	}
	return false
}

// furtherTroubles is how many requests the further endpoints turned away or failed.
func furtherTroubles(c *reports.Case) (n uint64) {
	for i := range c.Endpoints {
		if t := c.Endpoints[i].Tally; t != nil {
			n += t.Throttled + t.Dropped + t.Failed
		}
	}
	return n
}
