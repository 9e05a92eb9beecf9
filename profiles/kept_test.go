package profiles

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every built-in profile runs again from what a report keeps of it.
func TestKept(t *testing.T) {
	for _, b := range Builtins() {
		p, err := Open(b.Name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := OpenKept("report.json", p.Kept(), Options{})
		if err != nil {
			t.Errorf("%s: %v", b.Name, err)
			continue
		}
		if again.Digest() != p.Digest() || again.Identity() != p.Identity() || again.Seed != p.Seed || again.Engine != p.Engine {
			t.Errorf("%s: another profile is read than was kept", b.Name)
		}
	}
}

// What was set is kept, and more can be set.
func TestKeptSettings(t *testing.T) {
	seed := uint64(7)
	p, err := Open("noisy-neighbour", Options{Sets: []string{"endpoint.limit.rate=80/s"}, Seed: &seed, Engine: "sim"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenKept("report.json", p.Kept(), Options{Sets: []string{"duration=30s"}})
	if err != nil {
		t.Fatal(err)
	}
	if again.Seed != 7 || again.Engine != "sim" || again.doc.Endpoint.Limit.Rate.PerSecond() != 80 {
		t.Errorf("what was set is lost: seed %d, engine %s, %v", again.Seed, again.Engine, again.doc.Endpoint.Limit.Rate)
	}
	got := Differences(p.Kept(), again.Kept())
	if want := []Difference{{"duration", "1m", "30s"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An identity is that of what decides the figures: not of what the format gains, nor
// of what describes the profile.
func TestIdentity(t *testing.T) {
	const text = "version: 1\nname: NAME\nduration: 1s\nfleet: [{group: a, arrivals: {constant: 1/s}, under_test: true}]\n"
	load := func(text string) *Profile {
		p, err := Load("p.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := load(strings.Replace(text, "NAME", "one", 1))
	same := load(strings.Replace(text, "NAME", "two", 1) + "description: else\nseed: 9\nengine: sim\ndrain: 30s\ngates: [a.calls > 0]\n")
	other := load(strings.Replace(text, "NAME", "one", 1) + "drain: 31s\n")
	if p.Identity() != same.Identity() {
		t.Error("a name, a description, a seed, an engine, a gate and a default make another identity")
	}
	if p.Identity() == other.Identity() {
		t.Error("a setting does not make another identity")
	}
	if d := Differences(p.Kept(), same.Kept()); len(d) > 0 {
		t.Errorf("got %v, want no difference", d)
	}
	// A key that only one side has, because the format has gained it since, is none if it
	// has its default.
	older := p.Kept()
	older.Document = []byte(strings.Replace(string(older.Document), `"drain":"30s",`, "", 1))
	if string(older.Document) == string(p.Kept().Document) {
		t.Fatal("the document has no drain to take out")
	}
	if d := Differences(older, p.Kept()); len(d) > 0 {
		t.Errorf("got %v, want no difference", d)
	}
	// A document of a later version of the format is compared as it is.
	newer := p.Kept()
	newer.Document = []byte(strings.Replace(string(newer.Document), `"drain"`, `"drainage":1,"drain"`, 1))
	if d := Differences(p.Kept(), newer); !slices.Equal(d, []Difference{{"drainage", "", "1"}}) {
		t.Errorf("got %v", d)
	}
}

// A trace is found where it was read, or beside the report, and another one in its
// place is refused.
func TestKeptTrace(t *testing.T) {
	text, err := os.ReadFile("testdata/exact.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := write("t.jsonl", string(text))
	p, err := Open("", Options{Trace: first})
	if err != nil {
		t.Fatal(err)
	}
	kept := p.Kept()
	if len(kept.Traces) != 1 || kept.Traces[0].Path != first || kept.Traces[0].Digest == "" {
		t.Fatalf("got %+v", kept.Traces)
	}
	open := func() error {
		again, err := OpenKept(filepath.Join(dir, "report.json"), kept, Options{})
		if err == nil && again.Digest() != p.Digest() {
			t.Error("another profile is read than was kept")
		}
		return err
	}
	if err := open(); err != nil {
		t.Error(err)
	}
	write("t.jsonl", strings.Replace(string(text), `"t":1.5`, `"t":1.6`, 1))
	if err := open(); err == nil || !strings.Contains(err.Error(), "not the trace that the report was made with") {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(first); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "nor beside the report") {
		t.Errorf("got %v", err)
	}
	if _, err := OpenKept("report.json", kept, Options{Trace: "testdata/exact.jsonl"}); err != nil {
		t.Errorf("with a trace in its place: %v", err)
	}
}
