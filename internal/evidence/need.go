package evidence

// need is the tokens that a bucket may hold at the beginning of a step so that the
// step's answers fit and it ends within after. In the step it earns so many tokens. If
// nothing satisfies both, it is what the answers alone need.
func (s *step) need(after tokens, earned, burst float64) tokens {
	own := tokens{max(0, float64(s.admitted)-earned), burst}
	if len(s.refused) > 0 {
		own.hi = min(burst, 1+float64(s.refused[0])-margin)
	}
	own.lo = min(own.lo, own.hi)

	left := earned - float64(s.admitted) // what is added, as long as nothing is lost
	both := tokens{max(own.lo, after.lo-left), own.hi}
	if !s.losesDownTo(after.hi, burst) {
		both.hi = min(both.hi, after.hi-left)
	}
	if both.lo > both.hi {
		return own
	}
	return both
}

// losesDownTo reports whether a bucket that is as full as can be at the beginning of a
// step may lose enough to end with so little.
func (s *step) losesDownTo(little, burst float64) bool {
	late := 0
	if n := len(s.refused); n > 0 {
		if s.admitsAll(burst) {
			return burst-float64(s.admitted) <= little
		}
		late = int(s.refused[n-1])
	}
	return burst-float64(s.admitted-late) <= little
}

// idle is the tokens before a time without answers in which a bucket earns so many, so
// that it ends within after.
func idle(after tokens, earned, burst float64) tokens {
	before := tokens{max(0, after.lo-earned), burst}
	if after.hi < burst-margin {
		before.hi = max(0, after.hi-earned)
	}
	before.lo = min(before.lo, before.hi)
	return before
}

// margin keeps a placed answer away from the instant at which it would be another.
const margin = 1e-6
