package profiles

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func TestSchemaIsCurrent(t *testing.T) { golden(t, "profile.schema.json", Schema()) }

func TestSchemaValidates(t *testing.T) {
	valid := compileSchema(t)
	profiles := make(map[string][]byte)
	for _, name := range builtinNames() {
		text, err := fs.ReadFile(builtins, name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		profiles[name] = text
	}
	for _, name := range everything {
		text, err := os.ReadFile("testdata/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		profiles[name] = text
	}
	profiles["sound"] = []byte(sound)
	for name, p := range shown(t) {
		var b bytes.Buffer
		if err := p.Show(&b); err != nil {
			t.Fatal(err)
		}
		profiles["shown "+name] = b.Bytes()
	}
	for name, text := range profiles {
		if err := valid(t, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	valid := compileSchema(t)
	tests := []struct{ name, old, replacement string }{
		{"unknown key", "duration: 10s", "duration: 10s\ncolour: red"},
		{"unknown key below", "burst: 60", "burts: 60"},
		{"no version", "version: 1\n", ""},
		{"another version", "version: 1", "version: 2"},
		{"duration without a unit", "10s", "10"},
		{"rate without a unit", "40/s", "40"},
		{"half a burst", "burst: 60", "burst: 1.5"},
		{"scope", "burst: 60", "burst: 60, scope: host+ip"},
		{"a bucket without a burst", ", burst: 60", ""},
		{"a bucket with a window", "burst: 60", "burst: 60, window: 1s"},
		{"a window without a window", "{rate: 40/s, burst: 60}", "{kind: fixed-window, count: 40}"},
		{"a limit without a name", "endpoint:", "endpoint:\n  limits: [{rate: 1/s, burst: 1}]"},
		{"a fault without a kind", "endpoint:", "endpoint:\n  faults: [{fault: a}]"},
		{"a fault of another kind", "endpoint:", "endpoint:\n  faults: [{fault: a, kind: hang, status: 503}]"},
		{"two kinds of arrivals", "poisson: 3/s", "poisson: 3/s, constant: 3/s"},
		{"capital letters", "group: batch", "group: Batch"},
		{"a strategy's key", "duration: 10s", "duration: 10s\nstrategies: {a: {cash: none}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := valid(t, []byte(edited(t, test.old, test.replacement))); err == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

// compileSchema returns a check of a profile against the schema.
func compileSchema(t *testing.T) func(t *testing.T, text []byte) error {
	t.Helper()
	var doc any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("profile.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("profile.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, text []byte) error {
		t.Helper()
		var p any
		if err := yaml.Unmarshal(text, &p); err != nil {
			t.Fatal(err)
		}
		return s.Validate(p)
	}
}
