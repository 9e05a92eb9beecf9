package recording

import (
	"os"
	"strings"
	"testing"
)

// TestDocumented finds every format, every variable and every key in the documentation.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/traces.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Formats")
	var want []string
	for _, f := range Formats() {
		want = append(want, f.Name)
	}
	for name := range nginxParts {
		if name != "document_uri" { // another name of uri
			want = append(want, "$"+name)
		}
	}
	want = append(want, keyNames()...)
	for _, name := range want {
		if !strings.Contains(section, "`"+name+"`") {
			t.Errorf("docs/traces.md, Formats: nothing about %s", name)
		}
	}
}
