package reports

import "fmt"

// story is what the sentences are about: the first case, and what the others
// make of it.
type story struct {
	r    *Report
	base *Case

	you     side
	them    side // all others
	sharing side // those of them that take from the same bucket as you
	rows    []row

	limit    *Limit
	capacity float64 // tokens per second for you and those you share with; 0 is no limit
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
	s.limit = s.base.Endpoint.Limit
	if s.limit != nil {
		s.capacity = s.limit.RatePerS * float64(max(s.base.Endpoint.Hosts, 1))
		s.shared = s.limit.Scope == "host" || s.limit.Scope == "tenant"
	}
	s.sharing = s.r.side(s.base, s.sharers())
	return s
}

// sharers are the groups not under test that take from a bucket of yours.
func (s *story) sharers() []*Group {
	if !s.shared {
		return nil
	}
	var out []*Group
	for _, g := range s.them.groups {
		if s.limit.Scope == "host" || s.tenantOfYours(g.Tenant) {
			out = append(out, g)
		}
	}
	return out
}

func (s *story) tenantOfYours(tenant string) bool {
	for _, g := range s.you.groups {
		if g.Tenant == tenant {
			return true
		}
	}
	return false
}

// load is the attempts per second of you and those you share with.
func (s *story) load() float64 {
	return s.you.perSecond(s.you.attempts) + s.sharing.perSecond(s.sharing.attempts)
}

// asked is the first tries per second of the same.
func (s *story) asked() float64 {
	return s.you.perSecond(s.you.firstTries) + s.sharing.perSecond(s.sharing.firstTries)
}

// throttled is how many attempts of the first case were turned away, by the
// run's own counts.
func (s *story) throttled() (n, of uint64) {
	for i := range s.base.Groups {
		g := &s.base.Groups[i]
		n += g.Outcomes[throttled] + g.Outcomes[dropped]
		of += g.Attempts
	}
	return n, of
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

// peak is the most that was asked at once, where that alone would empty a full
// bucket: in so short a time hardly a token comes back.
func (s *story) peak() string {
	series := s.base.Series
	if series == nil || s.base.Endpoint.Hosts > 1 || s.base.runs() > 1 {
		return ""
	}
	var most uint32
	for _, n := range series.Attempts {
		most = max(most, n)
	}
	if int64(most) <= s.limit.Burst || series.BucketS*s.limit.RatePerS > float64(s.limit.Burst)/4 {
		return ""
	}
	return fmt.Sprintf("up to %s within %s", plural(uint64(most), "request", "requests"), span(series.BucketS))
}
