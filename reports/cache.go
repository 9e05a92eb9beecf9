package reports

import (
	"fmt"
	"strings"
)

// cache says whether a cache in your task could help.
func (s *story) cache() string {
	processes := s.processes()
	var calls uint64
	for _, g := range s.you.groups {
		calls += g.Calls
	}
	if s.you.failures == 0 || s.you.attempts == 0 || processes == 0 || calls == 0 {
		return ""
	}
	if cached := s.you.cached(); cached >= 0.005 {
		return fmt.Sprintf("A cache answers %s of your calls already.", roughly(cached))
	}
	each := 1
	for _, g := range s.you.groups {
		each = max(each, g.Processes)
	}
	switch asks := float64(calls) / float64(processes); {
	case asks > 1.5:
		return fmt.Sprintf("A cache in your task can help: each process asks %s times.", times(asks))
	case each > 1:
		return fmt.Sprintf("A cache in a process cannot help, for each asks once; one that the %d processes of a task share can.", each)
	case asks > 1.02:
		return ""
	}
	return "A cache in your task cannot help: it asks once."
}

// times is a number of repetitions.
func times(x float64) string {
	if x < 9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", x), ".0")
	}
	return number(uint64(x + 0.5))
}
