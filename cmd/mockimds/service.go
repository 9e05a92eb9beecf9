package main

import (
	"slices"
	"strings"

	"tenement/internal/imds"
	"tenement/internal/throttle"
)

// ofService are the flags that say something to some services only.
var ofService = map[string][]imds.Service{
	"pending":            {imds.ECS},
	"flavour":            {imds.ECS},
	"tag":                {imds.ECS},
	"instance-tag":       {imds.ECS, imds.IMDS},
	"association":        {imds.ECS},
	"standalone":         {imds.ECS},
	"audit-log":          {imds.ECS},
	"audit-log-max-size": {imds.ECS},
	"tokens":             {imds.IMDS},
	"hop-limit":          {imds.IMDS},
	"hops":               {imds.IMDS},
	"role":               {imds.IMDS},
	"role-failure":       {imds.IMDS},
	"user-data":          {imds.IMDS},
	"imds-disabled":      {imds.IMDS},
	"token-file":         {imds.PodIdentity},
	"token-lifetime":     {imds.PodIdentity},
	"strict-host":        {imds.PodIdentity},
}

// checkService refuses the flags that say nothing to the service.
func (o *options) checkService(s imds.Service) error {
	for _, name := range o.given {
		of := ofService[name]
		if of == nil || slices.Contains(of, s) {
			continue
		}
		var names []string
		for _, one := range of {
			names = append(names, one.String())
		}
		return usagef(seeHelp, "--%s is for the service %s, and this is %s", name, strings.Join(names, " or "), s)
	}
	return nil
}

// defaultScope is what shares a limit of a service unless told otherwise: what
// the agents count by, and the instance, by which AWS says that it throttles.
func defaultScope(s imds.Service) throttle.Scope {
	switch s {
	case imds.ECS:
		return throttle.IPPathScope
	case imds.PodIdentity:
		return throttle.PathScope
	}
	return throttle.HostScope
}

// limits are those of the service that flags describe. The agents have one in
// any case; AWS publishes none for the metadata service.
func (o *options) limits() ([]throttle.Limit, error) {
	s := imds.Service(o.service)
	if s == imds.IMDS && o.limitedBy == "" {
		for _, name := range [...]string{"scope", "on-exceed"} {
			if slices.Contains(o.given, name) {
				return nil, usagef("give --limit as well", "--%s is of a limit, and the service %s comes without", name, s)
			}
		}
		return nil, nil
	}
	l := throttle.Limit{Rate: o.limit.rate, Burst: o.limit.burst, Scope: throttle.Scope(o.scope)}
	if s == imds.PodIdentity && o.limitedBy == "" {
		l.Rate, l.Burst = podIdentityLimit.rate, podIdentityLimit.burst
	}
	if !slices.Contains(o.given, "scope") {
		l.Scope = defaultScope(s)
	}
	if err := l.Check(); err != nil {
		return nil, o.limitError(err)
	}
	return []throttle.Limit{l}, nil
}
