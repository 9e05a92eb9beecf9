package process

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// running is a process with its port and its home.
type running struct {
	*child
	worker *worker
	server *server
	home   *home
	lines  chan []byte // of its stdout; closed at its end
	hello  *hello      // once it has said that it speaks the protocol
	tidy   sync.Once
}

// hello is the first line of a process that speaks the protocol: an object that
// names its version, as it stands there. A version of the wrong type must not make
// a driver pass for a client of one call. What the line says of the SDK is for
// people.
type hello struct {
	Protocol json.RawMessage `json:"protocol"`
}

// begin starts a process.
func (w *worker) begin(ctx context.Context) (*running, error) {
	h, err := newHome()
	if err != nil {
		return nil, err
	}
	v, err := w.script.open(w.record)
	if err != nil {
		h.remove()
		return nil, err
	}
	var c *child
	env, err := h.environment(w.config.Service, &w.script.owner, v.url())
	if err == nil {
		c, err = start(ctx, w.config.Command, env)
	}
	if err != nil {
		v.close()
		h.remove()
		return nil, err
	}
	p := &running{child: c, worker: w, server: v, home: h, lines: make(chan []byte)}
	go p.read()
	return p, nil
}

// longestLine bounds a line of a process, in bytes. What follows a longer one is
// not read as lines.
const longestLine = 1 << 20

// read reads what the process prints, line after line, until nobody can print more.
func (p *running) read() {
	defer close(p.lines)
	go func() {
		<-p.ended
		time.AfterFunc(grace, func() { _ = p.stdout.Close() }) // a child has left the group and keeps it open
	}()
	s := bufio.NewScanner(p.stdout)
	s.Buffer(nil, longestLine)
	for s.Scan() {
		select {
		case p.lines <- append([]byte(nil), s.Bytes()...):
		case <-p.ended: // nobody may be interested any more
		}
	}
	_, _ = io.Copy(io.Discard, p.stdout)
	_ = p.stdout.Close()
}

// settle is how long the first line of a process may be on its way when its first
// request is seen.
const settle = 200 * time.Millisecond

// speaks reports whether the process speaks the protocol: whether its first line
// says so, before its first request. What it prints otherwise is thrown away.
func (p *running) speaks(ctx context.Context) bool {
	asked := p.worker.record.first
	var settled <-chan time.Time
	late := time.NewTimer(time.Until(p.begun.Add(p.worker.config.Timeout)))
	defer late.Stop()
	for {
		select {
		case line, ok := <-p.lines:
			var h hello
			if ok && json.Unmarshal(line, &h) == nil && h.Protocol != nil {
				p.hello = &h
				return true
			}
			go p.discard()
			return false
		case <-asked:
			asked, settled = nil, time.After(settle)
		case <-settled:
			go p.discard()
			return false
		case <-ctx.Done():
			go p.discard()
			return false
		case <-late.C:
			go p.discard()
			return false
		}
	}
}

// discard throws away what the process prints.
func (p *running) discard() {
	for range p.lines {
	}
}

// finish ends the process, if it has not ended, and removes what it had.
func (p *running) finish() {
	p.tidy.Do(func() {
		p.kill()
		<-p.ended
		p.server.close()
		p.home.remove()
	})
}

// errDied is how the end of a process is told that should be alive; or, if it
// lives on and only has closed a pipe, that. It waits for the end.
func (p *running) errDied(pipe, doing string) error {
	if !p.await() {
		return fmt.Errorf("the client has closed its %s %s", pipe, doing)
	}
	text := p.failure()
	if text == "" {
		text = "exit status 0"
	}
	return fmt.Errorf("the client ended %s: %s", doing, text)
}

var errLine = errors.New("the client wrote a line that is no answer")
