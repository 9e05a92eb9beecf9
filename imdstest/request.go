package imdstest

import (
	"slices"
	"time"

	"tenement/internal/imds"
)

// Request is a request that the server has seen, and what became of it.
type Request struct {
	At      time.Duration // when it arrived, since the server began
	Outcome string        // served, throttled, error, failed, lost, dropped and others: docs/operating.md lists them
	Status  int           // of the answer; 0 if there was none
	Method  string
	Path    string // without IDs that give access to credentials
	Route   string // credentials, role, token, metadata and others
	Task    int    // that asked, counted from 0; −1 is a stranger
	Agent   string // User-Agent
	Token   bool   // whether it showed a session token, or the token of a pod
	Reason  string // of an error, in a few words, where the status does not say it
}

// saw takes a request into the log.
func (s *Server) saw(r imds.Request) {
	one := Request{
		At: r.At, Outcome: r.Outcome.String(), Status: r.Status, Method: r.Method, Path: r.Path,
		Task: -1, Agent: r.Agent, Token: r.Token, Reason: r.Reason, Route: "other",
	}
	if names := r.Route.Names(); len(names) > 0 {
		one.Route = names[0]
	}
	if r.Task != nil {
		one.Task = r.Task.Index
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, one)
}

// Requests are the requests since the start, Reset or Forget, in the order in which
// they arrived; with routes, those of one of these. A request is there before its
// client has the answer.
func (s *Server) Requests(routes ...string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.requests)
	if len(routes) > 0 {
		all = slices.DeleteFunc(all, func(r Request) bool { return !slices.Contains(routes, r.Route) })
	}
	slices.SortStableFunc(all, func(a, b Request) int { return int(a.At - b.At) })
	return all
}

// Forget begins the list of requests anew, and leaves all else as it is.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// Statuses are the statuses of requests: 0 where there was no answer.
func Statuses(requests []Request) []int {
	var all []int
	for _, r := range requests {
		all = append(all, r.Status)
	}
	return all
}

// Gaps are the times from each request to the next: the rhythm of a client.
func Gaps(requests []Request) []time.Duration {
	var all []time.Duration
	for i := 1; i < len(requests); i++ {
		all = append(all, requests[i].At-requests[i-1].At)
	}
	return all
}
