package process

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"tenement/internal/service"
	"tenement/internal/timeline"
)

// sight is a request that was seen.
type sight struct {
	at           time.Time // its first byte
	end          time.Time // the last byte of its answer, or when that broke off; zero if it has not ended
	connection   int
	kept         bool // the connection had carried a request before
	method, path string
	ttl          string // of the session token that it asks for, in seconds
	status       int    // 0: none came
	err          string // why no whole answer came
	call         int    // that it belongs to; −1 until one is known
}

// record is what the listeners of a client have seen. Its methods may be called
// from many goroutines.
type record struct {
	mu          sync.Mutex
	connections int
	sights      []*sight
	call        func() int // the call that a request belongs to that comes now
	first       chan struct{}
	expirations []time.Time // of the documents that were served, in order
}

// newRecord is an empty record. Requests belong to the call that call returns.
func newRecord(call func() int) *record {
	return &record{call: call, first: make(chan struct{})}
}

// connected is the number of a new connection.
func (r *record) connected() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.connections++
	return r.connections - 1
}

// saw adds a request.
func (r *record) saw(s *sight) *sight {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.call = r.call()
	r.sights = append(r.sights, s)
	if len(r.sights) == 1 {
		close(r.first)
	}
	return s
}

// answered notes the status of a request's answer.
func (r *record) answered(s *sight, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.status = status
}

// ended notes that the answer of a request came, or why it did not.
func (r *record) ended(s *sight, err string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.end.IsZero() {
		s.end, s.err = time.Now(), err
	}
}

// issued notes when the credentials in a whole body expire, if there are any.
func (r *record) issued(body []byte) {
	var document struct{ Expiration time.Time }
	if json.Unmarshal(body, &document) != nil || document.Expiration.IsZero() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expirations = append(r.expirations, document.Expiration)
}

// expired reports whether a client has handed out credentials that had expired. What
// the client says of them, stated, tells which document they are from. If that is no
// document's expiry, the client counts them as valid for shorter (Go v2) or longer
// (botocore) than they are, and they are from the last one.
func (r *record) expired(stated string, now time.Time) bool {
	at, err := time.Parse(time.RFC3339, stated)
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.expirations); n > 0 && (err != nil || !slices.ContainsFunc(r.expirations, at.Equal)) {
		at = r.expirations[n-1]
	}
	return !at.IsZero() && at.Before(now)
}

// stop ends what has not ended: the harness is about to end the client.
func (r *record) stop(call int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sights {
		if s.call == call && s.end.IsZero() {
			s.end, s.err = time.Now(), timeline.Unanswered
		}
	}
}

// seen is a copy of what was seen of a call, in order of arrival.
func (r *record) seen(call int) []sight {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []sight
	for _, s := range r.sights {
		if s.call == call {
			all = append(all, *s)
		}
	}
	slices.SortStableFunc(all, func(a, b sight) int { return a.at.Compare(b.at) })
	return all
}

// resendWithin is how soon after a kept connection broke the same request must
// come on another one to count as a resend. Go's transport takes 4 to 8 ms.
const resendWithin = 15 * time.Millisecond

// attempts are sights as attempts, with times since zero.
//
// Nothing on the wire tells a resend of the HTTP library from a retry of the SDK.
// An attempt is called a resend if the same request came last on a kept connection
// that the server broke without an answer, and comes again at once on another one:
// libraries resend because a kept connection may have been closed for being idle.
// A library that also resends after a fresh connection broke (Ruby) is not
// recognized, because some SDKs retry at once by themselves (Java).
func attempts(of service.Service, all []sight, zero time.Time) []timeline.Attempt {
	out := make([]timeline.Attempt, 0, len(all))
	for i := range all {
		s := &all[i]
		a := timeline.Attempt{T: timeline.Seconds(s.at.Sub(zero)), Leg: timeline.Leg(of, s.path), Status: s.status, Err: s.err}
		if s.end.IsZero() {
			a.Err = timeline.Unanswered
		}
		for j := i - 1; j >= 0 && !a.Resend; j-- {
			before := &all[j]
			since := s.at.Sub(before.end)
			a.Resend = before.kept && before.status == 0 && before.err == timeline.Reset && before.connection != s.connection &&
				before.method == s.method && before.path == s.path && since >= 0 && since <= resendWithin
		}
		out = append(out, a)
	}
	return out
}
