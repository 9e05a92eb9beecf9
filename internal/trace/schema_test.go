package trace

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The schema accepts what is written, and refuses what is refused when it is read.
func TestSchema(t *testing.T) {
	var doc any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("trace.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("trace.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(line []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(v)
	}
	r := rand.New(rand.NewPCG(31, 32))
	for range 50 {
		var text bytes.Buffer
		if err := random(r).Write(&text); err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text.Bytes()) {
			if err := valid(line); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
	}
	const event = `{"t":1,"task":"a","method":"GET","path":"/"`
	for _, line := range []string{
		`{}`, `{"version":1}`, `{"version":2,"colour":"blue"}`, `{"version":2,"resolution_s":-1}`, `{"version":2,"service":"s3"}`,
		`{"version":2,"placed":{"rule":"odd"}}`, `{"version":2,"placed":{}}`, `{"version":2,"counts":{"late":-1}}`, `{"version":2,"source":"\u001b"}`,
		event[:len(event)-len(`,"path":"/"`)] + `}`, event + `,"status":42}`, event + `,"lat_us":-1}`, event + `,"cut":false}`, event + `,"addr":""}`,
		event + `,"headers":{"a b":""}}`, event + `,"headers":[]}`, event + `,"colour":"blue"}`,
		strings.Replace(event, `"/"`, `"a"`, 1) + `}`, strings.Replace(event, `"/"`, `"/a b"`, 1) + `}`, strings.Replace(event, `"/"`, `"/a#b"`, 1) + `}`,
	} {
		if valid([]byte(line)) == nil {
			t.Errorf("the schema accepts %s", line)
		}
		in := header + line + "\n"
		if strings.Contains(line, "version") || line == "{}" {
			in = line + "\n" + event + "}\n"
		}
		if _, err := read("x", strings.NewReader(in)); err == nil && !strings.Contains(line, `"version":1`) {
			t.Errorf("the reader accepts %s", line)
		}
	}
}
