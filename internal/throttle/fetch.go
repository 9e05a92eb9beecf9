package throttle

import (
	"time"

	"tenement/internal/draw"
)

// fetches is the requests of an endpoint to its upstream, and what it caches of
// the answers.
type fetches struct {
	upstream *Upstream
	limiter  Limiter  // nil is none
	draws    draw.Key // the parent of the draws of latency, for this host, by task and ordinal
	sessions map[uint64]*session
	recent   session // both ends of the list: next was used last, prev least recently
	counts   UpstreamCounts
}

// session is what is known of one token.
type session struct {
	id         uint64
	answer     answer  // the latest that had come when the session was last used
	pending    []fetch // those that had not ended by then
	prev, next *session
}

// answer is in the cache from one instant until another.
type answer struct{ from, until time.Duration }

func (a answer) holds(at time.Duration) bool { return a.from <= at && at < a.until }

// fetch is one request to the upstream.
type fetch struct {
	begins, ends time.Duration
	status       int // 0 if it brings an answer
}

// newFetches is for a host that has asked nothing yet; nil without an upstream.
func newFetches(u *Upstream, seed draw.Key, host uint32) *fetches {
	if u == nil {
		return nil
	}
	f := &fetches{upstream: u, draws: seed.Name("upstream").With(uint64(host))}
	if u.Limit != nil {
		f.limiter = NewLimiter(*u.Limit)
	}
	f.forget()
	return f
}

// forget empties the cache. The upstream's limit stays as it is.
func (f *fetches) forget() {
	f.sessions = make(map[uint64]*session)
	f.recent.next, f.recent.prev = &f.recent, &f.recent
}

// serve is how long after at a request that arrived at now has its answer, and
// the status of a failure, or 0. The request looks into the cache at instant
// at, when the limits admit it. N is the ordinal of the task's request.
func (f *fetches) serve(now, at time.Duration, r *Request, n uint64) (wait time.Duration, status int) {
	s := f.session(now, r.Session)
	looks := at
	for polls := 0; ; polls++ {
		if s.has(looks, f.upstream.Keep) {
			return looks - at, 0
		}
		if polls >= f.upstream.Polls || !s.busy(looks) {
			break
		}
		looks += f.upstream.PollEvery
	}
	asked := f.ask(now, looks, f.draws.With(uint64(r.Key)).With(n))
	s.pending = append(s.pending, asked)
	return asked.ends - at, asked.status
}

// ask is a request to the upstream, which begins at an instant, on behalf of a
// request that arrived at now.
func (f *fetches) ask(now, begins time.Duration, key draw.Key) fetch {
	f.counts.Requests++
	took, status := time.Duration(0), 0
	if f.upstream.Latency != nil {
		took = f.upstream.Latency.At(key.Bits())
	}
	if f.limiter != nil {
		d := f.limiter.Ask(now)
		took += d.Wait
		f.limiter.Commit(now, begins-now+took, d.OK)
		if !d.OK {
			f.counts.Throttled++
			status = f.upstream.refusal()
		}
	}
	if f.upstream.Timeout > 0 && took > f.upstream.Timeout {
		if took = f.upstream.Timeout; status == 0 {
			f.counts.Failed++
		}
		status = gaveUp
	}
	return fetch{begins: begins, ends: begins + took, status: status}
}

// session is the session of a token at now. It becomes the most recently used.
func (f *fetches) session(now time.Duration, id uint64) *session {
	s := f.sessions[id]
	if s == nil {
		s = &session{id: id}
		f.sessions[id] = s
	} else {
		s.prev.next, s.next.prev = s.next, s.prev
		s.settle(now, f.upstream.Keep)
	}
	s.prev, s.next = &f.recent, f.recent.next
	s.prev.next, s.next.prev = s, s
	f.evict(now)
	return s
}

// evict removes the least recently used sessions: those beyond Size, and those
// without a valid answer or a pending fetch.
func (f *fetches) evict(now time.Duration) {
	for oldest := f.recent.prev; oldest != f.recent.next; oldest = f.recent.prev {
		if f.upstream.Size == 0 || len(f.sessions) <= f.upstream.Size {
			if oldest.settle(now, f.upstream.Keep); len(oldest.pending) > 0 || now < oldest.answer.until {
				return
			}
		}
		delete(f.sessions, oldest.id)
		oldest.prev.next, oldest.next.prev = oldest.next, oldest.prev
	}
}

// settle records the answers that have come by now.
func (s *session) settle(now, keep time.Duration) {
	kept := s.pending[:0]
	for _, p := range s.pending {
		switch {
		case p.ends > now:
			kept = append(kept, p)
		case p.status == 0 && p.ends >= s.answer.from:
			s.answer = p.brings(keep)
		}
	}
	s.pending = kept
}

// brings is what a successful fetch puts into the cache.
func (p *fetch) brings(keep time.Duration) answer {
	if keep == 0 {
		return answer{p.ends, never}
	}
	return answer{p.ends, later(p.ends, keep)}
}

// has reports whether the cache has an answer at an instant.
func (s *session) has(at, keep time.Duration) bool {
	if s.answer.holds(at) {
		return true
	}
	for i := range s.pending {
		if p := &s.pending[i]; p.status == 0 && p.brings(keep).holds(at) {
			return true
		}
	}
	return false
}

// busy reports whether a fetch is on its way at an instant.
func (s *session) busy(at time.Duration) bool {
	for _, p := range s.pending {
		if p.begins <= at && at < p.ends {
			return true
		}
	}
	return false
}
