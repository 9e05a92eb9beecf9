package reports

import "tenement/internal/strategy"

// side is several groups of one case together: you, whose strategy is under
// test, or the others. In a live report its shares are the simulation's, which
// is the estimate; the live run of a few hundred calls is one sample of it.
type side struct {
	groups    []*Group
	simulated bool

	calls, failures, attempts, firstTries uint64
	seconds                               float64 // that calls came for, over all runs or seeds
	live                                  uint64  // failures that the run itself counted
	ci                                    *[2]float64
	p99                                   *float64 // of successes; of several groups, the slowest's
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
	for i, g := range groups {
		s.live += g.failures()
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
		if s.ci = ci; len(groups) > 1 {
			s.ci = wilson(s.failures, s.calls)
		}
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
	var calls, fetched uint64
	for _, g := range s.groups {
		calls += g.Calls
		fetched += min(g.Served[strategy.Fetched], g.Calls)
	}
	return ratio(calls-fetched, calls)
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
	s.live += o.live
	return s
}

func ratio(n, of uint64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
