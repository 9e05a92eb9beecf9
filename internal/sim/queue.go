package sim

import "time"

// event is 16 bytes without a pointer: when, and which slot. The slot says what
// happens then.
type event struct {
	at   time.Duration
	turn uint64 // order among events of the same instant << slotBits | slot
}

const slotBits = 24

func newEvent(at time.Duration, order uint64, slot int32) event {
	return event{at, order<<slotBits | uint64(slot)}
}

func (e event) order() uint64 { return e.turn >> slotBits }

func (e event) slot() int32 { return int32(e.turn & (1<<slotBits - 1)) }

func (e event) before(f event) bool {
	return e.at < f.at || e.at == f.at && e.turn < f.turn
}

// queue is the pending events. A new event that comes before all others, such as
// a first attempt just sent, is kept beside the heap: most of those are handled
// next and never enter the heap. The event on top of the heap stays there while
// it is handled, so that its successor can take its place: that costs one sift
// instead of two.
type queue struct {
	heap  heap
	first event // before all of the heap, if early
	early bool
	taken bool // the top of the heap is being handled
}

// peek is the next event.
func (q *queue) peek() (event, bool) {
	if q.early {
		return q.first, true
	}
	if len(q.heap) == 0 {
		return event{}, false
	}
	return q.heap[0], true
}

// next is when the next event comes that is not being handled: later than every run if
// there is none.
func (q *queue) next() time.Duration {
	switch {
	case q.early:
		return q.first.at
	case q.taken:
		at := never
		for _, e := range q.heap[1:min(len(q.heap), 5)] {
			at = min(at, e.at)
		}
		return at
	case len(q.heap) > 0:
		return q.heap[0].at
	}
	return never
}

// take begins to handle the event that peek returned.
func (q *queue) take() {
	q.taken = !q.early
	q.early = false
}

// done ends the handling: an event without a successor leaves the queue.
func (q *queue) done() {
	if q.taken {
		q.heap.pop()
		q.taken = false
	}
}

// add adds an event.
func (q *queue) add(e event) {
	switch {
	case q.taken:
		q.taken = false
		q.heap.replaceTop(e)
		return
	case q.early:
		if e.before(q.first) {
			e, q.first = q.first, e
		}
	case len(q.heap) == 0 || e.before(q.heap[0]):
		q.first, q.early = e, true
		return
	}
	q.heap.push(e)
}

// reset empties the queue and keeps its memory.
func (q *queue) reset() { *q = queue{heap: q.heap[:0]} }

// heap is a 4-ary min-heap: half the levels of a binary one, and the four
// children of a node share a cache line.
type heap []event

// push adds an event.
func (h *heap) push(e event) {
	q := append(*h, e)
	i := len(q) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(q[parent]) {
			break
		}
		q[i] = q[parent]
		i = parent
	}
	q[i] = e
	*h = q
}

// pop removes the first event.
func (h *heap) pop() {
	q := *h
	last := q[len(q)-1]
	q = q[:len(q)-1]
	*h = q
	if len(q) > 0 {
		q.replaceTop(last)
	}
}

// replaceTop puts e in the place of the first event.
func (h heap) replaceTop(e event) {
	i, n := 0, len(h)
	for {
		first := 4*i + 1
		if first >= n {
			break
		}
		least := first
		for c, end := first+1, min(first+4, n); c < end; c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(e) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = e
}
