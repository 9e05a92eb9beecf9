package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/gate"
)

// gateForm is an expression, or a mapping that also names cases.
func gateForm() form.Form[gate.Gate] {
	expression := form.Form[gate.Gate]{Read: readGate, Write: writeExpr, Schema: func() *form.Schema {
		return &form.Schema{Type: "string", Pattern: gate.Pattern}
	}}
	keys := form.Object(gate.Gate{}, []form.Key[gate.Gate]{
		{
			Name: "expr", Doc: "TARGET.METRIC OP VALUE, such as batch.failure_rate < 1%.", Required: true,
			Read: func(r *form.Reader, n *form.Node, path string, v *gate.Gate) {
				cases := v.Cases
				*v = readGate(r, n, path)
				v.Cases = cases
			},
			Write:  func(v, _ *gate.Gate, full bool) *form.Node { return writeExpr(*v, full) },
			Schema: expression.Schema,
		},
		form.Field("cases", "The cases that it judges; all of them if left out.",
			form.List(form.Line(form.LongestName), 1), func(v *gate.Gate) *[]string { return &v.Cases }),
	}, nil)
	return form.Form[gate.Gate]{
		Read: func(r *form.Reader, n *form.Node, path string) gate.Gate {
			if n.Kind == form.Mapping {
				return keys.Read(r, n, path)
			}
			return readGate(r, n, path)
		},
		Write: func(v gate.Gate, full bool) *form.Node {
			if len(v.Cases) == 0 {
				return writeExpr(v, full)
			}
			return keys.Write(v, full)
		},
		Schema: func() *form.Schema { return &form.Schema{OneOf: []*form.Schema{expression.Schema(), keys.Schema()}} },
	}
}

func writeExpr(v gate.Gate, _ bool) *form.Node { return form.Quote(v.Expr) }

// readGate reads an expression. Whether its target exists is checked when all
// groups are known.
func readGate(r *form.Reader, n *form.Node, path string) gate.Gate {
	text, ok := r.Scalar(n, path, gate.Want)
	if !ok {
		return gate.Gate{}
	}
	g, wrong := gate.Parse(text)
	switch {
	case wrong == nil:
	case wrong.At < 0:
		r.Fail(n, path, "%s", wrong.Message)
	case wrong.Unknown != "":
		r.FailIn(n, wrong.At, path, wrong.Message+form.Hint(wrong.Unknown, gate.Names()))
	default:
		r.FailIn(n, wrong.At, path, wrong.Message)
	}
	return g
}

// checkGates checks that targets and cases exist.
func (v *document) checkGates(r *form.Reader, n *form.Node) {
	targets := append(v.groupNames(), gate.Endpoint)
	cases := v.caseNames()
	for i, g := range v.Gates {
		item := n.Item("gates", i)
		path := fmt.Sprintf("gates[%d]", i)
		expr := item
		if e := item.Get("expr"); e != nil {
			expr = e
		}
		if g.Target != "" && !slices.Contains(targets, g.Target) {
			r.FailIn(expr, gate.TargetAt(expr.Text), path, fmt.Sprintf("unknown target %q%s", g.Target, form.Hint(g.Target, targets)))
		}
		for j, name := range g.Cases {
			if name != "" && !slices.Contains(cases, name) {
				r.Fail(item.Get("cases").Items[j], fmt.Sprintf("%s.cases[%d]", path, j), "unknown case %q%s", name, form.Hint(name, cases))
			}
		}
	}
}
