// Package admin is the HTTP API for those who operate mockimds: it shows what the
// hosts do and why they refused requests, and it changes their limits and faults
// while they serve. It decides nothing and serves no task: package imds reports
// refusals to it, and carries out its changes.
//
// Its answers and its log hold no token, no credentials and no ID that gives
// access to credentials, except in the environment of a task, which is there for
// tests to use.
package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tenement/internal/imds"
	"tenement/internal/redact"
)

// API is the admin of the hosts of one process. It is an http.Handler, and
// safe for concurrent use once every host has been added.
type API struct {
	format   Format
	hosts    []*host
	routes   http.Handler
	log      *refusalLog // or nil
	recent   ring
	requests *requestLog
	secrets  *redact.Redactor
	draining atomic.Bool

	mu sync.Mutex // held by whoever changes something
}

// New returns an API without hosts, which reads and writes limits and faults in
// the format. What secrets knows is taken out of the log and of every answer except
// the list of tasks; nil knows what the API's own hosts issue. If log is not nil, it
// gets a line of JSON for every refusal, in Writes of one or more whole lines. A
// goroutine writes it, so that no request waits for it. If requests is not nil, it
// gets a line for every request in the same way, and none is lost: requests wait if it
// is slower than they are. Close ends the goroutines, which close the logs.
func New(format Format, secrets *redact.Redactor, log, requests io.WriteCloser) *API {
	if secrets == nil {
		secrets = imds.NewSecrets()
	}
	a := &API{format: format, secrets: secrets, requests: newRequestLog(requests)}
	if log != nil {
		a.log = newRefusalLog(log, secrets)
	}
	a.routes = a.route()
	return a
}

// Add makes a host from a Config, has its refusals reported to the API, and
// returns its handler. Hosts are numbered from 0 in the order in which they are
// added.
func (a *API) Add(c imds.Config) *imds.Handler {
	h := newHost(len(a.hosts), c, &a.format)
	a.hosts = append(a.hosts, h)
	c.OnRefusal, c.Secrets = func(r imds.Refusal) { a.refused(h, r) }, a.secrets
	c.OnRequest = func(r imds.Request) { a.requests.add(h, r) }
	c.OnPort = func(at time.Duration, open bool) { a.requests.note(h, at, portEvent(open)) }
	h.handler = imds.New(c)
	return h.begin()
}

// Locate sets the base URL of a host, such as http://127.0.0.1:8080. It must
// be called before the API serves.
func (a *API) Locate(host int, url string) { a.hosts[host].url = url }

// Label names the endpoint of a profile's host that a host of the API is; it must be
// called before the API serves. "" is the host's own.
func (a *API) Label(host int, name string) { a.hosts[host].endpoint = name }

// Drain makes /readyz answer 503 from now on, because the hosts are about to
// end.
func (a *API) Drain() { a.draining.Store(true) }

// Close writes what is left to the log and closes it. It waits until ctx ends at
// the latest, because the log may be a pipe that nobody reads. The error is the
// first of the log, or says how many lines are lost: those that came faster than
// they could be written, and those that were not written in time. Later refusals
// are not logged.
func (a *API) Close(ctx context.Context) error {
	var refusals, requests error
	var closing sync.WaitGroup
	if a.log != nil {
		closing.Go(func() { refusals = a.log.close(ctx) })
	}
	if f := a.requests.file; f != nil {
		closing.Go(func() {
			if err := f.close(ctx); err != nil {
				requests = fmt.Errorf("requests: %w", err)
			}
		})
	}
	closing.Wait()
	return errors.Join(refusals, requests)
}

// Failed gets the error of the file of requests, if that can no longer be written:
// what follows would be lost. Nil without that file.
func (a *API) Failed() <-chan error {
	if a.requests.file == nil {
		return nil
	}
	return a.requests.file.bad
}

// ServeHTTP implements http.Handler. It refuses changes that a browser sends
// for the page of another site.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &redacted{ResponseWriter: w, secrets: a.secrets, body: a.secrets.Writer(w)}
	defer func() { _ = c.body.Flush() }() // whoever asked may have gone
	a.routes.ServeHTTP(c, r)
}
