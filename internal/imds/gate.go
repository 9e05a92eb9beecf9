package imds

import (
	"hash/maphash"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// gate asks the endpoint about one request at a time, and holds each answer until
// it is due. Every surface has one.
type gate struct {
	began time.Time
	seed  maphash.Seed // of the hashes that stand for addresses and paths

	mu       sync.Mutex         // guards what follows, up to origin
	endpoint *throttle.Endpoint // decides
	last     time.Duration      // when it last decided
	origin   time.Duration      // the endpoint's time 0, a whole second: 0, or the last reset

	seen sources

	close  sync.Once
	closed chan struct{}
}

func newGate(c Config) *gate {
	return &gate{
		began:    c.Began,
		seed:     maphash.MakeSeed(),
		endpoint: c.Endpoint,
		closed:   make(chan struct{}),
	}
}

// now is the time since the run began.
func (g *gate) now() time.Duration { return time.Since(g.began) }

// request describes a request for path, by the task from source, to the
// endpoint; a nil task is a stranger.
func (g *gate) request(task *knownTask, source netip.Addr, path string) throttle.Request {
	var r throttle.Request
	if task != nil {
		r = task.request
	} else {
		r = stranger(source)
	}
	r.Source = maphash.Comparable(g.seed, source)
	r.Path = maphash.String(g.seed, path)
	g.seen.add(source)
	return r
}

// stranger is the request of a task that the server does not know. Its address
// stands for its task and its tenant.
func stranger(source netip.Addr) throttle.Request {
	key := draw.Key(0).Name("stranger")
	bytes := source.As16()
	for i := 0; i < len(bytes); i += 8 {
		var word uint64
		for _, b := range bytes[i : i+8] {
			word = word<<8 | uint64(b)
		}
		key = key.With(word)
	}
	return throttle.Request{
		Task: uint64(key), Tenant: uint64(key),
		Slot: -1, Group: -1, Key: key,
	}
}

// decision is a verdict with all that the wire needs to carry it out.
type decision struct {
	throttle.Verdict
	at     time.Duration     // when it was decided
	origin time.Duration     // the endpoint's time 0
	limit  int               // the number of the limit that refused or delayed it, or −1
	exceed throttle.OnExceed // of the limit that turned the request away
	fault  throttle.Fault    // that hits it; the zero Fault is no scheduled one
}

// faultName is the name of what made a request fail, or spoils its answer.
func (d *decision) faultName() string {
	if d.fault.Name == "" && d.Kind == throttle.Failed && d.Effect.Index < 0 {
		return unscheduled[d.Effect.Kind]
	}
	return d.fault.Name
}

// endless reports whether nothing ends the request but its client.
func (d *decision) endless() bool {
	return d != nil && (d.Kind == throttle.Dropped || d.Kind == throttle.Failed && d.Effect.Kind == throttle.HangFault)
}

// hold waits until the answer is due, and reports whether the client is still there.
// If it has gone, the handler must not return: a client that has closed its half of
// the connection and still reads would get an empty 200.
func (g *gate) hold(r *http.Request, d *decision) bool {
	if d.After <= 0 {
		return true
	}
	due := time.NewTimer(d.After)
	defer due.Stop()
	select {
	case <-due.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// breakOff ends the connection of a request that a fault leaves without an answer,
// when the fault says so. It does not return: net/http knows its panic.
func (g *gate) breakOff(w http.ResponseWriter, r *http.Request, d *decision) {
	switch d.Effect.Kind {
	case throttle.CutFault:
		g.strand(w, r, d.After, hangUp)
	case throttle.ResetFault, throttle.RefuseFault: // as far as an accepted connection can be refused
		g.strand(w, r, d.After, reset)
	default:
		g.strand(w, r, never, reset)
	}
}

// lose never answers: the request, or its answer, is lost on its way.
func (g *gate) lose(w http.ResponseWriter, r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*conn); ok {
		c.lost.Store(true)
	}
	g.strand(w, r, never, reset)
}

// strand does not answer. It waits until the client disconnects, the server closes
// or the time after has passed; then end ends the connection. It does not return.
//
// It takes the connection from net/http for two reasons. net/http no longer
// notices that a client disconnects once more data follows a request or its body
// is malformed, and it would send 100 Continue to a client that waits for that.
func (g *gate) strand(w http.ResponseWriter, r *http.Request, after time.Duration, end func(net.Conn)) {
	defer panic(http.ErrAbortHandler)
	due := time.NewTimer(after)
	defer due.Stop()
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // there is no connection: it is a test's
		select {
		case <-due.C:
		case <-r.Context().Done():
		case <-g.closed:
		}
		return
	}
	_ = c.SetDeadline(time.Time{}) // a connection that is closed ends what follows
	gone := make(chan struct{})
	go func() {
		select {
		case <-due.C:
			end(c)
		case <-g.closed:
			hangUp(c)
		case <-gone:
			hangUp(c)
		}
	}()
	defer close(gone)
	var rest [512]byte
	for err == nil {
		_, err = c.Read(rest[:])
	}
}

// counts is what the endpoint has decided so far.
func (g *gate) counts() throttle.Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.endpoint.Counts()
}

// abandon aborts all dropped requests, those that are held and those to come.
func (g *gate) abandon() { g.close.Do(func() { close(g.closed) }) }

// sourceOf is the address in a RemoteAddr, without the port, and with IPv4 in one
// form only. If it is no network address, such as that of an in-memory connection,
// it is the zero Addr.
func sourceOf(remote string) netip.Addr {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}

// maxSources bounds what sources remembers.
const maxSources = 1 << 16

// sources is the set of addresses that have asked, up to maxSources.
type sources struct {
	mu   sync.RWMutex
	seen map[netip.Addr]struct{}
}

func (s *sources) add(a netip.Addr) {
	s.mu.RLock()
	_, known := s.seen[a]
	full := len(s.seen) >= maxSources
	s.mu.RUnlock()
	if known || full {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = make(map[netip.Addr]struct{})
	}
	if len(s.seen) < maxSources {
		s.seen[a] = struct{}{}
	}
}

func (s *sources) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.seen)
}

func (s *sources) len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.seen)
}
