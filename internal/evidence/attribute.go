package evidence

import (
	"math"
	"slices"
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
	levels map[subject]*level
	// recent are the roles that were admitted last at a place, the last one first.
	recent map[place][]served
}

// served is a role whose credentials were served, and its bucket.
type served struct {
	role  role
	level *level
}

// level is how much a bucket lacked to be full, as of an instant.
type level struct {
	debt float64
	at   time.Duration
}

// mostRecent is how many roles of a place are looked at for one refusal.
const mostRecent = 64

// memory is the time constant of levels while no limit is known.
const memory = 2 * time.Second

func (s *survey) attributor(limit *throttle.Limit) *attributor {
	return &attributor{survey: s, limit: limit, levels: make(map[subject]*level), recent: make(map[place][]served)}
}

// attribute says who asked, and what a limit can tell the request by.
func (t *attributor) attribute(e *recording.Entry, at time.Duration) (asked, subject) {
	a := t.who.resolve(e)
	if a.open != nil {
		a.role = t.choose(e, a.open[0], at)
	}
	key := t.subjects.of(e, &a)
	if !isCredentials(e) || refused(e) || e.Status == 0 {
		return a, key
	}
	bucket := key
	if t.limit != nil {
		bucket = key.under(t.limit.Scope)
	}
	l := t.levels[bucket]
	if l == nil {
		l = &level{}
		t.levels[bucket] = l
	}
	l.debt, l.at = t.debt(l, at)+1, at
	t.admit(place{e.Addr, e.Agent}, served{a.role, l})
	t.admit(place{e.Addr, anyAgent}, served{a.role, l})
	return a, key
}

// admit puts a role in front of those of its place.
func (t *attributor) admit(p place, s served) {
	all := t.recent[p]
	i := slices.Index(all, s)
	if i < 0 {
		if i = len(all); i < mostRecent {
			all = append(all, s)
			t.recent[p] = all
		} else {
			i--
		}
	}
	copy(all[1:i+1], all[:i])
	all[0] = s
}

// choose settles whose refusal it is; other is the role if none was admitted before.
func (t *attributor) choose(e *recording.Entry, other role, at time.Duration) role {
	all := t.recent[place{e.Addr, e.Agent}]
	if all == nil {
		all = t.recent[place{e.Addr, anyAgent}]
	}
	if all == nil {
		return other
	}
	best, most := all[0].role, t.emptyFrom(e.Step)
	for _, s := range all {
		if debt := t.debt(s.level, at); debt > most {
			best, most = s.role, debt
		}
	}
	return best
}

// emptyFrom is the debt above which a bucket may have been empty, given the width of the
// steps of time.
func (t *attributor) emptyFrom(step time.Duration) float64 {
	if t.limit == nil {
		return 2
	}
	return float64(t.limit.Burst) - 1 - t.limit.Rate.PerSecond()*step.Seconds() - rounding
}

// debt is what a bucket lacks at an instant. Without a limit, it is how many were
// admitted lately.
func (t *attributor) debt(l *level, at time.Duration) float64 {
	passed := (at - l.at).Seconds()
	if t.limit == nil {
		return l.debt * math.Exp(-passed/memory.Seconds())
	}
	return max(0, l.debt-passed*t.limit.Rate.PerSecond())
}
