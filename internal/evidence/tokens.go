package evidence

import "math"

// tokens is what a bucket may hold at an instant: from lo to hi, closed.
type tokens struct{ lo, hi float64 }

// earn lets time pass in which a bucket of that burst earns so many tokens.
func (t *tokens) earn(earned, burst float64) {
	t.lo = min(burst, t.lo+earned)
	t.hi = min(burst, t.hi+earned)
}

// step is what the recording says of one bucket within one step of its time.
type step struct {
	admitted int
	// refused is, for each refusal in order, how many were admitted before it in the
	// step.
	refused []int32
	// run is the most that were admitted in a row before a refusal.
	run int
}

// add adds an answer.
func (s *step) add(admitted bool) {
	if admitted {
		s.admitted++
		return
	}
	before := 0
	if n := len(s.refused); n > 0 {
		before = int(s.refused[n-1])
	}
	s.run = max(s.run, s.admitted-before)
	s.refused = append(s.refused, int32(s.admitted))
}

// reset empties the step.
func (s *step) reset() { s.admitted, s.run, s.refused = 0, 0, s.refused[:0] }

// disorder is the step if nothing tells in which order its answers came: the refusals
// may then have followed all that was admitted.
func (s *step) disorder() {
	for i := range s.refused {
		s.refused[i] = int32(s.admitted)
	}
	if len(s.refused) > 0 {
		s.run = s.admitted
	}
}

// admitsAll reports whether so many were admitted in a row before a refusal that the
// bucket may have been full before them.
func (s *step) admitsAll(burst float64) bool { return float64(s.run) > burst-1 }

// instant plays a single answer. A misfit of less than a token is chance, and the bucket
// goes on from what was recorded; a bucket that has more left over has to get rid of
// that, refusal by refusal.
func (t *tokens) instant(admitted bool) (misfits int64) {
	switch {
	case admitted && t.hi >= 1-rounding:
		t.lo, t.hi = max(t.lo-1, 0), max(t.hi-1, 0)
	case admitted:
		misfits = 1
		t.lo, t.hi = 0, 0
	case t.lo < 1:
		t.hi = min(t.hi, 1)
	default:
		misfits = 1
		t.lo, t.hi = max(t.lo-1, 1), max(t.hi-1, 1)
	}
	return misfits
}

// play narrows t to what the step's answers allow at its beginning, moves it to the
// step's end, and counts the answers that fit nothing; those go as the limit has them.
// In the step the bucket earns so many tokens.
//
// Let y be the tokens at the beginning. A refusal after a admissions needs less than one
// token: y + earned until then − a < 1, and at the step's first instant nothing is
// earned, so y < 1 + a. N admissions need y + earned ≥ n by the end. Every y between can
// be had by some placing of the answers.
//
// At the end the bucket holds y + earned − n, less what it could not hold while it was
// full. It can have been full before a refusal only if enough were admitted in a row to
// empty it again, and after the last refusal for as long as there is time.
func (t *tokens) play(s *step, earned, burst float64) (misfits int64) {
	n, before := float64(s.admitted), 0.
	if all := len(s.refused); all > 0 {
		k := 0
		for k < all && t.lo-float64(k) >= 1+float64(s.refused[k]) {
			k++
		}
		misfits = int64(k)
		n += float64(k)
		if k < all {
			t.hi = min(t.hi, 1+float64(s.refused[k])+float64(k))
			if s.admitsAll(burst) {
				t.lo = min(t.lo, max(burst-earned, 0))
			} else {
				before = float64(s.refused[all-1]) + float64(k)
			}
		}
	}
	if least := n - earned; least > t.hi {
		over := math.Ceil(least - t.hi - rounding)
		misfits += int64(over)
		n -= over
		before = min(before, n)
	} else {
		t.lo = max(t.lo, least)
	}
	t.hi = max(0, min(burst, t.hi+earned-n))
	t.lo = min(t.hi, max(0, min(burst, t.lo+earned-before)-(n-before)))
	return misfits
}

// window is the share of a step, from 0 to 1, in which the answers up to the last refusal
// must have come, given the tokens at the step's beginning.
func (t *tokens) window(s *step, earned float64) float64 {
	last := s.refused[len(s.refused)-1]
	return min(1, max((1+float64(last)-t.lo)/earned, 1e-6))
}

// rounding is what sums of rates and times may be off by.
const rounding = 1e-6
