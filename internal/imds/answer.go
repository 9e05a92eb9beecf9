package imds

import (
	"encoding/json"
	"net/http"

	"tenement/internal/service"
)

// Answer is what a request gets, short of the bytes.
type Answer struct {
	Status int
	// Limited reports whether the limiter is asked at all. A redirect to the
	// clean form of a path is answered in front of it, and not counted.
	Limited bool
	Body    Body
	Expires bool // the document has an expiry: the credentials' own
	Route   service.Routes
	Token   bool    // the answer is a session token
	Session Session // which token a request must show to get it
	// Lost says that the answer never arrives.
	Lost bool
}

// Session says whether a request must show a session token.
type Session uint8

// What a request must show.
const (
	NoSession       Session = iota // nothing: a token makes no difference
	SessionOptional                // no token, or one that is good
	SessionRequired                // a token that is good
)

// Body is the kind of body of an answer.
type Body uint8

// The kinds of body.
const (
	NoBody              Body = iota
	CredentialsDocument      // JSON, with an expiry
	JSONDocument             // JSON, without one
	Text                     // plain text, as of a 404 or a refusal
	ErrorJSON                // a JSON object or string that says what is wrong
	PlainDocument            // text that was asked for: a value, a list of them or a token
)

// document is a kind of document that a server renders once per task and keeps.
type document uint8

const (
	noDocument document = iota
	credentialsDocument
	executionDocument // credentials too
	extendedDocument  // credentials too, with the account
	containerDocument
	taskDocument
	statsDocument
	taskStatsDocument
	containerV2Document // versions 2 and 3, and so on
	taskV2Document
	statsV2Document
	taskStatsV2Document
	taggedDocument // of a task, version 4
	taggedV2Document
	numDocuments
)

// reply is an Answer with what its bytes are made from: a document of a task,
// or a body that says what is wrong.
type reply struct {
	Answer
	fields   []field
	document document
	variant  variant
	owner    *knownTask
	body     []byte
	audited  bool   // it goes into the audit log: a request for credentials
	sized    bool   // it tells its length, however long it is
	reason   string // why it is an error, or lost, where the status does not say so
	head     *head
}

// because is the reply with a reason.
func (p reply) because(reason string) reply {
	p.reason = reason
	return p
}

// field is a header that not every reply has. Replies share fields: nothing may
// write to them.
type field struct {
	name  string // in its canonical form
	value []string
}

// documentReply serves a document of a task, to be rendered when it is sent.
func documentReply(d document, owner *knownTask) reply {
	a := Answer{Status: http.StatusOK, Body: JSONDocument}
	if d == credentialsDocument || d == executionDocument || d == extendedDocument {
		a.Body, a.Expires = CredentialsDocument, true
	}
	return reply{Answer: a, fields: jsonText, document: d, owner: owner}
}

// jsonError is an error whose body is JSON: the agent's are objects and texts.
func jsonError(status int, body any) reply {
	return reply{
		Answer: Answer{Status: status, Body: ErrorJSON},
		fields: jsonText, body: encode(body),
	}
}

// jsonReply serves JSON that is ready as it is.
func jsonReply(body []byte) reply {
	return reply{Answer: Answer{Status: http.StatusOK, Body: JSONDocument}, fields: jsonText, body: body}
}

// notFound is the reply of a path without a route, as net/http gives it.
func notFound() reply { return textError(http.StatusNotFound, "404 page not found") }

// textError is an error as http.Error writes it.
func textError(status int, text string) reply {
	return reply{
		Answer: Answer{Status: status, Body: Text},
		fields: plainError, body: []byte(text + "\n"),
	}
}

// encode is v as JSON, escaped as Go's encoder does by default, which is how
// the agent's bodies are. What cannot be encoded, and nothing here is, becomes
// the agent's "{}".
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("{}")
	}
	return b
}

// The headers that answers share. Setting a header to a slice that exists
// already saves an allocation.
var (
	jsonText   = []field{{"Content-Type", []string{"application/json"}}}
	plainText  = []field{{"Content-Type", []string{"text/plain; charset=utf-8"}}}
	plainError = []field{plainText[0], {"X-Content-Type-Options", []string{"nosniff"}}}

	oneSecond = []string{"1"}
	empty     = []string{""}
)
