package profiles

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"testing"

	"tenement/internal/form"
	"tenement/internal/trace"
)

// FuzzLoad loads anything. What loads is shown, and what is shown loads to the
// same.
func FuzzLoad(f *testing.F) {
	for _, name := range builtinNames() {
		text, err := fs.ReadFile(builtins, name+".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "endpoint.limit.rate=1/s")
	}
	for _, name := range []string{"everything.yaml", "imds.yaml", "pod-identity.yaml", "broken.yaml"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "fleet.batch.strategy.retry.exponential.attempts=3")
	}
	f.Add([]byte(sound), "what_if=[{name: a, set: {seed: 1}}]")
	f.Add([]byte("a: &a [*a]\n"), "fleet={}")
	for _, set := range []string{
		"endpoint.limit={kind: sliding-window, count: 3, window: 1s, scope: tenant+path, schedule: [{at: 1s, count: 4}]}",
		"endpoint.limits=[{limit: a, kind: packet-rate, rate: 1024/s, burst: 1024}]",
		"endpoint.faults=[{fault: a, kind: expiry, shift: -1h, share: 1%}]",
		"endpoint.faults.agent-restart.pending=1s",
	} {
		f.Add([]byte(sound), set)
	}
	f.Fuzz(func(t *testing.T, text []byte, set string) {
		src := form.NewSource("p.yaml", text)
		open := func(string) (*trace.Trace, error) { return nil, errors.New("opening trace: there are none here") }
		for _, o := range []Options{{}, {Sets: []string{set}}} {
			p, err := load(src, open, text, o)
			if err != nil {
				var all form.Errors
				if !errors.As(err, &all) || len(all) == 0 || all.Error() == "" {
					t.Fatalf("got %#v, want Errors", err)
				}
				continue
			}
			var shown, again bytes.Buffer
			if err := p.Show(&shown); err != nil {
				t.Fatal(err)
			}
			q, err := load(src, open, shown.Bytes(), Options{})
			if err != nil {
				t.Fatalf("%v\n%s", err, shown.Bytes())
			}
			if err := q.Show(&again); err != nil || !bytes.Equal(shown.Bytes(), again.Bytes()) {
				t.Fatalf("shown again: %v\n%s\nwant\n%s", err, again.Bytes(), shown.Bytes())
			}
			if len(p.Cases()) != len(q.Cases()) {
				t.Fatalf("got %d cases, want %d", len(q.Cases()), len(p.Cases()))
			}
		}
	})
}
