package tune

import (
	"strings"

	"tenement/internal/draw"
	"tenement/internal/plan"
	"tenement/internal/stat"
)

// candidate is a choice for each parameter: 0 is today's, i is value i-1.
type candidate []int8

// key identifies a candidate; today's is "".
func (s *Space) key(c candidate) string {
	var parts []string
	for i, v := range c {
		if v > 0 {
			parts = append(parts, s.Parameters[i].Name+"="+s.Parameters[i].Values[v-1].Text)
		}
	}
	return strings.Join(parts, ", ")
}

// normal is the candidate without choices that mean nothing.
func (s *Space) normal(c candidate) candidate {
	on := func(name string) bool {
		i := s.named(name)
		return i >= 0 && c[i] > 0
	}
	for i := range c {
		p := &s.Parameters[i]
		if c[i] > 0 && (p.Needs != "" && !on(p.Needs) || p.Unless != "" && on(p.Unless)) {
			c[i] = 0
		}
	}
	return c
}

// sets are the settings of a profile that a candidate makes.
func (s *Space) sets(c candidate) []plan.Setting {
	var all []plan.Setting
	for i, v := range c {
		if v > 0 {
			all = append(all, s.Parameters[i].Values[v-1].Sets...)
		}
	}
	return all
}

// The work that a piece of work counts, by effort, and each further setting of one.
var efforts = [...]float64{1, 3, 9}

const furtherSetting = 0.1

// effort is the work of all pieces of a candidate. A piece counts as its hardest part, and
// a little more for each further setting, so that none is changed that does not help.
func (s *Space) effort(c candidate) float64 {
	pieces, sum := map[string]float64{}, 0.0
	for i, v := range c {
		if v == 0 {
			continue
		}
		p := &s.Parameters[i]
		cost := efforts[p.Effort]
		if p.Change == "" {
			sum += cost
			continue
		}
		piece := p.Who + "/" + p.Change
		before, further := pieces[piece]
		if further {
			sum += furtherSetting
		}
		if cost > before {
			pieces[piece] = cost
			sum += cost - before
		}
	}
	return stat.Tidy(sum)
}

// others reports whether a candidate changes what somebody else must change.
func (s *Space) others(c candidate) bool {
	for i, v := range c {
		if v > 0 && s.Parameters[i].Who != You {
			return true
		}
	}
	return false
}

// random is a candidate drawn by key. Half of them change a few parameters, for a change
// that does nothing costs work; the others change most.
func (s *Space) random(k draw.Key) candidate {
	c := make(candidate, len(s.Parameters))
	share := 0.3 * k.Name("share").Float()
	if k.Name("dense").Float() < 0.5 {
		share += 0.6
	}
	for i := range c {
		one := k.Name("parameter").With(uint64(i))
		if one.With(0).Float() < share || s.needed(i) && one.With(2).Float() < 0.7 {
			c[i] = int8(1 + draw.Below(one.With(1).Bits(), uint64(len(s.Parameters[i].Values))))
		}
	}
	return s.normal(c)
}

// needed reports whether other parameters need this one.
func (s *Space) needed(i int) bool {
	for j := range s.Parameters {
		if s.Parameters[j].Needs == s.Parameters[i].Name {
			return true
		}
	}
	return false
}

// singles are the candidates with one change each, and for a parameter that needs
// another, that one too.
func (s *Space) singles() []candidate {
	var all []candidate
	for i := range s.Parameters {
		p := &s.Parameters[i]
		for v := range p.Values {
			c := make(candidate, len(s.Parameters))
			c[i] = int8(v + 1)
			if p.Needs != "" {
				c[s.named(p.Needs)] = 1
			}
			all = append(all, s.normal(c))
		}
	}
	return all
}

// neighbours are the candidates one step away: each parameter at the values beside its
// own, or at any if they have no order, and as it is today.
func (s *Space) neighbours(c candidate) []candidate {
	var all []candidate
	for i := range c {
		p := &s.Parameters[i]
		for v := range int8(len(p.Values) + 1) {
			far := max(v-c[i], c[i]-v)
			if v == c[i] || p.Ordered && v > 0 && c[i] > 0 && far > 3 {
				continue
			}
			next := append(candidate(nil), c...)
			next[i] = v
			if v > 0 && p.Needs != "" && next[s.named(p.Needs)] == 0 {
				continue
			}
			all = append(all, s.normal(next))
		}
	}
	return all
}
