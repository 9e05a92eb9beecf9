package main

import (
	"slices"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/internal/service"
)

// ofService are the services of each flag that only some services have.
// A flag of all services that hand out credentials is of no AWS API.
var ofService = map[string][]service.Service{
	"pending":            {service.ECS},
	"flavour":            {service.ECS},
	"tag":                {service.ECS},
	"instance-tag":       {service.ECS, service.IMDS},
	"association":        {service.ECS},
	"standalone":         {service.ECS},
	"audit-log":          {service.ECS},
	"audit-log-max-size": {service.ECS},
	"tokens":             {service.IMDS},
	"hop-limit":          {service.IMDS},
	"hops":               {service.IMDS},
	"role":               {service.IMDS},
	"role-failure":       {service.IMDS},
	"user-data":          {service.IMDS},
	"imds-disabled":      {service.IMDS},
	"extended":           {service.IMDS},
	"unauthorized-page":  {service.IMDS},
	"token-file":         {service.PodIdentity},
	"token-lifetime":     {service.PodIdentity},
	"strict-host":        {service.PodIdentity},
	"secret":             {service.SecretsManager},
	"parameter":          {service.SSM},
	"repository":         {service.ECR, service.ECRDocker},
	"log-group":          {service.Logs},
	"lifetime":           service.Issuers(),
	"renew-before":       service.Issuers(),
	"expires-in":         service.Issuers(),
	"role-arn":           service.Issuers(),
}

// checkService refuses the flags that would have no effect on the service.
func (o *options) checkService(s service.Service) error {
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
