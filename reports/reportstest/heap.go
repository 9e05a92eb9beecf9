package reportstest

import (
	"time"

	"tenement/internal/strategy"
)

// event is an attempt on its way.
type event struct {
	at   time.Duration
	turn uint64
	k    *strategy.Call
}

func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && e.turn < o.turn
}

// heap is a binary heap, least first.
type heap []event

func (h *heap) push(e event) {
	*h = append(*h, e)
	s := *h
	for i := len(s) - 1; i > 0 && s[i].before(&s[(i-1)/2]); i = (i - 1) / 2 {
		s[i], s[(i-1)/2] = s[(i-1)/2], s[i]
	}
}

func (h *heap) pop() event {
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
