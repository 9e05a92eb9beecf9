package strategy

import (
	"reflect"
	"testing"
)

// A call that has not begun has all that the engine fills in, and nothing else.
func TestUnbegun(t *testing.T) {
	filled := map[string]bool{
		"Host": true, "Group": true, "Task": true, "Process": true, "N": true, "Resource": true, "Tag": true, "Life": true,
		"Scheduled": true, "Activity": true,
	}
	k := Call{
		Host: 1, Group: 2, Task: 3, Process: 4, N: 5, Resource: 6, Tag: 7, Life: 8, Scheduled: 9, Activity: 10,
		Begun: 11, Ended: 12, Attempts: 13, Result: Stale, Served: Joined, Background: true,
		state: state{prev: 14, tries: 15, quota: 16, first: true, last: Outcome{Status: 429}},
	}
	got := k.Unbegun()
	for i, f := range reflect.VisibleFields(reflect.TypeFor[Call]()) {
		if len(f.Index) > 1 || f.Anonymous {
			continue
		}
		was, is := reflect.ValueOf(k).FieldByIndex(f.Index), reflect.ValueOf(got).FieldByIndex(f.Index)
		if was.IsZero() {
			t.Errorf("field %d: the test does not set %s", i, f.Name)
		}
		if filled[f.Name] != is.Equal(was) || !filled[f.Name] && !is.IsZero() {
			t.Errorf("%s: got %v, was %v", f.Name, is, was)
		}
	}
	if got.state != (state{}) {
		t.Errorf("got %+v", got.state)
	}
}
