package admin

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// maxLines is how many lines may wait to be written; then requests wait.
const maxLines = 1 << 15

// line is a request or, if it has a text, an event.
type line struct {
	request seen
	event   event
}

// requestFile writes a line for every request. It loses none: if the file is slower
// than the requests, they wait for it. A goroutine of its own makes the lines and
// writes them, so that a request waits for no single write.
type requestFile struct {
	file  io.WriteCloser
	wake  chan struct{} // says that there is something to write
	ended chan struct{} // closed when all is written and the file is closed
	bad   chan error    // gets the first error of the file
	end   sync.Once

	mu      *sync.Mutex // of the log; guards what follows
	spaced  *sync.Cond  // of mu; says that lines were taken from waiting
	waiting []line
	missing int // lines that are not in the file, yet or at all
	closed  bool
	err     error // the first; nothing is written after it
}

// newRequestFile writes to file, which close closes, with the lock of the log.
func newRequestFile(file io.WriteCloser, mu *sync.Mutex) *requestFile {
	f := &requestFile{
		file: file, wake: make(chan struct{}, 1), ended: make(chan struct{}), bad: make(chan error, 1),
		mu: mu, spaced: sync.NewCond(mu),
	}
	go f.run()
	return f
}

// room waits until there is room for a line. The log is locked, but not while it
// waits.
func (f *requestFile) room() {
	for len(f.waiting) >= maxLines && f.err == nil && !f.closed {
		f.spaced.Wait()
	}
}

// add hands over a line. The log is locked.
func (f *requestFile) add(one line) {
	f.missing++
	if f.err != nil || f.closed {
		return
	}
	f.waiting = append(f.waiting, one)
	f.stir()
}

// stir wakes the goroutine that writes.
func (f *requestFile) stir() {
	select {
	case f.wake <- struct{}{}:
	default: // a wake-up is pending
	}
}

// run writes the lines until close.
func (f *requestFile) run() {
	defer close(f.ended)
	var lines []line
	var text []byte
	for range f.wake {
		for {
			f.mu.Lock()
			lines, f.waiting = f.waiting, lines[:0]
			over := len(lines) == 0 || f.err != nil
			f.spaced.Broadcast()
			f.mu.Unlock()
			if over {
				break
			}
			text = f.write(lines, text[:0])
			clear(lines) // its texts may be long
		}
	}
	err := f.file.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// write writes lines, several in each Write, and returns the buffer.
func (f *requestFile) write(lines []line, text []byte) []byte {
	n := 0
	for i := range lines {
		text = append(lines[i].append(text), '\n')
		if n++; len(text) < maxBatch && i+1 < len(lines) {
			continue
		}
		_, err := f.file.Write(text)
		f.mu.Lock()
		if err == nil {
			f.missing -= n
		} else if f.err == nil {
			f.err = err
			f.bad <- err
		}
		failed := f.err != nil
		f.mu.Unlock()
		if failed {
			break
		}
		text, n = text[:0], 0
	}
	return text
}

// close writes the rest and closes the file. It waits until ctx ends at the latest.
func (f *requestFile) close(ctx context.Context) error {
	f.mu.Lock()
	f.closed = true
	f.spaced.Broadcast()
	f.mu.Unlock()
	f.end.Do(func() {
		f.stir()
		close(f.wake)
	})
	late := false
	select {
	case <-f.ended:
	case <-ctx.Done():
		late = true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.err != nil:
		return fmt.Errorf("%w (%d lines lost)", f.err, f.missing)
	case late:
		return fmt.Errorf("%d lines lost: they could not be written in time", f.missing)
	case f.missing > 0:
		return fmt.Errorf("%d lines lost: the log was closed before them", f.missing)
	}
	return nil
}
