package profiles

import (
	"strings"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// MaxHops is the highest hop limit that EC2 grants, and so the greatest
// distance of a task in hops.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-options.
const MaxHops = 64

// DefaultRole is the name of an instance's role unless told otherwise.
const DefaultRole = "app-instance-role"

// newInstance is an instance as one is launched unless told otherwise: tokens
// are not required, and answers to token requests go one hop
// (awsdocs/amazon-ec2-user-guide, configuring-instance-metadata-service).
func newInstance() plan.Instance { return plan.Instance{HopLimit: 1, Role: DefaultRole} }

func instanceForm() form.Form[plan.Instance] {
	return form.Object(newInstance(), []form.Key[plan.Instance]{
		form.Field("tokens", "Whether requests without a session token are answered (IMDSv1).",
			form.Words(form.NewWord[bool]("optional", false), form.NewWord[bool]("required", true)), func(v *plan.Instance) *bool { return &v.TokensRequired }),
		form.Field("hop_limit", "How many hops the answer to a token request may take; it never reaches a client that is further away.",
			form.Integer(1, MaxHops), func(v *plan.Instance) *int { return &v.HopLimit }),
		form.Field("role", "The role of the instance, whose credentials it serves; none is an instance without a role.",
			roleForm(), func(v *plan.Instance) *string { return &v.Role }),
		form.OmitZero(form.Field("extended", "Whether credentials with the account are served below iam/security-credentials-extended, where some SDKs ask first, rather than 404.",
			form.Boolean(), func(v *plan.Instance) *bool { return &v.Extended })),
	}, nil)
}

// roleLetters are what a role's name consists of, as in IAM.
const roleLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-"

// roleForm is the name of a role, or none.
func roleForm() form.Form[string] {
	const most = 64 // characters, as in IAM
	f := form.Line(most)
	return form.Form[string]{
		Read: func(r *form.Reader, n *form.Node, path string) string {
			if n.Kind == form.Scalar && !n.Quoted && n.Text == "none" {
				return ""
			}
			name := f.Read(r, n, path)
			for _, c := range name {
				if !strings.ContainsRune(roleLetters, c) {
					r.Fail(n, path, "the role %s: want letters, digits and any of _+=,.@- only", n.What())
					break
				}
			}
			return name
		},
		Write: func(v string, full bool) *form.Node {
			if v == "" {
				return form.Plain("none")
			}
			return f.Write(v, full)
		},
		Schema: f.Schema,
	}
}
