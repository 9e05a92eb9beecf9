package reports

import (
	"time"

	"tenement/internal/strategy"
)

// fakeEvent is an attempt on its way.
type fakeEvent struct {
	at   time.Duration
	turn uint64
	k    *strategy.Call
}

func (e *fakeEvent) before(o *fakeEvent) bool {
	return e.at < o.at || e.at == o.at && e.turn < o.turn
}

// fakeHeap is a binary heap, least first.
type fakeHeap []fakeEvent

func (h *fakeHeap) push(e fakeEvent) {
	*h = append(*h, e)
	s := *h
	for i := len(s) - 1; i > 0 && s[i].before(&s[(i-1)/2]); i = (i - 1) / 2 {
		s[i], s[(i-1)/2] = s[(i-1)/2], s[i]
	}
}

func (h *fakeHeap) pop() fakeEvent {
	s := *h
	top, n := s[0], len(s)-1
	s[0] = s[n]
	*h = s[:n]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < n; c++ {
			if s[c].before(&s[least]) {
				least = c
			}
		}
		if least == i {
			return top
		}
		s[i], s[least] = s[least], s[i]
		i = least
	}
}
