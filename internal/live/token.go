package live

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// The headers of EC2's session tokens, in their canonical form.
// Source: EC2 User Guide, "Use the Instance Metadata Service".
const (
	tokenHeader    = "X-Aws-Ec2-Metadata-Token"
	tokenTTLHeader = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

// header is what a request of a task for what a call wants carries, sent at
// now. Nobody writes to it.
func (s *seat) header(w *strategy.Wants, now time.Duration) http.Header {
	switch {
	case s.pod != nil:
		return s.pod.header(now)
	case w.TTL > 0:
		return http.Header{tokenTTLHeader: {strconv.Itoa(int(w.TTL / time.Second))}}
	case w.Token != nil:
		return http.Header{tokenHeader: {w.Token.Value}}
	}
	return noHeader
}

// pod is the service account token of a task on EKS, which its SDKs read from
// a file at each request.
type pod struct {
	task  *imds.Task
	plan  *plan.Plan
	began time.Time
	last  atomic.Pointer[podHeader] // that was sent
}

// podHeader is a header with a token, good until kubelet renews the token.
type podHeader struct {
	header http.Header
	until  time.Duration
}

// header is what carries the token that the pod has at now.
func (p *pod) header(now time.Duration) http.Header {
	if h := p.last.Load(); h != nil && now < h.until {
		return h.header
	}
	token, until := p.task.PodToken(p.plan.Seed, *p.plan.PodTokens, p.began, now)
	h := &podHeader{http.Header{"Authorization": {token}}, until}
	p.last.Store(h)
	return h.header
}

// readToken is what a client makes of a token that came at now: its life counts
// from then, and nil is one that does not say how long that is.
func readToken(h http.Header, text []byte, now time.Duration) *strategy.SessionToken {
	seconds, err := strconv.ParseUint(h.Get(tokenTTLHeader), 10, 31)
	if err != nil {
		return nil
	}
	return &strategy.SessionToken{Expires: now + time.Duration(seconds)*time.Second, Value: string(text)}
}
