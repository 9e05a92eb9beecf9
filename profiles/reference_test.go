package profiles

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"tenement/internal/form"
	"tenement/internal/gate"
)

// TestReference keeps docs/profiles.md current: its list of keys is what the
// schema says, and its example is a profile that loads.
func TestReference(t *testing.T) {
	example, err := os.ReadFile("testdata/reference.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load("testdata/reference.yaml", example); err != nil {
		t.Fatal(err)
	}
	var s form.Schema
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	strategy := resolved(s.Defs["strategy"], s.Defs)
	s = *resolved(&s, s.Defs)
	var b strings.Builder
	b.WriteString(`# Profiles

A profile is a YAML file, read strictly: an unknown key, a wrong unit or an
impossible value is an error with its file, line, column and path, and all
errors come at once. Units stand in values (` + "`50ms`, `40/s`, `0.1%`" + `), never in
names. Anchors and aliases are not read.

` + "```yaml\n" + string(example) + "```" + `

Every strategy is a *case*: it is tried on the groups under test. Every what-if
is a case too, on the first strategy, with some paths set to other values. The
same paths go after ` + "`--set`" + `: ` + "`fleet.NAME.key`, `strategies.NAME.key`, `endpoint.…`" + `.
A path into a preset's part starts from the preset's own values, as
` + "`loadgen strategy show`" + ` prints them.

A gate is ` + "`TARGET.METRIC OP VALUE`" + `: TARGET is a group or ` + "`endpoint`" + `; METRIC one
of ` + strings.Join(gate.Names(), ", ") + `;
OP one of ` + "`< <= > >= == !=`" + `. A live run is judged by its own figures, and not by
what is simulated beside it; a simulation by those of all its seeds, as its table
shows them: shares and latencies over all of them, calls and attempts the mean.
An interrupted run is not judged. A figure that does not exist fails a gate, and
a failed gate is exit code 3.

## Every key

`)
	keys(&b, &s, "")
	b.WriteString("\n### A strategy\n\n")
	keys(&b, strategy, "")
	retry := strategy.Properties["retry"].OneOf[1]
	fmt.Fprintf(&b, "\n### Outcomes\n\nOf attempts: %s.\n", codeWords(itemsOf(retry.Properties["retry_on"])))
	golden(t, "../docs/profiles.md", []byte(b.String()))
}

// resolved is a schema with definitions in place of the references to them; a
// strategy is told on its own.
func resolved(s *form.Schema, defs map[string]*form.Schema) *form.Schema {
	if s == nil {
		return nil
	}
	out := *s
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok && name != "strategy" {
		out = *defs[name]
		out.Description = s.Description
	}
	out.Properties = maps.Clone(out.Properties)
	for key, value := range out.Properties {
		out.Properties[key] = resolved(value, defs)
	}
	out.OneOf, out.AnyOf = slices.Clone(out.OneOf), slices.Clone(out.AnyOf)
	for i := range out.OneOf {
		out.OneOf[i] = resolved(out.OneOf[i], defs)
	}
	for i := range out.AnyOf {
		out.AnyOf[i] = resolved(out.AnyOf[i], defs)
	}
	out.Items = resolved(out.Items, defs)
	return &out
}

// keys lists the keys of a schema, each with what it is.
func keys(b *strings.Builder, s *form.Schema, indent string) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		key := s.Properties[name]
		if key.Description == "" {
			continue // a condition, not a key
		}
		fmt.Fprintf(b, "%s- `%s`: %s%s\n", indent, name, key.Description, choices(key))
		keys(b, key, indent+"  ")
	}
	for _, sub := range slices.Concat(s.OneOf, s.AnyOf) {
		keys(b, sub, indent)
	}
	if s.Items != nil {
		keys(b, s.Items, indent)
	}
}

// choices are the words that a key may be, and those that a list there is of.
func choices(s *form.Schema) string {
	var all []string
	var listed []any
	for _, sub := range slices.Concat([]*form.Schema{s}, s.OneOf, s.AnyOf) {
		if len(sub.Enum) > 0 {
			all = append(all, codeWords(sub.Enum))
		}
		listed = append(listed, itemsOf(sub)...)
	}
	switch {
	case len(listed) > 12: // told once, at the end
		all = append(all, "a list of outcomes")
	case len(listed) > 0:
		all = append(all, "a list of "+codeWords(listed))
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", or ") + ")"
}

// itemsOf are the words that the items of a list may be.
func itemsOf(s *form.Schema) []any {
	if s.Items == nil {
		return nil
	}
	return s.Items.Enum
}

func codeWords(words []any) string {
	var all []string
	for _, w := range words {
		all = append(all, fmt.Sprintf("`%v`", w))
	}
	return strings.Join(all, ", ")
}
