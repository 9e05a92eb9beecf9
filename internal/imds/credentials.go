package imds

import (
	"encoding/base32"
	"encoding/binary"
	"net/http"
	"net/url"
	"time"

	"tenement/internal/draw"
)

// The routes of credentials. Version 2 has the ID behind it, version 1 in the
// query.
const (
	credentialsV1 = "/v1/credentials"
	credentialsV2 = "/v2/credentials/"
)

// credentials is the document of a task role's credentials. The order of the
// fields is that of the agent.
// Source: amazon-ecs-agent ecs-agent/credentials/manager.go.
type credentials struct {
	RoleArn         string
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      string
}

// documentKeys is what the values in the documents of an agent descend from.
func documentKeys(seed uint64) draw.Key { return draw.Seed(seed).Name("documents") }

// executionRole is the role that the agent pulls images and writes logs with;
// all tasks have the same.
const executionRole = "ecsTaskExecutionRole"

// newCredentials is the credentials of a role, by their ID, of the renewal that
// expires at expires, which is not filled in. Each renewal has values of its
// own; nobody can take them for real.
func newCredentials(keys draw.Key, role, id string, expires time.Duration) credentials {
	key := keys.Name("credentials").Name(id).With(uint64(expires))
	return credentials{
		RoleArn:         "arn:aws:iam::" + Account + ":role/" + role,
		AccessKeyID:     "ASIAFAKE" + base32Digits(key.Name("id"), 8) + "EXAMPLE",
		SecretAccessKey: "not-a-real-key-" + hexDigits(key.Name("secret"), 25), // 40 characters, as real ones
		Token:           "not-a-real-session-token-" + hexDigits(key.Name("token"), 400),
	}
}

// expiration is how an instant since began is written.
func expiration(began time.Time, at time.Duration) string {
	return began.Add(at).UTC().Format("2006-01-02T15:04:05Z")
}

// credentialsError is the agent's error object. The third name is not a slip.
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
		return failCredentials(http.StatusBadRequest, "NoIdInRequest", prefix+"No Credential ID in the request")
	}
	owner, d := s.roster.credentials(id, q.asker), credentialsDocument
	if owner == nil {
		owner, d = s.roster.byExecution[id], executionDocument
	}
	switch {
	case owner != nil && s.isPending(q):
		return failCredentials(http.StatusServiceUnavailable, uninitialized, prefix+uninitializedText)
	case owner == nil:
		return failCredentials(http.StatusBadRequest, invalidID, prefix+notFoundText)
	}
	p := documentReply(d, owner)
	p.audited = true
	return p
}

// isPending reports whether no task has credentials yet: after a start, or
// after the restart that a fault stands for.
func (s *ecs) isPending(q *question) bool { return q.pending || q.now < s.pendingFor }

// requestNames begin the messages of each version.
var requestNames = [...]string{1: "CredentialsV1Request: ", 2: "CredentialsV2Request: "}

// What the agent says of an ID that it does not know, and of credentials that
// it knows of and does not have yet.
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
	if q.path == credentialsV1 {
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

// queryID is the first id of a query; a part of it that cannot be read is
// passed over.
func queryID(query string) string {
	values, _ := url.ParseQuery(query)
	return values.Get("id")
}

// base32Digits draws n ≤ 12 of the characters that access keys are made of.
func base32Digits(k draw.Key, n int) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], k.Bits())
	return base32.StdEncoding.EncodeToString(b[:])[:n]
}
