package main

import (
	"io"
	"sync"
)

// maxComplaints bounds the lines that hostile clients can make the server
// print.
const maxComplaints = 100

// complaints passes on the error log of the HTTP servers, which has a line
// for each Write, up to maxComplaints lines: clients cause most of them, and
// must not fill the disk of whoever keeps stderr. It is safe for concurrent
// use.
type complaints struct {
	to io.Writer

	mu sync.Mutex // guards n, and the order of lines
	n  int
}

func (c *complaints) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	switch {
	case c.n < maxComplaints:
		return c.to.Write(line)
	case c.n == maxComplaints:
		_, err := io.WriteString(c.to, "mockimds: further complaints of the server are not shown\n")
		return len(line), err
	}
	return len(line), nil
}
