package main

import (
	"net/netip"
	"slices"
	"time"

	"tenement/cmd/internal/command"
	"tenement/internal/draw"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// configs makes the hosts that the command line describes. Their run begins now.
func (o *options) configs() ([]imds.Config, error) {
	from := o.fromFlags
	if o.profile != "" {
		from = o.fromProfile
	}
	all, err := from()
	if err != nil {
		return nil, err
	}
	if err := o.checkService(all[0].Service); err != nil {
		return nil, err
	}
	now := time.Now()
	for i := range all {
		c := &all[i]
		if c.Began.IsZero() {
			c.Began = imds.WholeSecond(now)
		}
		if o.pending > 0 {
			c.ECS.PendingFor = now.Sub(c.Began) + o.pending
		}
		if o.profile == "" || slices.Contains(o.given, "flavour") {
			c.ECS.Flavour = o.flavour
		}
		c.ECS.Standalone, c.ECS.Tags, c.ECS.Associations = o.standalone, values(o.tags), o.associated
		c.InstanceTags = values(o.instanceTags)
		c.Pod = imds.PodConfig{Tokens: o.pod.tokens, StrictHost: o.pod.strictHost}
		c.API = o.api.config()
		c.MaxConnections = o.connections
		c.ExpiresIn = o.expiresIn
		if c.Service == service.IMDS {
			if err := o.applyInstance(c); err != nil {
				return nil, err
			}
		}
		if err := o.applyIdentity(c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// group is the name of the only group of tasks without a profile.
const group = "app"

// fromFlags makes the hosts without a profile.
func (o *options) fromFlags() ([]imds.Config, error) {
	limits, err := o.limits()
	if err != nil {
		return nil, err
	}
	faults, err := o.allFaults(o.service, nil)
	if err != nil {
		return nil, err
	}
	var configs []imds.Config
	for host := range o.hosts {
		configs = append(configs, o.host(host, limits, faults))
	}
	return configs, nil
}

// host makes the host of a number from the flags.
func (o *options) host(host int, limits []throttle.Limit, faults []throttle.Fault) imds.Config {
	c := imds.Config{
		Service:     o.service,
		Seed:        o.seed,
		Credentials: throttle.Credentials{Lifetime: o.lifetime, RenewBefore: o.renewBefore},
	}
	for i := range o.tasks {
		t := imds.Identify(o.seed, host, group, i)
		t.Slot = i
		t.Source = address(i)
		if i == 0 {
			t.Source6 = netip.IPv6Loopback() // of a client of --listen [::1]:0
		}
		c.Tasks = append(c.Tasks, t)
	}
	c.Endpoint = throttle.New(throttle.Config{
		Seed:     draw.Seed(o.seed),
		Host:     uint32(host),
		Limits:   limits,
		OnExceed: o.onExceed(),
		Faults:   faults,
		Latency:  o.latency,
		Slots:    o.tasks,
		Groups:   1,
	})
	return c
}

// address is the loopback address of a task without a profile, from 127.0.0.1 on.
func address(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(n >> 16), byte(n >> 8), byte(n)})
}

// defaultLimit is the limit of the real service; 0,0 if none is published.
func defaultLimit(s service.Service) limit {
	l := s.Row().Limit
	return limit{throttle.Rate{Tokens: l.PerSecond, Seconds: 1}, l.Burst}
}

// defaultScope is the scope of a service's limit unless --scope is given.
func defaultScope(s service.Service) throttle.Scope {
	scope, _ := throttle.ParseScope(s.Row().Limit.Scope) // a test reads all
	return scope
}

// limits are the limits of a service without a profile: the one that was given,
// else that of the real service, if one is published.
func (o *options) limits() ([]throttle.Limit, error) {
	s, l := o.service, o.limit
	if o.limitedBy == "" {
		l = defaultLimit(s)
	}
	if l.burst == 0 {
		for _, name := range [...]string{"scope", "on-exceed"} {
			if slices.Contains(o.given, name) {
				return nil, command.Usagef("give --limit as well", "--%s needs a limit, and the service %s has none by default", name, s)
			}
		}
		return nil, nil
	}
	one := throttle.Limit{Rate: l.rate, Burst: l.burst, Scope: o.scope}
	if !slices.Contains(o.given, "scope") {
		one.Scope = defaultScope(s)
	}
	if err := one.Check(); err != nil {
		return nil, o.limitError(err)
	}
	return []throttle.Limit{one}, nil
}

// limitError is a usage error that names the flag or the variable that gave
// the limit.
func (o *options) limitError(err error) error {
	return command.Usagef(seeHelp, "%s %v: %w", o.limitedBy, o.limit, err)
}

// onExceed is what happens beyond the limit: what --on-exceed says, else what the
// real server does.
func (o *options) onExceed() throttle.OnExceed {
	e := o.exceed
	if e == (throttle.OnExceed{}) {
		e.Status = o.service.Row().Limit.Status
	}
	return e
}
