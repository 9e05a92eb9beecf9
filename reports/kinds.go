package reports

import (
	"fmt"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// kinds says what your failures are, if they are not the limit's doing.
func (s *story) kinds() string {
	var all Results
	for _, g := range s.you.groups {
		add(all[:], g.Results[:])
	}
	failures := all.failures()
	if failures == 0 || ratio(all[strategy.Throttled], failures) >= 0.5 {
		return ""
	}
	worst := strategy.Throttled
	for i := range all {
		if k := strategy.Result(i); k.Failed() && all[k] > all[worst] {
			worst = k
		}
	}
	what := map[strategy.Result]string{
		strategy.Empty: "empty answers taken for success", strategy.Rejected: "rejections other than throttles",
		strategy.Timeout: "timeouts", strategy.Refused: "refused connections", strategy.Reset: "broken connections",
		strategy.Malformed: "unusable answers", strategy.Error: "errors of the server",
		strategy.Unfinished: "calls still open when the run ended", strategy.Throttled: "throttles",
	}[worst]
	switch n, _ := s.throttled(); {
	case s.limit != nil && s.limit.OnExceed == throttle.Delay.String():
		return fmt.Sprintf("The limit holds requests back and refuses none: %s of your failures are %s.", roughly(ratio(all[worst], failures)), what)
	case s.limit != nil && s.limit.OnExceed == throttle.Drop.String():
		return fmt.Sprintf("The limit drops requests without an answer: %s of your failures are %s.", roughly(ratio(all[worst], failures)), what)
	case n == 0:
		return fmt.Sprintf("The limit turned nobody away: %s of your failures are %s.", roughly(ratio(all[worst], failures)), what)
	}
	return fmt.Sprintf("Of your failures %s are %s.", roughly(ratio(all[worst], failures)), what)
}
