package live

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// document is what a client expects at a resource.
type document uint8

const (
	anyJSON document = iota
	credentials
	anyText      // such as the metadata of an EC2 instance
	sessionToken // of EC2 IMDS
	anything     // even nothing
)

// documentsOf is what document each resource of a plan is.
func documentsOf(plan *plan.Plan) []document {
	all := make([]document, len(plan.Resources))
	for i := range plan.Resources {
		r := &plan.Resources[i]
		path, _, _ := strings.Cut(r.Path, "?")
		switch route := plan.Service.Route(path); {
		case route == service.CredentialsRoute:
			all[i] = credentials
		case route == service.TokenRoute:
			all[i] = sessionToken
		case plan.Service.Row().Plain&route != 0:
			all[i] = anything
		case plan.Service == service.IMDS:
			if _, rest, _ := service.SplitVersion(path); !strings.HasPrefix(rest, service.DynamicPath) {
				all[i] = anyText
			}
		}
	}
	return all
}

// reading is a body and its outcome, kept because a task gets the same document
// again and again.
type reading struct {
	body    []byte
	outcome strategy.Outcome
}

// read is the outcome of an attempt that got an answer.
func (s *sender) read(resp *http.Response, body []byte, resource uint32, want document, began time.Time) strategy.Outcome {
	if resp.StatusCode != http.StatusOK || want == sessionToken {
		return understand(resp.StatusCode, resp.Header, body, want, began)
	}
	if last := s.last[resource].Load(); last != nil && bytes.Equal(last.body, body) {
		return last.outcome
	}
	outcome := understand(resp.StatusCode, resp.Header, body, want, began)
	s.last[resource].Store(&reading{body: bytes.Clone(body), outcome: outcome})
	return outcome
}

// readHalf is the outcome of a good answer whose body was cut short.
func readHalf(resp *http.Response, body []byte, want document, began time.Time) strategy.Outcome {
	o := understand(resp.StatusCode, resp.Header, body, want, began)
	o.Status, o.Err, o.Expires = 0, strategy.CutShort, 0
	return o
}

// understand is the outcome that a client's parser reads from an answer. The
// expiry counts from began, the start of the run.
func understand(status int, header http.Header, body []byte, want document, began time.Time) strategy.Outcome {
	o := strategy.Outcome{Status: uint16(status)}
	if after := header.Get("Retry-After"); after != "" {
		o.RetryAfter = retryAfter(after, time.Second)
	}
	if after := header.Get("X-Amz-Retry-After"); after != "" {
		o.AmzRetryAfter = retryAfter(after, time.Millisecond)
	}
	text := bytes.TrimSpace(body)
	switch {
	case status != http.StatusOK:
		o.Body = strategy.ErrorBody(text)
	case want == anything:
	case len(text) == 0:
		o.Body = strategy.BodyMalformed
	case want == anyText:
	case want == sessionToken:
		if o.Token = readSessionToken(header, text, time.Since(began)); o.Token == nil {
			o.Body = strategy.BodyMalformed
		}
	case string(text) == "{}" && want == credentials:
		o.Body = strategy.BodyEmpty
	case want == credentials:
		var c struct{ AccessKeyId, SecretAccessKey, Token, Expiration string } // see strategy.Needs
		if json.Unmarshal(text, &c) != nil {
			o.Body = strategy.BodyMalformed
			break
		}
		expires, err := time.Parse(time.RFC3339, c.Expiration)
		if err != nil || c.AccessKeyId == "" || c.SecretAccessKey == "" || c.Token == "" {
			o.Body = strategy.BodyMissingField
			break
		}
		o.Expires = strategy.ExpiresAt(expires.Sub(began))
	case !json.Valid(text):
		o.Body = strategy.BodyMalformed
	}
	return o
}

// retryAfter reads a header that asks for a wait of so many whole units; 0 if it is
// not one.
func retryAfter(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * unit
}
