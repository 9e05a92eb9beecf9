package intake

import (
	"cmp"
	"container/heap"
	"errors"
	"io"
	"slices"
	"time"

	"tenement/internal/recording"
	"tenement/internal/spool"
)

// window is how far behind the line before it a line may be and not count as late.
const window = 60 * time.Second

// buffered is how many records are put in order in memory. A file whose lines are
// out of order by less than half of that is one run.
const buffered = 1 << 15

// order puts records in order of time, however they come, in flat memory: it sorts
// them a buffer at a time into runs, in a spool, and merges these when they are read.
// Records of one time keep the order of their lines, and files that of their first
// lines.
//
// Results of CloudWatch Logs Insights come newest first: a buffer whose times mostly
// fall is turned round, so that lines of one second are in the order in which they
// were written.
type order struct {
	table  *table
	size   int // of the buffer
	buffer []record
	spool  *spool.Spool
	line   []byte
	runs   []run

	file    int
	written int64 // the time of the last record of the last run
	fresh   bool  // the next record begins a run

	previous    int64 // the time of the line before, of this file
	began       bool
	up, down    int   // steps of time in what was added since the last flush
	lately      int64 // late lines among it
	late        int64
	fell        bool    // this file was turned round
	backwards   int     // files that were
	firsts      []int64 // of each file: the time of its first line
	first, last int64   // the bounds of what is read
	once        bool    // what may be in another file is left out
}

// run is records in order.
type run struct {
	from, to int64 // in the spool
	file     int
	number   int // its place among equal times of the file
}

func newOrder(t *table, size int) *order {
	return &order{table: t, size: size, spool: spool.New(recordSize), fresh: true, last: 1<<63 - 1}
}

// begin begins another file.
func (o *order) begin() error {
	if err := o.flush(true); err != nil {
		return err
	}
	o.began, o.fresh, o.fell = false, true, false
	return nil
}

// add adds the next entry of the file; twice says that it may be in another file too.
func (o *order) add(e *recording.Entry, twice bool) error {
	r, err := o.table.record(e)
	if err != nil {
		return err
	}
	if twice {
		r.flags |= twiceFlag
	}
	switch {
	case !o.began:
		o.began = true
		o.firsts = append(o.firsts, r.at)
		o.file = len(o.firsts) - 1
	case r.at < o.previous:
		o.down++
		if r.at < o.previous-int64(window) {
			o.lately++
		}
	case r.at > o.previous:
		o.up++
	}
	o.previous = r.at
	if len(o.buffer) == o.size {
		if err := o.flush(false); err != nil {
			return err
		}
	}
	o.buffer = append(o.buffer, r)
	return nil
}

// byTime compares two records.
func byTime(a, b record) int { return cmp.Compare(a.at, b.at) }

// flush writes the older half of the buffer, or all of it.
func (o *order) flush(all bool) error {
	if len(o.buffer) == 0 {
		return nil
	}
	falling := o.down > o.up
	if falling {
		if slices.Reverse(o.buffer); !o.fell {
			o.fell = true
			o.backwards++
		}
		all = true
		o.fresh = true
	} else {
		o.late += o.lately
	}
	o.up, o.down, o.lately = 0, 0, 0
	if !slices.IsSortedFunc(o.buffer, byTime) {
		slices.SortStableFunc(o.buffer, byTime)
	}
	if o.fresh || o.buffer[0].at < o.written {
		n := len(o.runs)
		if falling {
			n = -n
		}
		o.runs = append(o.runs, run{from: o.spool.Len(), to: o.spool.Len(), file: o.file, number: n})
		o.fresh = falling
	}
	n := len(o.buffer)
	if !all {
		n /= 2
	}
	for i := range o.buffer[:n] {
		o.line = o.buffer[i].append(o.line[:0])
		if err := o.spool.Append(o.line); err != nil {
			return err
		}
	}
	o.written = o.buffer[n-1].at
	o.runs[len(o.runs)-1].to = o.spool.Len()
	o.buffer = o.buffer[:copy(o.buffer, o.buffer[n:])]
	return nil
}

// done ends the adding.
func (o *order) done() error {
	if err := o.flush(true); err != nil {
		return err
	}
	o.buffer = nil
	// Files stand in the order of their first lines, whatever their names are.
	byFirst := make([]int, len(o.firsts))
	for i := range byFirst {
		byFirst[i] = i
	}
	slices.SortStableFunc(byFirst, func(a, b int) int { return cmp.Compare(o.firsts[a], o.firsts[b]) })
	place := make([]int, len(byFirst))
	for i, file := range byFirst {
		place[file] = i
	}
	for i := range o.runs {
		o.runs[i].file = place[o.runs[i].file]
	}
	return o.spool.Done()
}

// source is an evidence.Source of what was added.
func (o *order) source(yield func(*recording.Entry) bool) error {
	m := merge{order: o}
	for _, r := range o.runs {
		if err := m.open(r); err != nil {
			return err
		}
	}
	heap.Init(&m)
	var e recording.Entry
	for len(m.cursors) > 0 {
		c := &m.cursors[0]
		if at := c.record.at; at >= o.first && at <= o.last && (!o.once || c.record.flags&twiceFlag == 0) {
			o.table.entry(&c.record, &e)
			if !yield(&e) {
				return nil
			}
		}
		more, err := c.next()
		switch {
		case err != nil:
			return err
		case !more:
			heap.Pop(&m)
		case len(m.cursors) > 1:
			heap.Fix(&m, 0)
		}
	}
	return nil
}

// cursor reads a run.
type cursor struct {
	record record
	run    run
	left   int64
	in     *spool.Reader
}

// next reads the next record, and reports whether there is one.
func (c *cursor) next() (bool, error) {
	if c.left == 0 {
		return false, nil
	}
	c.left--
	b, err := c.in.Next()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return false, err
	}
	c.record.read(b)
	return true, nil
}

// merge is a heap of runs, by the time of their next record.
type merge struct {
	order   *order
	cursors []cursor
}

func (m *merge) open(r run) error {
	c := cursor{run: r, left: r.to - r.from, in: m.order.spool.From(r.from)}
	more, err := c.next()
	if more {
		m.cursors = append(m.cursors, c)
	}
	return err
}

func (m *merge) Len() int      { return len(m.cursors) }
func (m *merge) Swap(i, j int) { m.cursors[i], m.cursors[j] = m.cursors[j], m.cursors[i] }
func (m *merge) Push(any)      {}
func (m *merge) Pop() any {
	m.cursors = m.cursors[:len(m.cursors)-1]
	return nil
}

func (m *merge) Less(i, j int) bool {
	a, b := &m.cursors[i], &m.cursors[j]
	if c := cmp.Compare(a.record.at, b.record.at); c != 0 {
		return c < 0
	}
	if c := cmp.Compare(a.run.file, b.run.file); c != 0 {
		return c < 0
	}
	return a.run.number < b.run.number
}
