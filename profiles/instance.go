package profiles

import "strings"

// Instance is the metadata options of an EC2 instance.
type Instance struct {
	TokensRequired bool   // requests without a session token are refused
	HopLimit       int    // how many hops the answer to a token request goes
	Role           string // "" is none
}

// MaxHops is the highest hop limit that EC2 grants, and so the greatest
// distance of a task in hops.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-options.
const MaxHops = 64

// DefaultRole is the name of an instance's role unless told otherwise.
const DefaultRole = "app-instance-role"

// newInstance is an instance as one is launched unless told otherwise: tokens
// are not required, and answers to token requests go one hop
// (awsdocs/amazon-ec2-user-guide, configuring-instance-metadata-service).
func newInstance() Instance { return Instance{HopLimit: 1, Role: DefaultRole} }

func instanceForm() form[Instance] {
	return object(newInstance(), []key[Instance]{
		field("tokens", "Whether requests without a session token are answered (IMDSv1).",
			words(word[bool]{"optional", false}, word[bool]{"required", true}), func(v *Instance) *bool { return &v.TokensRequired }),
		field("hop_limit", "How many hops the answer to a token request goes; a client that is further away waits for it in vain.",
			integerForm(1, MaxHops), func(v *Instance) *int { return &v.HopLimit }),
		field("role", "The role of the instance, whose credentials there are; none is an instance without.",
			roleForm(), func(v *Instance) *string { return &v.Role }),
	}, nil)
}

// roleLetters are what a role's name consists of, as in IAM.
const roleLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-"

// roleForm is the name of a role, or none.
func roleForm() form[string] {
	const most = 64 // characters, as in IAM
	f := lineForm(most)
	return form[string]{
		read: func(r *reader, n *node, path string) string {
			if n.kind == scalar && !n.quoted && n.text == "none" {
				return ""
			}
			name := f.read(r, n, path)
			for _, c := range name {
				if !strings.ContainsRune(roleLetters, c) {
					r.fail(n, path, "the role %s: want letters, digits and any of _+=,.@- only", n.what())
					break
				}
			}
			return name
		},
		write: func(v string, full bool) *node {
			if v == "" {
				return plain("none")
			}
			return f.write(v, full)
		},
		schema: f.schema,
	}
}
