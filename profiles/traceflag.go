package profiles

import (
	"fmt"
	"path/filepath"
	"strings"

	"tenement/internal/form"
)

// replay replaces the arrivals of the one group under test by a trace, and the
// duration by the trace's.
func (l *loader) replay(tree *form.Node, src *form.Source, file string) error {
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
	arrivals.Put("trace", src.Quote(file), at)
	if err := documentPaths.Set(tree, "fleet."+tested[0]+".arrivals", arrivals, at); err != nil {
		return err
	}
	for _, item := range tree.Get("fleet").Items {
		if item.Get("group").Text == tested[0] {
			item.Remove(traceNames...)
		}
	}
	if l.unnamed {
		tree.Remove("duration")
		tree.Put("name", src.Quote(traceName(file)), at)
	}
	return nil
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
