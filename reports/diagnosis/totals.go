package diagnosis

import (
	"math"
	"slices"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/reports"
)

// Totals are the sums of several groups of one case: of you, of your other groups,
// or of the neighbours.
// If many seeds were simulated the counts are theirs, unless what the run itself counted
// is asked for: one run of a few hundred calls is only a sample of them.
type Totals struct {
	Groups    []*reports.Group
	Simulated bool // the counts are those of many seeds

	Calls, Failures, Attempts, FirstTries uint64
	away, firstAway                       uint64 // of Attempts and FirstTries, those to further endpoints; see Here

	Seconds float64       // that calls came for, over all runs or seeds
	CI      *reports.Ends // of the share of failures, 95 %
	P99     *float64      // of successes, in milliseconds; of several groups, the slowest one's

	RunCalls, RunFailures uint64 // that the run itself counted

	// How calls ended, and what answered them: over all seeds in a simulated
	// report, over HTTP in a live one.
	Results reports.Results
	Served  reports.Served
}

// split divides a case's groups into you, your other groups and the neighbours. If
// no group is under test, all are you.
func split(r *reports.Report, c *reports.Case, measured bool) (you, yours, neighbours Totals) {
	var by [3][]*reports.Group
	for i, whose := range reports.WhoseGroups(c.Groups) {
		by[whose] = append(by[whose], &c.Groups[i])
	}
	if by[reports.Tested] == nil {
		by = [3][]*reports.Group{reports.Tested: by[reports.Neighbours]}
	}
	of := func(whose reports.Whose) Totals { return totalsOf(r, c, measured, by[whose]...) }
	return of(reports.Tested), of(reports.Yours), of(reports.Neighbours)
}

// onYourHosts sums up groups of the base, of which it counts only what comes from hosts that
// have a task of yours: as many of a group's requests as of its tasks are there.
func (d *Diagnosis) onYourHosts(groups ...*reports.Group) Totals {
	if !placed(d.Base) {
		return d.Totals(d.Base, groups...)
	}
	var sum Totals
	for _, g := range groups {
		sum = sum.add(d.Totals(d.Base, g).part(g.Beside(d.Base.Endpoint.Hosts, d.You.Groups...)))
	}
	return sum
}

// part is so large a share of what was counted.
func (t Totals) part(share float64) Totals {
	for _, n := range []*uint64{&t.Calls, &t.Failures, &t.Attempts, &t.FirstTries, &t.away, &t.firstAway} {
		*n = uint64(math.Round(float64(*n) * share))
	}
	return t
}

// placed reports whether a placement makes hosts differ in the tasks that they have.
func placed(c *reports.Case) bool {
	return slices.ContainsFunc(c.Groups, func(g reports.Group) bool { return g.Placed != nil })
}

// hostsWith is how many hosts of a case have a task of one of its groups.
func hostsWith(c *reports.Case) float64 {
	var all []*reports.Group
	for i := range c.Groups {
		all = append(all, &c.Groups[i])
	}
	return float64(reports.HostsWith(c.Endpoint.Hosts, all...))
}

// Totals sums up groups of a case: of the engine that sentences are about.
func (d *Diagnosis) Totals(c *reports.Case, groups ...*reports.Group) Totals {
	return totalsOf(d.Report, c, d.Measured, groups...)
}

// totalsOf sums up groups of a case, if measured as a live run itself counted them.
func totalsOf(r *reports.Report, c *reports.Case, measured bool, groups ...*reports.Group) Totals {
	t := Totals{Groups: groups, Seconds: c.Seconds(r), Simulated: len(groups) > 0 && !measured}
	for _, g := range groups {
		t.Simulated = t.Simulated && g.Simulated != nil && g.Simulated.Seeds > 0
	}
	low, high := 0.0, 0.0 // summed over groups, each times its calls
	for i, g := range groups {
		t.RunCalls += g.Calls
		t.RunFailures += g.Failures()
		results, served := &g.Results, &g.Served
		if s := r.OverSeeds(g); s != nil {
			results, served = &s.Results, &s.Served
		}
		addTo(t.Results[:], results[:])
		addTo(t.Served[:], served[:])
		ci, p99 := g.FailureRateCI95, (*float64)(nil)
		if g.LatencyMS != nil {
			p99 = &g.LatencyMS.P99
		}
		calls, failures, attempts, firstTries := g.Calls, g.Failures(), g.Attempts, g.FirstTries
		if t.Simulated {
			s := g.Simulated
			calls, failures, attempts, firstTries = s.Calls, s.Failures, s.Attempts, s.FirstTries
			ci, p99 = s.FailureRateCI95, nil
			if s.LatencyMS != nil {
				p99 = &s.LatencyMS.P99
			}
			if i == 0 {
				t.Seconds = r.DurationS * float64(s.Seeds)
			}
		}
		t.Calls += calls
		t.Failures += failures
		t.Attempts += attempts
		t.FirstTries += min(firstTries, attempts)
		all, tries := away(g, attempts, min(firstTries, attempts))
		t.away += all
		t.firstAway += tries
		if p99 != nil && (t.P99 == nil || *p99 > *t.P99) {
			t.P99 = p99
		}
		if t.CI = ci; ci != nil {
			low += float64(ci[0] * float64(calls))
			high += float64(ci[1] * float64(calls))
		}
	}
	switch {
	case len(groups) < 2:
	case t.Simulated && t.Calls > 0:
		// How the groups correlate from seed to seed is not known. The mean of
		// their intervals is the widest that the interval of their mean can be.
		t.CI = &reports.Ends{stat.Tidy(low / float64(t.Calls)), stat.Tidy(high / float64(t.Calls))}
	default:
		t.CI = (*reports.Ends)(stat.Wilson(t.Failures, t.Calls))
	}
	return t
}

// Retries is the attempts that were not first ones.
func (t *Totals) Retries() uint64 { return t.Attempts - t.FirstTries }

// FailureRate is the share of calls that failed, 0 of none.
func (t *Totals) FailureRate() float64 { return stat.Ratio(t.Failures, t.Calls) }

// RunFailureRate is the same of the calls that the run itself counted.
func (t *Totals) RunFailureRate() float64 { return stat.Ratio(t.RunFailures, t.RunCalls) }

// Fail reports whether a call failed, in the run or with any seed.
func (t *Totals) Fail() bool { return t.Failures > 0 || t.RunFailures > 0 }

// Amplification is attempts per call, 0 of none.
func (t *Totals) Amplification() float64 { return stat.Ratio(t.Attempts, t.Calls) }

// PerSecond is a count as a rate over the time that calls came for.
func (t *Totals) PerSecond(n uint64) float64 {
	if t.Seconds <= 0 {
		return 0
	}
	return float64(n) / t.Seconds
}

// Cached is the share of calls that a cache or another's fetch answered.
func (t *Totals) Cached() float64 {
	var calls uint64
	for _, n := range t.Served {
		calls += n
	}
	return stat.Ratio(calls-t.Served[strategy.Fetched], calls)
}

// PastExpiry is the share of calls that used credentials past their expiry, or failed
// because of it.
func (t *Totals) PastExpiry() float64 {
	return stat.Ratio(t.Results[strategy.Stale]+t.Results[strategy.Expired], t.Results.Total())
}

// Names are the names of the groups.
func (t *Totals) Names() []string {
	var names []string
	for _, g := range t.Groups {
		names = append(names, g.Name)
	}
	return names
}

// AllTasks is how many tasks the groups have on so many hosts together.
func (t *Totals) AllTasks(hosts int) (n float64) {
	for _, g := range t.Groups {
		n += g.AllTasks(hosts)
	}
	return n
}

func addTo(sum, more []uint64) {
	for i, n := range more {
		sum[i] += n
	}
}

// add is the totals of both; intervals and percentiles are those of the first.
func (t Totals) add(o Totals) Totals {
	if len(o.Groups) == 0 {
		return t
	}
	if len(t.Groups) == 0 {
		return o
	}
	t.Groups = append(append([]*reports.Group{}, t.Groups...), o.Groups...)
	t.Calls += o.Calls
	t.Failures += o.Failures
	t.Attempts += o.Attempts
	t.FirstTries += o.FirstTries
	t.away += o.away
	t.firstAway += o.firstAway
	t.RunCalls += o.RunCalls
	t.RunFailures += o.RunFailures
	addTo(t.Results[:], o.Results[:])
	addTo(t.Served[:], o.Served[:])
	return t
}
