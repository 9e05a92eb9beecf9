package logfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRotated: lines of ten bytes into files of 25, so three to a file, in
// writes of any size.
func TestRotated(t *testing.T) {
	for _, batch := range []int{1, 2, 7, 100} {
		t.Run(fmt.Sprint(batch), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "log")
			write(t, path, "before\n") // 7 bytes, which count
			write(t, path+".4", "old\n")
			for _, other := range []string{"log.old", "log.04", "log.-1", "log.4x", "other.9"} {
				write(t, filepath.Join(dir, other), "other\n")
			}
			r, err := OpenRotated(path, 25)
			if err != nil {
				t.Fatal(err)
			}
			var lines bytes.Buffer
			for i := range 100 {
				fmt.Fprintf(&lines, "line %04d\n", i)
			}
			whole := lines.String()
			for lines.Len() > 0 {
				part := lines.Next(10 * batch)
				if n, err := r.Write(part); n != len(part) || err != nil {
					t.Fatalf("got %d, %v", n, err)
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			numbers, err := r.history()
			if err != nil {
				t.Fatal(err)
			}
			if len(numbers) != keptFiles || numbers[keptFiles-1] != 4+33 {
				t.Fatalf("got files %v, want %d up to %d", numbers, keptFiles, 4+33)
			}
			var all string
			for _, n := range numbers {
				one := read(t, r.name(n))
				if len(one) != 30 {
					t.Errorf("file %d: got %d bytes, want 30", n, len(one))
				}
				all += one
			}
			if all += read(t, path); !strings.HasSuffix(whole, all) {
				t.Errorf("got %q, want the end of what was written", all)
			}
			if got := read(t, filepath.Join(dir, "other.9")) + read(t, filepath.Join(dir, "log.04")); got != "other\nother\n" {
				t.Errorf("got %q: other files were touched", got)
			}
		})
	}
}

// A line that is longer than a file may be stays one line.
func TestRotatedLongLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	r, err := OpenRotated(path, 10)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 100) + "\n"
	for range 2 {
		if _, err := r.Write([]byte(long)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if a, b := read(t, path+".1"), read(t, path); a != long || b != long {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestRotatedNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	r, err := OpenRotated(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("line\n", 100)
	if _, err := r.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != text {
		t.Errorf("got %d bytes, want %d", len(got), len(text))
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	// What is no file is never renamed.
	r, err = OpenRotated(os.DevNull, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := r.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}
