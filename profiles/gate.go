package profiles

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/words"
)

// gateForm is an expression, or a mapping that says more about it.
func gateForm() form.Form[gate.Gate] {
	expression := form.Form[gate.Gate]{Read: readGate, Write: writeExpr, Schema: func() *form.Schema {
		return &form.Schema{Type: "string", Pattern: gate.Pattern}
	}}
	keys := form.Object(gate.Gate{}, []form.Key[gate.Gate]{
		{
			Name: "expr", Doc: "TARGET.METRIC OP BOUND, such as batch.failure_rate < 1%, batch.p99 <= 1.1 * baseline or batch.p99 <= case default.", Required: true,
			Read: func(r *form.Reader, n *form.Node, path string, v *gate.Gate) {
				cases, abort := v.Cases, v.AbortOn
				*v = readGate(r, n, path)
				v.Cases, v.AbortOn = cases, abort
			},
			Write:  func(v, _ *gate.Gate, full bool) *form.Node { return writeExpr(*v, full) },
			Schema: expression.Schema,
		},
		form.Field("cases", "The cases that it judges; all of them if left out.",
			form.List(form.Line(form.LongestName), 1), func(v *gate.Gate) *[]string { return &v.Cases }),
		form.OmitZero(form.Field("abort_on", "Whether a live run ends as soon as nothing that may still come can meet it: for counts and shares of calls.",
			form.Boolean(), func(v *gate.Gate) *bool { return &v.AbortOn })),
	}, nil)
	return scalarOr(expression, keys, func(v gate.Gate) bool { return len(v.Cases) == 0 && !v.AbortOn })
}

func writeExpr(v gate.Gate, _ bool) *form.Node { return form.Quote(v.Expr) }

// readGate reads an expression. Whether its target and its metric exist is checked when the
// whole document is known.
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
	case wrong.Unknown != "": // an error of checkGates, which knows what there is to be known
	default:
		r.FailIn(n, wrong.At, path, wrong.Message)
	}
	return g
}

// metrics are the names of those that gates of the document can be about.
func (v *document) metrics() []string {
	if v.ControlPlane != nil {
		return gate.ControlPlane()
	}
	return gate.Names()
}

// checkGates checks that targets, metrics and cases exist.
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
		if _, wrong := gate.Parse(expr.Text); wrong != nil && wrong.Unknown != "" {
			hint := form.Hint(wrong.Unknown, v.metrics())
			if hint == "" {
				hint = ": want " + words.List(v.metrics(), "or")
			}
			r.FailIn(expr, wrong.At, path, wrong.Message+hint)
			continue
		}
		if g.Target != "" && !slices.Contains(targets, g.Target) {
			r.FailIn(expr, gate.TargetAt(expr.Text), path, v.unknownTarget(g.Target, targets))
		}
		for j, name := range g.Cases {
			if name != "" && !slices.Contains(cases, name) {
				r.Fail(item.Get("cases").Items[j], fmt.Sprintf("%s.cases[%d]", path, j), "unknown case %q%s", name, form.Hint(name, cases))
			}
		}
		if metric, _ := gate.MetricOf(g.Metric); metric.OfStarts() && !v.starts(g.Target) {
			r.FailIn(expr, gate.TargetAt(expr.Text), path, fmt.Sprintf("no task of %s starts during the run: want startup, a required activity, a lifetime or a deployment", g.Target))
		}
		if g.Relative != nil && g.Relative.Case != "" {
			v.checkOtherCase(r, expr, path, &g, cases)
		}
		if g.AbortOn {
			v.checkAbort(r, item.Get("abort_on"), form.Join(path, "abort_on"), &g)
		}
	}
}

// unknownTarget is what is wrong with a target that is neither a group nor gate.Endpoint. No
// gate is about one of several endpoints: of those, only the run's own seed is kept.
func (v *document) unknownTarget(name string, targets []string) string {
	further := name == "endpoints" || slices.ContainsFunc(v.all, func(e endpoint) bool { return e.Name == name })
	if !further {
		return fmt.Sprintf("unknown target %q%s", name, form.Hint(name, targets))
	}
	return fmt.Sprintf("%q is no target: a gate is about a group and not about one of several endpoints; want %s, which is all groups together", name, words.List(words.Some(targets), "or"))
}

// starts reports whether tasks of a gate's target start during the run. Those of a target
// that does not exist do, which is an error of its own.
func (v *document) starts(target string) bool {
	known := false
	for i := range v.Fleet {
		g := &v.Fleet[i]
		if target != gate.Endpoint && target != g.Name {
			continue
		}
		known = true
		if g.requires() || g.Lives.Lifetime > 0 || g.Lives.Deploy != nil || g.Start.Within > 0 || len(g.Activities) > 1 {
			return true
		}
	}
	return !known
}

// checkOtherCase checks a gate whose bound is a figure of another case.
func (v *document) checkOtherCase(r *form.Reader, expr *form.Node, path string, g *gate.Gate, cases []string) {
	name := g.Relative.Case
	at := len(strings.TrimRight(expr.Text, " ")) - len(name)
	switch {
	case !slices.Contains(cases, name):
		r.FailIn(expr, at, path, fmt.Sprintf("unknown case %q%s", name, form.Hint(name, cases)))
	case !slices.ContainsFunc(cases, g.Judges):
		r.FailIn(expr, at, path, fmt.Sprintf("judges nothing: no other case is compared with %q", name))
	}
}

// checkAbort refuses abort_on where nothing could ever end the run.
func (v *document) checkAbort(r *form.Reader, n *form.Node, path string, g *gate.Gate) {
	metric, known := gate.MetricOf(g.Metric)
	switch {
	case !known:
	case g.Relative != nil && g.Relative.Case != "":
		r.Fail(n, path, "the figure of another case is known only when the run has ended: give a value or the baseline as the bound")
	case !metric.Settles:
		var settle []string
		for _, m := range gate.Metrics {
			if m.Settles && slices.Contains(v.metrics(), m.Name) {
				settle = append(settle, m.Name)
			}
		}
		r.Fail(n, path, "%s is settled only when the run has ended: want one of %s", g.Metric, words.List(settle, "or"))
	}
}
