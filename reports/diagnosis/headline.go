package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/service"
	"tenement/internal/words"
	"tenement/reports"
)

// Headline says what was limited, and how: "ECS credentials, one bucket for the
// host: 40/s, burst 60". Of several limits it names each. Where the host's own endpoint
// has none and tasks ask others when they start, it says whom they ask.
func (d *Diagnosis) Headline() string {
	if d.Base == nil {
		return "no cases"
	}
	if d.Control != nil {
		return d.Control.headline()
	}
	e := &d.Base.Endpoint
	if len(e.Limits) == 0 && d.Starting() {
		return d.startsHeadline()
	}
	what := strings.TrimSpace(serviceTitle(e.Service) + " " + d.flow())
	if what == "" {
		what = "requests"
	}
	if len(e.Limits) == 0 {
		return what + ", no limit"
	}
	var lines []string
	for i := range e.Limits[:min(len(e.Limits), mostLimits)] {
		lines = append(lines, line(&e.Limits[i], e.Hosts))
	}
	text := what + ", " + strings.Join(lines, "; and ")
	if n := len(e.Limits) - len(lines); n > 0 {
		text += fmt.Sprintf(" (and %s)", words.Plural(uint64(n), "further limit", "further limits"))
	}
	return text
}

// mostLimits is how many limits the headline spells out.
const mostLimits = 3

// flow is what you ask for, in words; nothing if groups under test differ.
func (d *Diagnosis) flow() string {
	flow := ""
	for i, g := range d.You.Groups {
		own := ownFlow(g)
		if i > 0 && own != flow {
			return ""
		}
		flow = own
	}
	return service.FlowTitle(flow)
}

// ownFlow is what a group asks the host's own endpoint for; nothing if it asks that for
// nothing.
func ownFlow(g *reports.Group) string {
	for i := range g.Activities {
		if g.Activities[i].Endpoint == "" {
			return g.Activities[i].Flow
		}
	}
	if len(g.Activities) > 0 {
		return ""
	}
	return g.Flow
}

// serviceTitle is the title of a service, given its name; the name itself if it
// is unknown.
func serviceTitle(name string) string {
	of, err := service.Parse(name)
	if err != nil {
		return name
	}
	return of.Row().Title
}

// leastCachedDemand is the least share of calls answered by caches with which Demand
// also names the rate of calls.
const leastCachedDemand = 0.05

// Demand says what is asked of the endpoint in the first case, as a share of
// the limit where there is one bucket to share: "neighbours 60/s + you 7/s =
// 168 % of the limit; with retries 139/s". It is empty where tasks ask further endpoints
// when they start, and nothing of the endpoint, or nothing that a limit counts.
func (d *Diagnosis) Demand() string {
	if d.Base == nil {
		return ""
	}
	all := d.You.Here().add(d.Yours.Here()).add(d.Neighbours.Here())
	if d.Starting() && (all.Attempts == 0 || len(d.Base.Endpoint.Limits) == 0) {
		return "" // the headline is about whom they ask
	}
	if all.Calls == 0 {
		return "nothing"
	}
	mine, others, theirs := d.You.Here(), d.Yours.Here(), d.Neighbours.Here()
	you, beside, them, l := &mine, &others, &theirs, &d.Limit
	first := func(t *Totals) float64 { return t.PerSecond(t.FirstTries) }
	asked := first(you) + first(beside) + first(them)
	text := "you " + words.PerSecond(first(you))
	if beside.Calls > 0 {
		text = "your other tasks " + words.PerSecond(first(beside)) + " + " + text
	}
	if them.Calls > 0 {
		text = "neighbours " + words.PerSecond(first(them)) + " + " + text
	}
	switch {
	case l.Capacity == 0 || !l.Only:
	case l.ForAll:
		text += " = " + words.Roughly(asked/l.Capacity) + " of " + l.name()
	case l.Shared && l.First.Scope == "tenant":
		text += "; " + words.Roughly(l.Asked/l.Capacity) + " of your tenant's limit"
	case l.Shared:
		text += "; " + words.Roughly(l.Asked/l.Capacity) + " of the limit that you share"
	}
	if all.Retries() > 0 {
		text += "; with retries " + words.PerSecond(asked+you.PerSecond(you.Retries())+beside.PerSecond(beside.Retries())+them.PerSecond(them.Retries()))
	}
	if all.Cached() > leastCachedDemand {
		text += fmt.Sprintf("; calls are %s, caches answer the rest", words.PerSecond(you.PerSecond(you.Calls)+beside.PerSecond(beside.Calls)+them.PerSecond(them.Calls)))
	}
	return text
}
