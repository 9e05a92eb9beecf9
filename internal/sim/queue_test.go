package sim

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"tenement/internal/draw"
)

// againstASlice runs the same program on a queue and on a sorted slice, and
// fails where the two would go on with different events. Each byte is one
// operation. Its low two bits say whether to add an event (1 to 3) or to handle
// the next one (0); that event adds as many successors as the two bits above
// say: none, one that may take its place in the heap, or more. The upper bits
// make up the event's time and order. Both have few values, so that many events
// are alike in one, and some in both.
func againstASlice(t *testing.T, program []byte) {
	t.Helper()
	var (
		q    queue
		want []event
	)
	add := func(b byte) {
		e := newEvent(time.Duration(b>>5), uint64(b>>4&1), int32(b>>2&3))
		q.add(e)
		i, _ := slices.BinarySearchFunc(want, e, func(a, b event) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.turn, b.turn))
		})
		want = slices.Insert(want, i, e)
	}
	workOff := func(step int, successors []byte) {
		if e, ok := q.peek(); !ok || e != want[0] {
			t.Fatalf("step %d: got %+v, %v, want %+v of %d", step, e, ok, want[0], len(want))
		}
		q.take()
		want = want[1:]
		for _, b := range successors {
			add(b)
		}
		q.done()
	}
	for i := 0; i < len(program); i++ {
		switch b := program[i]; {
		case b&3 != 0:
			add(b)
		case len(want) > 0:
			n := min(int(b>>2&3), len(program)-1-i)
			workOff(i, program[i+1:i+1+n])
			i += n
		}
	}
	for len(want) > 0 {
		workOff(len(program), nil)
	}
	if e, ok := q.peek(); ok {
		t.Fatalf("got %+v of an empty queue", e)
	}
}

// Random work: mostly additions, so that the heap grows deep; half and half;
// and mostly work, so that it is empty again and again.
func TestQueueAgainstASortedSlice(t *testing.T) {
	for kind, workShare := range []uint64{10, 50, 80} {
		for run := range uint64(200) {
			key := draw.Seed(run).With(uint64(kind))
			program := make([]byte, 400)
			for i := range program {
				u := key.With(uint64(i))
				program[i] = byte(u.Bits()) | 1
				if draw.Below(u.Name("work").Bits(), 100) < workShare {
					program[i] &^= 3
				}
			}
			againstASlice(t, program)
		}
	}
}

// The first event comes first however it was added: before all others, in the
// place of its predecessor, or ahead of one that was first until then.
func TestQueueKeepsTheFirstApart(t *testing.T) {
	at := func(n time.Duration) event { return newEvent(n, 0, 0) }
	var q queue
	next := func(want event) {
		t.Helper()
		if got, ok := q.peek(); !ok || got != want {
			t.Errorf("got %+v, %v, want %+v", got, ok, want)
		}
	}
	q.add(at(5))
	next(at(5))
	q.add(at(4)) // and 5 has to go into the heap
	next(at(4))
	q.add(at(6))
	q.take() // 4, which was not in the heap
	q.add(at(3))
	q.done()
	next(at(3))
	q.take()
	q.done()
	next(at(5))
	q.take()
	q.add(at(7)) // takes 5's place
	q.add(at(1))
	q.done()
	for _, n := range []time.Duration{1, 6, 7} {
		next(at(n))
		q.take()
		q.done()
	}
	if _, ok := q.peek(); ok {
		t.Error("want nothing left")
	}
}

// A reset leaves nothing, whether an event waits beside the heap or one in it is
// being handled.
func TestQueueReset(t *testing.T) {
	var q queue
	empty := func() {
		t.Helper()
		q.reset()
		if e, ok := q.peek(); ok {
			t.Errorf("got %+v after a reset", e)
		}
	}
	q.add(newEvent(1, 0, 0))
	empty()
	q.add(newEvent(1, 0, 0))
	q.add(newEvent(2, 0, 0))
	q.take()
	q.done()
	q.take()
	empty()
	q.add(newEvent(3, 0, 0))
	q.take()
	q.done()
	empty()
}

func FuzzQueue(f *testing.F) {
	f.Add([]byte{0x21, 0x01, 0x41, 0x04, 0x61, 0x00, 0x0c, 0x01, 0x21, 0x41, 0x00})
	f.Add([]byte{0xe1, 0xe1, 0xe1, 0x08, 0x01, 0x01, 0x00, 0x00})
	f.Fuzz(againstASlice)
}
