package imds

import (
	"net/http"
	"strconv"

	"tenement/internal/service"
)

// findToken answers a PUT, and whatever else is asked of the path of tokens.
// Source: captures in jtblin/aws-mock-metadata (405, 2020-04-07),
// aws-beam/aws_credentials#47 (403 without a body) and
// s3fs-fuse/s3fs-fuse#1765 (417); smithy-lang/smithy-rs
// aws-config/test-data/default-credential-provider-chain, 2021, and a capture of
// 2025-07-30 (the headers of a token).
func (s *ec2) findToken(q *question, version, rest string) reply {
	switch {
	case q.method != http.MethodPut:
		return notAllowed(q.method, tokenMethods)
	case version != service.LatestVersion || rest != service.TokenPath:
		return reply{Answer: Answer{Status: http.StatusForbidden}, fields: plainValue, head: bodilessHead}
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
		fields: []field{plainValue[0], {service.TokenTTLHeader, []string{strconv.Itoa(ttl)}}},
	}
	if q.request != nil {
		p.body = s.mint.issue(s.began.Add(q.now), ttl)
	}
	return p
}

// checkToken checks the session token of a request: the status is 200 if the
// request is let in, and otherwise there is a reason. The TTL is what its token has left, in seconds, or 0. A question
// without an exchange counts as one with the right token.
// Source: Amazon EC2 User Guide; jtblin/kube2iam#279 for 403; smithy-lang/smithy-rs
// aws-config/test-data/default-credential-provider-chain/imds_default_chain_retries
// (2021) and captures of 2024-06-27 for the TTL. It is rounded up, because captures of
// other dates show the TTL asked for on a GET that came at once.
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
	left, known := s.mint.check(s.began.Add(q.now), token[0])
	switch {
	case known && left > 0:
		return left, http.StatusOK, ""
	case known:
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
//
// Source: the capture in jtblin/aws-mock-metadata (2020-04-07) for the reason and the
// order.
func notAllowed(method string, allow []string) reply {
	p := reply{
		Answer: Answer{Status: http.StatusMethodNotAllowed}, head: notAllowedHead,
		fields: []field{plainValue[0], {"Allow", allow}},
	}
	if method == http.MethodOptions {
		p.Status, p.head = http.StatusOK, bodilessHead
	}
	return p
}

// The methods that there are, of the path of tokens and of all others.
var (
	tokenMethods = []string{"OPTIONS, PUT"}
	readMethods  = []string{"OPTIONS, GET, HEAD"}
)
