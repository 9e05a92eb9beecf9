package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/imds"
	"tenement/internal/service"
)

// api has the flags that only AWS APIs have: what there is behind them.
type api struct {
	secrets, parameters     []pair
	repositories, logGroups []string
}

func (a *api) flags(f *pflag.FlagSet) {
	repeatedVar(f, &a.secrets, "secret", parseNamed, "secretsmanager: there is a secret `NAME[=VALUE]`; may be given again (default: any name is there)")
	repeatedVar(f, &a.parameters, "parameter", parseNamed, "ssm: there is a parameter `NAME[=VALUE]`; may be given again (default: any name is there)")
	repeatedVar(f, &a.repositories, "repository", named(imds.CheckRepository), "ecr, ecr-dkr: there is a repository `NAME`; may be given again (default: any name is there)")
	repeatedVar(f, &a.logGroups, "log-group", named(imds.CheckLogGroup), "logs: there is a log group `NAME`, and what is made twice is refused; may be given again (default: any name is there, and can be made)")
}

// config is what there is.
func (a *api) config() (c imds.APIConfig) {
	if a.secrets != nil {
		c.Secrets = values(a.secrets)
	}
	if a.parameters != nil {
		c.Parameters = values(a.parameters)
	}
	c.Repositories, c.LogGroups = a.repositories, a.logGroups
	return c
}

// parseNamed reads the name of a secret, and its value if there is one. That there is a
// name is left to check, because an error of a flag quotes the text, which may hold a
// secret.
func parseNamed(text string) (pair, error) {
	key, value, _ := strings.Cut(text, "=")
	return pair{key, value}, nil
}

// check returns a usage error for a value without a name, which it does not quote, for a
// name that is given twice, and for what is no name of a secret or a parameter.
func (a *api) check() error {
	for _, of := range []struct {
		flag  string
		all   []pair
		check func(string) error
	}{{"secret", a.secrets, imds.CheckSecret}, {"parameter", a.parameters, imds.CheckParameter}} {
		if slices.ContainsFunc(of.all, func(p pair) bool { return p.key == "" }) {
			return command.Usagef("", "--%s: want NAME or NAME=VALUE", of.flag)
		}
		seen := make(map[string]bool)
		for _, p := range of.all {
			if seen[p.key] {
				return command.Usagef("", "--%s: %q is given twice", of.flag, p.key)
			}
			if err := of.check(p.key); err != nil {
				return command.Usagef("", "--%s: %q: %w", of.flag, p.key, err)
			}
			seen[p.key] = true
		}
	}
	return nil
}

// named reads a name that passes a check.
func named(check func(string) error) func(string) (string, error) {
	return func(text string) (string, error) { return text, check(text) }
}

// apiNames are the names of the services that hand out no credentials.
func apiNames() []string { return service.Names()[len(service.Issuers()):] }
