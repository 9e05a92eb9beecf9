package profiles

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"tenement/internal/plan"
)

// shown opens profiles of all kinds.
func shown(t *testing.T) map[string]*Profile {
	t.Helper()
	all := make(map[string]*Profile)
	open := func(name string, o Options) {
		p, err := Open(name, o)
		if err != nil {
			t.Fatal(err)
		}
		all[name+" "+o.Trace] = p
	}
	for _, name := range builtinNames() {
		open(name, Options{})
	}
	for _, name := range everything {
		open("testdata/"+name+".yaml", Options{})
	}
	open("noisy-neighbour", Options{
		Trace: "testdata/exact.jsonl", Sets: []string{"seed=5", "endpoint.on_exceed=delay"},
		Replay: []Setting{{"loop", "true"}, {"copies", "2"}, {"map", "unknown=known"}},
	})
	open("", Options{Trace: "testdata/coarse.jsonl"})
	return all
}

// TestShow loads what is shown, from a file, and compares plans.
func TestShow(t *testing.T) {
	dir := t.TempDir()
	copyFile(t, filepath.Join(dir, "exact.jsonl"), "testdata/exact.jsonl")
	copyFile(t, filepath.Join(dir, "coarse.jsonl"), "testdata/coarse.jsonl")
	for _, name := range []string{"exact.jsonl", "coarse.jsonl"} {
		if err := os.MkdirAll(filepath.Join(dir, "testdata"), 0o755); err != nil {
			t.Fatal(err)
		}
		copyFile(t, filepath.Join(dir, "testdata", name), "testdata/"+name)
	}
	for name, p := range shown(t) {
		t.Run(name, func(t *testing.T) {
			var text, again bytes.Buffer
			if err := p.Show(&text); err != nil {
				t.Fatal(err)
			}
			q, err := Load(filepath.Join(dir, "shown.yaml"), text.Bytes())
			if err != nil {
				t.Fatalf("%v\n%s", err, text.Bytes())
			}
			if err := q.Show(&again); err != nil || again.String() != text.String() {
				t.Errorf("shown again: %v\n%s\nwant\n%s", err, again.Bytes(), text.Bytes())
			}
			if p.Digest() != q.Digest() {
				t.Errorf("got digest %s, want %s", q.Digest(), p.Digest())
			}
			if !reflect.DeepEqual(p.Gates, q.Gates) || p.Description != q.Description || p.Seed != q.Seed || p.Engine != q.Engine {
				t.Errorf("got another profile: %+v", q)
			}
			if len(p.Cases()) != len(q.Cases()) {
				t.Fatalf("got %d cases, want %d", len(q.Cases()), len(p.Cases()))
			}
			for i, c := range p.Cases() {
				if d := q.Cases()[i]; !reflect.DeepEqual(c, d) {
					t.Errorf("got case %+v, want %+v", d, c)
				}
				samePlan(t, c.Name, q.Plan(q.Cases()[i], 3), p.Plan(c, 3))
			}
		})
	}
}

// samePlan compares two plans of a case, and the beginning of their arrivals.
func samePlan(t *testing.T, name string, got, want *plan.Plan) {
	t.Helper()
	for host := range min(got.Hosts, 2) {
		a, b := got.Arrivals(host), want.Arrivals(host)
		for range 5000 {
			x, more := a.Next()
			y, wantMore := b.Next()
			if x != y || more != wantMore {
				t.Fatalf("%s: got %+v, %v, want %+v, %v", name, x, more, y, wantMore)
			}
			if !more {
				break
			}
		}
	}
	g, w := *got, *want
	g.Groups, w.Groups = nil, nil
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s: got  %+v\nwant %+v", name, g, w)
	}
	for i := range want.Groups {
		g, w := got.Groups[i], want.Groups[i]
		g.Pattern, w.Pattern = nil, nil
		if !reflect.DeepEqual(g, w) {
			t.Errorf("%s: got  %+v\nwant %+v", name, g, w)
		}
	}
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// everything are the profiles that use every key: one per service, and one for fleets
// in time.
var everything = []string{"everything", "imds", "pod-identity", "fleets"}

func TestShowGolden(t *testing.T) {
	for _, name := range everything {
		p, err := Open("testdata/"+name+".yaml", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Show(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/"+name+".shown.yaml", b.Bytes())
	}
}

// TestDigestsStay holds the digests of profiles that use none of the keys that
// have come since. They change only with a preset, and then ModelVersion does.
func TestDigestsStay(t *testing.T) {
	for name, want := range map[string]string{
		"noisy-neighbour": "027109a9f55513b5", "credential-expiry": "dfbd6a4fcbbd6e03", "replay-sdk-mix": "c8aa94e906c3ffc1",
	} {
		p, err := Open(name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Digest(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestEndpointsAreSound checks what is checked when an endpoint is made, where
// it would end the program.
func TestEndpointsAreSound(t *testing.T) {
	for name, p := range shown(t) {
		if p.ControlPlane() {
			continue
		}
		for _, c := range p.Cases() {
			if config := p.Plan(c, 1).Config(0, 0); config.Check() != nil {
				t.Errorf("%s, %s: %v", name, c.Name, config.Check())
			}
		}
	}
}

func TestDigest(t *testing.T) {
	digests := make(map[string]string)
	for name, p := range shown(t) {
		if other := digests[p.Digest()]; other != "" {
			t.Errorf("%s and %s have one digest", name, other)
		}
		digests[p.Digest()] = name
	}
}
