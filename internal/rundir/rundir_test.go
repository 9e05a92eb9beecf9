package rundir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

type plan struct {
	Profile string `json:"profile"`
	Seed    int    `json:"seed"`
}

func open(t *testing.T, path string, p any) *Dir {
	t.Helper()
	d, err := Open(path, p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func put(t *testing.T, d *Dir, keys ...int) {
	t.Helper()
	for _, k := range keys {
		if err := d.Put(fmt.Sprintf("unit <%02d>", k), []int{k, k * k}); err != nil {
			t.Fatal(err)
		}
	}
}

// finish ends a search whose answer is how many results it has.
func finish(t *testing.T, d *Dir) {
	t.Helper()
	if err := errors.Join(d.Finish(map[string]int{"results": len(d.results)}), d.Close()); err != nil {
		t.Fatal(err)
	}
}

// contents are the files of a directory.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{PlanFile, ResultsFile, SummaryFile} {
		text, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

// The files are the same bytes, wherever the results were cut off, and in whatever order
// they came.
func TestResume(t *testing.T) {
	whole := t.TempDir()
	d := open(t, whole, plan{"p", 1})
	put(t, d, 1, 2, 3, 4)
	finish(t, d)
	want := contents(t, whole)
	text := []byte(want[ResultsFile])
	for cut := 0; cut <= len(text); cut += 13 {
		path := t.TempDir()
		d := open(t, path, plan{"p", 1})
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, ResultsFile), text[:cut], 0o666); err != nil {
			t.Fatal(err)
		}
		d = open(t, path, plan{"p", 1})
		if lines := bytes.Count(text[:cut], []byte("\n")); len(d.results) != lines {
			t.Fatalf("cut at %d: got %d results, want %d", cut, len(d.results), lines)
		}
		for _, k := range []int{4, 2, 3, 1} {
			var got []int
			if !d.Get(fmt.Sprintf("unit <%02d>", k), &got) {
				put(t, d, k)
			} else if !slices.Equal(got, []int{k, k * k}) {
				t.Fatalf("cut at %d: got %v of %d", cut, got, k)
			}
		}
		finish(t, d)
		for name, text := range contents(t, path) {
			if text != want[name] {
				t.Fatalf("cut at %d: %s differs:\n%s\n%s", cut, name, text, want[name])
			}
		}
	}
}

// A byte that was changed on the disk costs the line it is in, and no other.
func TestDamage(t *testing.T) {
	path := t.TempDir()
	d := open(t, path, plan{"p", 1})
	put(t, d, 1, 2, 3)
	finish(t, d)
	name := filepath.Join(path, ResultsFile)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(text); i += 7 {
		damaged := bytes.Clone(text)
		damaged[i] ^= 1
		if err := os.WriteFile(name, damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		d := open(t, path, plan{"p", 1})
		if d.damaged == 0 || len(d.results) == 3 {
			t.Fatalf("byte %d: got %d results, %d damaged", i, len(d.results), d.damaged)
		}
		for k := range 3 {
			var got []int
			if d.Get(fmt.Sprintf("unit <%02d>", k+1), &got) && !slices.Equal(got, []int{k + 1, (k + 1) * (k + 1)}) {
				t.Fatalf("byte %d: got %v of %d", i, got, k+1)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "run")
	d := open(t, path, plan{"p", 1})
	if _, err := Open(path, plan{"p", 1}); !errors.Is(err, ErrInUse) {
		t.Errorf("a directory in use: got %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path, plan{"p", 2})
	if other := (*OtherPlanError)(nil); !errors.As(err, &other) || !slices.Equal(other.Differ, []string{"seed"}) {
		t.Errorf("another plan: got %v", err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, plan{}); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("another directory: got %v", err)
	}
	if err := os.WriteFile(filepath.Join(path, PlanFile), []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Open(path, plan{})
	if damaged := (*PlanError)(nil); !errors.As(err, &damaged) {
		t.Errorf("a damaged plan: got %v", err)
	}
	several := OtherPlanError{Path: "run", Differ: []string{"range", "seed"}}
	if got, want := several.Error(), filepath.Join("run", PlanFile)+" is the directory of another search: range and seed differ"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNilKeepsNothing(t *testing.T) {
	var d *Dir
	if err := errors.Join(d.Put("a", 1), d.Finish(1), d.Close()); err != nil || d.Get("a", new(int)) {
		t.Errorf("got %v", err)
	}
}

// FuzzParse reads anything as a line. What is one is written again to the same.
func FuzzParse(f *testing.F) {
	f.Add(format("a", json.RawMessage("1")))
	f.Add([]byte(`{"crc":"00000000","key":`))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, result, ok := parse(text)
		if !ok {
			return
		}
		again, same, ok := parse(format(key, result))
		if !ok || again != key || !json.Valid(same) {
			t.Fatalf("%q: got %q, %s", text, again, same)
		}
	})
}
