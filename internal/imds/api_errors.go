package imds

import (
	"net/http"
	"regexp"
	"strings"

	"tenement/internal/service"
)

// wrong is an error that is the client's.
func (s *jsonAPI) wrong(code, message string) reply {
	return s.failure(http.StatusBadRequest, code, message)
}

// unfit is an error that the service's model does not allow a member. Value is that word, or
// more of it.
// Source: the form of messages of AWS services that users report ("1 validation error
// detected: Value null at '...' failed to satisfy constraint: Member must not be null",
// "... Member must satisfy regular expression pattern: [^:*]*").
func (s *jsonAPI) unfit(value, member, constraint string) reply {
	return s.wrong(s.details.invalid, "1 validation error detected: "+value+" at '"+member+"' failed to satisfy constraint: Member must "+constraint)
}

// failure is an error with a status. A code tells SDKs what is wrong; the status does not.
func (s *jsonAPI) failure(status int, code, message string) reply {
	body := map[string]string{"__type": code}
	if message != "" {
		body[s.details.message] = message
	}
	return reply{
		Answer: Answer{Status: status, Body: ErrorJSON}, fields: amazonJSON, body: encode(body), sized: true, reason: code,
	}
}

// refuse implements surface: a limit refuses with a code that SDKs know as throttling,
// whatever the status.
// Source: AWS SDK retry documentation and CommonErrors of each API Reference, which give
// ThrottlingException the status 400; botocore 1.43.11 data/_retry.json. The message is
// that of the errors that users report ("Rate exceeded").
func (s *jsonAPI) refuse(_ *question, status int) reply {
	return s.failure(status, "ThrottlingException", "Rate exceeded")
}

// fail implements surface.
func (s *jsonAPI) fail(q *question, status int) reply {
	switch {
	case status == http.StatusTooManyRequests:
		return s.refuse(q, status)
	case status == http.StatusServiceUnavailable:
		return s.failure(status, "ServiceUnavailableException", "")
	case status >= http.StatusInternalServerError:
		return s.failure(status, s.details.internal, "")
	}
	return s.failure(status, "AccessDeniedException", s.denied(q))
}

// errorCode is how the codes of errors look.
var errorCode = regexp.MustCompile(`^[A-Z][A-Za-z]{2,63}$`)

// coded implements coder: a code comes with the message that the API has for it, as far
// as it is known.
func (s *jsonAPI) coded(q *question, status int, code string) (reply, bool) {
	switch {
	case !errorCode.MatchString(code):
		return reply{}, false
	case code == "AccessDeniedException":
		return s.failure(status, code, s.denied(q)), true
	}
	return s.failure(status, code, messages[code]), true
}

// messages are what the errors say that users report most.
var messages = map[string]string{
	"ThrottlingException":            "Rate exceeded",
	"TooManyRequestsException":       "Rate exceeded",
	"LimitExceededException":         "Rate exceeded",
	"ResourceNotFoundException":      "The specified resource does not exist.",
	"ResourceAlreadyExistsException": "The specified resource already exists",
	"ExpiredTokenException":          "The security token included in the request is expired",
	"UnrecognizedClientException":    "The security token included in the request is invalid.",
	"InvalidSignatureException":      "Signature expired",
}

// denied says which permission is missing, as IAM does.
// Source: IAM User Guide, troubleshoot_access-denied.
func (s *jsonAPI) denied(q *question) string {
	target, _ := s.of.Row().Target(q.path)
	return "User: " + s.place.assumedRole(executionRole) + " is not authorized to perform: " +
		permission(s.of, target) + " on resource: *" +
		" because no identity-based policy allows the " + permission(s.of, target) + " action"
}

// permission is the action that a policy must allow for an operation.
func permission(of service.Service, target string) string {
	_, operation, _ := strings.Cut(target, ".")
	return of.String() + ":" + operation
}

// assumedRole is who calls an API with credentials of a role.
func (p Place) assumedRole(role string) string {
	return "arn:" + p.partition() + ":sts::" + p.account() + ":assumed-role/" + role + "/task"
}
