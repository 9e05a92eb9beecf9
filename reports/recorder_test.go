package reports

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
)

const second = time.Second

// ok and refusal are the outcomes that most attempts have.
var (
	ok      = &strategy.Outcome{Status: 200}
	refusal = &strategy.Outcome{Status: 429, Body: strategy.BodyText}
)

func TestRecorderCounts(t *testing.T) {
	r := NewRecorder(2, second, 5*second)

	// A call that is throttled once and then succeeds.
	k := &strategy.Call{Group: 1, Scheduled: 1500 * time.Millisecond, Begun: 1600 * time.Millisecond}
	r.Attempted(k, 1600*time.Millisecond, 1700*time.Millisecond, refusal)
	k.Attempts++
	r.Attempted(k, 2100*time.Millisecond, 2200*time.Millisecond, ok)
	k.Attempts++
	k.Ended, k.Result = 2200*time.Millisecond, strategy.OK
	r.Finished(k)
	// One that times out in the end, and one from the cache.
	k = &strategy.Call{Group: 1, Scheduled: 2 * second, Begun: 2 * second}
	r.Attempted(k, 2*second, 4*second, &strategy.Outcome{Err: strategy.ResponseTimeout})
	k.Attempts++
	k.Ended, k.Result = 4*second, strategy.Timeout
	r.Finished(k)
	r.Finished(&strategy.Call{Group: 1, Scheduled: 3 * second, Begun: 3 * second, Ended: 3 * second, Served: strategy.Cached})
	// A background refresh, whose attempt counts and which never finishes.
	r.Attempted(&strategy.Call{Group: 1, Background: true}, 3*second, 3*second, ok)
	// An attempt that the run's end cut off.

	g := newGroup(GroupInfo{Name: "g", Tasks: 3}, &r.groups[1], 4)
	checks := []struct {
		name      string
		got, want any
	}{
		{"calls", g.Calls, uint64(3)},
		{"attempts", g.Attempts, uint64(4)},
		{"first tries", g.FirstTries, uint64(3)},
		{"retries", g.Attempts - g.FirstTries, uint64(1)},
		{"ok", g.Results[strategy.OK], uint64(2)},
		{"timeout", g.Results[strategy.Timeout], uint64(1)},
		{"cached", g.Served[strategy.Cached], uint64(1)},
		{"throttled attempts", g.Outcomes[Throttled], uint64(1)},
		{"admitted attempts", g.Outcomes[Admitted], uint64(2)},
		{"timed out attempts", g.Outcomes[timeout], uint64(1)},
		{"amplification", *g.Amplification, 1.333333333333},
		{"failure rate", *g.FailureRate, 0.333333333333},
		{"ready within 1 s", *g.ReadyWithin1s, 0.666666666667},
		{"offered", g.OfferedPerS, 0.75},
		{"processes", g.Processes, 1},
		{"failure latency", g.FailureLatencyMS.Max > 1999 && g.FailureLatencyMS.Max < 2003, true},
		{"fastest success", g.LatencyMS.P50, 0.0},
		{"slowest success", g.LatencyMS.Max > 699 && g.LatencyMS.Max < 701, true},
		{"lateness", g.LatenessMS.Max > 99 && g.LatenessMS.Max < 101, true},
		{"lateness of most", g.LatenessMS.P50, 0.0},
		{"arrivals over time", r.groups[1].series[callRow][1], uint32(1)},
		{"first tries over time", r.groups[1].series[firstRow][2], uint32(1)},
		{"retries over time", r.groups[1].series[retryRow][2], uint32(1)},
		{"failures over time", r.groups[1].series[failureRow][4], uint32(1)},
	}
	for _, c := range checks {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestRecorderClampsAndCounts(t *testing.T) {
	r := NewRecorder(1, 0, 0)
	for _, took := range []time.Duration{-second, second, time.Hour, 25 * time.Hour} {
		r.Finished(&strategy.Call{Scheduled: second, Begun: second, Ended: second + took})
	}
	g := newGroup(GroupInfo{}, &r.groups[0], 1)
	if g.Histograms.Clamped != 2 {
		t.Errorf("clamped: got %d, want 2", g.Histograms.Clamped)
	}
	if h := g.Histograms.Latency.must(); h.TotalCount() != 4 {
		t.Errorf("recorded: got %d, want 4", h.TotalCount())
	}
}

func TestRecorderWithoutSamplesHasNoFigures(t *testing.T) {
	g := newGroup(GroupInfo{Name: "g"}, &NewRecorder(1, 0, 0).groups[0], 1)
	if g.FailureRate != nil || g.FailureRateCI95 != nil || g.Amplification != nil || g.ReadyWithin1s != nil ||
		g.LatencyMS != nil || g.FailureLatencyMS != nil || g.AttemptLatencyMS != nil || g.LatenessMS != nil || g.Histograms != (Histograms{}) {
		t.Errorf("got figures of nothing: %+v", g)
	}
}

// feed gives a recorder n keyed calls.
func feed(r *Recorder, seed uint64, n int) {
	for i := range n {
		u := draw.Seed(seed).With(uint64(i)).Bits()
		k := &strategy.Call{Group: uint32(u % 2), Scheduled: time.Duration(u % uint64(50*second))}
		k.Begun = k.Scheduled + time.Duration(u%3)
		sent := k.Begun
		for range 1 + u%4 {
			r.Attempted(k, sent, sent+time.Duration(u%uint64(second)), refusal)
			k.Attempts++
			sent += second
		}
		k.Ended, k.Result = sent, strategy.Result(u%uint64(strategy.NumResults))
		r.Finished(k)
	}
}

func TestRecordersMergeInAnyOrder(t *testing.T) {
	build := func(order ...uint64) []Group {
		sum := NewRecorder(2, second, 90*second)
		for _, seed := range order {
			r := NewRecorder(2, second, 90*second)
			feed(r, seed, 500)
			sum.Merge(r)
		}
		return []Group{newGroup(GroupInfo{}, &sum.groups[0], 60), newGroup(GroupInfo{}, &sum.groups[1], 60)}
	}
	a, b := build(1, 2, 3), build(3, 1, 2)
	one := NewRecorder(2, second, 90*second)
	for seed := range uint64(3) {
		feed(one, seed+1, 500)
	}
	for g := range a {
		if diff := differing(a[g], b[g]); diff != "" {
			t.Errorf("group %d: order matters:\n%s", g, diff)
		}
		if diff := differing(a[g], newGroup(GroupInfo{}, &one.groups[g], 60)); diff != "" {
			t.Errorf("group %d: merging is not counting together:\n%s", g, diff)
		}
	}
}

func TestRecordersOfDifferentShapeDoNotMerge(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("merged")
		}
	}()
	NewRecorder(2, second, 90*second).Merge(NewRecorder(2, 2*second, 90*second))
}

func TestRecorderDoesNotAllocate(t *testing.T) {
	r := NewRecorder(1, second, 90*second)
	k := &strategy.Call{Scheduled: second, Begun: 2 * second, Ended: 3 * second}
	failed := &strategy.Call{Scheduled: second, Begun: second, Ended: 3 * second, Result: strategy.Throttled}
	if n := testing.AllocsPerRun(100, func() {
		r.Attempted(k, second, 2*second, refusal)
		r.Finished(k)
		r.Finished(failed)
	}); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func BenchmarkRecorder(b *testing.B) {
	for _, c := range []struct {
		name string
		r    *Recorder
	}{
		{"series", NewRecorder(2, 15*second, 12*time.Hour)},
		{"no series", NewRecorder(2, 0, 0)},
		{"light", newLightRecorder(2)},
	} {
		// The recorder sees what a simulation would show it: ever later
		// instants, latencies that vary.
		b.Run("Attempted/"+c.name, func(b *testing.B) {
			k := &strategy.Call{Group: 1}
			n := uint64(0)
			for b.Loop() {
				n++
				at := time.Duration(n * 997)
				o := ok
				if n&1 == 0 {
					o = refusal
				}
				c.r.Attempted(k, at, at+time.Duration(n&0xfffff), o)
			}
		})
		b.Run("Finished/"+c.name, func(b *testing.B) {
			k := &strategy.Call{Group: 1}
			n := uint64(0)
			for b.Loop() {
				n++
				k.Scheduled = time.Duration(n * 997)
				k.Begun = k.Scheduled
				k.Ended = k.Scheduled + time.Duration(n&0xfffff)
				c.r.Finished(k)
			}
		})
	}
}
