package reports

import "tenement/internal/throttle"

// Upstream is the service that the endpoint asks, and what came of it: the EKS Pod
// Identity agent asks EKS Auth.
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
