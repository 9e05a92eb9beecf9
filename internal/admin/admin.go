// Package admin is the other door of mockimds: it tells what the hosts of the
// mock are doing and why they turned requests away, and it changes their limits
// and faults while they serve. It decides nothing and answers no task: what it
// knows of refusals it is told by package imds, and what it changes it asks
// package imds to change.
//
// No token, no credentials and no ID by which credentials are had passes it
// but in the environment of a task, which is what a test asks it for.
package admin

import (
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"tenement/internal/imds"
)

// API is the admin's view of the hosts of one process. It is an http.Handler,
// safe for concurrent use once every host has been added.
type API struct {
	hosts    []*host
	routes   http.Handler
	log      *refusalLog // or nil
	recent   ring
	draining atomic.Bool

	mu sync.Mutex // held by whoever changes something
}

// New is an API of no hosts yet. Log, which may be nil, gets a line of JSON for
// every refusal; a Write has one or more whole lines. Requests never wait for it,
// however long it takes: it is written by a goroutine of the API's own, which
// Close ends. The API closes the log.
func New(log io.WriteCloser) *API {
	a := new(API)
	if log != nil {
		a.log = newRefusalLog(log)
	}
	a.routes = a.route()
	return a
}

// Add makes the server that a Config describes the next host, and is told of
// its refusals. Hosts are numbered from 0.
func (a *API) Add(c imds.Config) *imds.Handler {
	h := newHost(len(a.hosts), c)
	a.hosts = append(a.hosts, h)
	c.OnRefusal = func(r imds.Refusal) { a.refused(h, r) }
	h.handler = imds.New(c)
	return h.begin()
}

// Locate tells where a host is to be had, such as http://127.0.0.1:8080, before
// anybody asks.
func (a *API) Locate(host int, url string) { a.hosts[host].url = url }

// Drain makes the API say from now on that the hosts are not ready, because
// they are about to end.
func (a *API) Drain() { a.draining.Store(true) }

// Close writes what is left to the log and closes it, but waits no longer than
// ctx lasts: a log may be a pipe that nobody reads. The error is the first that
// the log gave, or says how many lines are lost, because they came faster than
// they could be written or were not written in time. Refusals that come later
// are not logged.
func (a *API) Close(ctx context.Context) error {
	if a.log == nil {
		return nil
	}
	return a.log.close(ctx)
}

// ServeHTTP implements http.Handler. Changes that a browser asks for on behalf of
// the page of another site are refused.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.routes.ServeHTTP(w, r) }
