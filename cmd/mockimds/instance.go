package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/profiles"
)

// instance has the flags that only the service imds has.
type instance struct {
	tokensRequired bool
	hopLimit, hops int
	role, failure  string
	userData       string // the name of a file
	disabled       bool
	extended       bool
	page           bool // with a 401
}

func (i *instance) flags(f *pflag.FlagSet) {
	parsedVar(f, &i.tokensRequired, "tokens", parseTokens, "session tokens are `MODE`: optional or required (default optional)")
	f.IntVar(&i.hopLimit, "hop-limit", 1, "the answer to a PUT reaches `N` hops, 1 to 64")
	f.IntVar(&i.hops, "hops", 1, "clients are `N` hops away, 1 to 64; beyond the hop limit no token reaches them")
	f.StringVar(&i.role, "role", service.DefaultRole, "the `NAME` of the role, or none")
	f.StringVar(&i.failure, "role-failure", "", "answer `CODE` in place of credentials, such as AssumeRoleUnauthorizedAccess")
	f.BoolVar(&i.extended, "extended", false, "serve iam/security-credentials-extended too, where newer SDKs ask first, rather than 404")
	f.BoolVar(&i.page, "unauthorized-page", false, "send a page with a 401, as instances did until 2024, rather than no body")
	f.StringVar(&i.userData, "user-data", "", "serve the user data in `FILE`, at most 16 KiB (default none)")
	f.BoolVar(&i.disabled, "imds-disabled", false, "answer everything with 403")
}

// maxUserData is how much user data there can be, in bytes.
// Source: Amazon EC2 User Guide, user-data.
const maxUserData = 16 << 10

// roleName, failureCode and tagKey match the names of roles, the codes of failures,
// and the keys of tags that can be in the metadata.
// Source: IAM API reference, CreateRole; Amazon EC2 User Guide,
// work-with-tags-in-IMDS.
var (
	roleName    = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	failureCode = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)
	tagKey      = regexp.MustCompile(`^[A-Za-z0-9+=.,_:@-]{1,128}$`)
)

// check returns a usage error for values out of range.
func (i *instance) check() error {
	switch {
	case i.hopLimit < 1 || i.hopLimit > profiles.MaxHops:
		return command.Usagef("", "--hop-limit %d: want 1 to %d", i.hopLimit, profiles.MaxHops)
	case i.hops < 1 || i.hops > profiles.MaxHops:
		return command.Usagef("", "--hops %d: want 1 to %d", i.hops, profiles.MaxHops)
	case i.role != "none" && !roleName.MatchString(i.role):
		return command.Usagef("", "--role %q: want none, or at most 64 letters, digits and any of _+=,.@-", i.role)
	case i.failure != "" && i.role == "none":
		return command.Usagef("", "--role-failure %s: with --role none there is no role", i.failure)
	case i.failure != "" && !failureCode.MatchString(i.failure):
		return command.Usagef("", "--role-failure %q: want a code such as AssumeRoleUnauthorizedAccess", i.failure)
	}
	return nil
}

// applyInstance sets the values of the flags on a server of the service imds. With a
// profile, it leaves those alone that the profile sets.
func (o *options) applyInstance(c *imds.Config) error {
	i := &o.instance
	if o.profile == "" {
		c.Instance.TokensRequired = i.tokensRequired
		c.Instance.HopLimit = i.hopLimit
		c.Instance.Extended = i.extended
		c.Instance.UnauthorizedPage = i.page
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
			return command.Usagef("", "--instance-tag %q: no tag in the metadata has such a key: want letters, digits and any of +-=.,_:@", key)
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
		return nil, command.Usagef("", "--user-data %q: want at most %d bytes", name, maxUserData)
	}
	return b, nil
}

// parseTokens reads whether session tokens are required: optional or required.
func parseTokens(text string) (required bool, err error) {
	if text != "optional" && text != "required" {
		return false, errors.New("want optional or required")
	}
	return text == "required", nil
}
