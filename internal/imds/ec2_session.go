package imds

import (
	"net/http"
	"strconv"

	"tenement/internal/service"
)

// findToken answers a PUT, and whatever else is asked of the path of tokens.
// Source: captures in jtblin/aws-mock-metadata (405),
// aws-beam/aws_credentials#47 (403 without a body) and
// s3fs-fuse/s3fs-fuse#1765 (417).
func (s *ec2) findToken(q *question, version, rest string) reply {
	switch {
	case q.method != http.MethodPut:
		return notAllowed(q.method, tokenMethods)
	case version != service.LatestVersion || rest != service.TokenPath:
		return reply{Answer: Answer{Status: http.StatusForbidden}, fields: plainValue}
	}
	ttl := maxTTL // of a question without an exchange
	if q.request != nil {
		h := q.request.Header
		if h["X-Forwarded-For"] != nil {
			return xhtml(http.StatusForbidden).because(forwarded)
		}
		if h["Expect"] != nil {
			return xhtml(http.StatusExpectationFailed)
		}
		var ok bool
		if ttl, ok = parseTTL(h.Get(service.TokenTTLHeader)); !ok {
			return xhtml(http.StatusBadRequest).because("no TTL, or one out of bounds")
		}
	}
	p := reply{
		Answer: Answer{Status: http.StatusOK, Body: PlainDocument, Token: true},
		fields: []field{plainValue[0], noRanges, {service.TokenTTLHeader, []string{strconv.Itoa(ttl)}}},
	}
	if q.request != nil {
		p.body = s.mint.issue(s.began.Add(q.now), ttl)
	}
	return p
}

// checkToken checks the session token of a request: the status is 200 if the
// request is let in, and otherwise there is a reason. The TTL is that of its token, in seconds, as it was asked
// for, or 0. A question without an exchange counts as one with the right token.
// Source: Amazon EC2 User Guide; jtblin/kube2iam#279 for 403.
func (s *ec2) checkToken(q *question) (ttl, status int, reason string) {
	if q.request == nil {
		return 0, http.StatusOK, ""
	}
	h := q.request.Header
	token, shown := h[service.TokenHeader]
	if !shown {
		if s.options.TokensRequired {
			return 0, http.StatusUnauthorized, noTokenShown
		}
		return 0, http.StatusOK, ""
	}
	if h["X-Forwarded-For"] != nil {
		return 0, http.StatusForbidden, forwarded
	}
	ttl, good := s.mint.check(s.began.Add(q.now), token[0])
	switch {
	case good:
		return ttl, http.StatusOK, ""
	case ttl > 0:
		return 0, http.StatusUnauthorized, tokenExpired
	}
	return 0, http.StatusUnauthorized, "token unknown"
}

// Reasons for which a request is refused.
const (
	forwarded    = "forwarded"
	noTokenShown = "no token"
	tokenExpired = "token expired"
)

// notAllowed lists the methods of a path, in answer to OPTIONS or to a method
// that is not among them.
func notAllowed(method string, allow []string) reply {
	p := reply{Answer: Answer{Status: http.StatusMethodNotAllowed}, fields: []field{plainValue[0], {"Allow", allow}}}
	if method == http.MethodOptions {
		p.Status = http.StatusOK
	}
	return p
}

// The methods that there are, of the path of tokens and of all others.
var (
	tokenMethods = []string{"OPTIONS, PUT"}
	readMethods  = []string{"OPTIONS, GET, HEAD"}
)
