package sdk

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"tenement/internal/strategy"
)

// FinalError is the error that a user of the SDK sees at the end of a call.
type FinalError struct {
	On  strategy.Conditions // how the last attempt failed; 0 is in every way
	Leg string              // which request it was: token, role or credentials; "" is any
	// Text is what the error says. Words in braces stand for what the last attempt
	// was: {method} (as Go writes it, Get) and {url}, its {host}, {role}; for what was
	// answered: {status} and {reason} (429, Too Many Requests), {body}, its {code} and
	// {message} if it is a JSON error (else {message} is the body, {message|reason} the
	// reason and {code|null} null); and for how often the call asked: {attempts}.
	Text string
}

// Last is the last attempt of a call that failed, as far as an error can tell of it.
type Last struct {
	Outcome  strategy.Outcome
	Leg      string // token, role or credentials; what follows a hyphen does not count
	Method   string // GET or PUT
	URL      string
	Host     string // of the URL, with its port
	Role     string // the name that the client asked for, on an instance
	Reason   string // what HTTP calls the status
	Body     string // what came with the status
	Attempts int    // of the call
}

// ErrorText is the error that a user of an SDK with these errors sees after that
// attempt, "" if none of them fits.
func ErrorText(errors []FinalError, l *Last) string {
	leg, _, _ := strings.Cut(l.Leg, "-") // role-extended is a role
	for _, e := range errors {
		fits := e.On == 0 || !l.Outcome.Good() && e.On.Has(&l.Outcome) // a document can be good, and too old
		if fits && (e.Leg == "" || e.Leg == leg) {
			return l.fill(e.Text)
		}
	}
	return ""
}

// fill puts what happened in place of the words in braces.
func (l *Last) fill(text string) string {
	var e struct{ Code, Message string } // json ignores case
	message, reason := strings.TrimSpace(l.Body), l.Reason
	if json.Unmarshal([]byte(l.Body), &e) == nil && e != (struct{ Code, Message string }{}) {
		message, reason = e.Message, e.Message
	}
	method := l.Method
	if method != "" {
		method = method[:1] + strings.ToLower(method[1:])
	}
	return strings.NewReplacer(
		"{method}", method, "{url}", l.URL, "{host}", l.Host, "{role}", l.Role,
		"{status}", strconv.Itoa(int(l.Outcome.Status)), "{reason}", l.Reason,
		"{body}", l.Body, "{code}", e.Code, "{code|null}", cmp.Or(e.Code, "null"), "{message}", message, "{message|reason}", reason,
		"{attempts}", strconv.Itoa(l.Attempts),
	).Replace(text)
}
