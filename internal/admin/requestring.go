package admin

// requestRing holds the last maxRequests requests by their seq. It takes memory as it
// needs it, a segment at a time, and keeps that.
type requestRing struct {
	segments [(maxRequests + segment - 1) / segment][]seen
}

// segment is how many requests are allocated at a time.
const segment = 1000

// place is where the request of a seq is kept, in the place of the one maxRequests before it.
func (r *requestRing) place(seq uint64) *seen {
	place := seq % maxRequests
	to := &r.segments[place/segment]
	if *to == nil {
		*to = make([]seen, segment)
	}
	return &(*to)[place%segment]
}

// at is the request of a seq that is kept.
func (r *requestRing) at(seq uint64) *seen {
	place := seq % maxRequests
	return &r.segments[place/segment][place%segment]
}
