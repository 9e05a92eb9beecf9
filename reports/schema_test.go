package reports_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"tenement/reports"
)

var update = flag.Bool("update", false, "write what the code gives into the golden files")

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current (go test -update makes it so)", file)
	}
}

// TestSchemaIsCurrent makes the schema from the types and their comments.
func TestSchemaIsCurrent(t *testing.T) {
	defs := map[string]any{}
	for _, object := range newModel(t).types {
		properties := map[string]any{}
		for _, f := range object.fields {
			properties[f.name] = described(f.is.schema, f.text())
		}
		defs[object.name] = map[string]any{"type": "object", "description": object.doc, "properties": properties}
	}
	root := defs["Report"].(map[string]any)
	delete(defs, "Report")
	said := map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "Sentences for people; ignored when the report is read back."}
	for _, list := range []string{"assumptions", "verdict", "warnings"} {
		root["properties"].(map[string]any)[list] = said
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A report of loadgen"
	root["required"] = []string{"version", "cases"}
	root["properties"].(map[string]any)["version"].(map[string]any)["const"] = reports.Version
	root["$defs"] = defs
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.schema.json", b.Bytes())
}

// described is a schema with a description.
func described(schema map[string]any, text string) map[string]any {
	out := map[string]any{"description": text}
	for key, value := range schema {
		out[key] = value
	}
	return out
}

// text is what the field is, with its unit.
func (f *jsonField) text() string {
	if f.unit == "" {
		return f.doc
	}
	return f.doc + " (" + f.unit + ")"
}

// page is the page about reports. What comes before the heading is written by hand.
const (
	page      = "../docs/reports.md"
	generated = "## Every field\n"
)

// TestPageIsCurrent makes the list of fields from the types and their comments.
func TestPageIsCurrent(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	byHand, _, found := strings.Cut(string(text), generated)
	if !found {
		t.Fatalf("%s has no heading %q", page, generated)
	}
	var b strings.Builder
	b.WriteString(byHand + generated)
	for _, object := range newModel(t).types {
		fmt.Fprintf(&b, "\n### %s\n\n%s", object.name, object.doc)
		if object.in[0] != "" {
			fmt.Fprintf(&b, " At `%s`.", strings.Join(object.in, "`, `"))
		}
		b.WriteString("\n\n")
		for _, f := range object.fields {
			what := f.is.words
			if f.unit != "" {
				what += ", " + f.unit
			}
			if f.absent {
				what += ", may be absent"
			}
			fmt.Fprintf(&b, "- `%s` (%s): %s\n", f.name, what, f.doc)
		}
	}
	golden(t, page, []byte(b.String()))
}
