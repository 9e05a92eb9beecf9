package reports

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/strategy"
)

// What Straight counts of a call is what Attempted and Finished count of it.
func TestStraightCountsWhatTheOthersDo(t *testing.T) {
	for _, row := range []struct {
		name   string
		took   time.Duration
		result strategy.Result
	}{
		{"at once", 1, strategy.OK},
		{"within a second", 300 * time.Millisecond, strategy.OK},
		{"in more than a second", 90 * time.Second, strategy.OK},
		{"out of the range", 3 * time.Hour, strategy.OK},
		{"stale", time.Millisecond, strategy.Stale},
		{"expired", time.Millisecond, strategy.Expired},
	} {
		t.Run(row.name, func(t *testing.T) {
			var both [2]*Recorder
			for i := range both {
				r := NewRecorder(1, time.Minute, 4*time.Hour)
				r.CountActivities(0, 2)
				r.CountBlocks()
				both[i] = r
			}
			k := strategy.Call{Scheduled: 2 * time.Minute, Begun: 2 * time.Minute, Activity: 1}
			o := strategy.Outcome{Status: 200}
			ended := k.Begun + row.took
			both[0].Attempted(&k, k.Begun, ended, &o)
			k.Attempts, k.Ended, k.Result = 1, ended, row.result
			both[0].Finished(&k)
			both[1].Straight(&k, &o)
			for _, r := range both {
				r.EndBlock(0)
			}
			if !reflect.DeepEqual(both[0], both[1]) {
				t.Errorf("got %+v, want %+v", both[1].groups[0].results, both[0].groups[0].results)
			}
		})
	}
}
