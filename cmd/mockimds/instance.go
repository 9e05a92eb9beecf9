package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/pflag"

	"tenement/internal/imds"
	"tenement/profiles"
)

// instance has the flags that only the service imds has.
type instance struct {
	tokens         tokens
	hopLimit, hops int
	role, failure  string
	userData       string // the name of a file
	disabled       bool
}

func (i *instance) flags(f *pflag.FlagSet) {
	parsedVar(f, &i.tokens, "tokens", parseTokens)
	f.IntVar(&i.hopLimit, "hop-limit", 1, "")
	f.IntVar(&i.hops, "hops", 1, "")
	f.StringVar(&i.role, "role", profiles.DefaultRole, "")
	f.StringVar(&i.failure, "role-failure", "", "")
	f.StringVar(&i.userData, "user-data", "", "")
	f.BoolVar(&i.disabled, "imds-disabled", false, "")
}

// maxUserData is how much user data there can be, in bytes.
// Source: Amazon EC2 User Guide, user-data.
const maxUserData = 16 << 10

// roleName and failureCode are how a role and the code of a failure look, and
// tagKey how a tag does that can be in the metadata.
// Source: IAM API reference, CreateRole; Amazon EC2 User Guide,
// work-with-tags-in-IMDS.
var (
	roleName    = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	failureCode = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)
	tagKey      = regexp.MustCompile(`^[A-Za-z0-9+=.,_:@-]{1,128}$`)
)

// check returns a usage error for values that no instance can have.
func (i *instance) check() error {
	switch {
	case i.hopLimit < 1 || i.hopLimit > profiles.MaxHops:
		return usagef("", "--hop-limit %d: want 1 to %d", i.hopLimit, profiles.MaxHops)
	case i.hops < 1 || i.hops > profiles.MaxHops:
		return usagef("", "--hops %d: want 1 to %d", i.hops, profiles.MaxHops)
	case i.role != "none" && !roleName.MatchString(i.role):
		return usagef("", "--role %q: want none, or at most 64 letters, digits and any of _+=,.@-", i.role)
	case i.failure != "" && i.role == "none":
		return usagef("", "--role-failure %s: there is no role to fail, with --role none", i.failure)
	case i.failure != "" && !failureCode.MatchString(i.failure):
		return usagef("", "--role-failure %q: want a code such as AssumeRoleUnauthorizedAccess", i.failure)
	}
	return nil
}

// applyInstance puts into a server of the service imds what the flags say. With a
// profile those that it excludes have been left alone.
func (o *options) applyInstance(c *imds.Config) error {
	i := &o.instance
	if o.profile == "" {
		c.Instance.TokensRequired = bool(i.tokens)
		c.Instance.HopLimit = i.hopLimit
		if i.role != "none" {
			c.Instance.Role = i.role
		}
		c.Instance.Hops = i.hops
		for n := range c.Tasks {
			c.Tasks[n].Hops = i.hops
		}
	}
	c.Instance.Failure, c.Instance.Disabled = i.failure, i.disabled
	for _, one := range o.instanceTags {
		if key := one.key; !tagKey.MatchString(key) || key == "." || key == ".." || key == "_index" {
			return usagef("", "--instance-tag %q: the metadata has no tag with that key: want letters, digits and any of +-=.,_:@", key)
		}
	}
	if i.userData == "" {
		return nil
	}
	var err error
	c.Instance.UserData, err = readUserData(i.userData)
	return err
}

// readUserData reads a file, which must not be larger than user data can be.
func readUserData(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the user data: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxUserData+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the user data: %w", err)
	case len(b) > maxUserData:
		return nil, usagef("", "--user-data %q: want at most %d bytes", name, maxUserData)
	}
	return b, nil
}

// tokens says whether session tokens are required.
type tokens bool

// parseTokens reads optional or required.
func parseTokens(text string) (tokens, error) {
	if text != "optional" && text != "required" {
		return false, errors.New("want optional or required")
	}
	return text == "required", nil
}

// String is the word that parseTokens reads.
func (t tokens) String() string {
	if t {
		return "required"
	}
	return "optional"
}
