package sim

import (
	"iter"
	"math"
	"time"

	"tenement/internal/strategy"
)

// slot is a call under way, or a timer of one.
type slot struct {
	own     strategy.Call
	call    *strategy.Call // own, or a background refresh
	client  *strategy.Client
	outcome strategy.Outcome // that the pending reply brings
	sent    time.Duration
	timeout time.Duration
	number  int32
	turn    uint32 // how often the slot has waited for another's fetch, whoever's it was
	waiter  int32  // whose timer this is
	of      uint32 // the waiter's turn that it is for: in a later one it is void
	what    what
}

// what a slot is waiting for.
type what uint8

const (
	vacant  what = iota
	arrives      // an attempt on its way to the endpoint
	replies      // an answer on its way back
	rests        // a wait
	awaits       // another call's fetch
	hangs        // nothing that comes before the end of the run
	times        // the end of another slot's patience
)

const never = time.Duration(math.MaxInt64)

// slab holds the slots of one host at addresses that do not move, for calls
// point to each other.
type slab struct {
	chunks []*[chunk]slot
	free   []int32
}

const chunk = 256

// maxOpen bounds the slots in use on a host: calls, background refreshes, and
// timers, which keep theirs until they fire.
const maxOpen = 1<<slotBits - 1<<16

// full reports whether no further call may be opened.
func (b *slab) full() bool { return len(b.chunks)*chunk-len(b.free) >= maxOpen }

// take returns a vacant slot.
func (b *slab) take() *slot {
	if len(b.free) == 0 {
		base := int32(len(b.chunks) * chunk)
		c := new([chunk]slot)
		b.chunks = append(b.chunks, c)
		for i := int32(chunk - 1); i >= 0; i-- {
			c[i].number = base + i
			b.free = append(b.free, base+i)
		}
	}
	s := b.at(b.free[len(b.free)-1])
	b.free = b.free[:len(b.free)-1]
	return s
}

// give takes a slot back.
func (b *slab) give(s *slot) {
	s.what = vacant
	s.call = nil
	b.free = append(b.free, s.number)
}

func (b *slab) at(number int32) *slot { return &b.chunks[number/chunk][number%chunk] }

// all runs through every slot, vacant ones too.
func (b *slab) all() iter.Seq[*slot] {
	return func(yield func(*slot) bool) {
		for _, c := range b.chunks {
			for i := range c {
				if !yield(&c[i]) {
					return
				}
			}
		}
	}
}
