package reports

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// tally is what a recorder counts of one group. A histogram is made at its
// first value: each takes about 200 KiB, and most runs fill few.
type tally struct {
	results    Results
	served     Served
	outcomes   Outcomes
	firstTries uint64
	ready      uint64 // calls that succeeded within 1 s of their schedule
	onTime     uint64 // calls without any lateness; not in the histogram
	clamped    uint64 // values outside the histograms' range

	latency, failureLatency, attemptLatency, lateness *hdrhistogram.Histogram

	series rows
}

func (t *tally) calls() uint64    { return t.results.total() }
func (t *tally) attempts() uint64 { return t.outcomes.attempts() }

// record adds a duration to a histogram. One beyond the range counts at its
// end, and is counted as clamped.
func (t *tally) record(h **hdrhistogram.Histogram, d time.Duration) {
	if *h == nil {
		*h = newHistogram()
	}
	if uint64(d) > uint64(highest) {
		t.clamped++
		d = min(max(d, 0), time.Duration(highest))
	}
	_ = (*h).RecordValue(int64(d)) // cannot fail within the range
}

// allLateness is the lateness of every call, those on time included, or nil.
func (t *tally) allLateness() *hdrhistogram.Histogram {
	if t.onTime == 0 {
		return t.lateness
	}
	h := newHistogram()
	_ = h.RecordValues(0, int64(t.onTime))
	if t.lateness != nil {
		h.Merge(t.lateness)
	}
	return h
}

// histograms are the places of all four.
func (t *tally) histograms() [4]**hdrhistogram.Histogram {
	return [4]**hdrhistogram.Histogram{&t.latency, &t.failureLatency, &t.attemptLatency, &t.lateness}
}

func (t *tally) merge(o *tally) {
	add(t.results[:], o.results[:])
	add(t.served[:], o.served[:])
	add(t.outcomes[:], o.outcomes[:])
	t.firstTries += o.firstTries
	t.ready += o.ready
	t.onTime += o.onTime
	t.clamped += o.clamped
	from := o.histograms()
	for i, h := range t.histograms() {
		if *from[i] == nil {
			continue
		}
		if *h == nil {
			*h = newHistogram()
		}
		(*h).Merge(*from[i])
	}
	for i, row := range o.series {
		for j, v := range row {
			t.series[i][j] += v
		}
	}
}

func (t *tally) reset() {
	kept := tally{series: t.series}
	to := kept.histograms()
	for i, h := range t.histograms() {
		if *h != nil {
			(*h).Reset()
		}
		*to[i] = *h
	}
	for _, row := range kept.series {
		clear(row)
	}
	*t = kept
}

// rows is a group's series, by what is counted.
type rows [numRows][]uint32

const (
	callRow    = iota // calls, by schedule
	firstRow          // first tries, by the instant of sending
	retryRow          // retries, by the instant of sending
	failureRow        // failed calls, by their end
	numRows
)

func newRows(buckets int) (r rows) {
	if buckets > 0 {
		for i := range r {
			r[i] = make([]uint32, buckets)
		}
	}
	return r
}
