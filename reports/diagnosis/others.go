package diagnosis

import (
	"cmp"
	"slices"

	"tenement/internal/stat"
	"tenement/reports"
)

// Others is what the cases after the base do to you. A strategy that sends no
// request is not compared with the others: it cannot fail.
type Others struct {
	Strategies []Row     // that were tried besides the first, and ask
	Best       *Row      // of those; nil if nothing of yours fails
	Helps      bool      // the best one helps
	Unclear    bool      // too few of your calls fail to tell, though the best seems to help
	How        Means     // by which it helps
	Slower     float64   // the p99 of its successes in milliseconds, if that is a price to name
	Price      *float64  // percentage points that the neighbours fail more with it; nil if there are none
	Worst      *Row      // a strategy with which you clearly fail more
	Silent     *Row      // one that sends no request, and fails nothing
	Limits     *ByLimits // if the report is about which limits break you
	Harmless   []Row     // other changes with which nothing of yours fails: no start, if it is about starts
	Risk       *Row      // the other change with which you, or your starts, fail clearly more
}

// Means is what a better strategy does differently.
type Means int

// The means of a better strategy.
const (
	ByOther Means = iota
	ByCache
	ByRetrying
)

// ByLimits sorts cases with other limits by how many of your calls fail, the
// worst first.
type ByLimits struct{ Many, Few, None []Row }

const (
	// Slower successes are mentioned if their p99 is at least slowMS milliseconds
	// and slowFactor times that of the base.
	slowFactor = 2
	slowMS     = 1000
	// hardlyFails is the share of calls below which a limit breaks hardly any.
	hardlyFails = 0.01
	// muchLower is the share of the base's failures below which a strategy seems to
	// help, though that may be chance.
	muchLower = 0.9
	// clearly is by how much a share is clearly higher than another one where they have no
	// intervals; with them, leastApart is.
	clearly, leastApart = 0.01, 0.001
	// means is the least difference, in cached share or retries per call, that is
	// called the means of a better strategy.
	means = 0.05
)

func (d *Diagnosis) findOthers() {
	o := &d.Others
	for _, row := range d.others(reports.ChangesYou) {
		if row.You.Attempts > 0 {
			o.Strategies = append(o.Strategies, row)
		} else if o.Silent == nil && row.You.Failures == 0 && d.You.Failures > 0 && d.You.Attempts > 0 {
			o.Silent = &row
		}
	}
	d.findBest()
	if worst := worst(o.Strategies); worst != nil && worst.You.FailureRate() > d.You.FailureRate() && differ(&worst.You, &d.You) {
		o.Worst = worst
	}
	var all []Row
	for _, what := range []string{reports.ChangesYours, reports.ChangesNeighbours, reports.ChangesLimit, reports.ChangesFault, reports.ChangesRest} {
		all = append(all, d.others(what)...)
	}
	if limits := d.others(reports.ChangesLimit); len(limits) >= 2 && len(limits) == len(all) {
		if o.Limits = byLimits(limits); o.Limits != nil {
			return
		}
	}
	if d.StartsFirst() {
		d.findOtherStarts(all)
		return
	}
	var more []Row
	for _, row := range all {
		if d.You.Failures > 0 && row.You.Failures == 0 {
			o.Harmless = append(o.Harmless, row)
		}
		if row.You.FailureRate() > d.You.FailureRate() && differ(&row.You, &d.You) {
			more = append(more, row)
		}
	}
	o.Risk = worst(more)
}

// findOtherStarts fills in with what else all starts of yours succeed, or clearly more of
// them fail.
func (d *Diagnosis) findOtherStarts(all []Row) {
	now := StartsOf(&d.You)
	most := now.Rate()
	for _, row := range all {
		switch starts := StartsOf(&row.You); {
		case starts.Decided == 0:
		case starts.Rate() == 0 && now.Rate() > 0:
			d.Others.Harmless = append(d.Others.Harmless, row)
		case starts.Rate() > most && apart(starts.Rate(), now.Rate(), starts.CI, now.CI):
			most, d.Others.Risk = starts.Rate(), &row
		}
	}
}

// findBest fills in which strategy helps you, and what it costs.
func (d *Diagnosis) findBest() {
	o := &d.Others
	if len(o.Strategies) == 0 || d.You.Failures == 0 {
		return
	}
	best := slices.MinFunc(o.Strategies, func(a, b Row) int { return cmp.Compare(a.You.FailureRate(), b.You.FailureRate()) })
	o.Best = &best
	o.Helps = best.You.FailureRate() < d.You.FailureRate() && differ(&best.You, &d.You)
	o.Unclear = !o.Helps && best.You.FailureRate() < muchLower*d.You.FailureRate()
	if !o.Helps {
		return
	}
	retries := func(t *Totals) float64 { return stat.Ratio(t.Retries(), t.Calls) }
	switch {
	case best.You.Cached() > d.You.Cached()+means:
		o.How = ByCache
	case retries(&best.You) > retries(&d.You)+means:
		o.How = ByRetrying
	}
	if p := best.You.P99; p != nil && *p >= slowMS && (d.You.P99 == nil || *p >= slowFactor**d.You.P99) {
		o.Slower = *p
	}
	if best.Neighbours.Calls > 0 && d.Neighbours.Calls > 0 {
		price := (best.Neighbours.FailureRate() - d.Neighbours.FailureRate()) * 100
		o.Price = &price
	}
}

// worst is the row with which most of your calls fail, the first of equals; nil
// of none.
func worst(rows []Row) *Row {
	if len(rows) == 0 {
		return nil
	}
	row := slices.MaxFunc(rows, func(a, b Row) int { return cmp.Compare(a.You.FailureRate(), b.You.FailureRate()) })
	return &row
}

// byLimits is nil if none of the limits breaks you.
func byLimits(rows []Row) *ByLimits {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(b.You.FailureRate(), a.You.FailureRate()) })
	var out ByLimits
	for _, row := range rows {
		switch {
		case row.You.Failures == 0:
			out.None = append(out.None, row)
		case row.You.FailureRate() < hardlyFails:
			out.Few = append(out.Few, row)
		default:
			out.Many = append(out.Many, row)
		}
	}
	if out.Many == nil && out.Few == nil {
		return nil
	}
	return &out
}

// differ reports whether two failure rates of the same arrivals differ: their
// intervals do not overlap, and the difference is worth a sentence.
func differ(a, b *Totals) bool {
	return a.Calls > 0 && b.Calls > 0 && apart(a.FailureRate(), b.FailureRate(), a.CI, b.CI)
}

// apart reports whether two shares differ, given their intervals, which may be nil.
func apart(a, b float64, ofA, ofB *reports.Ends) bool {
	if a > b {
		return apart(b, a, ofB, ofA)
	}
	if ofA == nil || ofB == nil {
		return b-a > clearly
	}
	return b-a >= leastApart && ofA[1] < ofB[0]
}
