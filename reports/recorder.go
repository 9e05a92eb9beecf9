package reports

import (
	"fmt"
	"time"

	"tenement/internal/strategy"
)

// Recorder counts what an engine tells it: a strategy.Observer. It is not safe
// for concurrent use; each worker has one of its own, and Merge adds them up.
// Neither method allocates, once each kind of event has been seen.
//
// An engine reports an attempt before it hands the outcome to the client, so
// that Call.First is still about this attempt.
type Recorder struct {
	groups  []tally
	width   divider            // of a series bucket
	buckets int                // 0 keeps no series
	light   bool               // keep no histogram but those of successes and of attempts
	blocks  map[uint64][]block // by number, then by group; nil keeps none
}

// NewRecorder is an empty recorder for groups with the dense numbers
// 0..groups-1, with a series in buckets of this width up to the horizon (the
// end of the drain). A bucket of 0 keeps no series. What happens later than
// the horizon counts in the last bucket.
func NewRecorder(groups int, bucket, horizon time.Duration) *Recorder {
	r := &Recorder{groups: make([]tally, groups)}
	if bucket > 0 && horizon > 0 {
		r.width = newDivider(uint64(bucket))
		r.buckets = int((horizon + bucket - 1) / bucket)
	}
	for i := range r.groups {
		r.groups[i].series = newRows(r.buckets)
	}
	return r
}

// newLightRecorder keeps integers and two histograms: what an Estimate needs.
func newLightRecorder(groups int) *Recorder {
	r := NewRecorder(groups, 0, 0)
	r.light = true
	return r
}

// Attempted implements strategy.Observer.
func (r *Recorder) Attempted(k *strategy.Call, sent, ended time.Duration, o *strategy.Outcome) {
	r.attempted(k, k.First(), sent, ended, o)
}

// attempted is Attempted for the first attempt or a further one.
func (r *Recorder) attempted(k *strategy.Call, first bool, sent, ended time.Duration, o *strategy.Outcome) {
	t := &r.groups[k.Group]
	row := retryRow
	if first {
		row = firstRow
		t.firstTries++
	}
	how := became(o)
	t.outcomes[how]++
	if o.Status != 0 || o.Err != strategy.NoFailure {
		t.record(&t.attemptLatency, ended-sent)
	}
	if t.apart != nil {
		t.countApart(k, ended-sent, o, r.light)
	}
	if t.activities != nil {
		t.activities[k.Activity].attempted(first, how)
	}
	if r.buckets > 0 {
		t.series[row][r.at(sent)]++
	}
}

// Finished implements strategy.Observer.
func (r *Recorder) Finished(k *strategy.Call) {
	t := &r.groups[k.Group]
	t.results[k.Result]++
	t.served[k.Served]++
	if t.activities != nil {
		t.activities[k.Activity].results[k.Result]++
	}
	took := k.Ended - k.Scheduled
	switch failed := k.Result.Failed(); {
	case k.Result == strategy.Stopped: // it has no latency
	case !failed:
		if took <= time.Second {
			t.ready++
		}
		t.record(&t.latency, took)
		if r.blocks != nil {
			t.steps.record(took)
		}
	case !r.light:
		t.record(&t.failureLatency, took)
		fallthrough
	default:
		if r.buckets > 0 {
			t.series[failureRow][r.at(k.Ended)]++
		}
	}
	// A simulated call is never late, and a call that a run's end cut off may
	// never have begun.
	if late := k.Begun - k.Scheduled; late <= 0 {
		t.onTime++
	} else if !r.light {
		t.record(&t.lateness, late)
	}
	if r.buckets > 0 {
		t.series[callRow][r.at(k.Scheduled)]++
	}
}

// Straight implements strategy.StraightObserver: it counts what the other two methods
// would.
func (r *Recorder) Straight(k *strategy.Call, o *strategy.Outcome) {
	t, took := &r.groups[k.Group], k.Ended-k.Scheduled
	if k.Result != strategy.OK || t.apart != nil || uint64(took) > uint64(highest) {
		r.attempted(k, true, k.Scheduled, k.Ended, o)
		r.Finished(k)
		return
	}
	t.firstTries++
	t.outcomes[Admitted]++
	t.results[strategy.OK]++
	t.served[strategy.Fetched]++
	t.onTime++
	if took <= time.Second {
		t.ready++
	}
	slot := slotOf(uint64(took))
	t.attemptLatency.count(slot)
	t.latency.count(slot)
	if r.blocks != nil {
		t.steps.record(took)
	}
	if t.activities != nil {
		a := &t.activities[k.Activity]
		a.results[strategy.OK]++
		a.attempted(true, Admitted)
	}
	if r.buckets > 0 {
		at := r.at(k.Scheduled)
		t.series[callRow][at]++
		t.series[firstRow][at]++
	}
}

// at is the series bucket of an instant.
func (r *Recorder) at(now time.Duration) int {
	return min(int(r.width.divide(uint64(max(now, 0)))), r.buckets-1)
}

// Merge adds what another recorder of the same shape has counted. Additions of
// integers commute, so the order of merging cannot matter. It panics if the
// shapes differ.
func (r *Recorder) Merge(o *Recorder) {
	if len(r.groups) != len(o.groups) || r.width != o.width || r.buckets != o.buckets {
		panic(fmt.Sprintf("reports: merging recorders of %d groups × %d buckets and %d × %d",
			len(r.groups), r.buckets, len(o.groups), o.buckets))
	}
	for i := range r.groups {
		r.groups[i].merge(&o.groups[i])
	}
	if r.blocks != nil {
		r.mergeBlocks(o)
	}
}
