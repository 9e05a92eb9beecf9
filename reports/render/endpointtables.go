package render

import (
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// endpointTables is what answered and what it did, case by case.
type endpointTables struct {
	Limits []limitLine // of the first case
	Rows   []tallyLine // none where the endpoint was not ours

	Further  bool   // there are further endpoints; those that nobody asked have no row
	Upstream string // who was asked behind the endpoint; empty is nobody
}

// limitLine is a limit in words.
type limitLine struct{ Name, Terms, Shared, Beyond string }

// tallyLine is what became of the requests of a case.
type tallyLine struct {
	Label                                                   string
	Requests, Admitted, Throttled, Dropped, Failed, Refused string
	Asked, Behind                                           string // of the upstream: how often, and in vain
}

func newEndpointTables(d *diagnosis.Diagnosis) *endpointTables {
	t := &endpointTables{}
	for _, s := range d.Sections {
		for _, w := range s.Rows {
			if w.Case.Endpoint.Tally != nil {
				t.Rows = append(t.Rows, tallyOf(w.Label, &w.Case.Endpoint, words.Number(refusedWith(w.Case))))
			}
			for i := range w.Case.Endpoints {
				if f := &w.Case.Endpoints[i]; f.Tally != nil && f.Requests > 0 {
					t.Rows = append(t.Rows, tallyOf(w.Label+", "+f.Name, &f.Endpoint, "–")) // refused: in the line above
				}
			}
			t.Further = t.Further || len(w.Case.Endpoints) > 0
			if w.Case.Endpoint.Upstream != nil {
				t.Upstream = diagnosis.UpstreamName(w.Case.Endpoint.Service)
			}
		}
	}
	if d.Base != nil {
		e := &d.Base.Endpoint
		for i := range e.Limits {
			t.Limits = append(t.Limits, limitOf(&e.Limits[i], e.Hosts))
		}
		for i := range d.Base.Endpoints {
			f := &d.Base.Endpoints[i]
			for j := range f.Limits {
				line := limitOf(&f.Limits[j], f.Hosts)
				line.Name = f.Name + ": " + line.Name
				t.Limits = append(t.Limits, line)
			}
		}
	}
	if t.Limits == nil && t.Rows == nil {
		return nil
	}
	return t
}

func limitOf(l *reports.Limit, hosts int) limitLine {
	line := limitLine{l.Name, words.Unbroken(diagnosis.Terms(l)), diagnosis.SharedBy(l, hosts), diagnosis.ExcessText(l)}
	if line.Name == "" {
		line.Name = l.Kind
	}
	if line.Beyond == "" {
		line.Beyond = "answered 429"
	}
	return line
}

// refusedWith is how many connections of a case were refused, whichever endpoint they were
// to.
func refusedWith(c *reports.Case) (n uint64) {
	for i := range c.Groups {
		n += c.Groups[i].Outcomes[reports.Refused]
	}
	return n
}

// tallyOf is what became of the requests to an endpoint in a case.
func tallyOf(label string, e *reports.Endpoint, refused string) tallyLine {
	t := e.Tally
	line := tallyLine{
		label, words.Number(t.Requests), words.Number(t.Admitted), words.Number(t.Throttled), words.Number(t.Dropped),
		words.Number(t.Failed), refused, "–", "–",
	}
	if u := e.Upstream; u != nil {
		line.Asked, line.Behind = words.Number(u.Requests), words.Number(u.Throttled+u.Failed)
	}
	return line
}
