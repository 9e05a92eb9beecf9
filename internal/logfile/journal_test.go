package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// slowFile is a file whose disk waits for the test.
type slowFile struct {
	bytes.Buffer
	release chan struct{}
	err     error
}

func (f *slowFile) Write(b []byte) (int, error) {
	<-f.release
	if f.err != nil {
		return 0, f.err
	}
	return f.Buffer.Write(b)
}

func (f *slowFile) Close() error { return nil }

// TestJournal: Write does not wait for the disk, and no line is lost.
func TestJournal(t *testing.T) {
	f := &slowFile{release: make(chan struct{})}
	j := NewJournal(f)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 100 {
				fmt.Fprintf(j, "%d %d\n", n, i)
			}
		})
	}
	wg.Wait()
	close(f.release)
	if err := j.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(f.Bytes(), []byte("\n")); got != 800 {
		t.Errorf("got %d lines, want 800", got)
	}
	if n, err := j.Write([]byte("late\n")); n != 5 || err != nil {
		t.Errorf("got %d, %v, want a late line to be let go", n, err)
	}
}

func TestJournalTells(t *testing.T) {
	full := errors.New("disk full")
	f := &slowFile{release: make(chan struct{}), err: full}
	close(f.release)
	j := NewJournal(f)
	fmt.Fprintln(j, "line")
	if err := j.Close(t.Context()); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}

	f = &slowFile{release: make(chan struct{})}
	j = NewJournal(f)
	line := append(make([]byte, 1<<20-1), '\n')
	for range 3 * maxJournal / len(line) {
		_, _ = j.Write(line)
	}
	close(f.release)
	err := j.Close(t.Context())
	if f.Len() < maxJournal || f.Len() > 2*maxJournal {
		t.Errorf("got %d bytes, want what there is room for", f.Len())
	}
	lost := 3*maxJournal/len(line) - f.Len()/len(line)
	if want := fmt.Sprintf("%d lines lost: they came faster than they could be written", lost); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
