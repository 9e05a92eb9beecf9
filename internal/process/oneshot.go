package process

import (
	"context"
	"fmt"
	"time"

	"tenement/internal/timeline"
)

// repeat runs a command that makes one call and exits, once for each call. The
// first process of the first worker runs already.
func (c *Config) repeat(ctx context.Context, first *worker, p *running) ([]call, error) {
	began := p.begun
	calls := make([]call, c.Calls)
	failed := make(chan error, c.Concurrency)
	for number := range c.Concurrency {
		go func() {
			w, p := first, p
			if number > 0 {
				w, p = c.worker(), nil
				defer w.script.close()
			}
			var err error
			for at := number; at < c.Calls; at += c.Concurrency {
				if err = wait(ctx, time.Until(began.Add(time.Duration(at/c.Concurrency)*c.Every))); err != nil {
					break
				}
				if calls[at], err = w.once(ctx, at, p); err != nil {
					break
				}
				p = nil
			}
			if p != nil { // interrupted before its call began
				p.finish()
			}
			failed <- err
		}()
	}
	var err error
	for range c.Concurrency {
		if e := <-failed; err == nil {
			err = e
		}
	}
	return calls, err
}

// once makes a call by a process that exits: with 0 if it is good. A nil process is
// yet to be started.
func (w *worker) once(ctx context.Context, number int, p *running) (call, error) {
	w.serve(number)
	if p == nil {
		var err error
		if p, err = w.begin(ctx); err != nil {
			return call{}, err
		}
		go p.discard()
	}
	one := call{begun: p.begun}
	_ = p.stdin.Close() // it gets no lines
	late := time.NewTimer(time.Until(p.begun.Add(w.config.Timeout)))
	defer late.Stop()
	select {
	case <-p.ended:
		one.ended = p.exited
		one.result, one.err = "ok", p.failure()
		if one.err != "" {
			one.result = "error"
		}
	case <-late.C:
		one.ended = time.Now()
		one.result, one.err = timeline.Unfinished, fmt.Sprintf("the client did not exit within %v", w.config.Timeout)
		w.record.stop(number)
	case <-ctx.Done():
		one.ended = time.Now()
		one.result, one.err = timeline.Unfinished, "interrupted"
		w.record.stop(number)
	}
	p.finish()
	w.record.stop(number)
	one.seen = w.record.seen(number)
	return one, ctx.Err()
}

// wait waits, unless ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
