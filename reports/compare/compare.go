// Package compare says whether a run is worse than another: case by case and figure
// by figure, with an interval for each difference, so that noise does not fail a build
// and a regression does.
//
// What counts is the replicate, never the request: a live round, or a block of simulated
// seeds or hosts. Requests of one run share a machine, a bucket and a burst, and a
// test that takes them for independent raises false alarms in every sixth comparison
// and more. See docs/decisions.md for the method.
//
// A figure is a regression only if the whole interval is beyond a threshold.
// The package decides; it prints nothing.
package compare

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// Level is of the intervals. They are not adjusted for the number of figures: with
// the thresholds, a false alarm is already rarer than one in a thousand.
const Level = 0.99

// Options say what is compared.
type Options struct {
	// BaseName and CurrentName are what the user calls the two sides.
	BaseName, CurrentName string
	// Match pairs cases of different names; others are paired by name.
	Match []Pair
	// Cases, Figures and Groups pick what is compared: cases by the name of either side,
	// metrics, and groups that take the place of those under test. Empty is all of them.
	Cases, Figures, Groups []string
	// Thresholds replace those of a metric, or of reports.TargetNeighbours.
	Thresholds map[string]reports.Threshold
	// Differences are those of the two profiles, nil if they are not known.
	Differences []reports.Difference
	// Interleaved and Repeated are those of reports.Design.
	Interleaved bool
	Repeated    int
}

// Pair is a case of the base and its counterpart.
type Pair struct{ Base, Current string }

// ModelError is the error of reports that random streams or presets of another
// version made: their figures differ though nothing was changed.
type ModelError struct{ Base, Current int }

// Error implements error.
func (e *ModelError) Error() string {
	return fmt.Sprintf("the reports are of models %d and %d: presets of SDKs or random streams have changed between them", e.Base, e.Current)
}

// ErrNotDeterministic is the error of two simulated runs that should be the same, and
// are not.
var ErrNotDeterministic = errors.New("not deterministic")

// Reports compares the cases of two reports. Errors are a ModelError,
// ErrNotDeterministic, and reports or options that cannot be compared.
func Reports(base, current *reports.Report, o Options) (*reports.Comparison, error) {
	if err := compatible(base, current); err != nil {
		return nil, err
	}
	pairs, err := o.pairs(base, current)
	if err != nil {
		return nil, err
	}
	c := o.comparison(base, current)
	var used []string
	for _, p := range pairs {
		one, err := o.compareCase(base, current, p, &used)
		if err != nil {
			return nil, err
		}
		c.Cases = append(c.Cases, *one)
	}
	if err := o.compared(used); err != nil {
		return nil, err
	}
	c.BaseOnly = o.unpaired(base, pairs, func(p Pair) string { return p.Base })
	c.CurrentOnly = o.unpaired(current, pairs, func(p Pair) string { return p.Current })
	c.Result = overall(c)
	if sameRun(base, current) {
		if err := deterministic(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Cases compares two cases of one report: base is what current is held against.
func Cases(r *reports.Report, base, current string, o Options) (*reports.Comparison, error) {
	if base == current {
		return nil, itself(base)
	}
	if err := compatible(r, r); err != nil {
		return nil, err
	}
	o.Differences = []reports.Difference{}
	var used []string
	one, err := o.compareCase(r, r, Pair{base, current}, &used)
	if err != nil {
		return nil, err
	}
	c := o.comparison(r, r)
	c.Cases = []reports.CaseComparison{*one}
	if err := o.compared(used); err != nil {
		return nil, err
	}
	c.Result = overall(c)
	return c, nil
}

// Check returns what Reports would refuse, as far as it can be told before anything is run:
// of the reports it reads the engine, the model, the cases, their groups, and which of these
// have starts of tasks.
func (o *Options) Check(base, current *reports.Report) error {
	if err := compatible(base, current); err != nil {
		return err
	}
	pairs, err := o.pairs(base, current)
	if err != nil {
		return err
	}
	return o.checkPairs(base, current, pairs)
}

// CheckCases is Check for Cases.
func (o *Options) CheckCases(r *reports.Report, base, current string) error {
	if base == current {
		return itself(base)
	}
	if err := compatible(r, r); err != nil {
		return err
	}
	return o.checkPairs(r, r, []Pair{{base, current}})
}

// checkPairs checks the figures and groups that are asked for.
func (o *Options) checkPairs(base, current *reports.Report, pairs []Pair) error {
	var used []string
	for _, p := range pairs {
		a, b, err := casesOf(base, current, p)
		if err != nil {
			return err
		}
		all, err := o.asksOf(a, b)
		if err != nil {
			return err
		}
		for i := range all {
			f := &all[i]
			if newSample(base, a, f.target).lacks(&f.figure) || newSample(current, b, f.target).lacks(&f.figure) {
				continue
			}
			used = append(used, f.name())
		}
	}
	return o.compared(used)
}

func itself(name string) error { return fmt.Errorf("the case %q is compared with itself", name) }

// compared returns an error if no figure is compared; used are the names of the thresholds of
// those that are. That happens where only figures of starts were asked for, and in no case do
// tasks start in both runs: zero figures would pass as identical. A threshold that does nothing
// is an error too, because the user believes that it counts.
func (o *Options) compared(used []string) error {
	if len(used) == 0 {
		var names []string
		for i := range figures {
			if f := &figures[i]; f.aboutStarts() {
				names = append(names, f.metric)
			}
		}
		return fmt.Errorf("no figure can be compared: %s need tasks that start in both runs", words.List(names, "and"))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Thresholds)) {
		if slices.Contains(used, name) {
			continue
		}
		var names []string
		for _, f := range append(Figures(), reports.TargetNeighbours) {
			if slices.Contains(used, f) {
				names = append(names, f)
			}
		}
		return fmt.Errorf("%s is not compared, so a threshold of it does nothing: what is compared is %s", name, words.List(names, "and"))
	}
	return nil
}

// compatible returns an error if nothing in two reports can be compared.
func compatible(base, current *reports.Report) error {
	switch {
	case base.Model != current.Model:
		return &ModelError{base.Model, current.Model}
	case base.ControlPlane() != current.ControlPlane():
		return errors.New("one of the runs is of a control plane and the other of a fleet: they have no figure in common")
	case base.Engine != current.Engine:
		return fmt.Errorf("one of the runs is %s and the other %s: what is measured is not compared with what is simulated", engineWord(base), engineWord(current))
	case base.Partial:
		return errors.New("the base was interrupted: an incomplete run is not compared")
	case current.Partial:
		return errors.New("the run was interrupted: an incomplete run is not compared")
	}
	return nil
}

func engineWord(r *reports.Report) string {
	if r.Engine == reports.Live {
		return "live"
	}
	return "simulated"
}

// comparison is a comparison without its cases.
func (o *Options) comparison(base, current *reports.Report) *reports.Comparison {
	c := &reports.Comparison{
		Version: reports.ComparisonVersion, Model: current.Model,
		Base: side(base, o.BaseName), Current: side(current, o.CurrentName),
		Design:      reports.Design{Engine: current.Engine, Level: Level, Interleaved: o.Interleaved, Repeated: o.Repeated},
		Differences: o.Differences,
		Cases:       []reports.CaseComparison{},
	}
	d := &c.Design
	d.Seeds = min(base.SimulatedSeeds(), current.SimulatedSeeds())
	a, b := blocksOf(base), blocksOf(current)
	if a != nil && b != nil {
		d.Paired = a.Paired(b)
		d.Of = a.Of
		c.Base.Replicates, c.Current.Replicates = len(a.First), len(b.First)
	}
	return c
}

// blocksOf are the blocks of a report's first case, which stand for those of all.
func blocksOf(r *reports.Report) *reports.Blocks {
	if len(r.Cases) == 0 {
		return nil
	}
	return r.Cases[0].Blocks
}

func side(r *reports.Report, name string) reports.Side {
	if name == "" {
		name = r.Profile.Name
	}
	return reports.Side{
		Name: name, Profile: r.Profile.Name, Digest: r.Profile.Digest, Identity: r.Profile.Identity,
		Version: r.Generator.Version, Seed: r.Seed,
	}
}

// overall is the gravest result of all figures; Identical, if every one is.
func overall(c *reports.Comparison) reports.Result {
	all := reports.Identical
	for i := range c.Cases {
		for j := range c.Cases[i].Figures {
			if f := &c.Cases[i].Figures[j]; !f.Identical {
				all = all.Grave(f.Result)
			}
		}
	}
	return all
}

// sameRun reports whether two simulated runs must give the same figures. Versions with
// local changes do not tell what the program was.
func sameRun(base, current *reports.Report) bool {
	a, b := blocksOf(base), blocksOf(current)
	return base.Engine == reports.Sim && base.Profile.Digest != "" && base.Profile.Digest == current.Profile.Digest &&
		base.Seed == current.Seed && base.SimulatedSeeds() == current.SimulatedSeeds() && a != nil && b != nil &&
		base.Generator.Version == current.Generator.Version && !strings.HasSuffix(base.Generator.Version, "+dirty")
}

// deterministic returns an error that names the first figure that differs. A case beside
// one of another name may differ.
func deterministic(c *reports.Comparison) error {
	for i := range c.Cases {
		one := &c.Cases[i]
		if one.Base != one.Current {
			continue
		}
		at := slices.IndexFunc(one.Figures, func(f reports.FigureComparison) bool { return !f.Identical })
		if at >= 0 {
			return fmt.Errorf("%w: profile, seeds, model and version are the same on both sides, and %s in the case %q is not", ErrNotDeterministic, one.Figures[at].Metric, one.Current)
		}
	}
	return nil
}
