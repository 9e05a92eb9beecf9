package evidence

import (
	"math"
	"time"

	"tenement/internal/recording"
	"tenement/internal/throttle"
)

// attributor says who asked, entry by entry in order of time. It settles what resolve
// leaves open: a refusal that says neither ARN nor ID, at a place where the credentials
// of several roles were served, goes to the role whose bucket must have been empty, of
// several such to the one with the emptiest, and if there is none to the one that was
// admitted last.
type attributor struct {
	*survey
	limit  *throttle.Limit // nil if it is not known yet
	levels map[subject]level
	last   map[place]role
}

// level is how much a bucket lacked to be full, as of an instant.
type level struct {
	debt float64
	at   time.Duration
}

// mostOpen is how many buckets are looked at for one refusal.
const mostOpen = 256

// memory is the time constant of levels while no limit is known.
const memory = 2 * time.Second

func (s *survey) attributor(limit *throttle.Limit) *attributor {
	return &attributor{survey: s, limit: limit, levels: make(map[subject]level), last: make(map[place]role)}
}

// attribute says who asked, and what a limit can tell the request by.
func (t *attributor) attribute(e *recording.Entry, at time.Duration) (asked, subject) {
	a := t.who.resolve(e)
	if a.open != nil {
		a.role = t.choose(e, a, at)
	}
	key := t.subjects.of(e, &a)
	if !isCredentials(e) || refused(e) || e.Status == 0 {
		return a, key
	}
	bucket := t.bucket(key)
	t.levels[bucket] = level{t.debt(bucket, at) + 1, at}
	t.last[place{e.Addr, e.Agent}] = a.role
	t.last[place{e.Addr, anyAgent}] = a.role
	return a, key
}

// choose settles whose refusal it is.
func (t *attributor) choose(e *recording.Entry, a asked, at time.Duration) role {
	best, most := a.open[0], -1.
	for _, r := range a.open[:min(len(a.open), mostOpen)] {
		of := a
		of.role = r
		if debt := t.debt(t.bucket(t.subjects.of(e, &of)), at); debt > most {
			best, most = r, debt
		}
	}
	if most >= t.emptyFrom(e.Step) {
		return best
	}
	if last, ok := t.last[place{e.Addr, e.Agent}]; ok {
		return last
	}
	if last, ok := t.last[place{e.Addr, anyAgent}]; ok {
		return last
	}
	return best
}

// emptyFrom is the least debt at which a bucket may have been empty, given the width of
// the steps of time.
func (t *attributor) emptyFrom(step time.Duration) float64 {
	if t.limit == nil {
		return 2
	}
	return float64(t.limit.Burst) - 1 - t.limit.Rate.PerSecond()*step.Seconds() - rounding
}

// bucket is the subject's bucket under the limit.
func (t *attributor) bucket(s subject) subject {
	if t.limit == nil {
		return s
	}
	return s.under(t.limit.Scope)
}

// debt is what a bucket lacks at an instant. Without a limit, it is how many were
// admitted lately.
func (t *attributor) debt(s subject, at time.Duration) float64 {
	l, ok := t.levels[s]
	switch passed := (at - l.at).Seconds(); {
	case !ok:
		return 0
	case t.limit == nil:
		return l.debt * math.Exp(-passed/memory.Seconds())
	default:
		return max(0, l.debt-passed*t.limit.Rate.PerSecond())
	}
}
