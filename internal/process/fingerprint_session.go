package process

import (
	"strconv"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// tokenCells answer requests for a session token alone: none but IMDS has them.
// The first is two calls that are answered well, with credentials that a second
// call fetches again.
func (f *fingerprint) tokenCells() []*cell {
	if f.battery.config.Service != service.IMDS {
		return nil
	}
	cells := []*cell{{answers: "ok:1m", calls: 2}}
	for _, answer := range tokenOutcomes {
		cells = append(cells, &cell{answers: answer, routes: service.TokenRoute})
	}
	return cells
}

// readSession finds what the client does about session tokens in those cells.
func (f *fingerprint) readSession(cells []*cell) {
	if len(cells) == 0 {
		return
	}
	of, s := service.IMDS, &f.Strategy.Session
	first := cells[0].made
	if tokens := asked(of, &first[0], "token"); len(tokens) > 0 {
		if ttl, err := strconv.Atoi(tokens[0].ttl); err == nil && time.Duration(ttl)*time.Second != strategy.DefaultTokenTTL {
			s.TTL = time.Duration(ttl) * time.Second
		}
		f.saw("a session token is asked for with a life of %s s", tokens[0].ttl)
	}
	switch {
	case !f.battery.speaks:
		f.unknown("whether a token or the role's name is kept: a process that makes one call keeps nothing")
	case len(asked(of, &first[1], credentials)) > 0:
		s.Keep = len(asked(of, &first[1], "token")) == 0
		s.NameOnce = len(asked(of, &first[1], "role")) == 0
		f.saw("a second fetch: token kept %v, role kept %v", s.Keep, s.NameOnce)
	}
	var passed []string
	tried := make(map[int][]string)
	most := 0
	for i, answer := range tokenOutcomes {
		one := &cells[i+1].made[0]
		n := len(asked(of, one, "token"))
		tried[n] = append(tried[n], answer)
		most = max(most, n)
		if len(asked(of, one, credentials)) > 0 {
			s.FallBack |= conditionsOf(answer)
			passed = append(passed, answer)
		}
	}
	if len(passed) > 0 {
		f.saw("goes on without a token after %s", words.List(passed, "and"))
	}
	for n := most; n > 0; n-- {
		if len(tried[n]) > 0 {
			f.saw("a token is asked for %s after %s", times(n), words.List(tried[n], "and"))
		}
	}
	f.unknown("which failures of the token are remembered (sticky), a retry policy of the token's own, renewal on 401, the extended path")
}
