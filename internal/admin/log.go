package admin

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
)

// maxWaiting bounds the refusals that wait for their line.
const maxWaiting = 1 << 14

// refusalLog writes refusals behind the back of the requests: making a line
// takes several times as long as refusing a request.
type refusalLog struct {
	lines   slog.Handler
	waiting chan entry
	lost    atomic.Uint64
	end     chan struct{} // closed when there is nothing more to come
	ended   chan struct{} // closed when all is written
	once    sync.Once
}

func newRefusalLog(w io.Writer) *refusalLog {
	l := &refusalLog{
		lines: slog.NewJSONHandler(w, nil), waiting: make(chan entry, maxWaiting),
		end: make(chan struct{}), ended: make(chan struct{}),
	}
	go l.run()
	return l
}

// add never waits: what there is no room for is lost.
func (l *refusalLog) add(e entry) {
	select {
	case l.waiting <- e:
	default:
		l.lost.Add(1)
	}
}

// run writes until the end, and then what is left.
func (l *refusalLog) run() {
	defer close(l.ended)
	for {
		select {
		case e := <-l.waiting:
			l.write(e)
			continue
		case <-l.end:
		}
		for {
			select {
			case e := <-l.waiting:
				l.write(e)
			default:
				return
			}
		}
	}
}

// write leaves it to the writer what becomes of an error.
func (l *refusalLog) write(e entry) { _ = l.lines.Handle(context.Background(), e.record()) }

// close writes what is left, and says what was lost.
func (l *refusalLog) close() error {
	l.once.Do(func() { close(l.end) })
	<-l.ended
	if n := l.lost.Load(); n > 0 {
		return fmt.Errorf("%d lines lost: they came faster than they could be written", n)
	}
	return nil
}
