package reports

import "tenement/internal/strategy"

// reading reads a metric of package gate. It returns nil if there is no such figure.
type reading func(*sample) *estimated

// readings are how each metric is read.
var readings = map[string]reading{
	"failure_rate": func(s *sample) *estimated {
		f := s.share(ofFailures, ofCalls)
		if f != nil && s.interval != nil {
			f.interval = &Interval{s.interval[0], s.interval[1]} // as the table has it
		}
		return f
	},
	"throttled_share": func(s *sample) *estimated { return s.shareApart(ofRefusals, ofAttempts, s.apart.Throttled) },
	"cached_share":    func(s *sample) *estimated { return s.share(ofCached, ofCalls) },
	"stale_share":     func(s *sample) *estimated { return s.share(ofStale, ofCalls) },
	"expired_share":   func(s *sample) *estimated { return s.share(ofExpired, ofCalls) },
	"withheld_share":  func(s *sample) *estimated { return s.share(ofWithheld, ofCalls) },
	"ready_within_1s": func(s *sample) *estimated { return s.shareApart(ofReady, ofCalls, s.apart.Ready) },
	"amplification":   func(s *sample) *estimated { return s.ratio(ofAttempts, ofCalls) },
	"calls":           func(s *sample) *estimated { return s.each(ofCalls) },
	"failures":        func(s *sample) *estimated { return s.each(ofFailures) },
	"attempts":        func(s *sample) *estimated { return s.each(ofAttempts) },
	"throttled":       func(s *sample) *estimated { return s.each(ofRefusals) },
	"mean":            (*sample).mean,
	"p50":             func(s *sample) *estimated { return s.quantile(s.latency, 0.5, callTimes) },
	"p90":             func(s *sample) *estimated { return s.quantile(s.latency, 0.9, callTimes) },
	"p95":             func(s *sample) *estimated { return s.quantile(s.latency, 0.95, callTimes) },
	"p99":             func(s *sample) *estimated { return s.quantile(s.latency, 0.99, callTimes) },
	"p99_9":           func(s *sample) *estimated { return s.quantile(s.latency, 0.999, callTimes) },
	"max":             (*sample).slowest,
	"attempt_p50":     func(s *sample) *estimated { return s.quantile(s.attemptLatency, 0.5, attemptTimes) },
	"attempt_p90":     func(s *sample) *estimated { return s.quantile(s.attemptLatency, 0.9, attemptTimes) },
	"attempt_p95":     func(s *sample) *estimated { return s.quantile(s.attemptLatency, 0.95, attemptTimes) },
	"attempt_p99":     func(s *sample) *estimated { return s.quantile(s.attemptLatency, 0.99, attemptTimes) },

	"failed_start_rate": func(s *sample) *estimated { return s.share(ofFailedStarts, ofStarts) },
	"failed_starts": func(s *sample) *estimated {
		if s.starts == 0 {
			return nil // nothing starts
		}
		return s.each(ofFailedStarts)
	},
	"start_p50": func(s *sample) *estimated { return s.quantile(s.startLatency, 0.5, startTimes) },
	"start_p99": func(s *sample) *estimated { return s.quantile(s.startLatency, 0.99, startTimes) },
}

// counter is a count of a target, and its row in the blocks; nil if they have none.
type counter struct {
	of  func(*sums) uint64
	row func(*GroupBlocks) []uint64
}

var (
	ofCalls    = counter{func(s *sums) uint64 { return s.calls }, func(b *GroupBlocks) []uint64 { return b.Calls }}
	ofFailures = counter{func(s *sums) uint64 { return s.failures }, func(b *GroupBlocks) []uint64 { return b.Failures }}
	ofAttempts = counter{func(s *sums) uint64 { return s.attempts }, func(b *GroupBlocks) []uint64 { return b.Attempts }}
	ofRefusals = counter{func(s *sums) uint64 { return s.throttled }, func(b *GroupBlocks) []uint64 { return b.Throttled }}
	ofReady    = counter{func(s *sums) uint64 { return s.ready }, func(b *GroupBlocks) []uint64 { return b.Ready }}
	ofCached   = counter{of: func(s *sums) uint64 { return s.fromCache }}
	ofStale    = counter{of: func(s *sums) uint64 { return s.results[strategy.Stale] }}
	ofWithheld = counter{of: func(s *sums) uint64 { return s.results[strategy.Withheld] }}
	ofExpired  = counter{of: func(s *sums) uint64 { return s.results[strategy.Expired] }}

	ofStarts       = counter{func(s *sums) uint64 { return s.starts }, func(b *GroupBlocks) []uint64 { return b.Starts }}
	ofFailedStarts = counter{func(s *sums) uint64 { return s.failedStarts }, func(b *GroupBlocks) []uint64 { return b.FailedStarts }}
)

// each is a count of one run or seed, judged as it is.
func (s *sample) each(n counter) *estimated {
	x := share(n.of(&s.sums), s.runs)
	if x == nil {
		return nil
	}
	return &estimated{value: *x}
}
