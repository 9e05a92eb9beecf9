package main

import (
	"io"
	"sync"
	"time"
)

// maxComplaints bounds the lines that hostile clients can make the server
// print.
const maxComplaints = 100

// complaints passes on the error log of the HTTP servers, which has a line
// for each Write, up to maxComplaints lines: clients cause most of them, and
// must not fill the disk of whoever keeps stderr. Nor does a server that
// complains wait for stderr, which may be a pipe that nobody reads. It is safe
// for concurrent use.
type complaints struct {
	lines   chan string // has room for all there will be
	printed chan struct{}

	mu    sync.Mutex // guards what follows, and the order of lines
	n     int
	ended bool
}

func newComplaints(to io.Writer) *complaints {
	c := &complaints{lines: make(chan string, maxComplaints), printed: make(chan struct{})}
	go func() {
		defer close(c.printed)
		for line := range c.lines {
			_, _ = io.WriteString(to, line) // there is nobody left to complain to
		}
	}()
	return c
}

// Write implements io.Writer. It never fails.
func (c *complaints) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	switch {
	case c.ended:
	case c.n < maxComplaints:
		c.lines <- string(line)
	case c.n == maxComplaints:
		c.lines <- "mockimds: further complaints of the server are not shown\n"
	}
	return len(line), nil
}

// end waits for what has been written, but no longer than a second.
func (c *complaints) end() {
	c.mu.Lock()
	c.ended = true
	close(c.lines)
	c.mu.Unlock()
	select {
	case <-c.printed:
	case <-time.After(time.Second):
	}
}
