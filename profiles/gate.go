package profiles

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/gate"
)

// gateForm is an expression, or a mapping that also names cases.
func gateForm() form[gate.Gate] {
	expression := form[gate.Gate]{read: readGate, write: writeExpr, schema: func() *schema {
		return &schema{Type: "string", Pattern: gate.Pattern}
	}}
	keys := object(gate.Gate{}, []key[gate.Gate]{
		{
			name: "expr", doc: "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%.", required: true,
			read: func(r *reader, n *node, path string, v *gate.Gate) {
				cases := v.Cases
				*v = readGate(r, n, path)
				v.Cases = cases
			},
			write:  func(v, _ *gate.Gate, full bool) *node { return writeExpr(*v, full) },
			schema: expression.schema,
		},
		field("cases", "The cases that it judges; all of them if left out.",
			listOf(lineForm(longestName), 1), func(v *gate.Gate) *[]string { return &v.Cases }),
	}, nil)
	return form[gate.Gate]{
		read: func(r *reader, n *node, path string) gate.Gate {
			if n.kind == mapping {
				return keys.read(r, n, path)
			}
			return readGate(r, n, path)
		},
		write: func(v gate.Gate, full bool) *node {
			if len(v.Cases) == 0 {
				return writeExpr(v, full)
			}
			return keys.write(v, full)
		},
		schema: func() *schema { return &schema{OneOf: []*schema{expression.schema(), keys.schema()}} },
	}
}

func writeExpr(v gate.Gate, _ bool) *node { return quote(v.Expr) }

// readGate reads an expression. Whether its target exists is checked when all
// groups are known.
func readGate(r *reader, n *node, path string) gate.Gate {
	text, ok := r.scalarText(n, path, gate.Want)
	if !ok {
		return gate.Gate{}
	}
	g, wrong := gate.Parse(text)
	switch {
	case wrong == nil:
	case wrong.At < 0:
		r.fail(n, path, "%s", wrong.Message)
	case wrong.Unknown != "":
		r.failIn(n, wrong.At, path, wrong.Message+hint(wrong.Unknown, gate.Names()))
	default:
		r.failIn(n, wrong.At, path, wrong.Message)
	}
	return g
}

// failIn notes what is wrong at a byte of a scalar's text.
func (r *reader) failIn(n *node, at int, path, message string) {
	col := n.col
	if n.line >= 1 && n.line <= len(n.src.lines) {
		// Only where the text stands as it is on one line is the place known.
		line := []rune(n.src.lines[n.line-1])
		before := len([]rune(n.text[:at]))
		for _, mark := range []int{0, 1} {
			start := n.col - 1 + mark
			if start >= 0 && start <= len(line) && strings.HasPrefix(string(line[start:]), n.text) {
				col = start + 1 + before
				break
			}
		}
	}
	r.failAt(n, n.line, col, path, message)
}

// checkGates checks that targets and cases exist.
func (v *document) checkGates(r *reader, n *node) {
	targets := append(v.groupNames(), gate.Endpoint)
	cases := v.caseNames()
	for i, g := range v.Gates {
		item := n.item("gates", i)
		path := fmt.Sprintf("gates[%d]", i)
		expr := item
		if e := item.get("expr"); e != nil {
			expr = e
		}
		if g.Target != "" && !slices.Contains(targets, g.Target) {
			r.failIn(expr, gate.TargetAt(expr.text), path, fmt.Sprintf("unknown target %q%s", g.Target, hint(g.Target, targets)))
		}
		for j, name := range g.Cases {
			if name != "" && !slices.Contains(cases, name) {
				r.fail(item.get("cases").items[j], fmt.Sprintf("%s.cases[%d]", path, j), "unknown case %q%s", name, hint(name, cases))
			}
		}
	}
}
