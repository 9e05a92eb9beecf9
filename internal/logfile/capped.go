package logfile

import (
	"io"
	"sync"
	"time"
)

// Capped passes on the first lines that are written to it, one with each Write,
// and then says once that there are more. It is for a log on stderr whose length
// depends on clients, so that they cannot fill the disk that stderr goes to. Write
// does not wait for stderr, which may be a pipe that nothing reads. It is safe for
// concurrent use.
type Capped struct {
	lines   chan string // has room for all there will be
	printed chan struct{}
	last    string

	mu    sync.Mutex // guards what follows, and the order of lines
	n     int
	ended bool
}

// NewCapped passes on at most a number of lines; if there are more, the last one is
// the line last. End must be called.
func NewCapped(to io.Writer, most int, last string) *Capped {
	c := &Capped{lines: make(chan string, most), printed: make(chan struct{}), last: last}
	go func() {
		defer close(c.printed)
		for line := range c.lines {
			_, _ = io.WriteString(to, line) // there is no other place to report it
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

// End waits until all lines are passed on, but no longer than a second. Lines
// written later are lost. It must be called once.
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
