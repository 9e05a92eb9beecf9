package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// failureNouns are what failures are, in a sentence.
var failureNouns = map[strategy.Result]string{
	strategy.Empty: "empty answers taken for success", strategy.Rejected: "rejections other than throttles",
	strategy.Timeout: "timeouts", strategy.Refused: "refused connections", strategy.Reset: "broken connections",
	strategy.Malformed: "unusable answers", strategy.Error: "errors of the server",
	strategy.Unfinished: "calls still open when the run ended", strategy.Throttled: "throttles",
}

// Kinds of failure that are worth naming: a share of all, and how many.
const (
	kindShare = 0.05
	mostKinds = 3
)

// kinds says what your failures are, if they are not the limit's doing.
func (s *story) kinds() string {
	all := s.you.results
	failures := all.failures()
	if failures == 0 || ratio(all[strategy.Throttled], failures) >= 0.5 {
		return ""
	}
	var kinds []strategy.Result
	for i := range all {
		if k := strategy.Result(i); k.Failed() && ratio(all[k], failures) >= kindShare {
			kinds = append(kinds, k)
		}
	}
	slices.SortStableFunc(kinds, func(a, b strategy.Result) int { return cmp.Compare(all[b], all[a]) })
	kinds = kinds[:min(len(kinds), mostKinds)]
	var parts []string
	for i, kind := range kinds {
		verb := ""
		if i == 0 {
			verb = "are "
		}
		parts = append(parts, roughly(ratio(all[kind], failures))+" "+verb+s.noun(kind))
	}
	if len(parts) == 0 {
		return "" // of a damaged report
	}
	if why := s.why(kinds[0]); why != "" {
		parts[0] = strings.Replace(parts[0], "are ", "of your failures are ", 1)
		return why + ": " + list(parts, "and") + "."
	}
	return "Of your failures " + list(parts, "and") + "."
}

// noun is what failures of a kind are. Rejections are also what a fault answers,
// if there is one that does.
func (s *story) noun(kind strategy.Result) string {
	if kind != strategy.Rejected {
		return failureNouns[kind]
	}
	status := 0
	for i := range s.base.Endpoint.Faults {
		f := &s.base.Endpoint.Faults[i]
		if !f.is(throttle.StatusFault) || f.Status/100 != 4 || f.Status == 429 {
			continue
		}
		if status != 0 && status != f.Status {
			return failureNouns[kind]
		}
		status = f.Status
	}
	if status == 0 {
		return failureNouns[kind]
	}
	return fmt.Sprintf("rejections such as the fault's %d", status)
}

// limited reports whether a side's failures can be the limits' doing, a good
// part of them: a refused or broken connection is not, and neither is a status
// that no limit answers.
func (s *story) limited(side *side) bool {
	all := side.results
	answers := func(class string) bool {
		return slices.ContainsFunc(s.base.Endpoint.Limits, func(l Limit) bool {
			return strings.HasPrefix(l.OnExceed, class) && l.beyond() != ""
		})
	}
	other := all[strategy.Refused] + all[strategy.Reset]
	if !answers("4") {
		other += all[strategy.Rejected]
	}
	if !answers("5") {
		other += all[strategy.Error]
	}
	return ratio(other, all.failures()) <= 1-hitShare
}

// why is what the limits have to do with failures of which most are of a kind,
// and no throttles.
func (s *story) why(most strategy.Result) string {
	if s.limit == nil {
		return ""
	}
	n, _ := s.turned()
	failed, refusals := s.faulty()
	exceed, late := s.limit.OnExceed, most == strategy.Timeout || most == strategy.Unfinished
	waits := exceed == throttle.Delay.String() || s.limit.is(throttle.LeakyBucket)
	switch {
	case n == 0 && s.base.Endpoint.Tally == nil:
		return "" // who only sees the clients' side cannot tell
	case n == 0 && s.turnedElsewhere():
		return ""
	case n == 0 && !s.sole:
		return "The limits turned nobody away"
	case n == 0 && waits && late && failed+refusals == 0:
		return "The limit holds requests back and refuses none"
	case n == 0:
		return "The limit turned nobody away"
	case !s.sole || n < failed+refusals:
		return ""
	case late && exceed == throttle.Drop.String():
		return "The limit drops requests without an answer"
	case most == strategy.Error && strings.HasPrefix(exceed, "5"), most == strategy.Rejected && strings.HasPrefix(exceed, "4"):
		return "Requests beyond the limit are answered " + exceed
	}
	return ""
}
