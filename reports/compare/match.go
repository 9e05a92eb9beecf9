package compare

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// pairs are the cases that are compared, in the order of the current report.
func (o *Options) pairs(base, current *reports.Report) ([]Pair, error) {
	for i, p := range o.Match {
		for _, other := range o.Match[:i] {
			if p.Base == other.Base || p.Current == other.Current {
				return nil, fmt.Errorf("the cases %q and %q are paired, and so are %q and %q: want each in one pair", other.Base, other.Current, p.Base, p.Current)
			}
		}
		if base.Case(p.Base) == nil {
			return nil, unknownCase(base, p.Base, "base")
		}
		if current.Case(p.Current) == nil {
			return nil, unknownCase(current, p.Current, "current run")
		}
	}
	for _, name := range o.Cases {
		if base.Case(name) == nil && current.Case(name) == nil {
			return nil, unknownCase(current, name, "current run")
		}
	}
	var all []Pair
	for i := range current.Cases {
		p := Pair{current.Cases[i].Name, current.Cases[i].Name}
		if at := slices.IndexFunc(o.Match, func(m Pair) bool { return m.Current == p.Current }); at >= 0 {
			p.Base = o.Match[at].Base
		} else if slices.ContainsFunc(o.Match, func(m Pair) bool { return m.Base == p.Base }) || base.Case(p.Base) == nil {
			continue
		}
		all = append(all, p)
	}
	if len(all) == 0 && len(base.Cases) == 1 && len(current.Cases) == 1 {
		all = []Pair{{base.Cases[0].Name, current.Cases[0].Name}}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no case of the base (%s) has the name of one of the current run (%s)", caseNames(base), caseNames(current))
	}
	if len(o.Cases) == 0 {
		return all, nil
	}
	all = slices.DeleteFunc(all, func(p Pair) bool { return !slices.Contains(o.Cases, p.Base) && !slices.Contains(o.Cases, p.Current) })
	if len(all) == 0 {
		return nil, fmt.Errorf("the case %s has no counterpart", strings.Join(o.Cases, ", "))
	}
	return all, nil
}

// unpaired are the cases of a report that no pair has.
func (o *Options) unpaired(r *reports.Report, pairs []Pair, name func(Pair) string) []string {
	if len(o.Cases) > 0 {
		return nil // who picks cases does not ask for the others
	}
	var all []string
	for i := range r.Cases {
		one := r.Cases[i].Name
		if !slices.ContainsFunc(pairs, func(p Pair) bool { return name(p) == one }) {
			all = append(all, one)
		}
	}
	return all
}

// casesOf are the two cases of a pair.
func casesOf(base, current *reports.Report, p Pair) (a, b *reports.Case, err error) {
	first, second := "base", "current run"
	if base == current { // two cases of one run
		first, second = "run", "run"
	}
	if a = base.Case(p.Base); a == nil {
		return nil, nil, unknownCase(base, p.Base, first)
	}
	if b = current.Case(p.Current); b == nil {
		return nil, nil, unknownCase(current, p.Current, second)
	}
	return a, b, nil
}

func unknownCase(r *reports.Report, name, of string) error {
	return fmt.Errorf("no case of the %s is called %q: its cases are %s", of, name, caseNames(r))
}

// caseNames are the names of the cases of a report, for an error.
func caseNames(r *reports.Report) string {
	var names []string
	for i := range r.Cases {
		names = append(names, r.Cases[i].Name)
	}
	return strings.Join(words.Some(names), ", ")
}
