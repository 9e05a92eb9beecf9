package live

import (
	"maps"
	"slices"
	"sync"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// arrival is a call to make, or what becomes of a task, and its host.
type arrival struct {
	host uint32
	n    uint32 // of a call: its number among the host's calls
	plan.Occurrence
}

// schedule is every call of a plan, in order. It is worked out as the run goes on and
// holds the calls that are due and not begun, so its memory does not grow with the
// length of a run. The pacer takes calls off it in order; the fleet begins them by
// their number.
type schedule struct {
	mu    sync.Mutex // guards what follows
	hosts []upcoming
	due   map[uint64]arrival // by number
	taken uint64
	wake  func() // ends the pacer's wait for what is next; nil while it does not wait
}

// upcoming is the calls of one host.
type upcoming struct {
	arrivals *plan.Arrivals
	n        uint32
}

func newSchedule(p *plan.Plan) *schedule {
	s := &schedule{hosts: make([]upcoming, p.Hosts), due: make(map[uint64]arrival)}
	for host := range s.hosts {
		s.hosts[host].arrivals = p.Arrivals(host)
	}
	return s
}

// tell tells an observer of the tasks' lives, one goroutine at a time.
func (s *schedule) tell(observer any) {
	for i := range s.hosts {
		s.hosts[i].arrivals.Tell(observer)
	}
}

// first is the host with the next arrival, and the instant of that; those of one
// instant are in order of the hosts. The instant is later than every run if there is
// none.
func (s *schedule) first() (host int, at time.Duration) {
	at, _ = s.hosts[0].arrivals.Happens()
	for i := 1; i < len(s.hosts); i++ {
		if other, _ := s.hosts[i].arrivals.Happens(); other < at {
			host, at = i, other
		}
	}
	return host, at
}

// next is the next arrival of all hosts.
func (s *schedule) next() (arrival, bool) {
	host, _ := s.first()
	u := &s.hosts[host]
	a := arrival{host: uint32(host), n: u.n}
	ok := u.arrivals.Occur(&a.Occurrence)
	if ok && a.Kind == plan.CallDue {
		u.n++
	}
	return a, ok
}

// take takes the next arrival. A call is due from then on; its number is how many were
// taken before it.
func (s *schedule) take() (arrival, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.next()
	if ok && a.Kind == plan.CallDue {
		s.due[s.taken] = a
		s.taken++
	}
	return a, ok
}

// await is the instant of the next arrival. If the end of a call brings an earlier one
// before the next call of await, it calls wake.
func (s *schedule) await(wake func()) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake = wake
	_, at := s.first()
	return at
}

// ended takes note of calls of a host that ended together.
func (s *schedule) ended(host uint32, calls []watched) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, before := s.first()
	for _, c := range calls {
		s.hosts[host].arrivals.Ended(c.call.Ended, c.call, c.watch)
	}
	if _, at := s.first(); at < before && s.wake != nil {
		s.wake()
	}
}

// watched is a call whose end matters.
type watched struct {
	call  *strategy.Call
	watch plan.Watch
}

// begin is the call of that number, which is no longer due; ok is false if it is not.
func (s *schedule) begin(number uint64) (a arrival, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok = s.due[number]
	delete(s.due, number)
	return a, ok
}

// rest yields the calls that were not begun, once no more are.
func (s *schedule) rest(yield func(arrival) bool) {
	for _, number := range slices.Sorted(maps.Keys(s.due)) {
		if !yield(s.due[number]) {
			return
		}
	}
	for a, ok := s.next(); ok; a, ok = s.next() {
		if a.Kind == plan.CallDue && !yield(a) {
			return
		}
	}
}
