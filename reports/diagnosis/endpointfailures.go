package diagnosis

import (
	"fmt"

	"tenement/internal/service"
	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// EndpointFailures is what the base's endpoint did wrong in the run, apart from its
// limits.
type EndpointFailures struct {
	Failed   uint64 // requests; 0 where the endpoint was not ours
	Requests uint64 // of so many
	Refused  uint64 // connections

	Faults       bool              // there are faults
	WriteTimeout bool              // there is a write timeout
	Upstream     *reports.Upstream // nil unless it refused or failed something

	// Said is whether the verdict says so: somebody failed.
	Said bool
}

func (d *Diagnosis) findEndpointFailures() {
	e, f := &d.Base.Endpoint, &d.Endpoint
	f.Faults, f.WriteTimeout = len(e.Faults) > 0, e.WriteTimeoutS > 0
	if t := e.Tally; t != nil {
		f.Failed, f.Requests = t.Failed, max(t.Requests, t.Failed)
	}
	for i := range d.Base.Groups {
		f.Refused += d.Base.Groups[i].Outcomes[reports.Refused]
	}
	if u := e.Upstream; u != nil && (u.Throttled > 0 || u.Failed > 0) {
		f.Upstream = u
	}
	f.Said = d.You.Fail() || d.Yours.Failures+d.Neighbours.Failures > 0
}

// sayEndpointFailures says how often the endpoint itself failed.
func (d *Diagnosis) sayEndpointFailures() string {
	parts := d.endpointParts()
	if len(parts) == 0 || !d.Endpoint.Said {
		return ""
	}
	return words.Capital(d.ofRun(words.List(parts, "and"))) + "."
}

// endpointParts is how often the endpoint itself failed, in parts of a sentence.
func (d *Diagnosis) endpointParts() []string {
	var parts []string
	f := &d.Endpoint
	if f.Failed > 0 {
		requests := words.Plural(f.Failed, "request", "requests")
		share := words.Roughly(stat.Ratio(f.Failed, f.Requests))
		switch {
		case f.Upstream != nil && !f.Faults && !f.WriteTimeout: // the upstream's, see there
		case f.Upstream != nil:
			parts = append(parts, fmt.Sprintf("the endpoint failed %s (%s, including those that failed upstream)", requests, share))
		case f.Faults && f.WriteTimeout:
			parts = append(parts, fmt.Sprintf("faults and the write timeout failed %s (%s)", requests, share))
		case f.Faults:
			parts = append(parts, fmt.Sprintf("faults failed %s (%s)", requests, share))
		case f.WriteTimeout:
			parts = append(parts, fmt.Sprintf("the write timeout cut off %s (%s)", requests, share))
		default:
			parts = append(parts, fmt.Sprintf("the endpoint failed %s (%s)", requests, share))
		}
	}
	if f.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%s %s refused", words.Plural(f.Refused, "connection", "connections"), words.Were(f.Refused)))
	}
	return parts
}

// sayUpstream says what the upstream refused.
func (d *Diagnosis) sayUpstream() string {
	part := d.upstreamPart()
	if part == "" || !d.Endpoint.Said {
		return ""
	}
	return words.Capital(d.ofRun(part)) + "."
}

// upstreamPart is what the upstream refused, as a part of a sentence; nothing if it
// answered every request.
func (d *Diagnosis) upstreamPart() string {
	u := d.Endpoint.Upstream
	if u == nil {
		return ""
	}
	name := UpstreamName(d.Base.Endpoint.Service)
	requests := words.Plural(u.Requests, "request", "requests")
	if u.Throttled == 0 {
		return fmt.Sprintf("%s left %s of the endpoint's %s unanswered (%s)",
			name, words.Number(u.Failed), requests, words.Roughly(stat.Ratio(u.Failed, u.Requests)))
	}
	part := fmt.Sprintf("%s refused %s of the endpoint's %s (%s)",
		name, words.Number(u.Throttled), requests, words.Roughly(stat.Ratio(u.Throttled, u.Requests)))
	if u.Failed > 0 {
		part += fmt.Sprintf(" and left %s unanswered", words.Number(u.Failed))
	}
	return part
}

// UpstreamName is the service that the endpoint of a service asks.
func UpstreamName(name string) string {
	if of, err := service.Parse(name); err == nil && of.Row().Upstream != "" {
		return of.Row().Upstream
	}
	return "the upstream"
}
