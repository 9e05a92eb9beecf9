package sim

import (
	"iter"
	"math"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// slot is a call under way, or a timer of one.
type slot struct {
	arrived strategy.Call
	call    *strategy.Call // arrived, or a background refresh
	client  *strategy.Client
	answer  *answer          // to the call, on the straight way
	outcome strategy.Outcome // of the attempt whose reply is pending
	sent    time.Duration
	timeout time.Duration
	number  int32
	turn    uint32 // number of waits for another's fetch in this slot, over all its calls
	waiter  int32  // of a timer: the slot that it is for
	of      uint32 // of a timer: the waiter's turn that it is for; in a later turn it does nothing
	task    int32  // slot of the task whose call it is, or ofHost
	watch   plan.Watch
	what    what
	// straight says that the call is on the straight way (strategy.BeginStraight) or, of a
	// vacant slot, that its last call was to its end.
	straight bool
}

// what a slot is waiting for.
type what uint8

const (
	vacant  what = iota
	arrives      // an attempt on its way to the endpoint
	replies      // an answer on its way back
	sleeps       // the end of a wait
	awaits       // another call's fetch
	hangs        // nothing that comes before the end of the run
	timer        // the end of another slot's wait for a fetch
	cutOff       // nothing: its task has stopped, and the slot is vacant once its event has come
)

// ofHost stands for the agent of a host in place of a task: no task that stops ends its
// calls.
const ofHost = -1

// never is later than every run, and unanswered is when an attempt ends that gets no
// answer.
const (
	never      = time.Duration(math.MaxInt64)
	unanswered = never
)

// slab holds the slots of one host at addresses that do not move, because calls
// point to each other.
type slab struct {
	chunks []*[chunk]slot
	free   []int32
	spare  *slot // the one given back last, if it has not been taken since
}

// chunk is how many slots are made at a time: as many calls as are open at once on a
// host with a few dozen tasks.
const chunk = 16

// maxOpen bounds the slots in use on a host: calls, background refreshes, and
// timers, which keep their slot until they fire.
const maxOpen = 1<<slotBits - 1<<16

// full reports whether no further call may be opened.
func (b *slab) full() bool { return len(b.chunks)*chunk-len(b.free) >= maxOpen }

// take returns a vacant slot.
func (b *slab) take() *slot {
	if s := b.spare; s != nil {
		b.spare = nil
		return s
	}
	return b.takeFree()
}

// takeFree returns a vacant slot that is not the spare one.
func (b *slab) takeFree() *slot {
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
	if b.spare != nil {
		b.free = append(b.free, b.spare.number)
	}
	b.spare = s
}

func (b *slab) at(number int32) *slot { return &b.chunks[uint32(number)/chunk][uint32(number)%chunk] }

// all yields every slot, vacant ones too.
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
