package imds

import (
	"bytes"
	"net/http"
	"slices"
)

// head is how the beginning of an answer looks where that differs from what net/http
// writes, which sorts the headers of a handler and appends its own.
type head struct {
	reason string   // in the status line; "" is net/http's
	order  []string // of the headers; one that is not named stays behind those that are
}

// arrange is the head of an answer, up to and with its empty line, as h has it.
func (h *head) arrange(answer []byte) []byte {
	lines := bytes.SplitAfter(answer, []byte("\r\n"))
	status, fields := lines[0], lines[1:len(lines)-2]
	slices.SortStableFunc(fields, func(a, b []byte) int { return h.place(a) - h.place(b) })
	if h.reason != "" {
		status = append(slices.Clone(status[:len("HTTP/1.1 405 ")]), h.reason+"\r\n"...)
	}
	return slices.Concat(status, bytes.Join(fields, nil), []byte("\r\n"))
}

// place is where a line stands among those of its head.
func (h *head) place(line []byte) int {
	name, _, _ := bytes.Cut(line, []byte(":"))
	if i := slices.Index(h.order, string(name)); i >= 0 {
		return i
	}
	return len(h.order)
}

// wear makes the answer that is about to be written begin as h says. Without a Port
// between, as in a test of the handler, there is nothing to arrange.
func (h *head) wear(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*conn); ok && h != nil {
		c.head = h
	}
}

// headEnd is what ends the head of an answer.
var headEnd = []byte("\r\n\r\n")

// writeHead writes the first bytes of an answer, which have all of its head: net/http
// buffers more than a head has.
func (c *conn) writeHead(b []byte) (int, error) {
	h := c.head
	c.head = nil
	end := bytes.Index(b, headEnd)
	if end < 0 {
		return c.Conn.Write(b)
	}
	end += len(headEnd)
	if _, err := c.Conn.Write(slices.Concat(h.arrange(b[:end]), b[end:])); err != nil {
		return 0, err
	}
	return len(b), nil
}
