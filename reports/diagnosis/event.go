package diagnosis

import (
	"fmt"
	"math"

	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
)

// Event is something that happens to an endpoint during the run, in words.
type Event struct{ Kind, Text string }

// Events are what happens to an endpoint: limits change, something goes wrong.
func Events(e *reports.Endpoint) []Event {
	var out []Event
	for i := range e.Changes {
		c := &e.Changes[i]
		out = append(out, Event{"change", fmt.Sprintf("from %s on, %s is %s", words.Span(c.AtS), limitName(e, c.Limit), Terms(&c.To))})
	}
	for i := range e.Faults {
		out = append(out, Event{"fault", faultLine(&e.Faults[i])})
	}
	if e.WriteTimeoutS > 0 {
		out = append(out, Event{"write timeout", "an answer that takes longer than " + words.Span(e.WriteTimeoutS) + " is never sent, and the connection is closed"})
	}
	if u := e.Upstream; u != nil && u.Limit != nil {
		out = append(out, Event{"upstream", UpstreamName(e.Service) + ", which the endpoint asks: " + Terms(u.Limit)})
	}
	return out
}

// limitName is a limit among others: "the limit each-task", or what it is if it
// has no name.
func limitName(e *reports.Endpoint, place int) string {
	l := &e.Limits[place]
	switch {
	case l.Name != "":
		return fmt.Sprintf("the limit %q", l.Name)
	case len(e.Limits) == 1:
		return "the limit"
	case l.Scope == throttle.HostScope.String():
		return "the " + Noun(l) + " for the host"
	}
	return "the " + Noun(l) + " per " + sharers(l)
}

// FaultName is the fault's name, or its kind if it has none.
func FaultName(f *reports.Fault) string {
	if f.Name == "" {
		return f.Kind
	}
	return f.Name
}

// faultLine is a fault in a line: when, and what it does.
func faultLine(f *reports.Fault) string {
	line := FaultName(f) + when(f) + ": "
	effect, known := faultEffects[f.Kind]
	if !known {
		return line + f.Kind
	}
	line += effect(f)
	if f.Is(throttle.RestartFault) {
		return line // of all connections
	}
	line += counted(f)
	switch of := "those for " + words.List(f.Routes, "or"); {
	case len(f.Routes) == 0 && f.Share < 1:
		line += fmt.Sprintf(" (%s of them)", words.Roughly(f.Share))
	case len(f.Routes) > 0 && f.Share < 1:
		line += fmt.Sprintf(" (%s of %s)", words.Roughly(f.Share), of)
	case len(f.Routes) > 0:
		line += fmt.Sprintf(" (%s)", of)
	}
	return line
}

// counted is how many requests a fault strikes: ", the next 7 after 2, for each task".
func counted(f *reports.Fault) string {
	var text string
	switch {
	case f.Count > 0 && f.Skip > 0:
		text = fmt.Sprintf(", the next %s after %s", words.Number(uint64(f.Count)), words.Number(uint64(f.Skip)))
	case f.Count > 0:
		text = ", the next " + words.Number(uint64(f.Count))
	case f.Skip > 0:
		text = ", after " + words.Number(uint64(f.Skip))
	}
	if f.Scope != "" {
		text += ", for each " + f.Scope
	}
	return text
}

// when is when a fault is on: " at 30 s for 2 s".
func when(f *reports.Fault) string {
	switch {
	case f.ForS > 0:
		at, long := words.Spans(f.FromS, f.ForS)
		return " at " + at + " for " + long
	case f.FromS > 0:
		return " from " + words.Span(f.FromS) + " on"
	}
	return ""
}

// faultEffects is what each kind of fault does.
var faultEffects = map[string]func(f *reports.Fault) string{
	throttle.RestartFault.String(): func(f *reports.Fault) string {
		if f.PendingS > 0 {
			return "connections are refused, then credentials are pending for " + words.Span(f.PendingS)
		}
		return "connections are refused"
	},
	throttle.SlowFault.String():   func(f *reports.Fault) string { return "answers come " + later(f) },
	throttle.StatusFault.String(): func(f *reports.Fault) string { return fmt.Sprintf("requests are answered %d", f.Status) },
	throttle.HangFault.String():   func(*reports.Fault) string { return "requests are never answered" },
	throttle.ResetFault.String():  func(*reports.Fault) string { return "connections are reset" },
	throttle.CutFault.String(): func(f *reports.Fault) string {
		return "connections are closed after " + words.Span(f.AfterS) + " without an answer"
	},
	throttle.TruncateFault.String():  func(*reports.Fault) string { return "answers break off in the middle" },
	throttle.MalformedFault.String(): func(*reports.Fault) string { return "answers are not JSON" },
	throttle.EmptyFault.String():     func(*reports.Fault) string { return "answers are empty objects" },
	throttle.MissingFieldFault.String(): func(f *reports.Fault) string {
		if f.Field == "" {
			return "credentials lack a field"
		}
		return "credentials lack " + f.Field
	},
	throttle.ExpiryFault.String(): func(f *reports.Fault) string {
		if f.ShiftS < 0 {
			return "credentials expire " + words.Span(-f.ShiftS) + " earlier"
		}
		return "credentials expire " + words.Span(f.ShiftS) + " later"
	},
	throttle.AnswersFault.String(): func(f *reports.Fault) string {
		line := "requests get " + words.List(words.Some(f.Answers), "and") + ", one after another"
		if f.Stay {
			line += ", and the last one from then on"
		}
		return line
	},
	throttle.TagsFault.String(): func(f *reports.Fault) string {
		return "documents with tags come " + later(f) + " and without them"
	},
}

// later is by how much answers are.
func later(f *reports.Fault) string {
	l := f.LatencyMS
	if l == nil {
		return "later"
	}
	text := words.Span(l.P50/1000) + " later"
	if math.Abs(l.P99-l.P50) > l.P50/100 {
		text += " (p99 " + words.Span(l.P99/1000) + ")"
	}
	return text
}
