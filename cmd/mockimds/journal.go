package main

import (
	"fmt"
	"io"
	"sync"
)

// maxJournal bounds what waits to be written, when a disk is slower than the
// requests are.
const maxJournal = 16 << 20

// journal writes lines to a file behind the back of who writes them, so that
// nobody waits for a disk. It is safe for concurrent use.
type journal struct {
	file io.WriteCloser
	wake chan struct{} // says that there is something to write
	done chan struct{} // closed when all is written

	mu     sync.Mutex // guards what follows
	lines  []byte     // not yet written
	closed bool
	lost   int // lines
	err    error
}

func newJournal(file io.WriteCloser) *journal {
	j := &journal{file: file, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go j.run()
	return j
}

// Write takes a line. It never fails: what goes wrong is told by Close.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed || j.err != nil || len(j.lines)+len(line) > maxJournal {
		j.lost++
		return len(line), nil
	}
	j.lines = append(j.lines, line...)
	select {
	case j.wake <- struct{}{}:
	default: // it has been told already
	}
	return len(line), nil
}

// run writes until there is nothing more to come.
func (j *journal) run() {
	defer close(j.done)
	var spare []byte
	for range j.wake {
		j.mu.Lock()
		lines := j.lines
		j.lines = spare[:0]
		j.mu.Unlock()
		if len(lines) > 0 {
			if _, err := j.file.Write(lines); err != nil {
				j.mu.Lock()
				j.err = err
				j.mu.Unlock()
			}
		}
		spare = lines
	}
}

// Close writes what is left and says what went wrong. Lines that come later
// are lost.
func (j *journal) Close() error {
	j.mu.Lock()
	j.closed = true
	select {
	case j.wake <- struct{}{}: // for what is left
	default:
	}
	close(j.wake)
	j.mu.Unlock()
	<-j.done
	err := j.file.Close()
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.err != nil:
		return j.err
	case err == nil && j.lost > 0:
		return fmt.Errorf("%d lines lost: they came faster than they could be written", j.lost)
	}
	return err
}
