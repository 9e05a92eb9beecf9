package tracestat

import "time"

// numWindows is how many widths of window there are.
const numWindows = 2

// slotWidth is the step in which a window moves.
const slotWidth = time.Millisecond

// windows finds the busiest window of each width, of all requests and of single
// buckets. Windows move in steps of a millisecond, and requests of one bucket in one
// step are one entry, so the entries kept are bounded whatever the rate.
type windows struct {
	widths  [numWindows]time.Duration
	entries []entry
	dropped int64 // entries that have been dropped from the front
	heads   [numWindows]int64
	now     [numWindows]uint64
	peaks   [numWindows]peak
	buckets []windowed
	busiest [numWindows]bucketPeak
}

// entry is the requests of one bucket in one step.
type entry struct {
	slot   int64
	bucket int32
	n      uint32
}

// windowed is what the windows hold of one bucket.
type windowed struct {
	now  [numWindows]uint32
	last int64 // the number of its last entry, plus 1
}

// peak is the busiest window so far: how many requests, and when the first came.
type peak struct {
	n  uint64
	at time.Duration
}

// bucketPeak is the busiest window of a single bucket.
type bucketPeak struct {
	peak
	bucket int32
}

// see takes in a request of a bucket.
func (w *windows) see(now time.Duration, bucket int32) {
	for int(bucket) >= len(w.buckets) {
		w.buckets = append(w.buckets, windowed{})
	}
	slot := int64(now / slotWidth)
	for i, width := range w.widths {
		w.expire(i, slot-int64(width/slotWidth))
	}
	w.trim()
	b := &w.buckets[bucket]
	if at := b.last - 1 - w.dropped; at >= 0 && w.entries[at].slot == slot {
		w.entries[at].n++
	} else {
		w.entries = append(w.entries, entry{slot, bucket, 1})
		b.last = w.dropped + int64(len(w.entries))
	}
	for i := range w.widths {
		begin := time.Duration(w.entries[w.heads[i]-w.dropped].slot) * slotWidth
		if w.now[i]++; w.now[i] > w.peaks[i].n {
			w.peaks[i] = peak{w.now[i], begin}
		}
		if b.now[i]++; uint64(b.now[i]) > w.busiest[i].n {
			w.busiest[i] = bucketPeak{peak{uint64(b.now[i]), begin}, bucket}
		}
	}
}

// expire takes the entries up to a step out of a window.
func (w *windows) expire(window int, upTo int64) {
	for {
		at := w.heads[window] - w.dropped
		if at >= int64(len(w.entries)) || w.entries[at].slot > upTo {
			return
		}
		e := &w.entries[at]
		w.now[window] -= uint64(e.n)
		w.buckets[e.bucket].now[window] -= e.n
		w.heads[window]++
	}
}

// trim drops the entries that no window holds, when they are most of all.
func (w *windows) trim() {
	gone := w.heads[0] - w.dropped // the first window is the widest
	if gone > 64 && gone > int64(len(w.entries))/2 {
		w.entries = append(w.entries[:0], w.entries[gone:]...)
		w.dropped += gone
	}
}
