package imds

import (
	"net/http"
	"net/url"

	"tenement/internal/service"
)

// credentialsError is the agent's error object. The third name is spelt as the
// agent spells it.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v1/credentials_handler.go.
type credentialsError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Status  int    `json:"HTTPErrorCode"`
}

// findCredentials answers a request for the credentials of an ID, in the
// agent's order of checks: none, known but not yet there, unknown.
func (s *ecs) findCredentials(version int, id string, q *question) reply {
	prefix := requestNames[version]
	if id == "" {
		return failCredentials(http.StatusBadRequest, "NoIdInRequest", prefix+"No Credential ID in the request").because("no ID")
	}
	owner, d := s.roster.credentials(id, q.asker), credentialsDocument
	if owner == nil {
		owner, d = s.roster.find(s.roster.byExecution, id), executionDocument
	}
	switch {
	case owner != nil && s.isPending(q):
		return failCredentials(http.StatusServiceUnavailable, uninitialized, prefix+uninitializedText).because("no credentials yet")
	case owner == nil:
		return failCredentials(http.StatusBadRequest, invalidID, prefix+notFoundText).because("unknown ID")
	}
	p := documentReply(d, owner)
	p.audited = true
	return p
}

// isPending reports whether no task has credentials yet: after a start, or
// after the restart that a fault stands for.
func (s *ecs) isPending(q *question) bool { return q.pending || q.age < s.pendingFor }

// requestNames begin the messages of each version.
var requestNames = [...]string{1: "CredentialsV1Request: ", 2: "CredentialsV2Request: "}

// The agent's texts for an ID that it does not know, and for credentials that it
// has not received yet.
const (
	invalidID         = "InvalidIdInRequest"
	notFoundText      = "Credentials not found"
	uninitialized     = "CredentialsUninitialized"
	uninitializedText = "Credentials uninitialized for ID"
)

// failCredentials is an error object, for the audit log too.
func failCredentials(status int, code, message string) reply {
	p := jsonError(status, credentialsError{Code: code, Message: message, Status: status})
	p.audited = true
	return p
}

// failCredentials is the agent's error of that status for a request for
// credentials: unknown, pending, or its own mistake.
func (s *ecs) failCredentials(q *question, status int) reply {
	prefix := requestNames[2]
	if q.path == service.CredentialsV1 {
		prefix = requestNames[1]
	}
	switch status {
	case http.StatusBadRequest:
		return failCredentials(status, invalidID, prefix+notFoundText)
	case http.StatusServiceUnavailable:
		return failCredentials(status, uninitialized, prefix+uninitializedText)
	case http.StatusInternalServerError:
		return failCredentials(status, "InternalServerError", "Internal server error")
	}
	p := textError(status, http.StatusText(status))
	p.audited = true
	return p
}

// queryID is the first id of a query; parts that cannot be parsed are skipped.
func queryID(query string) string {
	values, _ := url.ParseQuery(query)
	return values.Get("id")
}
