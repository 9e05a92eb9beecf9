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
	entries  map[uint64]*entry
	recent   entry // both ends of the list: next was used last, prev least recently
	counts   UpstreamCounts
}

// entry is what the cache knows of one token.
type entry struct {
	id         uint64
	answer     answer  // the latest that had come when the entry was last used
	pending    []fetch // those that had not ended by then
	prev, next *entry
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
	f.entries = make(map[uint64]*entry)
	f.recent.next, f.recent.prev = &f.recent, &f.recent
}

// serve is how long after at a request that arrived at now has its answer, and
// the status of a failure, or 0. The request looks into the cache at instant
// at, when the limits admit it. N is the ordinal of the task's request.
func (f *fetches) serve(now, at time.Duration, r *Request, n uint64) (wait time.Duration, status int) {
	e := f.entry(now, r.CacheKey)
	looks := at
	for polls := 0; ; polls++ {
		if e.has(looks, f.upstream.Keep) {
			return looks - at, 0
		}
		if polls >= f.upstream.Polls || !e.busy(looks) {
			break
		}
		looks += f.upstream.PollEvery
	}
	asked := f.ask(now, looks, f.draws.With(uint64(r.Key)).With(n))
	e.pending = append(e.pending, asked)
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

// entry is the entry of a token at now. It becomes the most recently used.
func (f *fetches) entry(now time.Duration, id uint64) *entry {
	e := f.entries[id]
	if e == nil {
		e = &entry{id: id}
		f.entries[id] = e
	} else {
		e.prev.next, e.next.prev = e.next, e.prev
		e.settle(now, f.upstream.Keep)
	}
	e.prev, e.next = &f.recent, f.recent.next
	e.prev.next, e.next.prev = e, e
	f.evict(now)
	return e
}

// evict removes the least recently used entries: those beyond Size, and those
// without a valid answer or a pending fetch.
func (f *fetches) evict(now time.Duration) {
	for oldest := f.recent.prev; oldest != f.recent.next; oldest = f.recent.prev {
		if f.upstream.Size == 0 || len(f.entries) <= f.upstream.Size {
			if oldest.settle(now, f.upstream.Keep); len(oldest.pending) > 0 || now < oldest.answer.until {
				return
			}
		}
		delete(f.entries, oldest.id)
		oldest.prev.next, oldest.next.prev = oldest.next, oldest.prev
	}
}

// settle records the answers that have come by now.
func (e *entry) settle(now, keep time.Duration) {
	kept := e.pending[:0]
	for _, p := range e.pending {
		switch {
		case p.ends > now:
			kept = append(kept, p)
		case p.status == 0 && p.ends >= e.answer.from:
			e.answer = p.brings(keep)
		}
	}
	e.pending = kept
}

// brings is what a successful fetch puts into the cache.
func (p *fetch) brings(keep time.Duration) answer {
	if keep == 0 {
		return answer{p.ends, never}
	}
	return answer{p.ends, later(p.ends, keep)}
}

// has reports whether the cache has an answer at an instant.
func (e *entry) has(at, keep time.Duration) bool {
	if e.answer.holds(at) {
		return true
	}
	for i := range e.pending {
		if p := &e.pending[i]; p.status == 0 && p.brings(keep).holds(at) {
			return true
		}
	}
	return false
}

// busy reports whether a fetch is on its way at an instant.
func (e *entry) busy(at time.Duration) bool {
	for _, p := range e.pending {
		if p.begins <= at && at < p.ends {
			return true
		}
	}
	return false
}
