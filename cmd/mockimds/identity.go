package main

import (
	"errors"
	"regexp"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/imds"
	"tenement/internal/service"
)

// identity has the flags that say whose credentials are served.
type identity struct {
	place imds.Place
	roles []string // ARNs
}

func (i *identity) flags(f *pflag.FlagSet) {
	parsedVar(f, &i.place.Account, "account", matching(accountID, "want 12 digits"),
		"the tasks are of the account `ID`, 12 digits (default that of --role-arn, or 111122223333)")
	parsedVar(f, &i.place.Region, "region", matching(regionName, "want the name of a region, such as eu-central-1"),
		"the tasks live in the region `NAME` (default us-west-2)")
	repeatedVar(f, &i.roles, "role-arn", matching(roleARN, "want the ARN of a role, such as arn:aws:iam::111122223333:role/app"),
		"the role of the tasks; given again, each task has the next `ARN`, and there are as many tasks unless --tasks says otherwise (imds: one role)")
}

// What the values look like. Sources: IAM User Guide, reference_identifiers and
// reference_iam-quotas; the names of regions in the AWS General Reference.
var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$`)
	roleARN    = regexp.MustCompile(`^arn:aws[a-z-]{0,16}:iam::[0-9]{12}:role/([\x21-\x7e]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$`)
)

// matching reads a text that has a form.
func matching(form *regexp.Regexp, want string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !form.MatchString(text) {
			return "", errors.New(want)
		}
		return text, nil
	}
}

// completeRoles makes as many tasks as there are roles, unless told how many.
func (o *options) completeRoles(f *pflag.FlagSet) error {
	roles := o.identity.roles
	switch {
	case len(roles) == 0:
		return nil
	case f.Changed("role"):
		return command.Usagef("omit one of them", "--role and --role-arn both name the role")
	case len(roles) > 1 && o.profile == "" && o.service == service.IMDS:
		return command.Usagef("", "--role-arn: an instance has one role, not %d", len(roles))
	case o.profile != "" || o.service == service.IMDS:
		return nil
	case !f.Changed("tasks"):
		o.tasks = len(roles)
	case len(roles) > o.tasks:
		return command.Usagef("", "--role-arn: %d roles, and --tasks says %d", len(roles), o.tasks)
	}
	return nil
}

// applyIdentity sets the values of the flags on a server.
func (o *options) applyIdentity(c *imds.Config) error {
	i := o.identity
	if len(i.roles) > max(len(c.Tasks), 1) || len(i.roles) > 1 && c.Service == service.IMDS {
		return command.Usagef("", "--role-arn: %d roles, more than there are to have one", len(i.roles))
	}
	if i.place != (imds.Place{}) || len(i.roles) > 0 {
		c.Settle(i.place, i.roles...)
	}
	return nil
}
