package admin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	"tenement/internal/redact"
)

// The bounds of the log: how many refusals may wait for their line, and how many
// bytes of lines begin a Write although more refusals wait.
const (
	maxWaiting = 1 << 16
	maxBatch   = 64 << 10
)

// refusalLog makes a line of each refusal and writes it, in a goroutine of its
// own: making a line takes several times as long as refusing a request, and a disk
// may be slow.
type refusalLog struct {
	waiting chan entry
	missing atomic.Int64  // refusals whose line has not been written
	end     chan struct{} // closed when there is nothing more to come
	ended   chan struct{} // closed when all is written and the file is closed
	once    sync.Once

	// What follows belongs to run, until it has ended.
	file     io.WriteCloser
	redacted io.Writer    // writes to file
	text     bytes.Buffer // the lines of the next Write
	lines    slog.Handler // writes to text
	err      error        // the first; nothing is written after it
}

func newRefusalLog(file io.WriteCloser, secrets *redact.Redactor) *refusalLog {
	l := &refusalLog{
		waiting: make(chan entry, maxWaiting),
		end:     make(chan struct{}), ended: make(chan struct{}), file: file, redacted: secrets.Writer(file),
	}
	l.lines = slog.NewJSONHandler(&l.text, nil)
	go l.run()
	return l
}

// add hands over a refusal and never waits. If too many wait already, the refusal
// is lost.
func (l *refusalLog) add(e entry) {
	l.missing.Add(1)
	select {
	case l.waiting <- e:
	default:
	}
}

// run writes refusals until close, then what is left, and closes the file.
// Refusals that came while it wrote share the next Write, so that a slow disk
// has fewer to do.
func (l *refusalLog) run() {
	defer close(l.ended)
	for {
		select {
		case e := <-l.waiting:
			n := int64(1)
			l.line(e)
			for ; len(l.waiting) > 0 && l.text.Len() < maxBatch; n++ {
				l.line(<-l.waiting) // nobody else receives
			}
			l.write(n)
			continue
		case <-l.end:
		}
		if len(l.waiting) == 0 {
			break
		}
	}
	if err := l.file.Close(); l.err == nil {
		l.err = err
	}
}

func (l *refusalLog) line(e entry) { _ = l.lines.Handle(context.Background(), e.record()) } // a buffer takes all

// write writes the text, which is n lines.
func (l *refusalLog) write(n int64) {
	if l.err == nil {
		if _, l.err = l.redacted.Write(l.text.Bytes()); l.err == nil {
			l.missing.Add(-n)
		}
	}
	l.text.Reset()
}

// close is API.Close.
func (l *refusalLog) close(ctx context.Context) error {
	l.once.Do(func() { close(l.end) })
	select {
	case <-l.ended:
	case <-ctx.Done():
		return fmt.Errorf("%d lines lost: they could not be written in time", l.missing.Load())
	}
	if l.err != nil {
		return l.err
	}
	if n := l.missing.Load(); n > 0 {
		return fmt.Errorf("%d lines lost: they came faster than they could be written", n)
	}
	return nil
}
