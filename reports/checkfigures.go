package reports

import (
	"fmt"

	"tenement/internal/throttle"
)

// The checks of figures, one by one. An error names the field by its path, as it is
// in JSON.

// first is the first error of several, nil of none.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// figure checks a number. What is not a number is outside of any range.
func figure(field string, x, least, most float64) error {
	if x >= least && x <= most {
		return nil
	}
	return fmt.Errorf("%s: %g: want %g to %g", field, x, least, most)
}

// maybe checks a number from 0 on that may be null.
func maybe(field string, x *float64, most float64) error {
	if x == nil {
		return nil
	}
	return figure(field, *x, 0, most)
}

// count checks a count: beyond the bound sums could overflow, and would not be exact
// as a float64.
func count(field string, n uint64) error {
	if n <= mostCount {
		return nil
	}
	return fmt.Errorf("%s: %d: want at most %g", field, n, float64(mostCount))
}

// counts checks counts that have names.
func counts(field string, all []uint64, name func(int) string) error {
	for i, n := range all {
		if err := count(field+"."+name(i), n); err != nil {
			return err
		}
	}
	return nil
}

// countsOf checks the counts of a list.
func countsOf(field string, all []uint64) error {
	for i, n := range all {
		if n > mostCount {
			return count(fmt.Sprintf("%s[%d]", field, i), n)
		}
	}
	return nil
}

// interval checks an interval of shares.
func interval(field string, ci *Ends) error {
	if ci == nil {
		return nil
	}
	if err := first(figure(field+"[0]", ci[0], 0, 1), figure(field+"[1]", ci[1], 0, 1)); err != nil {
		return err
	}
	if ci[0] > ci[1] {
		return fmt.Errorf("%s: %g is above %g", field, ci[0], ci[1])
	}
	return nil
}

// failed checks that no more calls failed than there were.
func failed(field string, failures, calls uint64) error {
	if failures > calls {
		return fmt.Errorf("%s: %d failed of %d calls", field, failures, calls)
	}
	return nil
}

func (g *GateResult) check() error {
	most := float64(mostCount)
	if a := g.Against; a != nil {
		if err := first(figure("against.factor", a.Factor, 0, most), figure("against.value", a.Value, 0, most), a.CI95.check("against.ci95", most)); err != nil {
			return err
		}
		most *= a.Factor // of the bound alone
	}
	return first(figure("bound", g.Bound, 0, max(most, 0)), maybe("value", g.Value, mostCount), g.CI95.check("ci95", mostCount),
		figure("ended_run_s", g.EndedRunS, 0, mostSeconds))
}

func (l *Latency) check(field string) error {
	if l == nil {
		return nil
	}
	return first(
		figure(field+".mean", l.Mean, 0, mostMS), figure(field+".p50", l.P50, 0, mostMS), figure(field+".p90", l.P90, 0, mostMS),
		figure(field+".p99", l.P99, 0, mostMS), figure(field+".p99_9", l.P999, 0, mostMS), figure(field+".max", l.Max, 0, mostMS),
	)
}

// checkFigures checks every number of a group; its histograms are checked apart.
func (g *Group) checkFigures() error {
	if err := g.checkCounts(); err != nil {
		return err
	}
	if err := first(
		figure("tasks", float64(g.Tasks), 0, mostTasks), g.checkPlaced(), figure("processes", float64(g.Processes), 0, mostTasks),
		figure("offered_per_s", g.OfferedPerS, 0, mostRatePS), maybe("amplification", g.Amplification, mostCount),
		maybe("failure_rate", g.FailureRate, 1), interval("failure_rate_ci95", g.FailureRateCI95),
		maybe("ready_within_1s", g.ReadyWithin1s, 1),
		g.LatencyMS.check("latency_ms"), g.FailureLatencyMS.check("failure_latency_ms"), g.AttemptLatencyMS.check("attempt_latency_ms"),
	); err != nil {
		return err
	}
	if l := g.LatenessMS; l != nil {
		if err := first(figure("lateness_ms.p50", l.P50, 0, mostMS), figure("lateness_ms.p99", l.P99, 0, mostMS), figure("lateness_ms.max", l.Max, 0, mostMS)); err != nil {
			return err
		}
	}
	if err := g.P99CI95.check("p99_ci95_ms", mostMS); err != nil {
		return err
	}
	if s := g.Simulated; s != nil {
		if err := first(s.P99CI95.check("p99_ci95_ms", mostMS), s.check()); err != nil {
			return fmt.Errorf("simulated.%w", err)
		}
	}
	if r := g.Recorded; r != nil {
		if err := r.check(); err != nil {
			return fmt.Errorf("recorded.%w", err)
		}
	}
	if n := len(g.Activities); n > mostParts {
		return fmt.Errorf("activities: %d of them: want at most %d", n, mostParts)
	}
	for i := range g.Activities {
		if err := g.Activities[i].check(); err != nil {
			return fmt.Errorf("activities[%d].%w", i, err)
		}
	}
	if err := g.Lives.check(); err != nil {
		return fmt.Errorf("lives.%w", err)
	}
	return nil
}

// checkCounts checks the counts of a group: those that a merge adds up.
func (g *Group) checkCounts() error {
	return first(
		count("calls", g.Calls), count("attempts", g.Attempts), count("first_tries", g.FirstTries),
		counts("results", g.Results[:], resultName), counts("served", g.Served[:], servedName),
		counts("outcomes", g.Outcomes[:], outcomeName),
		count("histograms.clamped", g.Histograms.Clamped),
		failed("results", g.Failures(), g.Calls),
		g.Recorded.checkCounts(), g.Lives.checkCounts(), g.checkActivities(),
	)
}

// checkActivities checks the counts of the activities: those that a merge adds up.
func (g *Group) checkActivities() error {
	for i := range g.Activities {
		if err := g.Activities[i].checkCounts(); err != nil {
			return fmt.Errorf("activities[%d].%w", i, err)
		}
	}
	return nil
}

func (s *Simulated) check() error {
	if err := first(
		count("seeds", s.Seeds), count("calls", s.Calls), count("failures", s.Failures), count("attempts", s.Attempts),
		count("first_tries", s.FirstTries), count("throttled", s.Throttled), count("dropped", s.Dropped),
		counts("results", s.Results[:], resultName), counts("served", s.Served[:], servedName),
		failed("failures", s.Failures, s.Calls),
		maybe("failure_rate", s.FailureRate, 1), interval("failure_rate_ci95", s.FailureRateCI95),
		maybe("amplification", s.Amplification, mostCount),
		figure("failures_per_seed.mean", s.FailuresPerSeed.Mean, 0, mostCount), figure("failures_per_seed.sd", s.FailuresPerSeed.SD, 0, mostCount),
	); err != nil {
		return err
	}
	if a := s.Apart; a != nil {
		if err := first(
			figure("seeds_apart.failures", a.Failures, 0, mostCount), figure("seeds_apart.throttled", a.Throttled, 0, mostCount),
			figure("seeds_apart.ready_within_1s", a.Ready, 0, mostCount), figure("seeds_apart.tries", a.Tries, 0, mostCount),
			figure("seeds_apart.p50", a.P50, 0, mostCount), figure("seeds_apart.p99", a.P99, 0, mostCount), figure("seeds_apart.mean", a.Mean, 0, mostCount),
		); err != nil {
			return err
		}
	}
	return first(maybe("ready_within_1s", s.ReadyWithin1s, 1), s.Starts.check(), s.LatencyMS.check("latency_ms"), s.AttemptLatencyMS.check("attempt_latency_ms"))
}

func (q *Quantiles) check(field string) error {
	if q == nil {
		return nil
	}
	return first(figure(field+".p50", q.P50, 0, mostMS), figure(field+".p99", q.P99, 0, mostMS))
}

// checkTally checks the counts of requests by verdict.
func checkTally(t *throttle.Tally) error {
	return first(count("requests", t.Requests), count("admitted", t.Admitted), count("throttled", t.Throttled),
		count("dropped", t.Dropped), count("failed", t.Failed))
}

// checkCounts checks the counts of an endpoint: those that a merge adds up.
func (e *Endpoint) checkCounts() error {
	if t := e.Tally; t != nil {
		if err := checkTally(t); err != nil {
			return err
		}
	}
	for i, n := range e.TurnedAwayBy {
		if err := count(fmt.Sprintf("turned_away_by[%d]", i), n); err != nil {
			return err
		}
	}
	if u := e.Upstream; u != nil {
		return first(count("upstream.requests", u.Requests), count("upstream.throttled", u.Throttled), count("upstream.failed", u.Failed))
	}
	return nil
}

// checkCounts checks all counts of a case: those that a merge adds up. The error is
// of the first that is too large.
func (c *Case) checkCounts() error {
	if err := c.Endpoint.checkCounts(); err != nil {
		return fmt.Errorf("endpoint.%w", err)
	}
	for i := range c.Endpoints {
		if err := c.Endpoints[i].checkCounts(); err != nil {
			return fmt.Errorf("endpoints[%d].%w", i, err)
		}
	}
	for i := range c.Groups {
		if err := c.Groups[i].checkCounts(); err != nil {
			return fmt.Errorf("groups[%d].%w", i, err)
		}
	}
	if n := len(c.Seeds); n > mostSeeds {
		return fmt.Errorf("seeds: %d of them: want at most %d", n, mostSeeds)
	}
	if s := c.Series; s != nil {
		return figure("series.level_hosts", float64(s.LevelHosts), 0, mostHosts)
	}
	return nil
}
