package reports

import (
	"fmt"
	"strings"
)

// headline says what was limited, and how: "ECS credentials, one bucket for the
// host: 40/s, burst 60". Of several limits it names each.
func headline(r *Report) string {
	s := newStory(r)
	if s == nil {
		return "no cases"
	}
	what := strings.TrimSpace(serviceName(s.base.Endpoint.Service) + " " + s.flow())
	if what == "" {
		what = "requests"
	}
	limits := s.base.Endpoint.Limits
	if len(limits) == 0 {
		return what + ", no limit"
	}
	var lines []string
	for i := range limits[:min(len(limits), mostLimits)] {
		lines = append(lines, limits[i].text(s.base.Endpoint.Hosts))
	}
	line := what + ", " + strings.Join(lines, "; and ")
	if n := len(limits) - len(lines); n > 0 {
		line += fmt.Sprintf(" (and %s)", plural(uint64(n), "further limit", "further limits"))
	}
	return line
}

// mostLimits is how many limits the headline spells out.
const mostLimits = 3

// flow is what you ask for, in words; nothing if groups under test differ.
func (s *story) flow() string {
	flow := ""
	for i, g := range s.you.groups {
		if i > 0 && g.Flow != flow {
			return ""
		}
		flow = g.Flow
	}
	switch flow {
	case "task":
		return "task metadata"
	case "tags":
		return "task metadata with tags"
	case "document":
		return "identity document"
	case "token":
		return "session tokens"
	}
	return flow
}

func serviceName(service string) string {
	switch service {
	case "ecs":
		return "ECS"
	case "imds":
		return "IMDS"
	case "eks-pod-identity":
		return "EKS Pod Identity"
	}
	return service
}

// demand says what is asked of the endpoint in the first case, as a share of
// the limit where there is one bucket to share: "neighbours 60/s + you 7/s =
// 168 % of the limit; with retries 139/s".
func demand(r *Report) string {
	s := newStory(r)
	if s == nil {
		return ""
	}
	all := s.you.plus(s.them)
	if all.calls == 0 {
		return "nothing"
	}
	yours, theirs := s.you.perSecond(s.you.firstTries), s.them.perSecond(s.them.firstTries)
	line := "you " + perS(yours)
	if s.them.calls > 0 {
		line = "neighbours " + perS(theirs) + " + " + line
	}
	switch {
	case s.capacity == 0 || !s.sole:
	case s.base.everyone(s.limit):
		line += " = " + roughly((yours+theirs)/s.capacity) + " of " + s.theLimit()
	case s.shared && s.limit.Scope == "tenant":
		line += "; of your tenant's limit " + roughly(s.asked()/s.capacity)
	case s.shared:
		line += "; of the limit that you share " + roughly(s.asked()/s.capacity)
	}
	if all.retries() > 0 {
		line += "; with retries " + perS(yours+theirs+s.you.perSecond(s.you.retries())+s.them.perSecond(s.them.retries()))
	}
	if all.cached() > 0.05 {
		line += "; " + perS(s.you.perSecond(s.you.calls)+s.them.perSecond(s.them.calls)) + " of calls, the rest of them cached"
	}
	return line
}
