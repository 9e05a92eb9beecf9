package profiles

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/strategy"
)

// version is the version of the format.
const version = 1

// document is the content of a profile's file, with defaults filled in.
type document struct {
	Version      int
	Name         string
	Description  string
	Seed         uint64
	Duration     time.Duration
	Drain        time.Duration
	Engine       string
	Endpoint     endpoint
	Endpoints    []endpoint // further ones
	Network      *network   // nil is one that lets everything through
	Fleet        []group
	ControlPlane *controlPlane // in place of endpoints and a fleet; nil is none
	Strategies   []named
	WhatIf       []whatIf
	Gates        []gate.Gate

	// all is the Endpoints with those that starts ask, and with what the network does.
	all []endpoint
}

// named is an entry of `strategies`.
type named struct {
	name string
	strategyKeys
}

// maxDuration bounds a run.
const maxDuration = 366 * form.Day

// documentForm is built once: reading and describing it change nothing.
var documentForm = sync.OnceValue(newDocumentForm)

// newDocumentForm is the form of a profile with a fleet, or of one with a control plane.
func newDocumentForm() form.Form[document] {
	fleet := form.Object(document{Seed: 1, Drain: 30 * time.Second, Endpoint: newEndpoint()}, documentKeys([]form.Key[document]{
		form.Field("endpoint", "What answers.",
			endpointForm(), func(v *document) *endpoint { return &v.Endpoint }),
		form.OmitZero(form.Field("endpoints", "What else answers: further endpoints, which activities name. Every host has its own instance of each, as of endpoint, so the limit of a whole account is given as a host's share of it.",
			form.NamedList(furtherForm().Named("endpoint"), 0, "endpoint"), func(v *document) *[]endpoint { return &v.Endpoints })),
		form.OmitZero(form.Field("network", "What the tasks of groups with startup have around them when they start: what is not said to be there is not. Left out: everything is reached.",
			form.Optional(networkForm()), func(v *document) **network { return &v.Network })),
		form.Required(form.Field("fleet", "Who asks: groups of tasks, the same on every host.",
			form.NamedList(groupForm(), 1, "group"), func(v *document) *[]group { return &v.Fleet })),
		form.OmitZero(controlPlaneKey()),
	}), nil)
	plane := form.Object(document{Seed: 1, Drain: 5 * time.Minute}, documentKeys([]form.Key[document]{
		notWithControl("endpoint"), notWithControl("endpoints"), notWithControl("network"), notWithControl("fleet"), form.Required(controlPlaneKey()),
	}), nil)
	return form.Form[document]{
		Read: func(r *form.Reader, n *form.Node, path string) document {
			if n.Kind == form.Mapping && n.Get(controlKey) != nil {
				return withEngine(n, plane.Read(r, n, path))
			}
			return withEngine(n, fleet.Read(r, n, path))
		},
		Write: func(v document, full bool) *form.Node {
			if v.ControlPlane != nil {
				return plane.Write(v, full)
			}
			return fleet.Write(v, full)
		},
		Schema: func() *form.Schema {
			s := fleet.Schema()
			s.Required = slices.DeleteFunc(s.Required, func(name string) bool { return name == "fleet" })
			s.OneOf = []*form.Schema{{Required: []string{"fleet"}}, {Required: []string{controlKey}}}
			return s
		},
	}
}

// controlKey is the key of a profile with a control plane.
const controlKey = "control_plane"

func controlPlaneKey() form.Key[document] {
	return form.Field(controlKey, "In place of an endpoint and a fleet: who decides where tasks run, from a call of RunTask to RUNNING. Only simulated.",
		form.Optional(controlPlaneForm()), func(v *document) **controlPlane { return &v.ControlPlane })
}

// notWithControl is a key that a profile with a control plane does not have.
func notWithControl(name string) form.Key[document] {
	return form.Key[document]{
		Name: name, Doc: "Not with control_plane.",
		Read: func(r *form.Reader, n *form.Node, path string, _ *document) {
			r.Fail(n, path, "stands beside control_plane, which is in place of endpoints and a fleet")
		},
		Write:  func(_, _ *document, _ bool) *form.Node { return nil },
		Schema: func() *form.Schema { return &form.Schema{} },
	}
}

// documentKeys are the keys of a profile, with those that say what is simulated.
func documentKeys(what []form.Key[document]) []form.Key[document] {
	return slices.Concat([]form.Key[document]{
		form.Wanted(form.Field("version", "Of this format.",
			versionForm(), func(v *document) *int { return &v.Version }), fmt.Sprintf("want version: %d", version)),
		form.Required(form.Field("name", "Of the profile, for reports.",
			form.Line(form.LongestName), func(v *document) *string { return &v.Name })),
		form.Field("description", "The story, its sources, and what is assumed; the first line is its headline.",
			form.Text(), func(v *document) *string { return &v.Description }),
		form.Field("seed", "Every random draw derives from it.",
			form.Integer[uint64](0, math.MaxInt64), func(v *document) *uint64 { return &v.Seed }),
		form.Field("duration", "How long calls arrive. It may be left out where a trace has a length.",
			form.Duration(1, maxDuration), func(v *document) *duration { return &v.Duration }),
		form.Field("drain", "How long after that calls may still end before they count as unfinished.",
			form.Duration(0, maxDuration), func(v *document) *duration { return &v.Drain }),
		engineField(),
	}, what, []form.Key[document]{
		form.Field("strategies", "The strategies to try on the groups under test: one case each, in this order.",
			strategiesForm(), func(v *document) *[]named { return &v.Strategies }),
		namedStrategiesKey(),
		form.Field("what_if", "Further cases, each on the first strategy.",
			form.List(whatIfForm(), 0), func(v *document) *[]whatIf { return &v.WhatIf }),
		form.Field("gates", "What must hold.",
			form.List(gateForm(), 0), func(v *document) *[]gate.Gate { return &v.Gates }),
	})
}

// engineKey is the key of a profile for its engine.
const engineKey = "engine"

// engineField is written where it is not what is usual for the document.
func engineField() form.Key[document] {
	k := form.Field(engineKey, "How `run` runs it unless told otherwise: with real requests (live) or in virtual time (sim). Left out: live, but sim where tasks have a startup, whose deadlines take minutes, or with a control plane.",
		form.Words(form.NewWord[string]("live", "live"), form.NewWord[string]("sim", "sim")), func(v *document) *string { return &v.Engine })
	write := k.Write
	k.Write = func(v, zero *document, full bool) *form.Node {
		if !full && v.Engine == v.usualEngine() {
			return nil
		}
		return write(v, zero, true)
	}
	return k
}

// withEngine fills in the engine of a document that names none.
func withEngine(n *form.Node, v document) document {
	if n.Kind == form.Mapping && n.Get(engineKey) == nil {
		v.Engine = v.usualEngine()
	}
	return v
}

// usualEngine is the engine of a document that names none.
func (v *document) usualEngine() string {
	if v.ControlPlane != nil || slices.ContainsFunc(v.Fleet, func(g group) bool { return g.Startup != nil }) {
		return "sim"
	}
	return "live"
}

// namedKey is the key of a profile for strategies that other places name.
const namedKey = "named_strategies"

// namedStrategiesKey describes the key, which is resolved before a document is read.
func namedStrategiesKey() form.Key[document] {
	names := namesForm()
	return form.Key[document]{
		Name: namedKey,
		Doc:  "Strategies that are no cases, by their names: for groups, strategies and what_if to name. A profile that is shown, or kept in a report, has what the names stand for in their places.",
		Read: func(r *form.Reader, n *form.Node, path string, _ *document) {
			r.Fail(n, path, "cannot be changed: set what a name stands for where it is used")
		},
		Write:  func(_, _ *document, _ bool) *form.Node { return nil },
		Schema: names.Schema,
	}
}

func versionForm() form.Form[int] {
	f := form.Integer(0, 1<<30)
	read := f.Read
	f.Read = func(r *form.Reader, n *form.Node, path string) int {
		v := read(r, n, path)
		if v != version {
			r.Fail(n, path, "%s: this is version %d of the format", n.What(), version)
		}
		return v
	}
	f.Schema = func() *form.Schema { return &form.Schema{Const: version} }
	return f
}

// strategiesForm is a mapping from names to strategies; its order counts.
func strategiesForm() form.Form[[]named] {
	one := strategyForm()
	return form.Form[[]named]{
		Read: func(r *form.Reader, n *form.Node, path string) []named {
			if n.Kind != form.Mapping {
				r.Fail(n, path, "want a mapping from names to strategies, got %s", n.What())
				return nil
			}
			if len(n.Pairs) == 0 {
				r.Fail(n, path, "is empty: left out, it is one strategy, %s", noStrategy)
			}
			if len(n.Pairs) > maxCases {
				r.Fail(n, path, "has %d strategies: want at most %d cases", len(n.Pairs), maxCases)
				return nil
			}
			var all []named
			for _, p := range n.Pairs {
				form.CheckName(r, p.Key, path, p.Key.Text)
				if p.Value.Null() {
					r.Fail(p.Key, form.Join(path, p.Key.Text), noValue)
					continue
				}
				all = append(all, named{p.Key.Text, one.Read(r, p.Value, form.Join(path, p.Key.Text))})
			}
			return all
		},
		Write: func(all []named, full bool) *form.Node {
			if len(all) == 0 {
				return nil
			}
			n := &form.Node{Kind: form.Mapping}
			for _, s := range all {
				n.Pairs = append(n.Pairs, form.Pair{Key: form.Plain(s.name), Value: one.Write(s.strategyKeys, full)})
			}
			return n
		},
		Schema: func() *form.Schema {
			return &form.Schema{
				Type: "object", MinProperties: 1, Additional: namedStrategyForm().Schema(),
				Names: &form.Schema{Pattern: form.NamePattern.String()},
			}
		},
	}
}

// noValue is what is wrong with a strategy that is left out.
const noValue = "has no value: {} is a strategy without cache or retry"

// strategyNames are the names of the strategies to try.
func (v *document) strategyNames() []string {
	if len(v.Strategies) == 0 {
		return []string{noStrategy}
	}
	names := make([]string, len(v.Strategies))
	for i := range v.Strategies {
		names[i] = v.Strategies[i].name
	}
	return names
}

// noStrategy is the case of a profile without strategies.
const noStrategy = "none"

// ownStrategies is the title of that case if no group is under test: what the
// groups' own strategies are called, "" if they have none.
func (v *document) ownStrategies() string {
	if v.ControlPlane != nil {
		return "as it is"
	}
	var titles []string
	for i := range v.Fleet {
		g := &v.Fleet[i]
		if g.UnderTest {
			return ""
		}
		title := cmp.Or(g.Strategy.Title, g.Strategy.Preset)
		if title == "" && !reflect.DeepEqual(g.Strategy.Strategy, strategy.Strategy{}) {
			title = "own, of " + g.Name
		}
		if title != "" && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	all := strings.Join(titles, ", ")
	switch {
	case len([]rune(all)) <= longestTitle:
		return all
	case len(titles) > 1:
		return fmt.Sprintf("%d strategies", len(titles))
	}
	return "the group's own"
}

// caseNames are the names of all cases.
func (v *document) caseNames() []string {
	names := v.strategyNames()
	for i := range v.WhatIf {
		names = append(names, v.WhatIf[i].Name)
	}
	return names
}

// groupNames are the names of the groups, or of the callers.
func (v *document) groupNames() []string {
	if c := v.ControlPlane; c != nil {
		var names []string
		for i := range c.Callers {
			names = append(names, c.Callers[i].Name)
		}
		return names
	}
	names := make([]string, len(v.Fleet))
	for i := range v.Fleet {
		names[i] = v.Fleet[i].Name
	}
	return names
}
