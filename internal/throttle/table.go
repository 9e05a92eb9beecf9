package throttle

import (
	"math/bits"
	"time"
)

// table keeps one state per key of a scope: open addressing, linear probing,
// 24 bytes a slot, at most three quarters in use. A free slot holds the state of
// an unused key, so that finding a key is the same for all. An idle state, such
// as that of a bucket that is full again, equals an unused one. Before the table
// grows, such states are swept, so that its size follows the keys in use.
//
// The table grows to maxSlots. When more keys are in use at once than it has
// room for, it forgets every other one, and these begin unused: the limit then
// admits more than it should, instead of taking all memory.
type table struct {
	slots  []slot // a power of two of them
	used   int
	unused state // of a key that is not in the table
}

// slot is one state. Key 0 is a free slot.
type slot struct {
	key uint64
	state
}

const (
	// minSlots is the least size of a table.
	minSlots = 16
	// maxSlots is the most, 48 MiB: 1,572,864 keys.
	maxSlots = 1 << 21
)

// find is the position of a key's slot, or of the free slot where it belongs.
// It is valid until the next insert.
func (t *table) find(key uint64) int {
	mask := uint64(len(t.slots) - 1)
	i := key & mask
	for {
		if k := t.slots[i].key; k == key || k == 0 {
			return int(i)
		}
		i = (i + 1) & mask
	}
}

// clear empties the table, and an unused key is that of a limit that has not
// changed.
func (t *table) clear() {
	if t.slots == nil {
		t.slots = make([]slot, minSlots)
	}
	clear(t.slots)
	t.used, t.unused = 0, state{}
}

// carry turns all states, including that of unused keys, into those of another
// rule.
func (t *table) carry(now time.Duration, from, to rule) {
	to.carry(now, from, &t.unused)
	for i := range t.slots {
		if s := &t.slots[i]; s.key != 0 {
			to.carry(now, from, &s.state)
		} else {
			s.state = t.unused
		}
	}
}

// inserted counts a free slot that has just been filled. It keeps the table at
// most three quarters full and may move every slot.
func (t *table) inserted(now time.Duration, r rule) {
	t.used++
	if 4*t.used > 3*len(t.slots) {
		t.sweep(now, r)
	}
}

// sweep moves the states that are not idle at now to a table that is at most
// half in use. At least a quarter of its slots are then filled before the next
// sweep, which pays for that sweep.
func (t *table) sweep(now time.Duration, r rule) {
	live := 0
	for i := range t.slots {
		if s := &t.slots[i]; s.key != 0 && !r.idle(now, &s.state, &t.unused) {
			live++
		}
	}
	halve, odd := live > maxSlots/2, false
	old := t.slots
	t.slots = make([]slot, min(max(minSlots, 2<<bits.Len(uint(max(live, 1)-1))), maxSlots))
	if t.used = 0; t.unused != (state{}) {
		for i := range t.slots {
			t.slots[i].state = t.unused
		}
	}
	for i := range old {
		s := &old[i]
		if s.key == 0 {
			continue
		}
		keep := !r.idle(now, &s.state, &t.unused)
		if keep && halve {
			odd = !odd
			keep = odd
		}
		if !keep {
			r.release(&s.state)
			continue
		}
		t.slots[t.find(s.key)] = *s
		t.used++
	}
}
