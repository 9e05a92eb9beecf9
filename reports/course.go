package reports

import (
	"fmt"
	"math"
	"strings"

	"tenement/internal/throttle"
)

// event is a line about what happens to the endpoint while the run goes on.
type event struct{ What, Text string }

// course is what happens to an endpoint: limits that change, what goes wrong.
func (e *Endpoint) course() []event {
	var out []event
	for i := range e.Changes {
		c := &e.Changes[i]
		out = append(out, event{"change", fmt.Sprintf("at %s %s is %s", span(c.AtS), e.called(c.Limit), c.To.terms())})
	}
	for i := range e.Faults {
		out = append(out, event{"fault", e.Faults[i].text()})
	}
	if e.WriteTimeoutS > 0 {
		out = append(out, event{"write timeout", "an answer due later than " + span(e.WriteTimeoutS) + " is never written, and the connection is closed"})
	}
	if u := e.Upstream; u != nil && u.Limit != nil {
		out = append(out, event{"upstream", upstreamName(e.Service) + ", asked behind the cache: " + u.Limit.terms()})
	}
	return out
}

// text is a fault in a line: when, and what it does.
func (f *Fault) text() string {
	line := f.called() + f.when() + ": "
	if f.is(throttle.RestartFault) {
		line += "connections are refused"
		if f.PendingS > 0 {
			line += ", then credentials are pending for " + span(f.PendingS)
		}
		return line
	}
	line += f.effect()
	which := "them"
	if len(f.Routes) > 0 {
		which = "those for " + list(f.Routes, "or")
	}
	switch {
	case f.Share < 1:
		line += ", " + roughly(f.Share) + " of " + which
	case len(f.Routes) > 0:
		line += ", " + which
	}
	return line
}

// called is the fault's name, or its kind if it has none.
func (f *Fault) called() string {
	if f.Name == "" {
		return f.Kind
	}
	return f.Name
}

// when is when a fault is on: " at 30 s for 2 s".
func (f *Fault) when() string {
	switch {
	case f.ForS > 0:
		at, long := spans(f.FromS, f.ForS)
		return " at " + at + " for " + long
	case f.FromS > 0:
		return " from " + span(f.FromS) + " on"
	}
	return ""
}

// effect is what a fault other than a restart does.
func (f *Fault) effect() string {
	switch {
	case f.is(throttle.SlowFault):
		return "answers come " + f.later()
	case f.is(throttle.StatusFault):
		return fmt.Sprintf("requests are answered %d", f.Status)
	case f.is(throttle.HangFault):
		return "requests are never answered"
	case f.is(throttle.ResetFault):
		return "connections are reset"
	case f.is(throttle.CutFault):
		return "connections are closed after " + span(f.AfterS) + " without an answer"
	case f.is(throttle.TruncateFault):
		return "answers break off in the middle"
	case f.is(throttle.MalformedFault):
		return "answers are no JSON"
	case f.is(throttle.EmptyFault):
		return "answers are empty objects"
	case f.is(throttle.MissingFieldFault):
		return "credentials lack " + f.missing()
	case f.is(throttle.ExpiryFault) && f.ShiftS < 0:
		return "credentials expire " + span(-f.ShiftS) + " earlier"
	case f.is(throttle.ExpiryFault):
		return "credentials expire " + span(f.ShiftS) + " later"
	case f.is(throttle.TagsFault):
		return "documents with tags come " + f.later() + " and without them"
	}
	return f.Kind
}

// missing is the field that credentials lack.
func (f *Fault) missing() string {
	if f.Field == "" {
		return "a field"
	}
	return f.Field
}

// later is by how much answers are.
func (f *Fault) later() string {
	l := f.LatencyMS
	if l == nil {
		return "later"
	}
	text := span(l.P50/1000) + " later"
	if math.Abs(l.P99-l.P50) > l.P50/100 {
		text += " (p99 " + span(l.P99/1000) + ")"
	}
	return text
}

// mostEvents is how many lines the text screen spends on the course.
const mostEvents = 8

// textCourse is the lines of the text screen.
func textCourse(r *Report) string {
	if len(r.Cases) == 0 {
		return ""
	}
	var b strings.Builder
	events := r.Cases[0].Endpoint.course()
	for i, e := range events {
		if i == mostEvents {
			b.WriteString(wrap(fmt.Sprintf("and %s", plural(uint64(len(events)-i), "further change or fault", "further changes and faults")), "", ""))
			break
		}
		b.WriteString(wrap(e.What+": "+e.Text, "", "       "))
	}
	return b.String()
}
