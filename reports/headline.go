package reports

import (
	"fmt"
	"strings"
)

// headline says what was limited, and how: "ECS credentials, one bucket for the
// host: 40/s, burst 60".
func headline(r *Report) string {
	s := newStory(r)
	if s == nil {
		return "no cases"
	}
	what := serviceName(s.base.Endpoint.Service)
	flow := ""
	for i, g := range s.you.groups {
		if i > 0 && g.Flow != flow {
			flow = ""
			break
		}
		flow = g.Flow
	}
	if flow == "task" {
		flow = "task metadata"
	}
	what = strings.TrimSpace(what + " " + flow)
	if what == "" {
		what = "requests"
	}
	if s.limit == nil {
		return what + ", no limit"
	}
	share := map[string]string{
		"host": "one bucket for the host", "tenant": "one bucket per tenant",
		"task": "one bucket per task", "ip+path": "one bucket per source address and path",
	}[s.limit.Scope]
	if share == "" {
		share = "one bucket per " + s.limit.Scope
	}
	if hosts := s.base.Endpoint.Hosts; hosts > 1 {
		if s.limit.Scope == "host" {
			share = fmt.Sprintf("one bucket for each of %d hosts", hosts)
		} else {
			share += fmt.Sprintf(" on each of %d hosts", hosts)
		}
	}
	line := fmt.Sprintf("%s, %s: %s, burst %d", what, share, exactly(s.limit.RatePerS), s.limit.Burst)
	if n := len(s.base.Endpoint.OtherLimits); n > 0 {
		line += fmt.Sprintf(" (and %s)", plural(uint64(n), "further limit", "further limits"))
	}
	return line
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
	case s.capacity > 0 && s.limit.Scope == "host":
		line += " = " + roughly((yours+theirs)/s.capacity) + " of the limit"
	case s.capacity > 0 && s.shared:
		line += "; of your tenant's limit " + roughly(s.asked()/s.capacity)
	}
	if all.retries() > 0 {
		line += "; with retries " + perS(yours+theirs+s.you.perSecond(s.you.retries())+s.them.perSecond(s.them.retries()))
	}
	if ratio(all.firstTries, all.calls) < 0.95 {
		line += "; " + perS(s.you.perSecond(s.you.calls)+s.them.perSecond(s.them.calls)) + " of calls, the rest of them cached"
	}
	return line
}
