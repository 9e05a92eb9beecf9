package recording

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"net/netip"
	"time"
)

// goReplay is a file of GoReplay: captured requests, and their responses where it was
// told to track them, in the order in which they were complete, which is not quite
// that of time. A record is a line of its kind (1 a request, 2 its response, 3 the
// response to a replayed request), its ID, its time in ns and a duration; then the
// message as it was on the wire; then a line of three monkeys.
//
// A response has the ID of its request. The ID begins with the client's port, the
// server's port and the client's IPv4 address (the last four bytes of an IPv6
// address); versions before 1.2 have other IDs, which is told by the server's port.
//
// Source: buger/goreplay protocol.go, tcp/tcp_message.go; checked with 1.3.2.
var goReplay = Format{
	Name: "goreplay",
	Doc:  "capture of GoReplay (.gor), with or without responses",
	Sniff: func(head []byte) bool {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		m, err := goReplayMeta(line)
		first, _, _ := bytes.Cut(rest, []byte{'\n'})
		return err == nil && m.kind <= 3 && bytes.Contains(first, []byte("HTTP/"))
	},
	Records: func(_ Options, r io.Reader) (RecordDecoder, error) {
		g := &goReplayDecoder{
			numbered: numbered{in: bufio.NewReaderSize(r, 64<<10)}, filler: newFiller(true),
			waiting: make(map[string]*goRequest), orphans: make(map[string]goMeta),
		}
		return g.record, nil
	},
}

// Bounds of what is kept while responses are waited for.
const (
	mostWaiting   = 1 << 16          // requests
	mostOrphans   = 1 << 12          // responses whose request has not come
	longestWait   = 30 * time.Second // of the capture's time
	longestRecord = 16 << 20         // bytes
)

var monkeys = []byte("🐵🙈🙉")

// goMeta is the first line of a record.
type goMeta struct {
	kind   int
	id     []byte
	at     time.Time
	status int
	source string // of a response: the address that the server says it saw
}

// goRequest is a request that waits for its response.
type goRequest struct {
	entry Entry
	line  int
	id    string
	port  uint16 // the server's, as the ID has it
	addr  string // the client's, as the ID has it
	known bool   // that the ID has them
	done  bool   // it has its response
	err   error
}

// goReplayDecoder reads one file. Requests leave it in the order of the file.
type goReplayDecoder struct {
	numbered
	filler  *filler
	queue   []*goRequest
	waiting map[string]*goRequest
	orphans map[string]goMeta
	order   []string // of the orphans, the oldest first
	latest  time.Time
	port    uint16 // of the request before
	body    []byte
	ended   error
}

// record is the next request.
func (g *goReplayDecoder) record(e *Entry) (int, error) {
	for {
		if r := g.ready(); r != nil {
			*e = r.entry
			return r.line, r.err
		}
		if g.ended != nil {
			return g.line, g.ended
		}
		at := g.line + 1
		m, err := g.read()
		if err != nil {
			if damage := (*Damage)(nil); errors.As(err, &damage) {
				return at, err
			}
			g.ended = err
			continue
		}
		switch m.kind {
		case 1:
			g.request(m, at)
		case 2:
			g.response(m)
		case 3:
			return at, Foreign("goreplay: responses to replayed requests")
		default:
			return at, Foreign("goreplay: other records")
		}
	}
}

// ready takes the first request off the queue, if it has its response or need not
// wait any longer.
func (g *goReplayDecoder) ready() *goRequest {
	if len(g.queue) == 0 {
		return nil
	}
	r := g.queue[0]
	if g.ended == nil && (len(g.queue) < 2 || !r.done && len(g.queue) < mostWaiting && g.latest.Sub(r.entry.At) < longestWait) {
		return nil
	}
	g.queue[0] = nil
	g.queue = g.queue[1:]
	if g.waiting[r.id] == r {
		delete(g.waiting, r.id)
	}
	// The server's port is that of the request after or before it, unless the ID is
	// of another make.
	steady := g.port == r.port || len(g.queue) > 0 && g.queue[0].port == r.port
	if r.entry.Addr == "" && r.addr != "" && (r.known || steady) {
		r.entry.Addr = g.filler.kept.keep([]byte(r.addr))
	}
	g.port = r.port
	return r
}

// request puts a request into the queue.
func (g *goReplayDecoder) request(m goMeta, line int) {
	r := &goRequest{line: line, id: string(m.id)}
	g.queue = append(g.queue, r)
	g.latest = maxTime(g.latest, m.at)
	r.entry.At = m.at

	var f fields
	first, rest, _ := bytes.Cut(g.body, []byte{'\n'})
	f.set(partRequest, first, -1)
	for name, value := range headersOf(rest) {
		noteHeader(&f, string(name), value)
	}
	r.id4(m.id, f.text[partHost])
	if r.err = g.filler.fillRequest(&f, &r.entry); r.err != nil {
		r.done = true
		return
	}
	if orphan, ok := g.orphans[r.id]; ok {
		delete(g.orphans, r.id)
		r.answer(g.filler, orphan)
		return
	}
	g.waiting[r.id] = r
}

// id4 reads ports and address out of an ID.
func (r *goRequest) id4(id, host []byte) {
	var b [12]byte
	if n, err := hex.Decode(b[:], id[:min(len(id), 24)]); err != nil || n != 12 || len(id) != 24 {
		return
	}
	r.port = uint16(b[2])<<8 | uint16(b[3])
	r.addr = netip.AddrFrom4([4]byte(b[4:8])).String()
	port := 80
	if _, text, ok := bytes.Cut(host, []byte{':'}); ok {
		port, _ = number(text, 1<<16)
	}
	r.known = port == int(r.port)
}

// response joins a response with its request, or keeps it until that comes.
func (g *goReplayDecoder) response(m goMeta) {
	first, rest, _ := bytes.Cut(g.body, []byte{'\n'})
	if _, code, ok := bytes.Cut(first, []byte{' '}); ok && len(code) >= 3 {
		m.status, _ = status(code[:3])
	}
	for name, value := range headersOf(rest) {
		if string(name) == sourceHeader {
			m.source = string(value)
		}
	}
	if r, ok := g.waiting[string(m.id)]; ok {
		delete(g.waiting, r.id)
		r.answer(g.filler, m)
		return
	}
	if len(g.order) >= mostOrphans { // the older half goes; most of it has long been joined
		for _, id := range g.order[:mostOrphans/2] {
			delete(g.orphans, id)
		}
		g.order = append(g.order[:0], g.order[mostOrphans/2:]...)
	}
	g.orphans[string(m.id)] = m
	g.order = append(g.order, string(m.id))
}

// answer notes what a response says.
func (r *goRequest) answer(l *filler, m goMeta) {
	r.done = true
	r.entry.Status = m.status
	r.entry.Lat = max(m.at.Sub(r.entry.At), least)
	if r.entry.Addr == "" && m.source != "" {
		r.entry.Addr = l.address(nil, []byte(m.source))
	}
}

// maxTime is the later of two times.
func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
