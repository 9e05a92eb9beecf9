package experiment

import (
	"os"
	"strconv"
	"strings"
)

// mostStolen is the share of the processors' time that the hypervisor may give to
// others before a live run counts as disturbed.
const mostStolen = 0.02

// stolen is time of the processors since the machine started, in ticks: what a hypervisor
// gave to others, and all. Zero is not known.
type stolen struct{ ticks, all uint64 }

// stolenNow reads /proc/stat, which only Linux has.
func stolenNow() (s stolen) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return s
	}
	line, _, _ := strings.Cut(string(text), "\n")
	const steal, guest = 8, 9 // proc(5): guests are counted in user already
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseUint(field, 10, 64)
		if err != nil || i >= guest {
			continue
		}
		s.all += n
		if i == steal {
			s.ticks = n
		}
	}
	return s
}

// since is the share that was stolen since before.
func (s stolen) since(before stolen) float64 {
	if s.all <= before.all || s.ticks < before.ticks {
		return 0
	}
	return float64(s.ticks-before.ticks) / float64(s.all-before.all)
}
