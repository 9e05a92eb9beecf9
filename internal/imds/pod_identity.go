package imds

import (
	"net"
	"net/http"
	"net/netip"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// podIdentity is the EKS Pod Identity agent: one route, for credentials. A task is
// a pod. The service account token in a request identifies it, whatever its
// address.
//
// The order of its layers is the agent's: first the mux, which redirects to
// the clean form of a path and knows no other route; then the limiter; then
// the checks, Host header, token, what the token says; and then EKS Auth,
// behind the agent's cache.
// Source: eks-pod-identity-agent 0.1.37 pkg/server/server.go,
// pkg/handlers/eks_credential_handler.go and internal/validation/request.go.
type podIdentity struct {
	began       time.Time
	credentials *cycle
	keys        draw.Key // what the values in documents descend from
	strict      bool     // about the Host header
	tokens      *podTokens
}

// newPodIdentity is the surface of an agent.
func newPodIdentity(c Config, r *roster) surface {
	return &podIdentity{
		began:       c.Began,
		credentials: c.cycle,
		keys:        documentKeys(c.Seed),
		strict:      c.Pod.StrictHost,
		tokens:      newPodTokens(c.Seed, r.tasks),
	}
}

// ahead answers what never reaches the limiter: all but the one route.
func (s *podIdentity) ahead(q *question) (reply, bool) {
	if q.path == service.CredentialsV1 && q.url.RawPath == "" {
		return reply{}, false // what nearly everybody asks for
	}
	r := q.request
	if r == nil {
		r = &http.Request{Method: q.method, URL: q.url}
	}
	return unrouted(r)
}

// asker implements surface.
func (s *podIdentity) asker(q *question) *knownTask {
	q.token = s.tokens.read(q.request.Header.Get("Authorization"))
	return q.token.owner
}

// cacheKey implements surface. It is 0 for requests that the agent itself refuses,
// and for pods that the mock does not know. (The real agent asks EKS Auth about
// the latter.)
func (s *podIdentity) cacheKey(q *question) uint64 {
	if q.asker == nil || s.deny(q) != "" || s.invalid(q) != "" {
		return 0
	}
	return q.token.key
}

// started implements surface.
func (s *podIdentity) started(t *knownTask) { s.tokens.add(t) }

// stopped implements surface.
func (s *podIdentity) stopped(t *Task) { s.tokens.remove(t) }

// find implements surface.
func (s *podIdentity) find(q *question) reply {
	if q.request == nil {
		return documentReply(credentialsDocument, q.asker)
	}
	if text := s.deny(q); text != "" {
		return textError(http.StatusForbidden, text).because("host")
	}
	if text := s.invalid(q); text != "" {
		return textError(http.StatusBadRequest, text).because(s.flaw(q))
	}
	if q.asker == nil {
		return s.hand(q, errInvalidToken).because("token of no pod")
	}
	return documentReply(credentialsDocument, q.asker)
}

// deny checks the Host header, which must be one of the agent's addresses, and
// returns what the agent says of a wrong one, or "".
//
// It differs from the agent's check in one point, unless it is to be strict:
// the names of a server on a loopback address will do as well, and the address
// that was called, because SDKs send what their URL says.
func (s *podIdentity) deny(q *question) string {
	host := q.request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	agent := service.PodIdentity.Row()
	switch host {
	case agent.IPv4, agent.IPv6:
		return ""
	case "localhost", "127.0.0.1", "::1":
		if !s.strict {
			return ""
		}
	default:
		if !s.strict && called(q.request, host) {
			return ""
		}
	}
	return "Access Denied. Called agent through invalid address, please use either [" +
		agent.IPv4 + " " + agent.IPv6 + "] address not " + host
}

// called reports whether host is the address that a request came to.
func called(r *http.Request, host string) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap() == sourceOf(local.String())
}

// invalid checks the token, and returns what the agent says of a bad one, or "".
func (s *podIdentity) invalid(q *question) string {
	switch p := q.token; {
	case p == noToken:
		return "Service account token cannot be empty"
	case p.err != nil:
		return "Service account token cannot be parsed: " + p.err.Error()
	default:
		if text := p.claims.wrong(s.began.Add(q.now).Unix()); text != "" {
			return "Service account token failed basic claim validations: " + text
		}
	}
	return ""
}

// flaw is what is wrong with a token that is invalid, in a word or two.
func (s *podIdentity) flaw(q *question) string {
	switch p := q.token; {
	case p == noToken:
		return noTokenShown
	case p.err != nil:
		return "token malformed"
	case s.began.Add(q.now).Unix() >= p.claims.until:
		return tokenExpired
	}
	return "token not yet valid"
}

// wrong checks claims at an instant of Unix time, and returns the library's
// error, or "".
// Source: golang-jwt/jwt v5.3.0 validator.go and errors.go.
func (c *claims) wrong(now int64) string {
	expired, early := now >= c.until, now < c.from
	switch {
	case expired && early:
		return "token is expired, token is not valid yet"
	case expired:
		return "token is expired"
	case early:
		return "token is not valid yet"
	}
	return ""
}

// refuse implements surface: the limiter's answer is the same whatever the
// status, and says nothing of the limit.
// Source: eks-pod-identity-agent
// internal/middleware/rate_limiter/rate_limiter.go.
func (s *podIdentity) refuse(_ *question, status int) reply {
	return textError(status, "Too Many Requests")
}

// fail implements surface. All errors are those of EKS Auth, which the agent
// passes on.
func (s *podIdentity) fail(q *question, status int) reply {
	if status == http.StatusInternalServerError {
		// EKS Auth has not answered, so there is no request ID.
		return textError(status, "[]")
	}
	e, ok := authErrors[status]
	if !ok {
		e = authError{status: status, code: "UnknownError", message: "UnknownError", fault: "unknown"}
	}
	return s.hand(q, e)
}

// pending implements surface.
func (s *podIdentity) pending(q *question) reply { return s.fail(q, http.StatusServiceUnavailable) }

// hand passes an error of EKS Auth on, in the agent's words.
// Source: eks-pod-identity-agent pkg/errors/errors.go.
func (s *podIdentity) hand(q *question, e authError) reply {
	id := uuid(s.keys.Name("request").With(uint64(q.now)))
	return textError(e.status, "["+id+"]: ("+e.code+"): "+e.message+", fault: "+e.fault)
}

// limited implements surface: no header names a limit.
func (*podIdentity) limited([]throttle.Limit) {}

// stamp implements surface: no header is on every answer.
func (*podIdentity) stamp(http.Header, *http.Request) {}

// render implements surface.
func (s *podIdentity) render(owner *knownTask, _ document, v variant, now time.Duration) []byte {
	expires := s.credentials.expiresAt(now, owner.Issued)
	if v != (variant{}) {
		return without(encode(s.content(owner, v, expires)), v.without)
	}
	return owner.render(credentialsDocument, int64(expires), func() []byte { return encode(s.content(owner, v, expires)) })
}

// podCredentials is the document of a pod's credentials, in the agent's order.
// Source: eks-pod-identity-agent pkg/credentials/model.go.
type podCredentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	AccountID       string `json:"AccountId"`
	Expiration      string
}

// content is the credentials of the renewal that expires at expires.
func (s *podIdentity) content(owner *knownTask, v variant, expires time.Duration) podCredentials {
	c := newCredentials(s.keys, owner.roleARN(), owner.CredentialsID, expires)
	return podCredentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, Token: c.Token,
		AccountID: owner.roleAccount(), Expiration: expiration(s.began, expires+v.shift),
	}
}
