package reports

import (
	"fmt"
	"slices"
	"strings"
)

// story is what the sentences are about: the first case, and what the others
// make of it.
type story struct {
	r    *Report
	base *Case

	you     side
	them    side // all others
	sharing side // those of them that have the same limit in common with you
	rows    []row

	limit    *Limit  // the first; nil is none
	sole     bool    // there is no other
	capacity float64 // requests per second that it lets through of you and those you share with; 0 if there is no telling
	shared   bool    // one bucket for several tasks
}

func newStory(r *Report) *story {
	if len(r.Cases) == 0 {
		return nil
	}
	s := &story{r: r, base: &r.Cases[0]}
	for i := range r.Cases {
		c := &r.Cases[i]
		you, them := r.sides(c)
		s.rows = append(s.rows, row{c, label(c, c.changes(), them.names()), you, them})
	}
	s.you, s.them = s.rows[0].you, s.rows[0].them
	if e := &s.base.Endpoint; len(e.Limits) > 0 {
		s.limit, s.sole = &e.Limits[0], len(e.Limits) == 1
		states, shared := s.states()
		if s.shared = shared; !shared {
			states = 1 // the capacity is then that of one task
		}
		s.capacity = e.mean(0, s.base.ran(r)/float64(s.base.runs())) * float64(states) * float64(max(e.Hosts, 1))
	}
	s.sharing = s.r.side(s.base, s.sharers())
	return s
}

// load is the attempts per second of you and those you share with.
func (s *story) load() float64 {
	return s.you.perSecond(s.you.attempts) + s.sharing.perSecond(s.sharing.attempts)
}

// asked is the first tries per second of the same.
func (s *story) asked() float64 {
	return s.you.perSecond(s.you.firstTries) + s.sharing.perSecond(s.sharing.firstTries)
}

// turned is how many attempts of the first case a limit turned away, by the
// run's own counts; where the endpoint was not ours, by what the clients saw.
func (s *story) turned() (n, of uint64) {
	for i := range s.base.Groups {
		g := &s.base.Groups[i]
		n += g.Outcomes[throttled] + g.Outcomes[dropped]
		of += g.Attempts
	}
	if t := s.base.Endpoint.Tally; t != nil {
		n = t.Throttled + t.Dropped
	}
	return n, max(of, n)
}

// turnedElsewhere reports whether a limit turned attempts of the first case away
// with another seed than that of the run.
func (s *story) turnedElsewhere() bool {
	return slices.ContainsFunc(s.base.Groups, func(g Group) bool {
		return g.Simulated != nil && g.Simulated.Throttled+g.Simulated.Dropped > 0
	})
}

// processes is how many processes you have in all.
func (s *story) processes() (n uint64) {
	for _, g := range s.you.groups {
		n += uint64(max(g.Tasks, 0)) * uint64(max(g.Processes, 1))
	}
	return n * uint64(max(s.base.Endpoint.Hosts, 1)) * uint64(s.base.runs())
}

// others are the further cases that change the same thing.
func (s *story) others(section int) []row {
	var out []row
	for _, row := range s.rows[1:] {
		if row.c.changes() == section {
			out = append(out, row)
		}
	}
	return out
}

// peak is the most that was asked at once, where that alone is more than the
// limit has room for, and how much that is: in so short a time hardly any comes
// back. Of several hosts it is all of them together.
func (s *story) peak() string {
	series := s.base.Series
	if series == nil || s.base.runs() > 1 {
		return ""
	}
	var most uint32
	for _, n := range series.Attempts {
		most = max(most, n)
	}
	hosts := max(s.base.Endpoint.Hosts, 1)
	room := s.limit.room() * float64(hosts)
	if float64(most) <= room || series.BucketS*s.capacity > room/4 {
		return ""
	}
	text := fmt.Sprintf("up to %s within %s", plural(uint64(most), "request", "requests"), span(series.BucketS))
	noun := s.limit.phrases().noun
	switch {
	case hosts > 1:
		return fmt.Sprintf("%s on %d hosts, and %s", text, hosts, strings.Replace(s.limit.holds(), "it", "each "+noun, 1))
	case !s.shared:
		return text + ", and " + strings.Replace(s.limit.holds(), "it", "the "+noun, 1)
	}
	return text + ", and " + s.limit.holds()
}
