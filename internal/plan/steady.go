package plan

// Steady is the mean number of calls a second of a process with a pattern whose rate does
// not change, and 0 of any other pattern.
func Steady(p Pattern) float64 {
	switch p := p.(type) {
	case Constant:
		return p.Rate.PerSecond()
	case *renewal:
		return p.rate
	}
	return 0
}

// Memoryless reports whether calls of a pattern are independent of each other (Poisson).
func Memoryless(p Pattern) bool {
	r, ok := p.(*renewal)
	return ok && r.around == nil
}
