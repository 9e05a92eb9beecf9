package main

import (
	"context"
	"errors"
	"fmt"
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
	if err := p.checkComparison(f, profile, profile.Cases(), o.Baseline); err != nil {
		return err
	}
	ctx, cancel := p.signals.context()
	defer cancel()
	report, err := simulatedControl(ctx, profile, o)
	p.clearProgress()
	if err != nil {
		return err
	}
	if report.Partial {
		return failedToo(p.write(report, sinks), errInterrupted)
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

// simulatedControl is the report of a profile with a control plane; if it was interrupted, a
// partial one, or none if no case was simulated by then.
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
	instead := map[string]string{
		"capacity": "try values one by one, such as: loadgen compare " + shellWord(name) + " --set " + capacityOf(profile),
		"tune":     "its strategies and what_ifs are tried beside each other by: loadgen run " + shellWord(name),
		"explain":  "name a strategy in a file of strategies, or a preset: loadgen strategy list",
	}
	return command.Usagef(instead[verb], "%s: %s needs a fleet, and this profile has a control plane", name, verb)
}

// capacityOf is a setting that gives a control plane another capacity.
func capacityOf(profile *profiles.Profile) string {
	plan, _ := profile.ControlPlan(profile.Cases()[0], profile.Seed)
	if plan.MicroVMs == nil {
		first := plan.Instances.Sizes[0]
		return shellWord(fmt.Sprintf("control_plane.instances.sizes.%s.warm=%d", first.Name, 2*first.Warm))
	}
	return fmt.Sprintf("control_plane.microvms.hosts=%d", 2*plan.MicroVMs.Hosts)
}
