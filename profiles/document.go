package profiles

import (
	"math"
	"sync"
	"time"

	"tenement/internal/gate"
)

// version is the version of the format.
const version = 1

// document is the content of a profile's file, with defaults filled in.
type document struct {
	Version     int
	Name        string
	Description string
	Seed        uint64
	Duration    time.Duration
	Drain       time.Duration
	Engine      string
	Endpoint    endpoint
	Fleet       []group
	Strategies  []named
	WhatIf      []whatIf
	Gates       []gate.Gate
}

// named is an entry of `strategies`.
type named struct {
	name string
	client
}

// maxDuration bounds a run.
const maxDuration = 366 * day

// documentForm is built once: reading and describing it change nothing.
var documentForm = sync.OnceValue(newDocumentForm)

func newDocumentForm() form[document] {
	zero := document{Seed: 1, Drain: 30 * time.Second, Engine: "live", Endpoint: newEndpoint()}
	f := object(zero, []key[document]{
		must(field("version", "Of this format.",
			versionForm(), func(v *document) *int { return &v.Version })),
		must(field("name", "Of the profile, for reports.",
			lineForm(longestName), func(v *document) *string { return &v.Name })),
		field("description", "The story, its sources, and what is assumed; the first line is its headline.",
			textForm(), func(v *document) *string { return &v.Description }),
		field("seed", "What every random draw descends from.",
			integerForm[uint64](0, math.MaxInt64), func(v *document) *uint64 { return &v.Seed }),
		field("duration", "How long calls arrive. It may be left out where a trace has a length.",
			durationForm(1, maxDuration), func(v *document) *duration { return &v.Duration }),
		field("drain", "How long after that calls may still end before they count as unfinished.",
			durationForm(0, maxDuration), func(v *document) *duration { return &v.Drain }),
		field("engine", "What `run` does unless told: real requests, or virtual time.",
			words(word[string]{"live", "live"}, word[string]{"sim", "sim"}), func(v *document) *string { return &v.Engine }),
		field("endpoint", "What answers.",
			endpointForm(), func(v *document) *endpoint { return &v.Endpoint }),
		must(field("fleet", "Who asks: groups of tasks, on every host alike.",
			listNamed(groupForm(), 1, "group"), func(v *document) *[]group { return &v.Fleet })),
		field("strategies", "What is tried in turn on the groups under test: one case each, in this order.",
			strategiesForm(), func(v *document) *[]named { return &v.Strategies }),
		field("what_if", "Further cases, each on the first strategy.",
			listOf(whatIfForm(), 0), func(v *document) *[]whatIf { return &v.WhatIf }),
		field("gates", "What must hold.",
			listOf(gateForm(), 0), func(v *document) *[]gate.Gate { return &v.Gates }),
	}, nil)
	read := f.read
	f.read = func(r *reader, n *node, path string) document {
		v := read(r, n, path)
		if n.kind == mapping {
			checkDocument(r, n, &v)
		}
		return v
	}
	return f
}

func versionForm() form[int] {
	f := integerForm(0, 1<<30)
	read := f.read
	f.read = func(r *reader, n *node, path string) int {
		v := read(r, n, path)
		if v != version {
			r.fail(n, path, "%s: this is version %d of the format", n.what(), version)
		}
		return v
	}
	f.schema = func() *schema { return &schema{Const: version} }
	return f
}

// strategiesForm is a mapping from names to strategies; its order counts.
func strategiesForm() form[[]named] {
	one := clientForm()
	return form[[]named]{
		read: func(r *reader, n *node, path string) []named {
			if n.kind != mapping {
				r.fail(n, path, "want a mapping from names to strategies, got %s", n.what())
				return nil
			}
			if len(n.pairs) == 0 {
				r.fail(n, path, "is empty: left out, it is one strategy, %s", noStrategy)
			}
			var all []named
			for _, p := range n.pairs {
				checkName(r, p.key, path, p.key.text)
				if p.value.null() {
					r.fail(p.key, join(path, p.key.text), "has no value: {} is a strategy without cache or retry")
					continue
				}
				all = append(all, named{p.key.text, one.read(r, p.value, join(path, p.key.text))})
			}
			return all
		},
		write: func(all []named, full bool) *node {
			if len(all) == 0 {
				return nil
			}
			n := &node{kind: mapping}
			for _, s := range all {
				n.pairs = append(n.pairs, pair{plain(s.name), one.write(s.client, full)})
			}
			return n
		},
		schema: func() *schema {
			return &schema{
				Type: "object", MinProperties: 1, Additional: one.named("strategy").schema(),
				Names: &schema{Pattern: namePattern.String()},
			}
		},
	}
}

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

// caseNames are the names of all cases.
func (v *document) caseNames() []string {
	names := v.strategyNames()
	for i := range v.WhatIf {
		names = append(names, v.WhatIf[i].Name)
	}
	return names
}

// groupNames are the names of the groups.
func (v *document) groupNames() []string {
	names := make([]string, len(v.Fleet))
	for i := range v.Fleet {
		names[i] = v.Fleet[i].Name
	}
	return names
}
