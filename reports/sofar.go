package reports

import (
	"math"
	"time"

	"tenement/internal/strategy"
)

// SoFar is what a target has done while a run goes on.
type SoFar struct {
	Calls             uint64 // that have ended
	attempts, refused uint64
	results           Results
	cached, ready     uint64
}

// Attempted counts an attempt that has ended.
func (s *SoFar) Attempted(o *strategy.Outcome) {
	s.attempts++
	if became(o) == Throttled {
		s.refused++
	}
}

// Finished counts a call that has ended.
func (s *SoFar) Finished(k *strategy.Call) {
	s.Calls++
	s.results[k.Result]++
	if k.Served == strategy.Cached {
		s.cached++
	}
	if !k.Result.Failed() && k.Ended-k.Scheduled <= time.Second {
		s.ready++
	}
}

// settled are the metrics that a run settles while it goes on: each is a count, or that
// count as a share of all calls. Those of attempts have no upper bound.
var settled = map[string]struct {
	count    func(*SoFar) uint64
	share    bool // of the calls
	attempts bool // counts attempts, of which any number may come
}{
	"failure_rate":    {count: (*SoFar).failures, share: true},
	"cached_share":    {count: func(s *SoFar) uint64 { return s.cached }, share: true},
	"stale_share":     {count: func(s *SoFar) uint64 { return s.results[strategy.Stale] }, share: true},
	"withheld_share":  {count: func(s *SoFar) uint64 { return s.results[strategy.Withheld] }, share: true},
	"expired_share":   {count: func(s *SoFar) uint64 { return s.results[strategy.Expired] }, share: true},
	"ready_within_1s": {count: func(s *SoFar) uint64 { return s.ready }, share: true},
	"amplification":   {count: func(s *SoFar) uint64 { return s.attempts }, share: true, attempts: true},
	"calls":           {count: func(s *SoFar) uint64 { return s.Calls }},
	"failures":        {count: (*SoFar).failures},
	"attempts":        {count: func(s *SoFar) uint64 { return s.attempts }, attempts: true},
	"throttled":       {count: func(s *SoFar) uint64 { return s.refused }, attempts: true},
}

func (s *SoFar) failures() uint64 { return s.results.Failures() }

// UnknownCalls is the number of a run's calls if that depends on the run.
const UnknownCalls = math.MaxUint64

// Range is the least and the most that a metric can be when this many calls have ended,
// whatever the calls do that are left. Of a metric that does not settle it is anything,
// and so is a share of an unknown number of calls.
func (s *SoFar) Range(metric string, calls uint64) (low, high float64) {
	m, known := settled[metric]
	if !known {
		return 0, math.Inf(1)
	}
	n := m.count(s)
	low, high = float64(n), float64(n+max(calls, s.Calls)-s.Calls)
	if metric == "calls" && calls != UnknownCalls {
		low = high
	}
	if m.attempts || calls == UnknownCalls {
		high = math.Inf(1)
	}
	if m.share {
		if calls == 0 || calls == UnknownCalls {
			return 0, math.Inf(1)
		}
		low, high = tidy(low/float64(calls)), tidy(high/float64(calls))
	}
	return low, high
}

// Figure is a metric that settles, of the calls until now.
func (s *SoFar) Figure(metric string) float64 {
	m, known := settled[metric]
	if !known {
		return 0
	}
	n := float64(m.count(s))
	if !m.share {
		return n
	}
	if s.Calls == 0 {
		return 0
	}
	return tidy(n / float64(s.Calls))
}
