package tune

import (
	"slices"

	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/reports/tuning"
)

// Who can change a parameter.
const (
	You        = "you"
	Neighbours = "neighbours"
	Endpoint   = "endpoint"
)

// Parameter is something that can be changed, and over which values.
type Parameter struct {
	Name   string
	Who    string
	Option string // what is set
	Source string // where it was read that it can be set; "" in a space of one's own
	Effort sdk.Effort
	Change string // the piece of work that it is a part of; "" is one of its own
	// Needs names a parameter without which it means nothing, and Unless one that leaves
	// nothing of it.
	Needs, Unless string
	// Ordered is whether the values are in order of size: then the local search takes
	// small steps.
	Ordered bool
	Values  []Value // besides today's
}

// Value is a value of a parameter.
type Value struct {
	Text string
	Code string // a line that sets it; "" if there is none
	Sets []plan.Setting
}

// Space is what can be changed, in the order in which it is set.
type Space struct {
	Parameters []Parameter

	leftOut []tuning.LeftOut
}

// leave notes that something is not tried, and why.
func (s *Space) leave(what, why string) {
	i := slices.IndexFunc(s.leftOut, func(l tuning.LeftOut) bool { return l.Why == why })
	if i < 0 {
		i = len(s.leftOut)
		s.leftOut = append(s.leftOut, tuning.LeftOut{Why: why})
	}
	s.leftOut[i].What = append(s.leftOut[i].What, what)
}

// named is the place of a parameter, -1 if there is none.
func (s *Space) named(name string) int {
	return slices.IndexFunc(s.Parameters, func(p Parameter) bool { return p.Name == name })
}

// asked is the reason for leaving out what the user wants left out.
const asked = "asked"

// keep leaves out the parameters for which f returns a reason.
func (s *Space) keep(f func(*Parameter) string) {
	kept := s.Parameters[:0:0]
	for i := range s.Parameters {
		if why := f(&s.Parameters[i]); why == "" {
			kept = append(kept, s.Parameters[i])
		} else {
			if why != asked {
				s.leave(s.Parameters[i].Name, why)
			}
		}
	}
	s.Parameters = kept
	// What needs one that is gone is gone too.
	for i := range s.Parameters {
		if p := &s.Parameters[i]; p.Needs != "" && s.named(p.Needs) < 0 {
			s.keep(func(p *Parameter) string {
				if p.Needs != "" && s.named(p.Needs) < 0 {
					return asked // what it needs is left out, with a reason
				}
				return ""
			})
			return
		}
	}
}

// Only leaves out what others than who can change.
func (s *Space) Only(who string) {
	s.keep(func(p *Parameter) string {
		if p.Who != who {
			return asked
		}
		return ""
	})
}

// Exclude leaves out the parameters of a name, or of those who can change them, and
// reports whether there were any.
func (s *Space) Exclude(name string) bool {
	n := len(s.Parameters)
	s.keep(func(p *Parameter) string {
		if p.Name == name || p.Who == name {
			return asked
		}
		return ""
	})
	return len(s.Parameters) < n
}

// Names are what can be excluded, also where there is nothing of it: who can change
// something, the parameters, and those that are left out already.
func (s *Space) Names() []string {
	names := []string{You, Neighbours, Endpoint}
	for i := range s.Parameters {
		names = append(names, s.Parameters[i].Name)
	}
	for _, l := range s.leftOut {
		names = append(names, l.What...)
	}
	return names
}
