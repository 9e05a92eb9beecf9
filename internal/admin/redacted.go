package admin

import (
	"net/http"

	"tenement/internal/redact"
)

// redacted is an answer whose secrets are taken out, in its headers and in its body.
type redacted struct {
	http.ResponseWriter
	secrets *redact.Redactor
	body    *redact.Writer
	begun   bool
}

// WriteHeader implements http.ResponseWriter.
func (c *redacted) WriteHeader(status int) {
	c.begun = true
	for _, values := range c.Header() {
		for i, v := range values {
			values[i] = c.secrets.String(v)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter. Lines are written when they end.
func (c *redacted) Write(b []byte) (int, error) {
	if !c.begun {
		c.WriteHeader(http.StatusOK)
	}
	return c.body.Write(b)
}

// unredacted is the answer beneath: what is written to it is sent as it is.
func unredacted(w http.ResponseWriter) http.ResponseWriter {
	if c, ok := w.(*redacted); ok {
		return c.ResponseWriter
	}
	return w
}

// maxText is how many bytes of a text that a client has chosen an error repeats.
const maxText = 256

// short cuts a long text that a client has chosen, and ends it with an ellipsis. A
// secret in it is taken out first, because a part of one might be too short to be
// known.
func (a *API) short(s string) string { return a.secrets.Clip(s, maxText) }
