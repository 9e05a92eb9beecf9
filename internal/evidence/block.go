package evidence

import (
	"cmp"
	"slices"
	"time"

	"tenement/internal/draw"
	"tenement/internal/trace"
)

// Answers are placed block by block. A block ends between two steps, when it is as long
// as a bucket usually takes to fill again or holds many requests.
const (
	blockSpan   = 30 * time.Second
	blockAnswer = 1 << 15
)

// pending is a request whose time is not settled.
type pending struct {
	trace.Event
	width  time.Duration // of the step in which it came, at Event.T
	bucket *held         // that answered it; nil if that is not known
	// admitted is what the bucket answered.
	admitted bool
	// leftOut says that admitted requests such as this refused one are not recorded.
	leftOut bool
}

// held is a bucket and what is to be placed in it.
type held struct {
	bucket
	number uint64 // in order of first appearance
	spans  []span // of the block being placed and the one after it
	// disordered says that nothing tells in which order the answers of a step came.
	disordered bool
	// Of a bucket whose admitted requests are not recorded: its last refusal, and the
	// tokens that it held then.
	empty    bool
	lastAt   time.Duration
	fraction float64
}

// span is one step of one bucket.
type span struct {
	begins, width time.Duration
	of            []*pending
	answers       []bool
	step          step
	need          tokens // at its beginning
}

// block is requests in the order in which they were recorded.
type block struct {
	all  []*pending
	ends time.Duration // no step of it ends later
}

// full reports whether a request at that time begins the next block.
func (b *block) full(at time.Duration) bool {
	return len(b.all) > 0 && at >= b.ends && (len(b.all) >= blockAnswer || at-b.all[0].T >= blockSpan)
}

// add adds a request.
func (b *block) add(p *pending) {
	b.all = append(b.all, p)
	b.ends = max(b.ends, p.T+p.width)
}

// spans divides a block into the steps of its buckets.
func (b *block) spans() (used []*held) {
	for _, p := range b.all {
		h := p.bucket
		if h == nil || p.leftOut {
			continue
		}
		if len(h.spans) == 0 {
			used = append(used, h)
		}
		if n := len(h.spans); n == 0 || p.width == 0 || h.spans[n-1].begins != p.T {
			h.spans = append(h.spans, span{begins: p.T, width: p.width})
		}
		s := &h.spans[len(h.spans)-1]
		s.of = append(s.of, p)
		s.answers = append(s.answers, p.admitted)
		s.step.add(p.admitted)
	}
	return used
}

// place settles the times of a block's requests, given the block after it, and returns
// how many answers do not fit.
func (b *block) place(next *block, key draw.Key) (misfits int64) {
	used := b.spans()
	own := make([]int, len(used))
	for i, h := range used {
		own[i] = len(h.spans)
	}
	if next != nil {
		next.spans()
	}
	for i, h := range used {
		h.lookBack()
		for j := range h.spans[:own[i]] {
			misfits += h.settle(j, key.With(h.number))
		}
	}
	for _, part := range [...]*block{b, next} {
		if part == nil {
			continue
		}
		for _, p := range part.all {
			if p.bucket != nil {
				p.bucket.spans = nil
			}
		}
	}
	b.spread(key, func(p *pending) bool { return p.bucket == nil || p.leftOut })
	return misfits
}

// lookBack works out what each step needs, from the last to the first.
func (h *held) lookBack() {
	for i := len(h.spans) - 1; i >= 0; i-- {
		s := &h.spans[i]
		if h.disordered {
			s.step.disorder()
		}
		s.need = s.step.need(h.after(i), s.width.Seconds()*h.rate, h.burst)
	}
}

// after is the tokens that the steps after one need at its end.
func (h *held) after(i int) tokens {
	if i+1 == len(h.spans) {
		return tokens{0, h.burst}
	}
	s, next := &h.spans[i], &h.spans[i+1]
	gap := max(0, next.begins-s.begins-s.width).Seconds()
	return idle(next.need, gap*h.rate, h.burst)
}

// order puts the answers of a disordered step in an order that suits the bucket: as many
// as it has tokens for are admitted at first, and refusals stand evenly between the rest.
func (h *held) order(s *span) {
	h.pass(s.begins)
	first := min(s.step.admitted, int(h.level))
	rest, refused := s.step.admitted-first, len(s.step.refused)
	var admitted, turnedAway []*pending
	for _, p := range s.of {
		if p.admitted {
			admitted = append(admitted, p)
		} else {
			turnedAway = append(turnedAway, p)
		}
	}
	s.of, s.answers = s.of[:0], s.answers[:0]
	add := func(p *pending) {
		s.of, s.answers = append(s.of, p), append(s.answers, p.admitted)
	}
	done := 0
	for i, p := range admitted {
		add(p)
		for behind := i + 1 - first; behind >= 0 && done < refused*(behind+1)/(rest+1); done++ {
			add(turnedAway[done])
		}
	}
	for _, p := range turnedAway[done:] {
		add(p)
	}
}

// settle places the answers of a step.
func (h *held) settle(i int, key draw.Key) int64 {
	s := &h.spans[i]
	if s.width == 0 {
		if h.take(s.begins) != s.answers[0] {
			return 1
		}
		return 0
	}
	if h.disordered {
		h.order(s)
	}
	return h.place(s.answers, s.begins, s.width, h.after(i), key.With(uint64(s.begins)), func(j int, at time.Duration) {
		s.of[j].T = at
	})
}

// spread places the requests of a block that which selects evenly over their steps, in
// the recorded order: each falls at a keyed instant into its own of as many equal parts.
func (b *block) spread(key draw.Key, which func(*pending) bool) {
	of := make(map[time.Duration][]*pending)
	var begins []time.Duration
	for _, p := range b.all {
		if p.width > 0 && which(p) {
			if of[p.T] == nil {
				begins = append(begins, p.T)
			}
			of[p.T] = append(of[p.T], p)
		}
	}
	for _, at := range begins {
		n := len(of[at])
		for i, p := range of[at] {
			u := (float64(i) + key.With(uint64(at)).With(uint64(i)).Float()) / float64(n)
			p.T = at + min(time.Duration(u*float64(p.width)), p.width-1)
		}
	}
}

// byTime sorts requests by their times.
func byTime(all []*pending) {
	slices.SortStableFunc(all, func(a, b *pending) int { return cmp.Compare(a.T, b.T) })
}
