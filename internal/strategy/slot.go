package strategy

import "time"

// slot is the state of one document in a client.
type slot struct {
	asked  uint32 // the resource, and 1; 0 is a slot that is not in use
	loaded bool   // some fetch has succeeded
	gaveUp bool   // the first use has failed for good (Strategy.FailForGood)
	used   bool   // a fetch has succeeded, or its failure was swallowed: a further use is not the first
	led    bool   // a call fetches that leads (see state), so that others wait
	entry  Entry
	last   *Call // of the waiters, in order of arrival: a ring, so that the next of the last is the first
}

// aside is more of the state of one document, which few clients need.
type aside struct {
	behind *Call // a background refresh under way
	role   roleState
	began  time.Duration // the last fetch (Strategy.Early)
	took   time.Duration // the last fetch that succeeded
	failed failure       // the last failed fetch (Strategy.Negative)
}

// fewSlots is the number of slots up to which a scan is faster than the map.
const fewSlots = 8

// slotOf is the number of the slot for a resource.
func (c *Client) slotOf(resource uint32) int32 {
	if c.first.asked == resource+1 {
		return 0
	}
	return c.otherSlot(resource)
}

// otherSlot is slotOf for a resource that is not that of the first slot.
func (c *Client) otherSlot(resource uint32) int32 {
	if c.first.asked == 0 {
		c.first.asked = resource + 1
		return 0
	}
	x := c.extras()
	for i := range min(len(x.slots), fewSlots) {
		if x.slots[i].asked == resource+1 {
			return int32(1 + i)
		}
	}
	if number, ok := x.more[resource]; ok {
		return number
	}
	x.slots = append(x.slots, slot{asked: resource + 1})
	number := int32(len(x.slots))
	if number > fewSlots {
		if x.more == nil {
			x.more = make(map[uint32]int32)
		}
		x.more[resource] = number
	}
	return number
}

// slot is the slot with this number.
func (c *Client) slot(number int32) *slot {
	if number == 0 {
		return &c.first
	}
	return &c.extra.slots[number-1]
}

// aside is what is apart of the slot with this number.
func (c *Client) aside(number int32) *aside {
	x := c.extras()
	for int(number) >= len(x.asides) {
		x.asides = append(x.asides, aside{})
	}
	return &x.asides[number]
}

// lead makes a call that fetches the one that others wait for.
func (s *slot) lead(k *Call) { s.led, k.leads = true, true }

// release ends that.
func (s *slot) release(k *Call) { s.led, k.leads = false, false }

// enqueue appends a waiter.
func (s *slot) enqueue(k *Call) {
	if s.last == nil {
		k.next = k
	} else {
		k.next, s.last.next = s.last.next, k
	}
	s.last = k
}

// remove takes a waiter out.
func (s *slot) remove(k *Call) {
	if s.last == nil {
		return
	}
	for before := s.last; ; before = before.next {
		switch {
		case before.next != k:
		case before == k:
			s.last, k.next = nil, nil
			return
		default:
			before.next, k.next = k.next, nil
			if s.last == k {
				s.last = before
			}
			return
		}
		if before.next == s.last {
			return
		}
	}
}

// takeAll empties the queue and returns its head.
func (s *slot) takeAll() *Call {
	last := s.last
	if last == nil {
		return nil
	}
	first := last.next
	s.last, last.next = nil, nil
	return first
}

// takeFirst takes the first waiter out.
func (s *slot) takeFirst() *Call {
	last := s.last
	if last == nil {
		return nil
	}
	first := last.next
	if first == last {
		s.last = nil
	} else {
		last.next = first.next
	}
	first.next = nil
	return first
}
