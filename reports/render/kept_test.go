package render

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tenement/reports"
)

// kept are reports that each program wrote whose reports had another shape, under the
// name of what was new in them. They are never written anew: a new shape adds files. The
// letters are profiles, of one limit, of several with faults, and of another service.
const kept = "testdata/kept/*.json.gz"

// TestKeptReports renders every report that version 1 ever wrote, and holds it against
// the published schema.
func TestKeptReports(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(kept)
	if err != nil || len(files) < 40 {
		t.Fatalf("got %d kept reports, %v", len(files), err)
	}
	valid := publishedSchema(t)
	for _, name := range files {
		text := unzipped(t, name)
		r, err := reports.Read(name, bytes.NewReader(text))
		if err != nil {
			t.Error(err)
			continue
		}
		if err := valid.Validate(decoded(t, string(text))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, format := range Formats() {
			text := rendered(t, format, r)
			if format == "text" || format == "markdown" || format == "csv" {
				if found := noFigure.FindString(text); found != "" {
					t.Errorf("%s: got %q in %s", name, found, format)
				}
			}
			if !strings.Contains(text, r.Profile.Name) && (format != "hlog" || !strings.Contains(text, "HISTF")) {
				t.Errorf("%s: %s says nothing", name, format)
			}
		}
		again, err := reports.Read(name, strings.NewReader(rendered(t, "json", r)))
		if err != nil {
			t.Errorf("%s: written again: %v", name, err)
			continue
		}
		if diff := diff(rendered(t, "text", again), rendered(t, "text", r)); diff != "" {
			t.Errorf("%s: written again:\n%s", name, diff)
		}
	}
}

func unzipped(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// publishedSchema is the schema that `loadgen report schema` prints.
func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	var doc any
	if err := json.Unmarshal(reports.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaDescribesWhatIsWritten looks for fields of new reports that the schema does
// not name: a type may write itself otherwise than its fields say.
func TestSchemaDescribesWhatIsWritten(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(reports.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	valid := publishedSchema(t)
	for name, r := range samples(t) {
		written := decoded(t, rendered(t, "json", r))
		if err := valid.Validate(written); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		unnamed(t, schema, schema, written, name)
	}
}

// unnamed reports the fields of a value that its schema does not name.
func unnamed(t *testing.T, root, schema map[string]any, value any, path string) {
	t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		schema = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if either, ok := schema["anyOf"].([]any); ok {
		unnamed(t, root, either[0].(map[string]any), value, path)
		return
	}
	switch value := value.(type) {
	case []any:
		items, _ := schema["items"].(map[string]any)
		for _, item := range value {
			unnamed(t, root, items, item, path+"[]")
		}
	case map[string]any:
		properties, ok := schema["properties"].(map[string]any)
		if !ok {
			return // any name will do
		}
		for key, item := range value {
			property, named := properties[key].(map[string]any)
			if !named {
				t.Errorf("%s.%s is not in the schema", path, key)
				continue
			}
			unnamed(t, root, property, item, path+"."+key)
		}
	}
}
