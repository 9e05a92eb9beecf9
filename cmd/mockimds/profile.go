package main

import (
	"slices"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/imds"
	"tenement/internal/live"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// profiled are the flags that say what a profile says.
// The limit is no such flag: it goes before the profile's.
var profiled = []string{
	"service", "tasks", "lifetime", "renew-before", "scope", "on-exceed", "latency", "tokens", "hop-limit", "hops", "role",
	"token-lifetime",
}

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
	service, err := imds.ParseService(plan.Service)
	if err != nil {
		return imds.Config{}, usagef("", "%s: %w", o.profile, err)
	}
	if o.limitedBy == limitVariable && service != imds.ECS {
		o.limitedBy, o.notice = "", ""
	}
	if o.limitedBy != "" {
		l := throttle.Limit{Scope: defaultScope(service)}
		if len(plan.Limits) > 0 {
			l = plan.Limits[0]
		}
		l.Rate, l.Burst = o.limit.rate, o.limit.burst
		if err := l.Check(); err != nil {
			return imds.Config{}, o.limitError(err)
		}
		plan.Limits = []throttle.Limit{l}
	}
	if plan.PodTokens != nil {
		o.pod.tokens = *plan.PodTokens
	}
	return live.Config(plan, 0, live.Tasks(plan, 0, true), wholeSecond(time.Now())), nil
}

// wholeSecond is the second that is running, with its monotonic reading.
func wholeSecond(now time.Time) time.Time { return now.Add(-time.Duration(now.Nanosecond())) }

// config is the server that the command line describes, from now on.
func (o *options) config() (imds.Config, error) {
	from := o.fromFlags
	if o.profile != "" {
		from = o.fromProfile
	}
	c, err := from()
	if err != nil {
		return imds.Config{}, err
	}
	if err := o.checkService(c.Service); err != nil {
		return imds.Config{}, err
	}
	now := time.Now()
	if c.Began.IsZero() {
		c.Began = wholeSecond(now)
	}
	if o.pending > 0 {
		c.PendingFor = now.Sub(c.Began) + o.pending
	}
	if o.profile == "" || slices.Contains(o.given, "flavour") {
		c.Flavour = imds.Flavour(o.flavour)
	}
	c.Standalone = o.standalone
	c.StrictHost = o.pod.strictHost
	c.Tags, c.InstanceTags = o.tags.values(), o.instanceTags.values()
	if c.Associations, err = o.associations(); err == nil && c.Service == imds.IMDS {
		err = o.applyInstance(&c)
	}
	return c, err
}
