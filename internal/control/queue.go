package control

import "time"

// what is the kind of an event.
type what uint8

// The kinds of event. Of one instant, a kind comes before those below it.
const (
	lose     what = iota // a loss begins; of is its number
	restore              // a loss is over
	notice               // the cluster manager has noticed a loss
	roll                 // a region gets new software; of is the region
	watch                // the step of a rollout is looked at; of is the region
	revert               // the rollout is taken back
	warm                 // an instance is warm; of is its pool
	lives                // a task ends; of is a job
	served               // a visit of a step ends; of is a job
	patience             // an attempt is out of time; of is a call
	arrives              // an attempt reaches the control plane; of is a call
	wakes                // a call has waited; of is a call
	begins               // a call begins: a task in place of a lost one; of is a call
	asks                 // a stream makes its next call; of is the stream
)

// event is something that happens to an entity. If the entity is a job or a call that has
// been replaced since, nothing happens: gen tells.
type event struct {
	at    time.Duration
	order uint32 // a keyed hash: whoever was first to schedule is not favoured
	what  what
	of    int32
	gen   uint32
}

// before orders events.
func (e *event) before(o *event) bool {
	switch {
	case e.at != o.at:
		return e.at < o.at
	case e.what != o.what:
		return e.what < o.what
	case e.order != o.order:
		return e.order < o.order
	}
	return e.of < o.of
}

// queue is a heap of events, four children to a parent.
type queue []event

func (q *queue) add(e event) {
	h := append(*q, e)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
	*q = h
}

// take removes the first event. The queue has one.
func (q *queue) take() event {
	h := *q
	first, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	i := 0
	for {
		child := 4*i + 1
		if child >= len(h) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(h)); c++ {
			if h[c].before(&h[least]) {
				least = c
			}
		}
		if !h[least].before(&last) {
			break
		}
		h[i] = h[least]
		i = least
	}
	if len(h) > 0 {
		h[i] = last
	}
	*q = h
	return first
}
