package imdstest

import (
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// Answer says what the next requests get that no limit refuses, one after another, in
// the words of docs/explain.md: "429,429,ok", "503,slow:2s", "cut". Later requests are
// served. With routes, it is only for requests of these, such as "credentials".
func (s *Server) Answer(list string, routes ...string) {
	s.t.Helper()
	all, err := readAnswers(list)
	if err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
	s.inject(throttle.Fault{Name: s.nameFault("answers"), Kind: throttle.AnswersFault, Answers: all, Routes: s.routes(routes)})
}

// Fail answers the next count requests that no limit refuses with a status from 400 to
// 599; a count of 0 is all, until Heal. With routes, it is as in Answer.
func (s *Server) Fail(status, count int, routes ...string) {
	s.t.Helper()
	s.inject(throttle.Fault{
		Name: s.nameFault("status"), Kind: throttle.StatusFault, Status: status, Count: count, Routes: s.routes(routes),
	})
}

// FailWith answers the next count requests that no limit refuses with the error of an AWS
// API that has that code, such as AccessDeniedException, and a status from 400 to 599,
// which SDKs hardly look at: most errors of these APIs have 400. The rest is as in Fail.
func (s *Server) FailWith(status int, code string, count int, routes ...string) {
	s.t.Helper()
	s.inject(throttle.Fault{
		Name: s.nameFault("status"), Kind: throttle.StatusFault, Status: status, Body: code, Count: count, Routes: s.routes(routes),
	})
}

// Restart restarts the server: its port is closed for a while, connections break, and
// an ECS agent has no credentials for another while. Both are counted from now.
func (s *Server) Restart(down, pending time.Duration) {
	s.t.Helper()
	s.inject(throttle.Fault{Name: s.nameFault("restart"), Kind: throttle.RestartFault, For: down, After: pending})
}

// Heal ends all that Answer, Fail, FailWith and Restart have begun.
func (s *Server) Heal() {
	s.mu.Lock()
	names := s.names
	s.names = make(map[string]bool)
	s.mu.Unlock()
	for name := range names {
		s.handler.Lift(name)
	}
}

func (s *Server) inject(f throttle.Fault) {
	s.t.Helper()
	if err := s.handler.Inject(f); err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
}

// routes reads the names of routes.
func (s *Server) routes(names []string) (all service.Routes) {
	s.t.Helper()
	for _, name := range names {
		one := service.RouteNamed(name)
		if one&s.config.Service.Row().Routes == 0 {
			s.t.Fatalf("imdstest: route %q: want one of %q", name, s.config.Service.Row().Routes.Names())
		}
		all |= one
	}
	return all
}

// SetLimit changes the limit, as Limit describes it. What is left of the old one
// carries over. A server without a limit gets one that is unused.
func (s *Server) SetLimit(rate string, burst int) {
	s.t.Helper()
	l, err := readLimit(rate, burst)
	if err == nil {
		if limits := s.handler.Limits(); len(limits) > 0 {
			l.Scope = limits[0].Scope
			err = s.handler.SetLimit(0, l)
		} else {
			l.Scope, _ = throttle.ParseScope(s.config.Service.Row().Limit.Scope)
			err = s.handler.AddLimit(l)
		}
	}
	if err != nil {
		s.t.Fatalf("imdstest: %v", err)
	}
}

// Issue issues new credentials to all tasks, with so much life left: whole seconds, or
// 0 for a whole lifetime. It is a rotation out of turn.
func (s *Server) Issue(left time.Duration) {
	s.t.Helper()
	if left != 0 {
		if err := whole("issue", left); err != nil {
			s.t.Fatalf("imdstest: %v", err)
		}
	}
	s.handler.Issue(left)
}

// Reset begins anew: limits, answers, credentials and the list of requests are as at the
// start.
func (s *Server) Reset() {
	s.handler.Reset(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.names = nil, make(map[string]bool)
}
