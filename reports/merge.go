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
	out.Cases, out.Comparison = nil, nil
	gates, given := newBindings(), newGivens()
	have := make(map[string]int) // the place of each case
	for i, r := range all {
		if err := mergeable(first, r); err != nil {
			return nil, fmt.Errorf("merging report %d with the first: %w", i+1, err)
		}
		if r.Generator != out.Generator {
			out.Generator = Generator{Version: commonVersion(r, &out)}
		}
		for j := range r.Cases {
			if err := out.take(have, &r.Cases[j], r.Seed); err != nil {
				return nil, fmt.Errorf("merging report %d: %w", i+1, err)
			}
		}
		gates.bind(r)
		given.add(r.Given)
	}
	out.Given = given.Given
	out.compare()
	out.bound()
	if err := out.judge(gates.all, gates.against); err != nil {
		return nil, fmt.Errorf("merging reports: %w", err)
	}
	out.GatesNotJudged = append(out.GatesNotJudged, gates.unjudged()...)
	if err := out.checkSizes(); err != nil {
		return nil, fmt.Errorf("merging reports: %w", err)
	}
	return &out, nil
}

func mergeable(a, b *Report) error {
	switch {
	case a.Model != b.Model: // before the profiles: the presets of another model give a profile another digest
		return fmt.Errorf("the models differ: %d and %d; presets of SDKs or random streams have changed between them", a.Model, b.Model)
	case !a.Profile.same(&b.Profile) || a.Profile.Name != b.Profile.Name:
		return fmt.Errorf("the profiles differ: %s and %s", a.Profile.name(), b.Profile.name())
	case a.Engine != b.Engine:
		return fmt.Errorf("the engines differ: %s and %s", a.Engine, b.Engine)
	case a.DurationS != b.DurationS:
		return fmt.Errorf("the durations differ: %s and %s", words.Span(a.DurationS), words.Span(b.DurationS))
	case a.ControlPlane() || b.ControlPlane():
		return errors.New("reports of a control plane cannot be added up: run one with more --seeds")
	case a.Partial || b.Partial:
		return errors.New("an interrupted run cannot be added to another")
	}
	return nil
}

// same reports whether two profiles are the same, although a later version of the format
// may have given one of them further defaults.
func (p *Profile) same(o *Profile) bool {
	return p.Digest == o.Digest || p.Identity != "" && p.Identity == o.Identity
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

// take adds a case to the report, from a report with this seed. places are where
// the report's cases are, by name.
func (r *Report) take(places map[string]int, c *Case, seed uint64) error {
	at, known := places[c.Name]
	if !known {
		if len(r.Cases) == mostCases {
			return fmt.Errorf("more than %d cases in all", mostCases)
		}
		places[c.Name] = len(r.Cases)
		fresh := c.clone()
		if seed != r.Seed {
			fresh.Seeds = c.seeds(seed)
		}
		r.Cases = append(r.Cases, fresh)
		return nil
	}
	have := &r.Cases[at]
	mine, theirs := have.seeds(r.Seed), c.seeds(seed)
	ran := make(map[uint64]bool, len(mine))
	for _, s := range mine {
		ran[s] = true
	}
	for _, s := range theirs {
		if ran[s] {
			return fmt.Errorf("the case %q was run with seed %d in two of them", c.Name, s)
		}
	}
	if !maps.Equal(have.Set, c.Set) || !have.alike(c) {
		return fmt.Errorf("the cases called %q differ", c.Name)
	}
	have.Seeds = append(slices.Clone(mine), theirs...)
	if err := have.add(c); err != nil {
		return fmt.Errorf("the case %q: the sum is too large for a report: %w", c.Name, err)
	}
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
	if !slices.EqualFunc(c.Endpoints, o.Endpoints, func(a, b Further) bool { return a.alike(&b) }) {
		return false
	}
	for i := range c.Groups {
		a, b := &c.Groups[i], &o.Groups[i]
		if a.Name != b.Name || a.Tenant != b.Tenant || a.UnderTest != b.UnderTest || a.Tasks != b.Tasks || !slices.Equal(a.Placed, b.Placed) || a.Processes != b.Processes {
			return false
		}
		if !a.Lives.alike(b.Lives) || !slices.EqualFunc(a.Activities, b.Activities, func(x, y Activity) bool { return x.alike(&y) }) {
			return false
		}
	}
	return true
}

// bindings are the gates of several reports, each with the cases that it judges.
type bindings struct {
	all     []gate.Gate
	place   map[string]int // by expression
	bound   map[binding]bool
	against judged // the baseline's figures
	without map[binding]UnjudgedGate
	order   []binding // of without
}

// binding is a gate that judges a case.
type binding struct{ expr, name string }

func newBindings() *bindings {
	return &bindings{
		place: make(map[string]int), bound: make(map[binding]bool),
		against: make(judged), without: make(map[binding]UnjudgedGate),
	}
}

// bind notes which gate of a report judged which case.
func (b *bindings) bind(r *Report) {
	for i := range r.Gates {
		b.add(&r.Gates[i])
	}
	for _, u := range r.GatesNotJudged {
		key := binding{u.Expr, u.Case}
		if _, known := b.without[key]; !known {
			b.without[key] = u
			b.order = append(b.order, key)
		}
	}
}

func (b *bindings) add(r *GateResult) {
	key := binding{r.Expr, r.Case}
	if b.bound[key] {
		return
	}
	b.bound[key] = true
	at, known := b.place[r.Expr]
	if !known {
		at = len(b.all)
		b.place[r.Expr] = at
		g := gate.Gate{Expr: r.Expr, Target: r.Target, Metric: r.Metric, Op: r.Op, Value: r.Bound}
		if r.Against != nil {
			g.Value, g.Relative = 0, &gate.Relative{Factor: r.Against.Factor, Case: r.Against.Case}
		}
		b.all = append(b.all, g)
	}
	b.all[at].Cases = append(b.all[at].Cases, r.Case)
	if r.Against != nil && r.Against.Case == "" {
		b.against[key] = r.Against
	}
}

// unjudged are the gates that no report judged.
func (b *bindings) unjudged() []UnjudgedGate {
	var out []UnjudgedGate
	for _, key := range b.order {
		if !b.bound[key] {
			out = append(out, b.without[key])
		}
	}
	return out
}
