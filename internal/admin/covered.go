package admin

import (
	"net/http"

	"tenement/internal/redact"
)

// covered is an answer without secrets, in its headers and in its body.
type covered struct {
	http.ResponseWriter
	secrets *redact.Redactor
	body    *redact.Writer
	begun   bool
}

// WriteHeader implements http.ResponseWriter.
func (c *covered) WriteHeader(status int) {
	c.begun = true
	for _, values := range c.Header() {
		for i, v := range values {
			values[i] = c.secrets.String(v)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter. Lines are written when they end.
func (c *covered) Write(b []byte) (int, error) {
	if !c.begun {
		c.WriteHeader(http.StatusOK)
	}
	return c.body.Write(b)
}

// uncovered is the answer beneath: what is written to it is sent as it is.
func uncovered(w http.ResponseWriter) http.ResponseWriter {
	if c, ok := w.(*covered); ok {
		return c.ResponseWriter
	}
	return w
}
