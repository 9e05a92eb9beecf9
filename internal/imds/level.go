package imds

// Level is what a limit whose scope is the host has left now: tokens, requests
// of the window, or places. ok is false for a limit of another scope, which has
// as many levels as keys.
func (h *Handler) Level(index int) (left float64, ok bool) {
	defer h.gate.lock()()
	milli, ok := h.gate.endpoint.Level(h.gate.last, index)
	return float64(milli) / 1000, ok
}
