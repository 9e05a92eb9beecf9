package main

import (
	"slices"
	"time"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/hosting"
	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// profiled are the flags that --profile excludes, because a profile sets their
// values. --limit is not among them: it replaces the profile's limit.
var profiled = []string{
	"service", "tasks", "hosts", "lifetime", "renew-before", "scope", "on-exceed", "latency", "tokens", "hop-limit", "hops", "role",
	"extended", "unauthorized-page", "token-lifetime",
}

// exclude refuses the flags that contradict --profile.
func (o *options) exclude(f *pflag.FlagSet) error {
	if o.profile == "" {
		if len(o.strategies) > 0 {
			return command.Usagef("", "--strategies is for --profile")
		}
		return nil
	}
	for _, name := range profiled {
		if f.Changed(name) {
			return command.Usagef("set it in the profile, or omit --profile", "--%s cannot be used with --profile", name)
		}
	}
	o.seeded = f.Changed("seed")
	return nil
}

// further says which endpoint of a profile's host a server is: the host's own has no name.
type further struct {
	name string
	host int
}

// endpointOf is which endpoint the server of that number is.
func (o *options) endpointOf(i int) further {
	if i < len(o.further) {
		return o.further[i]
	}
	return further{"", i}
}

// fromProfile makes the hosts of a profile's first case: the own endpoints of all hosts,
// then the further ones, which are hosts of their own to the flags and the admin. Their
// tasks have the IDs and addresses that `loadgen run PROFILE --target` uses.
func (o *options) fromProfile() ([]imds.Config, error) {
	var open profiles.Options
	if o.seeded {
		open.Seed = &o.seed
	}
	named, err := profiles.OpenStrategies(o.strategies...)
	if err != nil {
		return nil, o.input.Refuse(err)
	}
	open.Strategies = named
	profile, err := profiles.Open(o.profile, open)
	if err != nil {
		return nil, o.input.Refuse(err)
	}
	if profile.ControlPlane() {
		return nil, command.Usagef("loadgen run "+profile.Name+" simulates it", "%s has a control plane, and no endpoint to serve", profile.Name)
	}
	plan := profile.Plan(profile.Cases()[0], profile.Seed)
	endpoints := 1 + len(plan.Endpoints)
	switch {
	case plan.Hosts*endpoints <= maxHosts:
	case endpoints == 1:
		return nil, command.Usagef("", "%s has %d hosts: want at most %d", o.profile, plan.Hosts, maxHosts)
	default:
		return nil, command.Usagef("", "%s has %d hosts with %d endpoints each: want at most %d endpoints in all", o.profile, plan.Hosts, endpoints, maxHosts)
	}
	if o.limitedBy == limitVariable && plan.Service != service.ECS {
		o.limitedBy, o.notice = "", ""
	}
	if o.limitedBy != "" {
		if err := o.limitInstead(plan); err != nil {
			return nil, err
		}
	}
	if plan.Faults, err = o.allFaults(plan.Service, plan.Faults); err != nil {
		return nil, err
	}
	plan.Differ = slices.Clone(plan.Differ)
	for i := range plan.Differ {
		if plan.Differ[i].Faults, err = o.allFaults(plan.Service, plan.Differ[i].Faults); err != nil {
			return nil, err
		}
	}
	if plan.PodTokens != nil {
		o.pod.tokens = *plan.PodTokens
	}
	var configs []imds.Config
	began := imds.WholeSecond(time.Now())
	for number := range endpoints {
		for host := range plan.Hosts {
			configs = append(configs, hosting.Config(plan, host, number, hosting.Tasks(plan, host, true), began))
			o.further = append(o.further, further{plan.Numbered(number).Name, host})
		}
	}
	return configs, nil
}

// limitInstead replaces the profile's limits, and their changes, by the limit that
// was given. It keeps the scope of the profile's first limit, its costs, and what
// happens beyond it.
func (o *options) limitInstead(plan *plan.Plan) error {
	l := throttle.Limit{Scope: defaultScope(plan.Service)}
	if len(plan.Limits) > 0 {
		first := plan.Limits[0]
		l = throttle.Limit{Name: first.Name, Scope: first.Scope, OnExceed: first.OnExceed}
		if first.Kind == throttle.TokenBucket {
			l.Cost, l.RefusalCost = first.Cost, first.RefusalCost
		}
	}
	l.Rate, l.Burst = o.limit.rate, o.limit.burst
	if err := l.Check(); err != nil {
		return o.limitError(err)
	}
	plan.Limits, plan.Changes = []throttle.Limit{l}, nil
	return nil
}
