package main

import (
	"errors"
	"slices"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/profiles"
	"tenement/reports/render"
)

// runControl runs a profile with a control plane, which is only simulated.
func (p *program) runControl(f *runFlags, profile *profiles.Profile, o experiment.Options, sinks []sink, args []string) error {
	switch {
	case f.targeted:
		return command.Usagef("leave --target out", "%s has a control plane, which is only simulated", profile.Name)
	case o.Precision > 0:
		return command.Usagef("give --seeds", "--precision is not for a control plane")
	case f.baseline != "" || len(f.open.Compared) > 0:
		return command.Usagef("a gate can: CALLER.p99 <= case NAME", "reports of a control plane are not compared")
	}
	for _, s := range sinks {
		if known := render.ControlFormats(); !slices.Contains(known, s.format) {
			return command.Usagef("want "+strings.Join(known, ", "), "%s is no format of a control plane", s.format)
		}
	}
	if err := writable(sinks); err != nil {
		return err
	}
	ctx, cancel := p.signals.context()
	defer cancel()
	report, err := experiment.ControlPlane(ctx, profile, o)
	p.clearProgress()
	switch {
	case err != nil && ctx.Err() != nil:
		return errInterrupted
	case errors.Is(err, experiment.ErrNoCase):
		return command.Usage(err, "")
	case err != nil:
		return err
	}
	ended := gateError(report, f.strictGates)
	if err = p.write(report, sinks); err == nil {
		p.sayNext(report, sinks, f, args)
	}
	return failedToo(err, ended)
}

// needsFleet refuses a profile with a control plane where only a fleet makes sense. It was
// opened by name.
func needsFleet(profile *profiles.Profile, name, verb string) error {
	if !profile.ControlPlane() {
		return nil
	}
	return command.Usagef("loadgen run "+name+" simulates it", "%s: %s needs a fleet, and this profile has a control plane", name, verb)
}
