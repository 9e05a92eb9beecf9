package profiles

import (
	"tenement/internal/form"
	"tenement/internal/throttle"
)

// scopeWords are the usual scopes, for editors and for errors. Any combination
// of parts is a scope.
var scopeWords = []string{"host", "tenant", "task", "ip", "path", "ip+path"}

const wantScope = "host, or any of tenant, task, ip and path with + between them"

// scopeForm is host, or one or several of tenant, task, ip and path.
func scopeForm() form.Form[throttle.Scope] {
	return form.Form[throttle.Scope]{
		Read: func(r *form.Reader, n *form.Node, path string) throttle.Scope {
			text, ok := r.Scalar(n, path, wantScope)
			if !ok {
				return 0
			}
			scope, err := throttle.ParseScope(text)
			if err != nil {
				r.Fail(n, path, "want %s, got %s%s", wantScope, n.What(), form.Guess(text, scopeWords))
			}
			return scope
		},
		Write: func(v throttle.Scope, _ bool) *form.Node { return form.Plain(v.String()) },
		Schema: func() *form.Schema {
			s := &form.Schema{}
			for _, w := range scopeWords {
				s.Enum = append(s.Enum, w)
			}
			const part = `(tenant|task|ip|path)`
			return &form.Schema{AnyOf: []*form.Schema{s, {Type: "string", Pattern: `^` + part + `(\+` + part + `)+$`}}}
		},
	}.Named("scope")
}
