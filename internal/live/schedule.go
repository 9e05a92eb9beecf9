package live

import (
	"maps"
	"slices"
	"sync"

	"tenement/internal/plan"
)

// arrival is a call to make, and its host.
type arrival struct {
	host uint32
	n    uint32 // its number among the host's calls
	plan.Arrival
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
}

// upcoming is the calls of one host.
type upcoming struct {
	arrivals *plan.Arrivals
	next     plan.Arrival
	more     bool
	n        uint32
}

func newSchedule(p *plan.Plan) *schedule {
	s := &schedule{hosts: make([]upcoming, p.Hosts), due: make(map[uint64]arrival)}
	for host := range s.hosts {
		u := &s.hosts[host]
		u.arrivals = p.Arrivals(host)
		u.next, u.more = u.arrivals.Next()
	}
	return s
}

// next is the next call of all hosts; those of one instant are in order of the hosts.
func (s *schedule) next() (arrival, bool) {
	first := -1
	for host := range s.hosts {
		if u := &s.hosts[host]; u.more && (first < 0 || u.next.At < s.hosts[first].next.At) {
			first = host
		}
	}
	if first < 0 {
		return arrival{}, false
	}
	u := &s.hosts[first]
	a := arrival{host: uint32(first), n: u.n, Arrival: u.next}
	u.n++
	u.next, u.more = u.arrivals.Next()
	return a, true
}

// take makes the next call due. Its number is how many were taken before it.
func (s *schedule) take() (arrival, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.next()
	if ok {
		s.due[s.taken] = a
		s.taken++
	}
	return a, ok
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
	for a, ok := s.next(); ok && yield(a); a, ok = s.next() {
	}
}
