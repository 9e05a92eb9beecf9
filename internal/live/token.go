package live

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// header is the header of a task's request, sent at now for what a call wants.
// Nothing may write to it.
func (s *way) header(w *strategy.Wants, now time.Duration) http.Header {
	switch {
	case s.pod != nil:
		return s.pod.header(now)
	case w.TTL > 0:
		return http.Header{service.TokenTTLHeader: {strconv.Itoa(int(w.TTL / time.Second))}}
	case w.Token != nil:
		return http.Header{service.TokenHeader: {w.Token.Value}}
	}
	return noHeader
}

// podToken is the Kubernetes service account token of a task on EKS, which its
// SDKs read from a file at each request.
type podToken struct {
	task   *imds.Task
	seed   uint64
	tokens throttle.PodTokens
	began  time.Time
	last   atomic.Pointer[podHeader] // the last one sent
}

// podHeader is a header with a pod's token, good until kubelet renews the token.
type podHeader struct {
	header http.Header
	until  time.Duration
}

// header is the header with the token that the pod has at now.
func (p *podToken) header(now time.Duration) http.Header {
	if h := p.last.Load(); h != nil && now < h.until {
		return h.header
	}
	token, until := p.task.PodToken(p.seed, p.tokens, p.began, now)
	h := &podHeader{http.Header{"Authorization": {token}}, until}
	p.last.Store(h)
	return h.header
}

// readSessionToken reads a session token that came at now; its lifetime counts
// from then. It returns nil for a token without a lifetime.
func readSessionToken(h http.Header, text []byte, now time.Duration) *strategy.SessionToken {
	seconds, err := strconv.ParseUint(h.Get(service.TokenTTLHeader), 10, 31)
	if err != nil {
		return nil
	}
	return &strategy.SessionToken{Expires: now + time.Duration(seconds)*time.Second, Value: string(text)}
}
