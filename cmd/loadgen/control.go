package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/render"
)

// runControl runs a profile with a control plane, which is only simulated.
func (p *program) runControl(f *runFlags, profile *profiles.Profile, o experiment.Options, sinks []sink, args []string) error {
	if o.Precision > 0 {
		return command.Usagef("give --seeds", "--precision is not for a control plane")
	}
	if err := f.out.ofControl(sinks); err != nil {
		return err
	}
	if err := f.checkComparison(profile, soundCases(profile), o.Baseline); err != nil {
		return err
	}
	if err := writable(sinks); err != nil {
		return err
	}
	ctx, cancel := p.signals.context()
	defer cancel()
	report, err := simulatedControl(ctx, profile, o)
	p.clearProgress()
	if err != nil {
		return err
	}
	worse, err := f.compareRun(report, o.Baseline)
	if err != nil {
		return failedToo(p.write(report, sinks), err)
	}
	ended := both(gateError(report, f.strictGates), worse)
	if err = p.write(report, sinks); err == nil {
		p.sayNext(report, sinks, f, args)
	}
	return failedToo(err, ended)
}

// ofControl returns an error if a report of a control plane cannot be shown so.
func (o *outputs) ofControl(sinks []sink) error {
	if o.histograms {
		return command.Usagef("leave it out: the table has the median and the p99 of starts", "--histograms is not for a control plane")
	}
	for _, s := range sinks {
		if known := render.ControlFormats(); !slices.Contains(known, s.format) {
			return command.Usagef("want "+strings.Join(known, ", "), "%s is no format of a control plane", s.format)
		}
	}
	return nil
}

// simulatedControl is the report of a profile with a control plane.
func simulatedControl(ctx context.Context, profile *profiles.Profile, o experiment.Options) (*reports.Report, error) {
	report, err := experiment.ControlPlane(ctx, profile, o)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, errInterrupted
	case errors.Is(err, experiment.ErrNoCase):
		return nil, command.Usage(err, "")
	}
	return report, err
}

// needsFleet refuses a profile with a control plane where only a fleet makes sense. It was
// opened by name.
func needsFleet(profile *profiles.Profile, name, verb string) error {
	if !profile.ControlPlane() {
		return nil
	}
	return command.Usagef("loadgen run "+name+" simulates it", "%s: %s needs a fleet, and this profile has a control plane", name, verb)
}
