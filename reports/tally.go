package reports

import "time"

// tally is what a recorder counts of one group. A distribution is made at its
// first value: each takes about 200 KiB, and most runs fill few.
type tally struct {
	results    Results
	served     Served
	outcomes   Outcomes
	firstTries uint64
	ready      uint64 // calls that succeeded within 1 s of their schedule
	onTime     uint64 // calls without any lateness; not in the histogram
	clamped    uint64 // values outside the histograms' range

	latency, failureLatency, attemptLatency, lateness distribution

	series rows

	steps steps             // the latency of successes since the last block, if blocks are kept
	ended [blockRows]uint64 // what the blocks that ended hold

	activities []activityTally // none if they are not counted apart
	lives      *livesTally     // nil if no task was launched

	apart    *Apart // nil if no parts are counted
	parts    []partTally
	statuses map[int]uint64 // of attempts, if parts are counted
}

func (t *tally) calls() uint64    { return t.results.Total() }
func (t *tally) attempts() uint64 { return t.outcomes.attempts() }

// record adds a duration to a distribution, and notes if it lay outside the
// range.
func (t *tally) record(d *distribution, took time.Duration) {
	if !d.record(took) {
		t.clamped++
	}
}

// allLateness is the lateness of every call, those on time included.
func (t *tally) allLateness() distribution {
	var d distribution
	d.merge(t.lateness)
	if t.onTime > 0 {
		if d == nil {
			d = make(distribution, slots)
		}
		d[0] += t.onTime
	}
	return d
}

// distributions are the places of all four.
func (t *tally) distributions() [4]*distribution {
	return [4]*distribution{&t.latency, &t.failureLatency, &t.attemptLatency, &t.lateness}
}

func (t *tally) merge(o *tally) {
	add(t.results[:], o.results[:])
	add(t.served[:], o.served[:])
	add(t.outcomes[:], o.outcomes[:])
	t.firstTries += o.firstTries
	t.ready += o.ready
	t.onTime += o.onTime
	t.clamped += o.clamped
	from := o.distributions()
	for i, d := range t.distributions() {
		d.merge(*from[i])
	}
	t.mergeApart(o)
	if t.activities == nil && o.activities != nil {
		t.activities = make([]activityTally, len(o.activities))
	}
	for i := range o.activities {
		t.activities[i].merge(&o.activities[i])
	}
	if o.lives != nil {
		if t.lives == nil {
			t.lives = newLivesTally(len(o.lives.launches))
		}
		t.lives.merge(o.lives)
	}
	for i, row := range o.series {
		for j, v := range row {
			t.series[i][j] += v
		}
	}
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
