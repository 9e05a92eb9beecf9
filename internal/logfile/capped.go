package logfile

import (
	"io"
	"sync"
	"time"
)

// Capped passes on the first lines that are written to it, one with each Write,
// and then says once that there are more. It is for a log on stderr that
// clients can cause to grow: they must not fill the disk of whoever keeps
// stderr. Nor does who writes wait for stderr, which may be a pipe that nobody
// reads. It is safe for concurrent use.
type Capped struct {
	lines   chan string // has room for all there will be
	printed chan struct{}
	last    string

	mu    sync.Mutex // guards what follows, and the order of lines
	n     int
	ended bool
}

// NewCapped passes on at most a number of lines, the last of which is last.
// End must be called.
func NewCapped(to io.Writer, most int, last string) *Capped {
	c := &Capped{lines: make(chan string, most), printed: make(chan struct{}), last: last}
	go func() {
		defer close(c.printed)
		for line := range c.lines {
			_, _ = io.WriteString(to, line) // there is nobody left to tell
		}
	}()
	return c
}

// Write implements io.Writer. It never fails.
func (c *Capped) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	switch {
	case c.ended:
	case c.n < cap(c.lines):
		c.lines <- string(line)
	case c.n == cap(c.lines):
		c.lines <- c.last
	}
	return len(line), nil
}

// End waits for what has been written, but no longer than a second. What is
// written later is lost. It must be called once.
func (c *Capped) End() {
	c.mu.Lock()
	c.ended = true
	close(c.lines)
	c.mu.Unlock()
	select {
	case <-c.printed:
	case <-time.After(time.Second):
	}
}
