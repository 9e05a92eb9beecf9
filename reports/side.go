package reports

import "tenement/internal/strategy"

// side is several groups of one case together: you, whose strategy is under
// test, or the others. Its shares are those of many seeds, if they were
// simulated, which are the estimate; a run of a few hundred calls is one sample
// of it.
type side struct {
	groups    []*Group
	simulated bool

	calls, failures, attempts, firstTries uint64
	seconds                               float64 // that calls came for, over all runs or seeds
	own                                   uint64  // failures that the run itself counted
	ci                                    *[2]float64
	p99                                   *float64 // of successes; of several groups, the slowest's

	// How calls ended, and who answered them: of all seeds in a simulated report,
	// in a live one as it was seen over HTTP.
	results Results
	served  Served
}

// sides splits a case's groups. Where none is under test, all are you.
func (r *Report) sides(c *Case) (you, them side) {
	var mine, others []*Group
	for i := range c.Groups {
		if c.Groups[i].UnderTest {
			mine = append(mine, &c.Groups[i])
		} else {
			others = append(others, &c.Groups[i])
		}
	}
	if mine == nil {
		mine, others = others, nil
	}
	return r.side(c, mine), r.side(c, others)
}

// side sums groups up.
func (r *Report) side(c *Case, groups []*Group) side {
	s := side{groups: groups, seconds: c.ran(r), simulated: len(groups) > 0}
	for _, g := range groups {
		s.simulated = s.simulated && g.Simulated != nil && g.Simulated.Seeds > 0
	}
	low, high := 0.0, 0.0 // summed over groups, each times its calls
	for i, g := range groups {
		s.own += g.failures()
		results, served := &g.Results, &g.Served
		if m := r.seeds(g); m != nil {
			results, served = &m.Results, &m.Served
		}
		add(s.results[:], results[:])
		add(s.served[:], served[:])
		ci, p99 := g.FailureRateCI95, (*float64)(nil)
		if g.LatencyMS != nil {
			p99 = &g.LatencyMS.P99
		}
		calls, failures, attempts, firstTries := g.Calls, g.failures(), g.Attempts, g.FirstTries
		if s.simulated {
			m := g.Simulated
			calls, failures, attempts, firstTries = m.Calls, m.Failures, m.Attempts, m.FirstTries
			ci, p99 = m.FailureRateCI95, nil
			if m.LatencyMS != nil {
				p99 = &m.LatencyMS.P99
			}
			if i == 0 {
				s.seconds = r.DurationS * float64(m.Seeds)
			}
		}
		s.calls += calls
		s.failures += failures
		s.attempts += attempts
		s.firstTries += min(firstTries, attempts)
		if p99 != nil && (s.p99 == nil || *p99 > *s.p99) {
			s.p99 = p99
		}
		if s.ci = ci; ci != nil {
			low += ci[0] * float64(calls)
			high += ci[1] * float64(calls)
		}
	}
	switch {
	case len(groups) < 2:
	case s.simulated && s.calls > 0:
		// How the groups go together from seed to seed is not known: no
		// interval of their mean is wider than the mean of their intervals.
		s.ci = &[2]float64{tidy(low / float64(s.calls)), tidy(high / float64(s.calls))}
	default:
		s.ci = wilson(s.failures, s.calls)
	}
	return s
}

// retries is the attempts that were not first ones.
func (s *side) retries() uint64 { return s.attempts - s.firstTries }

// rate is the share of calls that failed, 0 of none.
func (s *side) rate() float64 { return ratio(s.failures, s.calls) }

// amplification is attempts per call, 0 of none.
func (s *side) amplification() float64 { return ratio(s.attempts, s.calls) }

// perSecond is a count as a rate over the time that calls came for.
func (s *side) perSecond(n uint64) float64 {
	if s.seconds <= 0 {
		return 0
	}
	return float64(n) / s.seconds
}

// cached is the share of calls that a cache or another's fetch answered.
func (s *side) cached() float64 {
	calls := total(s.served[:])
	return ratio(calls-s.served[strategy.Fetched], calls)
}

// names are the names of the groups.
func (s *side) names() []string {
	var names []string
	for _, g := range s.groups {
		names = append(names, g.Name)
	}
	return names
}

// plus is two sides as one.
func (s side) plus(o side) side {
	if len(o.groups) == 0 {
		return s
	}
	if len(s.groups) == 0 {
		return o
	}
	s.groups = append(append([]*Group{}, s.groups...), o.groups...)
	s.calls += o.calls
	s.failures += o.failures
	s.attempts += o.attempts
	s.firstTries += o.firstTries
	s.own += o.own
	add(s.results[:], o.results[:])
	add(s.served[:], o.served[:])
	return s
}

func ratio(n, of uint64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
