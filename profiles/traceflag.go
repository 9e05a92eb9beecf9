package profiles

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/trace"
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
	value, err := played(src, file, how)
	if err != nil {
		return err
	}
	arrivals.Put("trace", value, at)
	if err := documentPaths.Set(tree, "fleet."+tested[0]+".arrivals", arrivals, at); err != nil {
		return err
	}
	for _, item := range tree.Get("fleet").Items {
		if item.Get("group").Text == tested[0] {
			item.Remove(append([]string{"activities"}, traceNames...)...)
		}
	}
	if l.unnamed {
		if d := tree.Get("duration"); d != nil && d.Source() == l.shared.src {
			tree.Remove("duration") // which no --set has set
		}
		tree.Put("name", src.Quote(traceName(file)), at)
		return l.askAsRecorded(tree, src, file)
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
func played(src *form.Source, file string, how []Setting) (*form.Node, error) {
	if len(how) == 0 {
		return src.Quote(file), nil
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
		from, to := splitMap(s.Value)
		if all.Get(from) != nil {
			return nil, fmt.Errorf("--map: %q is mapped twice", from)
		}
		all.Put(from, flag.Quote(to), flag.Place())
	}
	return n, nil
}

// splitMap splits the FROM=TO of a map. A path ends where another begins, because its
// query may have a = too.
func splitMap(value string) (from, to string) {
	if i := strings.Index(value, "=/"); i >= 0 && strings.HasPrefix(value, "/") {
		return value[:i], value[i+1:]
	}
	from, to, _ = strings.Cut(value, "=")
	return from, to
}

// mapKey is the key whose flag may be given several times, each time with FROM=TO.
const mapKey = "map"

// flag is the name of a setting's flag.
func (s Setting) flag() string { return "--" + strings.ReplaceAll(s.Key, "_", "-") }

// askAsRecorded replaces the endpoint of the profile of a trace, which is of ECS under
// its default limit, by what was recorded: the service, and the limit that the import
// has concluded. Without that, the limit is the published one. What a --set says stays.
func (l *loader) askAsRecorded(tree *form.Node, src *form.Source, file string) error {
	r, err := l.shared.recording(traceKey{text: file})
	if err != nil {
		return nil //nolint:nilerr // reading the document says what is wrong
	}
	row := r.tape.Service().Row()
	limit, whence, err := limitOf(r.tape.Header.Placed, row)
	if err != nil {
		return err
	}
	if whence == "" && r.tape.Service() == service.ECS || tree.Get("endpoint").Get("limit").Source() != l.shared.src {
		return nil
	}
	at := src.Place()
	n := src.Place()
	n.Kind = form.Mapping
	n.Put("service", src.Plain(row.Name), at)
	against := "without a limit, because none is published for " + row.Title
	if limit.Burst > 0 {
		bucket := src.Place()
		bucket.Kind = form.Mapping
		bucket.Put("rate", src.Plain(limit.Rate.String()), at)
		bucket.Put("burst", src.Plain(fmt.Sprint(limit.Burst)), at)
		bucket.Put("scope", src.Plain(limit.Scope.String()), at)
		n.Put("limit", bucket, at)
		against = cmp.Or(whence, "against the published limit of "+row.Title)
	}
	tree.Put("endpoint", n, at)
	tree.Put("description", src.Quote("A recording, sent as it was recorded\n\n"+
		"Every recorded request is one call of the task that made it, "+against+".\n"), at)
	return nil
}

// limitOf is the limit of a trace whose times were placed to fit one, and where it
// comes from; else, and then from "", the published one of the service, or none.
func limitOf(p *trace.Placed, row *service.Row) (throttle.Limit, string, error) {
	if p != nil && p.Limit != "" {
		l, err := throttle.ParseLimit(p.Limit)
		switch {
		case err != nil:
			return l, "", fmt.Errorf("header: placed: %w", err)
		case p.Fitted:
			return l, "against the limit " + p.Limit + ", which explains the recorded refusals", nil
		}
		return l, "against the limit " + p.Limit + ", with which it was imported", nil
	}
	if row.Limit.PerSecond == 0 {
		return throttle.Limit{}, "", nil
	}
	scope, _ := throttle.ParseScope(row.Limit.Scope)
	return throttle.Limit{Rate: throttle.Rate{Tokens: row.Limit.PerSecond, Seconds: 1}, Burst: row.Limit.Burst, Scope: scope}, "", nil
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
