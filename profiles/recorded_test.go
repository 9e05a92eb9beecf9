package profiles_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tenement/profiles"
)

// What was recorded is that of the part which is replayed.
func TestRecordedPart(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"version":2,"source":"a test"}` + "\n")
	for second := range 10 { // a refusal in every second one
		for i, status := range []int{200, 200 + 229*(second%2)} {
			fmt.Fprintf(&b, `{"t":%d.%d,"task":"t%d","method":"GET","path":"/v4/x/task","status":%d,"lat_us":100}`+"\n", second, i, i, status)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t.jsonl"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, duration, trace string
		requests, refused     uint64
		altered               []string
	}{
		{"whole", "10s", "t.jsonl", 20, 5, nil},
		{"a shorter run", "4s", "t.jsonl", 8, 2, nil},
		{"a part", "3s", "{file: t.jsonl, from: 2s, for: 3s}", 6, 1, nil},
		{"twice as fast, and a shorter run", "2s", "{file: t.jsonl, speed: 2}", 8, 2, []string{"2 times as fast"}},
		{"looping", "30s", "{file: t.jsonl, loop: true, copies: 3, thin: 50%}", 20, 5, []string{"3 copies of each task", "thinned to 50.0 %"}},
	} {
		text := "version: 1\nname: n\nduration: " + row.duration + "\nfleet:\n  - {group: g, arrivals: {trace: " + row.trace + "}, under_test: true}\n"
		file := filepath.Join(dir, "p.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := profiles.Open(file, profiles.Options{})
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		plan := p.Plan(p.Cases()[0], 1)
		r := plan.Groups[0].Recorded
		if n, refused := r.All.Statuses[200]+r.All.Statuses[429], r.All.Statuses[429]; n != row.requests || refused != row.refused || !reflect.DeepEqual(r.Altered, row.altered) {
			t.Errorf("%s: got %d requests, %d refused, %q, want %d, %d, %q", row.name, n, refused, r.Altered, row.requests, row.refused, row.altered)
		}
		if len(r.Tasks) != 2 || len(r.Routes) != 1 || r.Routes[0].Name != "metadata" || r.All.P50 == 0 {
			t.Errorf("%s: got the tasks %v and the routes %v", row.name, r.Tasks, r.Routes)
		}
		parts := plan.Parts(0)
		if parts.N != 3 || len(parts.ByTask)%2 != 0 || parts.ByTask[len(parts.ByTask)-2] != parts.ByTask[0] || parts.ByResource[plan.Groups[0].Resource] != 3 {
			t.Errorf("%s: got the parts %+v", row.name, parts)
		}
	}
}
