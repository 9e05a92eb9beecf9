package profiles

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// checkService reports what a profile wants and its service does not have.
func (v *document) checkService(r *form.Reader, n *form.Node) {
	s := v.Endpoint.Service
	v.checkHedges(r, n)
	for i := range v.Strategies {
		c := &v.Strategies[i]
		if all := n.Get("strategies"); all != nil && all.Get(c.name) != nil {
			c.checkPreset(r, all.Get(c.name), "strategies."+c.name, s)
		}
	}
	for i := range v.Fleet {
		g, path := &v.Fleet[i], "fleet."+v.Fleet[i].Name
		item := n.Item("fleet", i)
		for j, a := range g.does() {
			if _, ok := s.Row().Flow(a.Flow); a.Flow != "" && !ok {
				at, below := g.at(item, j)
				r.Fail(at.At("flow"), form.Join(below, "flow"), "the service %s has no flow %q: want %s",
					s, a.Flow, words.List(s.Row().FlowNames(), "or"))
			}
			if a.Strategy != nil {
				at, below := g.at(item, j)
				a.Strategy.checkPreset(r, at.At("strategy"), form.Join(below, "strategy"), s)
			}
		}
		if given := item.Get("hops"); given != nil && s != service.IMDS {
			r.Fail(given, form.Join(path, "hops"), "is for the service %s only, and this is %s", service.IMDS, s)
		}
		if g.Strategy != nil {
			g.Strategy.checkPreset(r, item.At("strategy"), form.Join(path, "strategy"), s)
		}
		if g.recording != nil && g.recording.tape.Service() != s {
			r.Fail(item.At("arrivals"), form.Join(path, "arrivals.trace"), "the recording is of the service %s, and this is %s", g.recording.tape.Service(), s)
		}
	}
}

// checkPreset reports a strategy whose preset is of a provider that asks another
// service.
func (v *strategyKeys) checkPreset(r *form.Reader, n *form.Node, path string, s service.Service) {
	preset, _, ok := sdk.Named(v.Preset)
	if !ok || preset.Asks(s) {
		return
	}
	hint := ""
	if other, ok := preset.Elsewhere(s); ok {
		hint = fmt.Sprintf(": want %s", other)
	}
	r.Fail(n.At("preset"), form.Join(path, "preset"), "%s asks the service %s, and this is %s%s", v.Preset, preset.Service, s, hint)
}

// checkFaults reports the faults that could affect nothing the service has.
func (v *endpoint) checkFaults(r *form.Reader, n *form.Node, path string) {
	for i := range v.Faults {
		f := &v.Faults[i]
		f.checkService(r, n.Item("faults", i), form.Join(form.Join(path, "faults"), f.Name), v.Service)
	}
}

// checkService reports a fault that could affect nothing the service has.
func (f *fault) checkService(r *form.Reader, n *form.Node, path string, s service.Service) {
	row := s.Row()
	if f.Kind == throttle.TagsFault.String() && row.Routes&service.TagsRoute == 0 {
		r.Fail(n.At(form.KindKey), form.Join(path, form.KindKey), "the service %s has no documents with tags", s)
	}
	switch f.Kind {
	case throttle.PendingFault.String(), throttle.ExpiryFault.String(), throttle.MissingFieldFault.String():
		if row.Issues() {
			break
		}
		r.Fail(n.At(form.KindKey), form.Join(path, form.KindKey), "the service %s hands out no credentials", s)
		return
	}
	if f.Routes&^row.Routes != 0 {
		r.Fail(n.At("routes"), form.Join(path, "routes"), "the service %s has only %s", s, words.List(row.Routes.Names(), "and"))
	}
	if f.Field != "" && !slices.Contains(row.Fields, f.Field) {
		r.Fail(n.At("field"), form.Join(path, "field"), "the credentials of the service %s have no %s: want %s",
			s, f.Field, words.List(row.Fields, "or"))
	}
}

// wordsOf returns a word for each value, which is the value's name.
func wordsOf[T fmt.Stringer](values []T) []form.Word[T] {
	words := make([]form.Word[T], len(values))
	for i, v := range values {
		words[i] = form.NewWord(v.String(), v)
	}
	return words
}

// MaxHops is the highest hop limit that EC2 grants, and so the greatest
// distance of a task in hops.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-options.
const MaxHops = 64

// newInstance is an instance as one is launched unless told otherwise: tokens
// are not required, and answers to token requests go one hop
// (awsdocs/amazon-ec2-user-guide, configuring-instance-metadata-service).
func newInstance() plan.Instance { return plan.Instance{HopLimit: 1, Role: service.DefaultRole} }

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
		form.OmitZero(form.Field("unauthorized_page", "Whether a 401 comes with a page, as until 2024; instances of 2025 and 2026 were seen to send no body.",
			form.Boolean(), func(v *plan.Instance) *bool { return &v.UnauthorizedPage })),
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
