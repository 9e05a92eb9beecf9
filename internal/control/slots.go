package control

// slots are calls or jobs by number. A number is used again once its slot was given back.
type slots[T any] struct {
	all  []*T
	none []int32 // numbers that were given back
}

// take is a slot and its number. It holds what was there before.
func (s *slots[T]) take() (*T, int32) {
	if n := len(s.none); n > 0 {
		number := s.none[n-1]
		s.none = s.none[:n-1]
		return s.all[number], number
	}
	s.all = append(s.all, new(T))
	return s.all[len(s.all)-1], int32(len(s.all) - 1)
}

// give gives a slot back.
func (s *slots[T]) give(number int32) { s.none = append(s.none, number) }
