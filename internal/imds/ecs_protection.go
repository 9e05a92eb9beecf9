package imds

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tenement/internal/service"
)

// protection is a task's protection from scaling in, until an instant.
type protection struct{ until time.Duration }

// How long a task is protected, in minutes, unless it says otherwise, and at
// most.
// Source: Amazon ECS API Reference, UpdateTaskProtection.
const (
	protectionDefault = 120
	protectionLongest = 2880
)

// protectionRequest is the body of a PUT.
type protectionRequest struct {
	ProtectionEnabled *bool
	ExpiresInMinutes  *int64
}

// protectionAnswer is what task protection answers: one of its parts, and the
// ID of the request to ECS if that is where an error is from.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/taskprotection/v1/types.
type protectionAnswer struct {
	RequestID  string             `json:"requestID,omitempty"`
	Protection *protectionState   `json:"protection,omitempty"`
	Failure    *protectionFailure `json:"failure,omitempty"`
	Error      *protectionError   `json:"error,omitempty"`
}

type protectionState struct {
	ExpirationDate    *string
	ProtectionEnabled bool
	TaskArn           string
}

type protectionFailure struct {
	Arn    string
	Detail *string
	Reason string
}

type protectionError struct {
	Arn     string `json:",omitempty"`
	Code    string
	Message string
}

// findProtection answers a request for what follows the prefix of the API, in
// the agent's order of checks: method, body, task, field, credentials; then
// come those of ECS itself.
// Source: amazon-ecs-agent
// ecs-agent/tmds/handlers/taskprotection/v1/handlers/handlers.go.
func (s *ecs) findProtection(rest string, q *question) reply {
	id, ok := strings.CutSuffix(rest, service.OfProtection)
	if !ok || strings.Contains(id, "/") {
		return notFound()
	}
	var want protectionRequest
	switch q.method {
	case http.MethodGet, "":
	case http.MethodPut:
		if err := q.decode(&want); err != nil {
			return protectionRefusal(http.StatusBadRequest, "", "InvalidParameterException", "UpdateTaskProtection: failed to decode request")
		}
	default:
		return reply{Answer: Answer{Status: http.StatusMethodNotAllowed}}
	}
	owner := s.roster.endpoint(id, q.asker)
	switch {
	case owner == nil:
		return protectionRefusal(http.StatusNotFound, "", "ResourceNotFoundException", "Failed to find a task for the request")
	case q.method == http.MethodPut && want.ProtectionEnabled == nil:
		return protectionRefusal(http.StatusBadRequest, owner.ARN, "InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field")
	case owner.CredentialsID == "" || s.isPending(q):
		return protectionRefusal(http.StatusForbidden, owner.ARN, "AccessDeniedException", "Invalid Request: no task IAM role credentials available for task")
	case s.standalone:
		return jsonReply(encode(protectionAnswer{Failure: &protectionFailure{Arn: owner.ARN, Reason: "TASK_NOT_VALID"}}))
	case q.method == http.MethodPut:
		if p, ok := s.protect(owner, want, q.now); !ok {
			return p
		}
	}
	return jsonReply(encode(protectionAnswer{Protection: s.protectionAt(owner, q.now)}))
}

// protectionRefusal is an error of the agent's own, without a call to ECS.
func protectionRefusal(status int, arn, code, message string) reply {
	return jsonError(status, protectionAnswer{Error: &protectionError{arn, code, message}})
}

// failProtection is an error of a call to ECS.
func (s *ecs) failProtection(q *question, status int, code, message string) reply {
	id, _, _ := strings.Cut(strings.TrimPrefix(q.path, service.AgentAPI), "/")
	arn := ""
	if owner := s.roster.endpoint(id, q.asker); owner != nil {
		arn = owner.ARN
	}
	return protectionRefusal(status, arn, code, message)
}

// protect carries a request out, or answers with ECS's error. The status and the
// code of that are published, its text is not.
func (s *ecs) protect(owner *knownTask, want protectionRequest, now time.Duration) (reply, bool) {
	if !*want.ProtectionEnabled {
		owner.protection.Store(nil)
		return reply{}, true
	}
	minutes := int64(protectionDefault)
	if want.ExpiresInMinutes != nil {
		minutes = *want.ExpiresInMinutes
	}
	if minutes < 1 || minutes > protectionLongest {
		message := fmt.Sprintf("expiresInMinutes must be between 1 and %d", protectionLongest)
		return jsonError(http.StatusBadRequest, protectionAnswer{
			RequestID: uuid(s.keys.Name("request").Name(owner.ARN).With(uint64(now))),
			Error:     &protectionError{owner.ARN, "InvalidParameterException", message},
		}), false
	}
	owner.protection.Store(&protection{until: now + time.Duration(minutes)*time.Minute})
	return reply{}, true
}

// protectionAt is a task's protection at now.
func (s *ecs) protectionAt(owner *knownTask, now time.Duration) *protectionState {
	state := &protectionState{TaskArn: owner.ARN}
	if p := owner.protection.Load(); p != nil && now < p.until {
		date := s.began.Add(p.until).UTC().Format(time.RFC3339)
		state.ProtectionEnabled, state.ExpirationDate = true, &date
	}
	return state
}

// maxBody bounds the body that is read; the agent has no bound.
const maxBody = 64 << 10

// decode reads a body as the agent does: names in any case, and unknown names are
// an error.
func (q *question) decode(v any) error {
	if q.request == nil || q.request.Body == nil {
		return io.EOF
	}
	q.awaitBody(agentTimeout)
	d := json.NewDecoder(io.LimitReader(q.request.Body, maxBody))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
