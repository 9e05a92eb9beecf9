package profiles

import "tenement/internal/throttle"

// scopeWords are the usual scopes, for editors and for errors. Any combination
// of parts is a scope.
var scopeWords = []string{"host", "tenant", "task", "ip", "path", "ip+path"}

const wantScope = "host, or any of tenant, task, ip and path with + between them"

// scopeForm is host, or one or several of tenant, task, ip and path.
func scopeForm() form[throttle.Scope] {
	return form[throttle.Scope]{
		read: func(r *reader, n *node, path string) throttle.Scope {
			text, ok := r.scalarText(n, path, wantScope)
			if !ok {
				return 0
			}
			scope, err := throttle.ParseScope(text)
			if err != nil {
				r.fail(n, path, "want %s, got %s%s", wantScope, n.what(), guess(text, scopeWords))
			}
			return scope
		},
		write: func(v throttle.Scope, _ bool) *node { return plain(v.String()) },
		schema: func() *schema {
			s := &schema{}
			for _, w := range scopeWords {
				s.Enum = append(s.Enum, w)
			}
			const part = `(tenant|task|ip|path)`
			return &schema{AnyOf: []*schema{s, {Type: "string", Pattern: `^` + part + `(\+` + part + `)+$`}}}
		},
	}
}
