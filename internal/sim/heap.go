package sim

import "time"

// event is 16 bytes without a pointer: when, and which call. What is to happen
// then stands in the call's slot.
type event struct {
	at   time.Duration
	turn uint64 // order among equals << slotBits | slot
}

const slotBits = 24

func newEvent(at time.Duration, order uint64, slot int32) event {
	return event{at, order<<slotBits | uint64(slot)}
}

func (e event) slot() int32 { return int32(e.turn & (1<<slotBits - 1)) }

func (e event) before(f event) bool {
	return e.at < f.at || e.at == f.at && e.turn < f.turn
}

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

// replaceTop puts e in the place of the first event: most events have exactly
// one successor, and this costs one sift instead of two.
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
