package reports

// endpointTables is what answered and what it did, case by case.
type endpointTables struct {
	Limits []limitLine // of the first case
	Rows   []tallyLine // none where the endpoint was not ours

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

func newEndpointTables(r *Report) *endpointTables {
	t := &endpointTables{}
	for _, s := range r.sections() {
		for _, w := range s.rows {
			if w.c.Endpoint.Tally != nil {
				t.Rows = append(t.Rows, tallyOf(&w))
			}
			if w.c.Endpoint.Upstream != nil {
				t.Upstream = upstreamName(w.c.Endpoint.Service)
			}
		}
	}
	if len(r.Cases) > 0 {
		e := &r.Cases[0].Endpoint
		for i := range e.Limits {
			t.Limits = append(t.Limits, limitOf(&e.Limits[i], e.Hosts))
		}
	}
	if t.Limits == nil && t.Rows == nil {
		return nil
	}
	return t
}

func limitOf(l *Limit, hosts int) limitLine {
	line := limitLine{l.Name, unbroken(l.terms()), l.shared(hosts), l.beyond()}
	if line.Name == "" {
		line.Name = l.Kind
	}
	if line.Beyond == "" {
		line.Beyond = "answered 429"
	}
	return line
}

func tallyOf(w *row) tallyLine {
	t, refusals := w.c.Endpoint.Tally, uint64(0)
	for i := range w.c.Groups {
		refusals += w.c.Groups[i].Outcomes[refused]
	}
	line := tallyLine{
		w.label, number(t.Requests), number(t.Admitted), number(t.Throttled), number(t.Dropped),
		number(t.Failed), number(refusals), "–", "–",
	}
	if u := w.c.Endpoint.Upstream; u != nil {
		line.Asked, line.Behind = number(u.Requests), number(u.Throttled+u.Failed)
	}
	return line
}
