package diagnosis

import (
	"strings"

	"tenement/internal/stat"
	"tenement/internal/strategy"
	"tenement/reports"
)

// UsedBy is who used the limit up.
type UsedBy int

// Who used the limit up.
const (
	Nobody       UsedBy = iota // or somebody did, and most failures have another cause
	ByNeighbours               // alone
	ByBoth                     // you and the neighbours, neither of you alone
	ByYou                      // and those who share with you less than you
	ByBursts                   // more at once than it has room for, though the mean load is below it
	ByEachTask                 // tasks do not share: each used up its own, or only neighbours did
	ByUnknown                  // there are several limits, or it has no rate
)

// Cause is who used the limit up, and the part of retries in it.
type Cause struct {
	UsedBy UsedBy
	// LimitFails is whether most of what failed can be the limits' doing.
	LimitFails bool
	// YourShare is the share of you and your other tasks in the requests to the
	// limit; nil if tasks do not share it, or if it is not the cause.
	YourShare *float64
	// Retries is the share of retries in the load of whoever used the limit up, or
	// 0 if it is too small to mention.
	Retries float64
	// WithoutRetries is the case in which the neighbours do not retry; nil if there
	// is none, or if nothing of yours fails anyway.
	WithoutRetries *Row
	// PaidRefusals is how many requests a second a bucket refused that takes tokens
	// for refusals; 0 if it takes none.
	PaidRefusals float64
}

// namedShare is the least share of retries that is mentioned.
const namedShare = 0.1

// hitShare is the least share of failures that counts as a good part of them.
const hitShare = 0.2

func (d *Diagnosis) findCause() {
	c, l := &d.Cause, &d.Limit
	c.LimitFails = d.limitFails()
	c.UsedBy = d.usedBy()
	if all := d.Mine.Attempts + d.Sharing.Attempts; c.LimitFails && l.Shared && all > 0 {
		share := stat.Ratio(d.Mine.Attempts, all)
		c.YourShare = &share
	}
	if seconds := d.Base.Seconds(d.Report); c.LimitFails && l.Comparable() && isBucket(l.First) && l.First.RefusalCost > 0 && seconds > 0 {
		c.PaidRefusals = float64(l.TurnedAway) / seconds
	}
	switch c.UsedBy {
	case ByNeighbours:
		c.Retries = retryShare(&d.Sharing)
		if c.Retries > 0 && d.You.Failures > 0 {
			c.WithoutRetries = d.withoutRetries()
		}
	case ByYou:
		c.Retries = retryShare(&d.Mine)
	}
}

func (d *Diagnosis) usedBy() UsedBy {
	l := &d.Limit
	yours, theirs := d.Mine.PerSecond(d.Mine.Attempts), d.Sharing.PerSecond(d.Sharing.Attempts)
	switch {
	case d.elsewhere():
		return Nobody
	case !d.Cause.LimitFails:
		// Bursts beyond the limit, beside failures of another cause.
		if l.TurnedAway > 0 && l.Comparable() && l.Asked <= l.Capacity && l.Peak != nil &&
			d.You.Failures+d.Yours.Failures+d.Neighbours.Failures > 0 {
			return ByBursts
		}
		return Nobody
	case !l.Only || l.Capacity == 0:
		return ByUnknown
	case !l.Shared:
		return ByEachTask
	case yours == 0 && theirs == 0:
		return Nobody
	case yours+theirs <= l.Capacity:
		return ByBursts
	case yours >= theirs:
		return ByYou
	case theirs <= l.Capacity:
		return ByBoth
	}
	return ByNeighbours
}

// limitFails reports whether the limits turned requests away, more often than the
// endpoint itself failed, and calls can have failed because of that.
func (d *Diagnosis) limitFails() bool {
	n := d.Limit.TurnedAway
	if d.Limit.First == nil || n == 0 || n < d.Endpoint.Failed+d.Endpoint.Refused || d.elsewhere() {
		return false
	}
	switch {
	case d.You.Fail():
		return d.canBeLimits(&d.You)
	case d.Yours.Failures > 0:
		return d.canBeLimits(&d.Yours)
	case d.Neighbours.Failures > 0:
		return d.canBeLimits(&d.Neighbours)
	}
	return false
}

// elsewhere reports whether tasks share the first limit, and only neighbours fail that share no
// state of it with you: they are of another tenant, or on other hosts.
func (d *Diagnosis) elsewhere() bool {
	if !d.Limit.Shared || d.You.Fail() || d.Yours.Failures > 0 {
		return false
	}
	return d.Neighbours.Failures > 0 && d.Totals(d.Base, d.sharers(d.Neighbours.Groups)...).Failures == 0
}

// canBeLimits reports whether the limits can have caused a good part of failures.
// They cause no refused or broken connection, and no status that they do not answer.
func (d *Diagnosis) canBeLimits(t *Totals) bool {
	other := t.Results[strategy.Refused] + t.Results[strategy.Reset]
	if !d.limitAnswers("4") {
		other += t.Results[strategy.Rejected]
	}
	if !d.limitAnswers("5") {
		other += t.Results[strategy.Error]
	}
	return stat.Ratio(other, t.Results.Failures()) <= 1-hitShare && t.failAway() <= 1-hitShare
}

// limitAnswers reports whether a limit answers excess requests with a status of this
// class other than the usual 429.
func (d *Diagnosis) limitAnswers(class string) bool {
	for i := range d.Base.Endpoint.Limits {
		l := &d.Base.Endpoint.Limits[i]
		if strings.HasPrefix(l.OnExceed, class) && ExcessText(l) != "" {
			return true
		}
	}
	return false
}

// retryShare is the share of retries in a load, or 0 if it is too small to mention.
func retryShare(t *Totals) float64 {
	if part := stat.Ratio(t.Retries(), t.Attempts); part >= namedShare {
		return part
	}
	return 0
}

// withoutRetries is the case that changes nothing but the neighbours' retries,
// to none.
func (d *Diagnosis) withoutRetries() *Row {
	for _, row := range d.Rows[1:] {
		if what(row.Case) == reports.ChangesNeighbours && row.Case.Changes.Retries && row.Neighbours.Attempts > 0 && row.Neighbours.Retries() == 0 {
			return &row
		}
	}
	return nil
}
