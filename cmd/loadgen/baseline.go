package main

import (
	"bytes"

	"tenement/cmd/internal/command"
	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/compare"
)

// checkBaseline checks the flags about what a run is compared with.
func (f *runFlags) checkBaseline() error {
	switch {
	case f.baseline != "" && f.compare.against != "":
		return command.Usagef("", "--baseline and --against are two things to compare with: want one")
	case f.baseline == "" && f.compare.against == "" && f.compare.given():
		return command.Usagef("name a --baseline, or for two cases of the run --case and --against", "nothing is compared")
	}
	return f.compare.read()
}

// named is what the user named, nil if nothing. Of a report the run takes as many seeds as
// that had, unless it is told otherwise.
func (f *runFlags) named(args []string) (*named, error) {
	if len(args) == 0 {
		return nil, nil
	}
	n, err := lookAt(args[0])
	if err == nil && n.report != nil && f.seeds == 0 && f.precision == 0 {
		f.seeds = int(n.report.SimulatedSeeds())
	}
	return n, err
}

// readBaseline reads the baseline, nil if there is none, and takes its engine, seed and
// seeds, unless the user has others: with the same seeds only what was changed counts.
func (f *runFlags) readBaseline() (*reports.Report, error) {
	if f.baseline == "" {
		return nil, nil
	}
	n, err := lookAt(f.baseline)
	if err != nil {
		return nil, err
	}
	f.baseline = n.name
	r := n.report
	if r == nil {
		if err := n.noReport(); err != nil {
			return nil, err
		}
		return nil, command.Usagef("loadgen compare compares profiles", "--baseline %s: want a report, written with -f json", f.baseline)
	}
	if err := sameModel(f.baseline, r); err != nil {
		return nil, err
	}
	if f.open.Engine == "" {
		f.open.Engine = r.Engine
	}
	if f.open.Engine != r.Engine {
		return nil, command.Usagef("leave --engine out", "--baseline %s was run with --engine %s, and this run is not", f.baseline, r.Engine)
	}
	if r.Engine == reports.Sim {
		if f.open.Seed == nil {
			f.open.Seed = &r.Seed
		}
		if f.seeds == 0 && f.precision == 0 {
			f.seeds = int(max(r.SimulatedSeeds(), 1))
		}
	}
	return r, nil
}

// noReport is what is wrong with a file that is no report; nil if it could be one that lookAt
// does not know.
func (n *named) noReport() error {
	if n.text == nil {
		_, err := readReport(n.name)
		return err
	}
	if _, err := reports.Read(n.name, bytes.NewReader(n.text)); err != nil {
		return command.Usage(err, "")
	}
	return nil
}

// sameModel returns an error, before anything is run, if a report is of another model
// than what this program runs.
func sameModel(name string, r *reports.Report) error {
	if r.Model == strategy.ModelVersion {
		return nil
	}
	return comparisonError(&compare.ModelError{Base: r.Model, Current: strategy.ModelVersion}, name, r)
}

// baselineCases are the baseline's names of cases that --match pairs with other names.
func (f *compareFlags) baselineCases() map[string]string {
	names := make(map[string]string, len(f.options.Match))
	for _, p := range f.options.Match {
		names[p.Current] = p.Base
	}
	return names
}

// compareRun puts a comparison into a report, if one was asked for. worse is how the
// command ends because of it.
func (f *runFlags) compareRun(r, baseline *reports.Report) (worse, err error) {
	switch {
	case baseline != nil:
		r.Comparison, err = f.compare.compareReports(f.baseline, r.Profile.Name, baseline, r)
	case f.compare.against != "":
		r.Comparison, err = f.compare.compareCases(r.Profile.Name, r)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f.compare.verdict(r.Comparison), nil
}
