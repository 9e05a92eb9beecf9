package soak

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// client is one connection of a benchmark client: it writes the same bytes
// again and again and reads as much of the answers as it must. It connects
// anew where the server closes.
type client struct {
	address string
	request []byte
	conn    net.Conn
	in      *bufio.Reader
}

// do makes one request. A connection that the server had closed before the
// request was sent is no error: the request is sent again on a new one.
func (c *client) do() (status int, err error) {
	fresh := c.conn == nil
	status, closes, err := c.once()
	if err != nil && !fresh {
		c.close()
		status, closes, err = c.once()
	}
	if err != nil || closes {
		c.close()
	}
	return status, err
}

func (c *client) once() (status int, closes bool, err error) {
	if c.conn == nil {
		if c.conn, err = net.Dial("tcp4", c.address); err != nil {
			return 0, false, err
		}
		c.in = bufio.NewReaderSize(c.conn, 8<<10)
	}
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, false, err
	}
	return readAnswer(c.in)
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

var contentLength, connectionClose = []byte("Content-Length: "), []byte("Connection: close")

// readAnswer reads the status line, of the headers what it needs, and the
// body, which has a length.
func readAnswer(in *bufio.Reader) (status int, closes bool, err error) {
	length := -1
	for n := 0; ; n++ {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case n == 0:
			if len(line) < len("HTTP/1.1 200") {
				return 0, false, fmt.Errorf("got %q, want a status line", line)
			}
			if status, err = strconv.Atoi(string(line[9:12])); err != nil {
				return 0, false, err
			}
		case len(line) == 0:
			if length < 0 {
				return 0, false, errors.New("an answer without a length")
			}
			_, err := io.CopyN(io.Discard, in, int64(length))
			return status, closes, err
		case bytes.HasPrefix(line, contentLength):
			if length, err = strconv.Atoi(string(line[len(contentLength):])); err != nil {
				return 0, false, err
			}
		case bytes.Equal(line, connectionClose):
			closes = true
		}
	}
}

// tally counts answers by status, and errors.
type tally struct {
	status map[int]int
	errs   int
	err    error // the first
}

// load asks on so many connections at once until more says no; requests are
// spread over the connections in turn.
func load(address string, requests [][]byte, connections int, more func() bool) tally {
	all := tally{status: make(map[int]int)}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range connections {
		c := &client{address: address, request: requests[i%len(requests)]}
		wg.Go(func() {
			defer c.close()
			mine := make(map[int]int)
			var first error
			errs := 0
			for more() {
				status, err := c.do()
				if err != nil {
					if errs++; first == nil {
						first = err
					}
					continue
				}
				mine[status]++
			}
			mu.Lock()
			defer mu.Unlock()
			for status, n := range mine {
				all.status[status] += n
			}
			all.errs += errs
			if all.err == nil {
				all.err = first
			}
		})
	}
	wg.Wait()
	return all
}
