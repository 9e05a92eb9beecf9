package profiles

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenement/internal/form"
	"tenement/internal/gate"
)

const reference = "../docs/profiles.md"

// generated is the heading from which on the reference is generated. What comes
// before it is written by hand.
const generated = "## Metrics of gates\n"

// TestReference keeps the lists of docs/profiles.md current: the metrics are those
// that gates know, and the keys those of the schema.
func TestReference(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	byHand, _, found := strings.Cut(string(text), generated)
	if !found {
		t.Fatalf("%s has no heading %q", reference, generated)
	}
	var s form.Schema
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	strategy := resolved(s.Defs["strategy"], s.Defs)
	s = *resolved(&s, s.Defs)
	var b strings.Builder
	b.WriteString(byHand + generated + "\n")
	for _, m := range gate.Metrics {
		fmt.Fprintf(&b, "- `%s`: %s\n", m.Name, m.Doc)
	}
	b.WriteString("\n## Every key\n\n")
	keys(&b, &s, "")
	b.WriteString("\n### A strategy\n\n")
	keys(&b, strategy, "")
	retry := strategy.Properties["retry"].OneOf[1]
	fmt.Fprintf(&b, "\n### Outcomes\n\nOf attempts: %s.\n", codeWords(itemsOf(retry.Properties["retry_on"])))
	golden(t, reference, []byte(b.String()))
}

// TestRecipes loads every recipe of docs/profiles.md. Each is a complete profile
// all of whose cases have a plan in which somebody calls.
func TestRecipes(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	recipes := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatch(text, -1)
	if len(recipes) < 5 {
		t.Fatalf("got %d recipes, want at least 5", len(recipes))
	}
	for _, m := range recipes {
		p, err := Load("recipe.yaml", m[1])
		if err != nil {
			t.Errorf("%v\n%s", err, m[1])
			continue
		}
		for _, c := range p.Cases() {
			if err := p.Check(c); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			} else if n := p.Plan(c, p.Seed).Expected(); n == 0 {
				t.Errorf("%s, %s: nobody calls", p.Name, c.Name)
			}
		}
	}
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
		if strings.HasPrefix(key.Description, "In place of the endpoint's") {
			continue // told there
		}
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
