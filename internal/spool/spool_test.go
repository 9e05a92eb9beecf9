package spool_test

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"testing"

	"tenement/internal/spool"
)

// Records come back in order from any index, from memory and from a file, and the
// file goes with the spool.
func TestSpool(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, n := range []uint64{0, 1, 1000, 600_000} { // the last are 4.8 MB
		s := spool.New(8)
		for i := range n {
			if err := s.Append(binary.LittleEndian.AppendUint64(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Done(); err != nil {
			t.Fatal(err)
		}
		for _, from := range []uint64{0, n / 2, n} {
			r := s.From(int64(from))
			for want := from; ; want++ {
				record, err := r.Next()
				if errors.Is(err, io.EOF) {
					if want != n {
						t.Errorf("%d records from %d: ended at %d", n, from, want)
					}
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := binary.LittleEndian.Uint64(record); got != want {
					t.Fatalf("record %d: got %d", want, got)
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
}

// An error of the temporary folder says that it is one.
func TestNoFolder(t *testing.T) {
	missing := t.TempDir() + "/missing"
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, missing)
	}
	s, record := spool.New(1<<20), make([]byte, 1<<20)
	var err error
	for range 8 {
		if err = s.Append(record); err != nil {
			break
		}
	}
	if !errors.Is(err, spool.ErrFile) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got error %v", err)
	}
}
