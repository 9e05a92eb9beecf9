package evidence

import (
	"fmt"
	"net/http"
	"time"

	"tenement/internal/draw"
	"tenement/internal/words"
)

// longestGap bounds how far apart two refusals may be between which admitted requests are
// inferred, so that what waits to be put in order stays small.
const longestGap = 60 * time.Second

// inference finds requests that the recording leaves out. A refusal proves that its
// bucket is empty. Between two refusals of one bucket that are no further apart than it
// takes to fill, the bucket loses nothing, so whatever it earned between them was taken.
type inference struct {
	key   draw.Key
	found int64
	// Of the spans between such refusals.
	spans   int64
	length  time.Duration
	refused int64
	// outside is the refusals at the end of no span.
	outside int64
}

// gap is how far apart refusals of a bucket may be.
func (b *bucket) gap() time.Duration {
	return min(longestGap, time.Duration(b.burst/b.rate*float64(time.Second)))
}

// between calls emit with the requests that were admitted before a refusal, which
// comes at p.T.
func (f *inference) between(p *pending, emit func(*pending)) {
	h := p.bucket
	since := p.T - h.lastAt
	if !h.empty || since > h.gap() {
		f.outside++
		h.fraction = 0
	} else {
		f.spans++
		f.refused++
		f.length += since
		f.fill(p, since, emit)
	}
	h.empty, h.lastAt = true, p.T
}

// fill is between for a bucket that cannot have been full.
func (f *inference) fill(p *pending, since time.Duration, emit func(*pending)) {
	h := p.bucket
	held := h.fraction + h.rate*since.Seconds()
	key := f.key.With(h.number).With(uint64(p.T))
	for n := 1; float64(n) <= held; n++ {
		// The token is there from then on; the next one comes 1/rate later.
		from := h.lastAt + time.Duration((float64(n)-h.fraction)/h.rate*float64(time.Second)) + guard
		room := min(time.Duration(float64(time.Second)/h.rate), p.T-from)
		if room <= 0 {
			break
		}
		one := *p
		one.Inferred, one.Status, one.Lat = true, http.StatusOK, 0
		one.T = from + time.Duration(key.With(uint64(n)).Float()*float64(room))
		f.found++
		emit(&one)
	}
	h.fraction = held - float64(int64(held))
}

// sentence says what is known of the requests that the recording leaves out.
func (f *inference) sentence() string {
	const unknown = "metadata and stats: of requests other than for credentials only the refusals are recorded"
	if f.spans == 0 {
		return unknown + "; how many were admitted cannot be known"
	}
	return fmt.Sprintf("%s; between %s of one bucket close together, %s in all, %s inferred, so that %s was refused there; "+
		"what was admitted at other times cannot be known",
		unknown, words.Plural(uint64(f.spans), "pair of refusals", "pairs of refusals"),
		words.Span(f.length.Seconds()), words.Plural(uint64(f.found), "request is", "requests are"),
		words.Percent(float64(f.refused)/float64(f.refused+f.found)))
}
