package profiles

import (
	"fmt"
	"path/filepath"
	"strings"

	"tenement/internal/form"
	"tenement/internal/service"
)

// Setting is a key of a replay and its value, as a flag of that name gives it.
type Setting struct{ Key, Value string }

// replay replaces the arrivals of the one group under test by a trace, played as the
// settings say, and the duration by the trace's.
func (l *loader) replay(tree *form.Node, src *form.Source, file string, how []Setting) error {
	var tested []string
	for _, g := range l.doc.Fleet {
		if g.UnderTest {
			tested = append(tested, g.Name)
		}
	}
	if len(tested) != 1 {
		if len(l.errs) > 0 {
			return fmt.Errorf("the profile has to be sound first")
		}
		return fmt.Errorf("want one group with under_test: true to replay it, the profile has %d", len(tested))
	}
	at := src.Place()
	arrivals := src.Place()
	arrivals.Kind = form.Mapping
	arrivals.Put("trace", played(src, file, how), at)
	if err := documentPaths.Set(tree, "fleet."+tested[0]+".arrivals", arrivals, at); err != nil {
		return err
	}
	for _, item := range tree.Get("fleet").Items {
		if item.Get("group").Text == tested[0] {
			item.Remove(traceNames...)
		}
	}
	if l.unnamed {
		if d := tree.Get("duration"); d != nil && d.Source() == l.shared.src {
			tree.Remove("duration") // which no --set has set
		}
		tree.Put("name", src.Quote(traceName(file)), at)
		l.askItsService(tree, src, file)
	}
	return nil
}

// replayFlag applies --trace, and reports whether nothing is wrong with it.
func (l *loader) replayFlag(o Options) bool {
	src, before := form.FlagSource("--trace", o.Trace), len(l.flags)
	l.change(src, func(tree *form.Node) error { return l.replay(tree, src, o.Trace, o.Replay) })
	for _, e := range l.flags[before:] {
		if l.unnamed && e.File == l.shared.src.Name {
			e.File, e.Flag = src.Name, ""
		}
		if e.File == src.Name {
			e.Path = "" // which the user has not written
		}
	}
	for _, s := range o.Replay {
		name := form.FlagSource(s.flag(), s.Value).Name
		for _, e := range l.flags[before:] {
			if e.File == name {
				e.Path, e.Flag = "", "" // likewise; and --trace is not to blame
			}
		}
	}
	return len(l.flags) == before
}

// played is the value of the key `trace`.
func played(src *form.Source, file string, how []Setting) *form.Node {
	if len(how) == 0 {
		return src.Quote(file)
	}
	n := src.Place()
	n.Kind = form.Mapping
	n.Put("file", src.Quote(file), src.Place())
	for _, s := range how {
		flag := form.FlagSource(s.flag(), s.Value)
		if s.Key != mapKey {
			n.Put(s.Key, flag.Plain(s.Value), flag.Place())
			continue
		}
		all := n.Get(mapKey)
		if all == nil {
			all = flag.Place()
			all.Kind = form.Mapping
			n.Put(mapKey, all, flag.Place())
		}
		from, to, _ := strings.Cut(s.Value, "=")
		all.Put(from, flag.Quote(to), flag.Place())
	}
	return n
}

// mapKey is the key whose flag may be given several times, each time with FROM=TO.
const mapKey = "map"

// flag is the name of a setting's flag.
func (s Setting) flag() string { return "--" + strings.ReplaceAll(s.Key, "_", "-") }

// askItsService replaces the endpoint of the profile of a trace, which is of ECS, if
// the trace is of another service. The limit is the published one.
func (l *loader) askItsService(tree *form.Node, src *form.Source, file string) {
	r, err := l.shared.recording(traceKey{text: file})
	if err != nil || r.tape.Service() == service.ECS {
		return // reading the document says what is wrong
	}
	row := r.tape.Service().Row()
	at := src.Place()
	n := src.Place()
	n.Kind = form.Mapping
	n.Put("service", src.Plain(row.Name), at)
	if row.Limit.PerSecond > 0 {
		limit := src.Place()
		limit.Kind = form.Mapping
		limit.Put("rate", src.Plain(fmt.Sprintf("%d/s", row.Limit.PerSecond)), at)
		limit.Put("burst", src.Plain(fmt.Sprint(row.Limit.Burst)), at)
		limit.Put("scope", src.Plain(row.Limit.Scope), at)
		n.Put("limit", limit, at)
	}
	tree.Put("endpoint", n, at)
	if d := tree.Get("description"); d != nil {
		limit := "without a limit, because none is published for " + row.Title
		if row.Limit.PerSecond > 0 {
			limit = "against the published limit of " + row.Title
		}
		tree.Put("description", src.Quote("A recording, sent as it was recorded\n\n"+
			"Every recorded request is one call of the task that made it, "+limit+".\n"), at)
	}
}

// traceName names the profile of a trace: its file without endings.
func traceName(file string) string {
	name := filepath.Base(file)
	if stem, _, ok := strings.Cut(name, "."); ok && stem != "" {
		name = stem
	}
	runes := []rune(name)
	return string(runes[:min(len(runes), form.LongestName)])
}

// traceProfile replays a trace as it was recorded; the trace and the name are
// put in.
const traceProfile = `version: 1
name: recorded
description: |
  A recording, sent as it was recorded

  Every recorded request is one call of the task that made it, sent once,
  against the default limit of the ECS agent: 40 requests a second, burst 60,
  for each source address and path.
duration: 1s
endpoint: {service: ecs, limit: {rate: 40/s, burst: 60, scope: ip+path}}
fleet:
  - {group: recorded, arrivals: {once: {within: 0s}}, under_test: true}
strategies:
  none: {title: as recorded}
`
