package admin

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// How many requests may wait for their line before others wait for them, how many
// lines begin a Write although there are more, and how long a line waits for others
// that share its Write.
const (
	maxLines  = maxRequests / 2
	moreLines = 500
	gather    = 25 * time.Millisecond
)

// requestFile writes a line for every request of a log. It loses none: if the file is
// slower than the requests, they wait for it. A goroutine of its own makes the lines
// and writes them, so that a request waits for no single Write.
type requestFile struct {
	log   *requestLog
	file  io.WriteCloser
	wake  chan struct{} // says that there is something to write
	hurry chan struct{} // says that there is much to write
	end   chan struct{} // closed when nothing more comes
	ended chan struct{} // closed when all is written and the file is closed
	bad   chan error    // gets the first error of the file

	// Of the goroutine that writes.
	lines lines
	text  []byte

	// Guarded by the lock of the log.
	spaced  *sync.Cond // of that lock; says that lines were written
	written uint64     // the seq up to which all is written
	events  []event    // that are not written
	closed  bool
	err     error // the first; nothing is written after it
}

// newRequestFile writes what the log gets to file, which close closes.
func newRequestFile(l *requestLog, file io.WriteCloser) *requestFile {
	f := &requestFile{
		log: l, file: file, spaced: sync.NewCond(&l.mu),
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		end: make(chan struct{}), ended: make(chan struct{}), bad: make(chan error, 1),
	}
	go f.run()
	return f
}

// room waits until there is room for a line. The log is locked, but not while it
// waits.
func (f *requestFile) room() {
	for f.log.last-f.written >= maxLines && f.err == nil && !f.closed {
		tap(f.hurry)
		f.spaced.Wait()
	}
}

// note takes an event, and waits if too many wait for their line. The log is locked.
func (f *requestFile) note(e event) {
	for len(f.events) >= maxEvents && f.err == nil && !f.closed {
		f.spaced.Wait()
	}
	if f.err == nil && !f.closed {
		f.events = append(f.events, e)
		tap(f.wake)
	}
}

// tap sends on a channel that has room for one, unless it is full.
func tap(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run writes lines until close. After the first of some it waits for others, because
// a Write costs much more than a line.
func (f *requestFile) run() {
	defer close(f.ended)
	for over := false; !over; {
		select {
		case <-f.wake:
			pause := time.NewTimer(gather)
			select {
			case <-pause.C:
			case <-f.hurry:
			case <-f.end:
			}
			pause.Stop()
		case <-f.end:
			over = true
		}
		f.drain()
	}
	err := f.file.Close()
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// drain writes all that there is. What it reads of the log nobody changes: requests that
// are not written stay where they are, because room keeps fewer of them than the ring holds.
func (f *requestFile) drain() {
	for {
		first, last, events := f.take()
		if first > last && len(events) == 0 {
			return
		}
		text := f.text[:0]
		for seq := first; seq <= last; seq++ {
			for len(events) > 0 && events[0].after < seq {
				text = append(f.lines.event(text, &events[0]), '\n')
				events = events[1:]
			}
			text = append(f.lines.request(text, f.log.ring.at(seq)), '\n')
		}
		for i := range events {
			text = append(f.lines.event(text, &events[i]), '\n')
		}
		f.text = text
		if _, err := f.file.Write(text); err != nil {
			f.fail(err)
			return
		}
		f.wrote(last)
	}
}

// take is the next requests, from first to last, and the events among them and right after
// them. There is nothing more once the file is broken.
func (f *requestFile) take() (first, last uint64, events []event) {
	l := f.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.err != nil {
		return 1, 0, nil
	}
	last = min(l.last, f.written+moreLines)
	n := 0
	for n < len(f.events) && f.events[n].after <= last {
		n++
	}
	events = slices.Clone(f.events[:n])
	f.events = slices.Delete(f.events, 0, n)
	return f.written + 1, last, events
}

// wrote says that the lines of the requests up to last are written.
func (f *requestFile) wrote(last uint64) {
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	f.written = last
	f.spaced.Broadcast()
}

func (f *requestFile) fail(err error) {
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	f.err = err
	f.bad <- err
	f.spaced.Broadcast()
}

// close writes the rest and closes the file. It waits until ctx ends at the latest.
func (f *requestFile) close(ctx context.Context) error {
	mu := &f.log.mu
	mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.end)
		f.spaced.Broadcast()
	}
	mu.Unlock()
	late := false
	select {
	case <-f.ended:
	case <-ctx.Done():
		late = true
	}
	mu.Lock()
	defer mu.Unlock()
	missing := f.log.last - f.written
	switch {
	case f.err != nil:
		return fmt.Errorf("%w (%d lines lost)", f.err, missing)
	case late:
		return fmt.Errorf("%d lines lost: they could not be written in time", missing)
	case missing > 0:
		return fmt.Errorf("%d lines lost: the log was closed before them", missing)
	}
	return nil
}
