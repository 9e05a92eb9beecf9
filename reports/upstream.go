package reports

import (
	"fmt"

	"tenement/internal/throttle"
)

// Upstream is what the endpoint had to ask itself, and what came of it: the EKS
// Pod Identity agent asks EKS Auth.
type Upstream struct {
	Limit     *Limit `json:"limit"`     // of the upstream; null is none
	Requests  uint64 `json:"requests"`  // that the endpoint sent it
	Throttled uint64 `json:"throttled"` // refused by the upstream's limit
	Failed    uint64 `json:"failed"`    // given up
}

func newUpstream(u *throttle.Upstream, n throttle.UpstreamCounts) *Upstream {
	out := &Upstream{Requests: n.Requests, Throttled: n.Throttled, Failed: n.Failed}
	if u.Limit != nil {
		limit := newLimit(*u.Limit, throttle.OnExceed{Status: u.Status})
		out.Limit = &limit
	}
	return out
}

func (u *Upstream) add(o *Upstream) {
	u.Requests += o.Requests
	u.Throttled += o.Throttled
	u.Failed += o.Failed
}

// upstreamName is who is asked behind a service.
func upstreamName(service string) string {
	if service == "eks-pod-identity" {
		return "EKS Auth"
	}
	return "the upstream"
}

// refusedBehind is what the upstream refused, as a part of a sentence; nothing
// if it answered all it was asked.
func (s *story) refusedBehind() string {
	u := s.base.Endpoint.Upstream
	if u == nil || u.Throttled == 0 && u.Failed == 0 {
		return ""
	}
	name := upstreamName(s.base.Endpoint.Service)
	if u.Throttled == 0 {
		return fmt.Sprintf("%s did not answer %s of %s in time (%s)",
			name, number(u.Failed), plural(u.Requests, "request", "requests"), roughly(ratio(u.Failed, u.Requests)))
	}
	part := fmt.Sprintf("%s refused %s of %s (%s)",
		name, number(u.Throttled), plural(u.Requests, "request", "requests"), roughly(ratio(u.Throttled, u.Requests)))
	if u.Failed > 0 {
		part += fmt.Sprintf(" and did not answer %s in time", number(u.Failed))
	}
	return part
}

// behind says what the upstream refused, where somebody failed.
func (s *story) behind() string {
	part := s.refusedBehind()
	if part == "" || s.you.failures == 0 && s.you.own == 0 && s.them.failures == 0 {
		return ""
	}
	return "Behind the endpoint, " + part + "."
}
