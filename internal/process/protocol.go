package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"tenement/internal/timeline"
)

// The protocol of a process that stays alive, one JSON object a line (docs/drivers.md):
//
//	← {"protocol":1,"sdk":"…","version":"…"}
//	→ {"resolve":N}, or {"resolve":N,"client":"new"}
//	← {"result":N,"ok":true,"access_key_id":"…","expires":"…"}
//	← {"result":N,"ok":false,"error":"…"}

// protocolVersion is the version of the protocol.
const protocolVersion = "1"

// request is a line to the process.
type request struct {
	Resolve int    `json:"resolve"`
	Client  string `json:"client,omitempty"`
}

// reply is a line of the process.
type reply struct {
	Result      *int   `json:"result"`
	OK          bool   `json:"ok"`
	AccessKeyID string `json:"access_key_id"`
	Expires     string `json:"expires"`
	Error       string `json:"error"`
}

// conversation is the calls of a process that stays alive.
type conversation struct {
	config *Config
	*running
	calls []call
	open  map[int]bool
	late  chan int // calls whose time is over
}

// talk makes the calls with a process that stays alive.
func (c *Config) talk(ctx context.Context, p *running) ([]call, error) {
	defer p.finish()
	if version := string(p.hello.Protocol); version != protocolVersion {
		go p.discard()
		return nil, fmt.Errorf("the client speaks version %s of the protocol: want %s", bounded(version), protocolVersion)
	}
	v := &conversation{config: c, running: p, calls: make([]call, c.Calls), open: make(map[int]bool), late: make(chan int, c.Calls)}
	err := v.hold(ctx)
	if err == nil && c.Linger > 0 {
		select {
		case <-time.After(c.Linger):
		case <-p.ended:
		case <-ctx.Done():
		}
	}
	for i := range v.open {
		v.end(i, timeline.Unfinished, "interrupted")
		if err != nil && ctx.Err() == nil {
			v.calls[i].result, v.calls[i].err = "error", err.Error()
		}
	}
	_ = p.stdin.Close()
	go p.discard()
	if err == nil {
		select {
		case <-p.ended:
		case <-time.After(grace): // it does not care that stdin has closed
		case <-ctx.Done():
		}
	}
	p.finish()
	for i := range v.calls {
		p.worker.record.stop(i)
		v.calls[i].seen = p.worker.record.seen(i)
	}
	return v.calls, err
}

// hold asks and listens until every call is over.
func (v *conversation) hold(ctx context.Context) error {
	began := time.Now()
	due := time.NewTimer(0)
	defer due.Stop()
	rounds := (v.config.Calls + v.config.Concurrency - 1) / v.config.Concurrency
	for round := 0; round < rounds || len(v.open) > 0; {
		if round < rounds && v.config.Every == 0 && len(v.open) == 0 {
			due.Reset(0)
		}
		select {
		case <-due.C:
			if round == rounds || v.config.Every == 0 && len(v.open) > 0 {
				continue
			}
			if err := v.ask(round); err != nil {
				return err
			}
			if round++; v.config.Every > 0 {
				due.Reset(time.Until(began.Add(time.Duration(round) * v.config.Every)))
			}
		case line, ok := <-v.lines:
			if !ok {
				return v.errDied("stdout", v.when())
			}
			if err := v.take(line); err != nil {
				return err
			}
		case i := <-v.late:
			v.end(i, timeline.Unfinished, fmt.Sprintf("the client gave no answer within %v", v.config.Timeout))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// when says which calls are open.
func (v *conversation) when() string {
	switch {
	case len(v.open) > 0:
	case v.calls[0].begun.IsZero():
		return "before the first call"
	default:
		return "between two calls"
	}
	return fmt.Sprintf("during call %d", v.oldest()+1)
}

// oldest is the open call that was asked for first; without one, the last that was
// asked for.
func (v *conversation) oldest() int {
	last := 0
	for i := range v.calls {
		if v.open[i] {
			return i
		}
		if !v.calls[i].begun.IsZero() {
			last = i
		}
	}
	return last
}

// ask asks for the calls of a round. Requests belong to the oldest open call, because
// nobody can see which of several calls a request is for.
func (v *conversation) ask(round int) error {
	now := time.Now()
	first := round * v.config.Concurrency
	after := min(first+v.config.Concurrency, v.config.Calls)
	for i := first; i < after; i++ {
		v.calls[i].begun, v.calls[i].aligned = now, true
		v.open[i] = true
	}
	v.worker.serve(v.oldest())
	for i := first; i < after; i++ {
		r := request{Resolve: i + 1}
		if v.config.Fresh {
			r.Client = "new"
		}
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_ = v.stdin.SetWriteDeadline(now.Add(v.config.Timeout)) // a pipe has one
		switch _, err := v.stdin.Write(append(line, '\n')); {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return errors.New("the client does not read its stdin")
		case err != nil:
			go v.discard()
			return v.errDied("stdin", v.when())
		}
		time.AfterFunc(v.config.Timeout, func() { v.late <- i })
	}
	return nil
}

// take takes a line of the process.
func (v *conversation) take(line []byte) error {
	var r reply
	if err := json.Unmarshal(line, &r); err != nil || r.Result == nil {
		return fmt.Errorf("%w: %s", errLine, bounded(string(line)))
	}
	i := *r.Result - 1
	if i < 0 || i >= len(v.calls) || v.calls[i].begun.IsZero() {
		return fmt.Errorf("the client answered call %d, which was not asked for", *r.Result)
	}
	if !v.open[i] {
		return nil // it is too late
	}
	switch {
	case !r.OK:
		v.end(i, "error", bounded(r.Error))
	case r.AccessKeyID == "":
		v.end(i, "empty", "")
	case v.worker.record.expired(r.Expires, time.Now()):
		v.end(i, "expired", "")
	default:
		v.end(i, "ok", "")
	}
	return nil
}

// end ends a call.
func (v *conversation) end(i int, result, text string) {
	if !v.open[i] {
		return
	}
	delete(v.open, i)
	v.calls[i].ended, v.calls[i].result, v.calls[i].err = time.Now(), result, text
	if result == timeline.Unfinished {
		v.worker.record.stop(i)
	}
	v.worker.serve(v.oldest())
}
