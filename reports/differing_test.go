package reports

import (
	"encoding/json"
	"fmt"
	"strings"
)

// diff is the first line in which two texts differ, or nothing.
func diff(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b || i >= len(g) || i >= len(w) {
			return fmt.Sprintf("line %d\n got  %.300q\n want %.300q", i+1, a, b)
		}
	}
	return ""
}

// differing is where the JSON of two values differs, or nothing.
func differing(got, want any) string {
	return diff(indented(got), indented(want))
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	return string(b)
}
