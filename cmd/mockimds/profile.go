package main

import (
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/imds"
	"tenement/internal/live"
	"tenement/profiles"
)

// profiled are the flags that say what a profile says.
var profiled = []string{"service", "tasks", "lifetime", "renew-before", "limit", "scope", "latency"}

// exclude refuses flags that contradict --profile.
func (o *options) exclude(f *pflag.FlagSet) error {
	if o.profile == "" {
		return nil
	}
	for _, name := range profiled {
		if f.Changed(name) {
			return usagef("change the profile, or leave it out", "--%s and --profile exclude each other", name)
		}
	}
	o.seeded = f.Changed("seed")
	return nil
}

// fromProfile is the endpoint of a profile's first case, with the IDs that
// `loadgen run PROFILE --target` asks for.
func (o *options) fromProfile() (imds.Config, error) {
	var open profiles.Options
	if o.seeded {
		open.Seed = &o.seed
	}
	profile, err := profiles.Open(o.profile, open)
	if err != nil {
		return imds.Config{}, &coded{err, exitUsage, ""}
	}
	plan := profile.Plan(profile.Cases()[0], profile.Seed)
	if plan.Hosts > 1 {
		return imds.Config{}, usagef("", "%s has %d hosts, and this is one endpoint", o.profile, plan.Hosts)
	}
	return live.Config(plan, 0, live.Tasks(plan, 0, true), wholeSecond(time.Now())), nil
}

// wholeSecond is the second that is running, with its monotonic reading.
func wholeSecond(now time.Time) time.Time { return now.Add(-time.Duration(now.Nanosecond())) }

// config is the server that the command line describes.
func (o *options) config() (imds.Config, error) {
	if o.profile != "" {
		return o.fromProfile()
	}
	return o.fromFlags()
}
