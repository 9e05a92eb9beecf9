package strategy

// slot is the state of one document in a client.
type slot struct {
	resource uint32
	entry    Entry
	loaded   bool // some fetch has succeeded
	role     roleState
	gaveUp   bool  // the first use has failed for good (Strategy.FailForGood)
	used     bool  // a fetch has succeeded, or its failure was swallowed: a further use is not the first
	leader   *Call // whose fetch the others wait for
	behind   *Call // a background refresh under way
	head     *Call // waiters, in order of arrival
	tail     *Call
}

// fewSlots is the number of slots up to which a scan is faster than the map.
const fewSlots = 8

// slotOf is the number of the slot for a resource.
func (c *Client) slotOf(resource uint32) int32 {
	for i := range min(len(c.slots), fewSlots) {
		if c.slots[i].resource == resource {
			return int32(i)
		}
	}
	if i, ok := c.more[resource]; ok {
		return i
	}
	i := int32(len(c.slots))
	c.slots = append(c.slots, slot{resource: resource})
	if i >= fewSlots {
		if c.more == nil {
			c.more = make(map[uint32]int32)
		}
		c.more[resource] = i
	}
	return i
}

// enqueue appends a waiter.
func (s *slot) enqueue(k *Call) {
	if s.tail == nil {
		s.head = k
	} else {
		s.tail.next = k
	}
	s.tail = k
}

// remove takes a waiter out.
func (s *slot) remove(k *Call) {
	var before *Call
	for w := s.head; w != nil; before, w = w, w.next {
		if w != k {
			continue
		}
		if before == nil {
			s.head = k.next
		} else {
			before.next = k.next
		}
		if s.tail == k {
			s.tail = before
		}
		k.next = nil
		return
	}
}

// takeAll empties the queue and returns its head.
func (s *slot) takeAll() *Call {
	k := s.head
	s.head, s.tail = nil, nil
	return k
}

// takeFirst takes the first waiter out.
func (s *slot) takeFirst() *Call {
	k := s.head
	if k == nil {
		return nil
	}
	s.head = k.next
	if s.head == nil {
		s.tail = nil
	}
	k.next = nil
	return k
}
