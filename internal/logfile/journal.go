package logfile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// maxJournal bounds the bytes that wait to be written while the disk is
// slower than the requests.
const maxJournal = 16 << 20

// Journal writes the lines of a log to a file in its own goroutine, so that no
// request waits for a disk. It is safe for concurrent use.
type Journal struct {
	file io.WriteCloser
	wake chan struct{} // says that there is something to write
	done chan struct{} // closed when all is written and the file is closed

	mu      sync.Mutex // guards what follows
	lines   []byte     // that wait for the next write
	missing int        // lines that are not in the file, yet or at all
	closed  bool
	err     error // the first; nothing is written after it
}

// NewJournal writes to file, which Close closes.
func NewJournal(file io.WriteCloser) *Journal {
	j := &Journal{file: file, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go j.run()
	return j
}

// Write takes a line. It never fails, because a request could not handle an error:
// Close returns it.
func (j *Journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.missing++
	if j.closed || j.err != nil || len(j.lines)+len(line) > maxJournal {
		return len(line), nil
	}
	j.lines = append(j.lines, line...)
	select {
	case j.wake <- struct{}{}:
	default: // a wake-up is pending
	}
	return len(line), nil
}

// run writes the lines until Close, and then closes the file. Nothing else uses
// the file.
func (j *Journal) run() {
	defer close(j.done)
	var spare []byte
	for range j.wake {
		j.mu.Lock()
		lines, failed := j.lines, j.err != nil
		j.lines = spare[:0]
		j.mu.Unlock()
		if len(lines) > 0 && !failed {
			_, err := j.file.Write(lines)
			j.wrote(bytes.Count(lines, []byte("\n")), err)
		}
		spare = lines
	}
	j.wrote(0, j.file.Close())
}

// wrote records the end of a write of so many lines.
func (j *Journal) wrote(lines int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case err == nil:
		j.missing -= lines
	case j.err == nil:
		j.err = err
	}
}

// Close writes the remaining lines and closes the file. It waits no longer than
// ctx lasts, because the file may be a pipe that nothing reads. The error is the
// first error of the file, or says how many lines are lost. Lines written later
// are lost too. Close must be called once.
func (j *Journal) Close(ctx context.Context) error {
	j.mu.Lock()
	j.closed = true
	select {
	case j.wake <- struct{}{}: // for what is left
	default:
	}
	close(j.wake)
	j.mu.Unlock()
	late := false
	select {
	case <-j.done:
	case <-ctx.Done():
		late = true
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.err != nil:
		return j.err
	case late:
		return fmt.Errorf("%d lines lost: they could not be written in time", j.missing)
	case j.missing > 0:
		return fmt.Errorf("%d lines lost: they came faster than they could be written", j.missing)
	}
	return nil
}
