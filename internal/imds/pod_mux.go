package imds

import (
	"bytes"
	"net/http"

	"tenement/internal/service"
)

// podMux is the mux that the Pod Identity agent uses, so that paths with escapes
// are routed as there. Its one handler only records that it was reached.
var podMux = func() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc(service.CredentialsV1, func(w http.ResponseWriter, _ *http.Request) {
		w.(*recorded).routed = true // only unrouted calls it
	})
	return mux
}()

// unrouted is the agent's answer to a path that does not lead to its route; ok is
// false if the path does.
//
// Redirects are permanent, as those of a ServeMux before Go 1.26. No agent is
// known to be built with a later Go.
func unrouted(r *http.Request) (p reply, ok bool) {
	w := &recorded{header: make(http.Header), reply: reply{Answer: Answer{Status: http.StatusOK}}}
	podMux.ServeHTTP(w, r)
	p = w.reply
	if p.Status == http.StatusTemporaryRedirect {
		p.Status = http.StatusMovedPermanently
		p.body = bytes.Replace(p.body, []byte(http.StatusText(http.StatusTemporaryRedirect)), []byte(http.StatusText(p.Status)), 1)
	}
	if len(p.body) > 0 {
		p.Body = Text
	}
	for name, value := range w.header {
		p.fields = append(p.fields, field{name, value})
	}
	return p, !w.routed
}

// recorded is what a handler answers, as a reply.
type recorded struct {
	header http.Header
	reply  reply
	routed bool
}

func (w *recorded) Header() http.Header { return w.header }

func (w *recorded) WriteHeader(status int) { w.reply.Status = status }

func (w *recorded) Write(b []byte) (int, error) {
	w.reply.body = append(w.reply.body, b...)
	return len(b), nil
}
