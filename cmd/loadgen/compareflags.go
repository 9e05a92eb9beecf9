package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/compare"
)

// compareFlags say what is compared, and what a comparison fails on.
type compareFlags struct {
	options    compare.Options
	match      []string
	thresholds []string
	against    string
	strict     bool
}

// flags defines them.
func (f *compareFlags) flags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&f.options.Cases, "case", nil, "compare this `case` only; with --against, compare it with that case of the same run; may be repeated")
	flags.StringVar(&f.against, "against", "", "the `case` of the same run that --case is compared with")
	flags.StringArrayVar(&f.match, "match", nil, "compare two cases of different names: `BASE=CURRENT`; may be repeated")
	flags.StringArrayVar(&f.options.Figures, "figure", nil, "compare this `figure` only; may be repeated: "+strings.Join(compare.Figures(), ", "))
	flags.StringArrayVar(&f.options.Groups, "group", nil, "compare this `group` in place of those under test; may be repeated")
	flags.StringArrayVar(&f.thresholds, "threshold", nil, "the least change of a figure that counts: `figure=value`, such as p99=15% or failure_rate=0.5pp; may be repeated")
	flags.BoolVar(&f.strict, "strict", false, "exit with 3 also if a figure is inconclusive")
	command.CompleteFlag(c, "figure", compare.Figures()...)
}

// unusedBeside returns an error if one of these flags was given beside another one, with which
// a command does what it says and looks at nothing else.
func unusedBeside(flags *pflag.FlagSet, says string, names ...string) error {
	for _, name := range names {
		if flags.Changed(name) {
			return command.Usagef("leave one of them out", "%s: it has no use for --%s", says, name)
		}
	}
	return nil
}

// given reports whether a flag was given that needs two sides.
func (f *compareFlags) given() bool {
	return len(f.options.Cases)+len(f.match)+len(f.options.Figures)+len(f.options.Groups)+len(f.thresholds) > 0 || f.strict
}

// ofOneRun are the names of the cases of one run that are held against each other.
func (f *compareFlags) ofOneRun() []string {
	if f.against == "" {
		return nil
	}
	return append([]string{f.against}, f.options.Cases...)
}

// read reads what the flags say.
func (f *compareFlags) read() error {
	for _, text := range f.match {
		base, current, ok := strings.Cut(text, "=")
		if !ok {
			return command.Usagef("", "--match %q: want BASE=CURRENT", text)
		}
		f.options.Match = append(f.options.Match, compare.Pair{Base: base, Current: current})
	}
	f.options.Thresholds = map[string]reports.Threshold{}
	for _, text := range f.thresholds {
		if err := compare.ParseThreshold(text, f.options.Thresholds); err != nil {
			return command.Usage(fmt.Errorf("--threshold %w", err), "")
		}
	}
	if f.against != "" && (len(f.options.Cases) != 1 || len(f.match) > 0) {
		return command.Usagef("such as --case full-jitter --against php-sdk", "--against: want one --case that is held against it, and no --match")
	}
	return nil
}

// compareReports compares two reports. Names are the user's.
func (f *compareFlags) compareReports(baseName, currentName string, base, current *reports.Report) (*reports.Comparison, error) {
	o := f.options
	o.BaseName, o.CurrentName = baseName, currentName
	o.Differences = differencesOf(base, current)
	c, err := compare.Reports(base, current, o)
	if err != nil {
		name, old := baseName, base
		if base.Model == strategy.ModelVersion {
			name, old = currentName, current
		}
		return nil, comparisonError(err, name, old)
	}
	return c, nil
}

// compareCases compares two cases of a report.
func (f *compareFlags) compareCases(name string, r *reports.Report) (*reports.Comparison, error) {
	o := f.options
	o.BaseName, o.CurrentName = name, name
	c, err := compare.Cases(r, f.against, o.Cases[0], o)
	if err != nil {
		return nil, comparisonError(err, name, r)
	}
	return c, nil
}

// comparisonError is what is wrong with a comparison, and what helps. The report is the
// one that is of another model, if that is wrong.
func comparisonError(err error, name string, old *reports.Report) error {
	var model *compare.ModelError
	switch {
	case errors.As(err, &model):
		return command.Usage(err, "make it anew: "+again(name, old))
	case errors.Is(err, compare.ErrNotDeterministic):
		return &command.Error{Err: err, Code: command.Failed, Hint: "two programs of one version may still differ; if they do not, this is a bug of loadgen"}
	}
	return command.Usage(err, "")
}

// again is the command that makes a report anew from the profile that it keeps.
func again(name string, r *reports.Report) string {
	from := name
	if len(r.Profile.Document) == 0 {
		from = r.Profile.Name
	}
	text := fmt.Sprintf("loadgen run %s --engine %s --seed %d", shellWord(from), r.Engine, r.Seed)
	if n := r.SimulatedSeeds(); n > 0 {
		text += fmt.Sprintf(" --seeds %d", n)
	}
	return text + " -f json -o " + shellWord(name)
}

// verdict is how a command ends that compared: nil if nothing got worse.
func (f *compareFlags) verdict(c *reports.Comparison) error {
	n := c.Counts()
	switch {
	case n[reports.Regression] > 0:
		return &command.Error{Err: fmt.Errorf("regression: %s got worse", words.Plural(uint64(n[reports.Regression]), "figure", "figures")), Code: command.GateFailed}
	case f.strict && n[reports.Inconclusive] > 0:
		return &command.Error{Err: fmt.Errorf("inconclusive: %s", words.Plural(uint64(n[reports.Inconclusive]), "figure", "figures")), Code: command.GateFailed}
	}
	return nil
}
