package main

import (
	"slices"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/internal/imds"
)

// ofService are the services of each flag that not all services have.
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

// checkService refuses the flags that would have no effect on the service.
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
		return command.Usagef(seeHelp, "--%s is for the service %s, and this is %s", name, strings.Join(names, " or "), s)
	}
	return nil
}
