package render

import (
	"os"
	"strings"
	"testing"
)

// Every format has a line in the table of docs/reports.md, with its endings.
func TestFormatsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formats {
		if want := "| `" + f.name + "` | `" + f.endings[0] + "` | "; !strings.Contains(string(text), want) {
			t.Errorf("no line begins with %q", want)
		}
	}
}
