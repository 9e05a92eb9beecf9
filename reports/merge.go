package reports

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"tenement/internal/gate"
	"tenement/internal/words"
)

// Merge makes one report of several reports of one profile. Runs with different
// seeds are added up, case by case; a case that only some reports have is kept.
// Counts and histograms are added, and every figure is computed from the sums:
// percentiles are never averaged. Gates are judged again.
//
// It is an error if the reports differ in profile, model, engine or duration,
// if one was interrupted, or if a run would be counted twice.
func Merge(all []*Report) (*Report, error) {
	if len(all) == 0 {
		return nil, errors.New("merging reports: none given")
	}
	if len(all) == 1 {
		return all[0], nil
	}
	first := all[0]
	out := *first
	out.Cases = nil
	var gates []gate.Gate
	for i, r := range all {
		if err := mergeable(first, r); err != nil {
			return nil, fmt.Errorf("merging report %d with the first: %w", i+1, err)
		}
		if r.Generator != out.Generator {
			out.Generator = Generator{Version: commonVersion(r, &out)}
		}
		for j := range r.Cases {
			if err := out.take(&r.Cases[j], r.Seed); err != nil {
				return nil, fmt.Errorf("merging report %d: %w", i+1, err)
			}
		}
		for _, g := range r.Gates {
			gates = bind(gates, g)
		}
		out.Given = out.Given.union(r.Given)
	}
	out.compare()
	if err := out.judge(gates); err != nil {
		return nil, fmt.Errorf("merging reports: %w", err)
	}
	return &out, nil
}

func mergeable(a, b *Report) error {
	switch {
	case a.Model != b.Model: // before the profiles: the presets of another model give a profile another digest
		return fmt.Errorf("the models differ: %d and %d; presets of SDKs or random streams have changed between them", a.Model, b.Model)
	case a.Profile.Digest != b.Profile.Digest || a.Profile.Name != b.Profile.Name:
		return fmt.Errorf("the profiles differ: %s and %s", a.Profile.name(), b.Profile.name())
	case a.Engine != b.Engine:
		return fmt.Errorf("the engines differ: %s and %s", a.Engine, b.Engine)
	case a.DurationS != b.DurationS:
		return fmt.Errorf("the durations differ: %s and %s", words.Span(a.DurationS), words.Span(b.DurationS))
	case a.Partial || b.Partial:
		return errors.New("an interrupted run cannot be added to another")
	}
	return nil
}

// name is the profile with the start of its digest, to tell two apart.
func (p Profile) name() string {
	return fmt.Sprintf("%s (%.12s)", p.Name, p.Digest)
}

func commonVersion(a, b *Report) string {
	if a.Generator.Version != b.Generator.Version {
		return "several"
	}
	return a.Generator.Version
}

// take adds a case to the report, from a report with this seed.
func (r *Report) take(c *Case, seed uint64) error {
	have := r.Case(c.Name)
	if have == nil {
		fresh := c.clone()
		if seed != r.Seed {
			fresh.Seeds = c.seeds(seed)
		}
		r.Cases = append(r.Cases, fresh)
		return nil
	}
	mine, theirs := have.seeds(r.Seed), c.seeds(seed)
	for _, s := range theirs {
		if slices.Contains(mine, s) {
			return fmt.Errorf("the case %q was run with seed %d in two of them", c.Name, s)
		}
	}
	if !maps.Equal(have.Set, c.Set) || !have.alike(c) {
		return fmt.Errorf("the cases called %q differ", c.Name)
	}
	have.Seeds = append(slices.Clone(mine), theirs...)
	have.add(c)
	seconds := have.Seconds(r)
	for i := range have.Groups {
		have.Groups[i].Derive(seconds)
	}
	return nil
}

// alike reports whether two cases are runs of the same thing.
func (c *Case) alike(o *Case) bool {
	if c.Kind != o.Kind || !c.Endpoint.alike(&o.Endpoint) || len(c.Groups) != len(o.Groups) {
		return false
	}
	for i := range c.Groups {
		a, b := &c.Groups[i], &o.Groups[i]
		if a.Name != b.Name || a.Tenant != b.Tenant || a.UnderTest != b.UnderTest || a.Tasks != b.Tasks || a.Processes != b.Processes {
			return false
		}
	}
	return true
}

// bind notes that a gate judges a case.
func bind(gates []gate.Gate, r GateResult) []gate.Gate {
	at := slices.IndexFunc(gates, func(g gate.Gate) bool { return g.Expr == r.Expr })
	if at < 0 {
		return append(gates, gate.Gate{
			Expr: r.Expr, Target: r.Target, Metric: r.Metric, Op: r.Op, Value: r.Bound, Cases: []string{r.Case},
		})
	}
	if !slices.Contains(gates[at].Cases, r.Case) {
		gates[at].Cases = append(gates[at].Cases, r.Case)
	}
	return gates
}
