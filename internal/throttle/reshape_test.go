package throttle_test

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/throttle"
)

// Limits come and go while the endpoint serves. The others keep their state, their
// numbers and their counts; what is new is unused.
func TestReshape(t *testing.T) {
	hourly := func(burst int64, scope throttle.Scope) throttle.Limit {
		return throttle.Limit{Rate: rate(t, "1/h"), Burst: burst, Scope: scope}
	}
	e := throttle.New(throttle.Config{
		Limits:  []throttle.Limit{hourly(2, throttle.HostScope)},
		Changes: []throttle.Change{{At: time.Hour, To: hourly(50, throttle.HostScope)}},
	})
	now := time.Second
	ask := func(want ...throttle.Kind) {
		t.Helper()
		for i, w := range want {
			if got := decide(e, now, new(one(1, 1))).Kind; got != w {
				t.Errorf("request %d at %v: got %v, want %v", i, now, got, w)
			}
		}
	}
	shape := func(numbers []int, refused ...uint64) {
		t.Helper()
		if got := e.Numbers(); !reflect.DeepEqual(got, numbers) {
			t.Errorf("got the numbers %v, want %v", got, numbers)
		}
		if got := e.Counts().ByLimit; !reflect.DeepEqual(got, refused) {
			t.Errorf("got %v refused, want %v", got, refused)
		}
		if got := len(e.Limits(now)); got != len(numbers) {
			t.Errorf("got %d limits, want %d", got, len(numbers))
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ask(throttle.Admitted, throttle.Admitted, throttle.Rejected)
	shape([]int{0}, 1)
	must(e.ReplaceLimit(now, 0, hourly(3, throttle.TaskScope))) // unused
	must(e.AddLimit(now, throttle.Limit{Kind: throttle.FixedWindow, Count: 2, Window: time.Minute}))
	ask(throttle.Admitted, throttle.Admitted, throttle.Rejected)
	shape([]int{0, 1}, 1, 1)
	must(e.RemoveLimit(now, 0))
	ask(throttle.Rejected)
	shape([]int{1}, 2)
	must(e.AddLimit(now, hourly(1, throttle.HostScope)))
	shape([]int{1, 2}, 2, 0)
	must(e.RemoveLimit(now, 0))
	ask(throttle.Admitted, throttle.Rejected)
	shape([]int{2}, 1)
	must(e.RemoveLimit(now, 0))
	now = 2 * time.Hour // the scheduled change went with its limit
	ask(throttle.Admitted, throttle.Admitted)
	if got := e.Numbers(); len(got) != 0 {
		t.Errorf("got the numbers %v, want none", got)
	}
	for _, err := range []error{
		e.RemoveLimit(now, 0), e.ReplaceLimit(now, 0, hourly(1, 0)), e.AddLimit(now, throttle.Limit{}),
	} {
		if err == nil {
			t.Error("got no error")
		}
	}
	e.Reset(false)
	now = 0
	ask(throttle.Admitted, throttle.Admitted, throttle.Admitted)
	must(e.AddLimit(now, hourly(1, throttle.HostScope)))
	e.Reset(false)
	ask(throttle.Admitted, throttle.Rejected)
	shape([]int{3}, 1)
	e.Reset(true)
	ask(throttle.Admitted, throttle.Admitted, throttle.Rejected)
	shape([]int{0}, 1)
}

// A change that is scheduled for a limit behind a removed one still finds it.
func TestChangesFollowTheirLimit(t *testing.T) {
	l := throttle.Limit{Kind: throttle.FixedWindow, Count: 1, Window: time.Second}
	other := throttle.Limit{Name: "other", Rate: rate(t, "1/s"), Burst: 1}
	larger := other
	larger.Burst = 7
	e := throttle.New(throttle.Config{
		Limits:  []throttle.Limit{l, other},
		Changes: []throttle.Change{{At: time.Minute, Index: 1, To: larger}},
	})
	if err := e.RemoveLimit(time.Second, 0); err != nil {
		t.Fatal(err)
	}
	if got := e.Limits(2 * time.Minute); len(got) != 1 || got[0] != larger {
		t.Errorf("got %+v, want %+v", got, larger)
	}
	e.Reset(false)
	if got := e.Limits(0); len(got) != 1 || got[0] != other {
		t.Errorf("after a reset: got %+v, want %+v", got, other)
	}
	if got := e.Limits(2 * time.Minute); len(got) != 1 || got[0] != larger {
		t.Errorf("a minute after a reset: got %+v, want %+v", got, larger)
	}
	e.Reset(true)
	if got := e.Limits(2 * time.Minute); len(got) != 2 || got[1] != larger {
		t.Errorf("after a reset: got %+v", got)
	}
}

// At most so many limits are there at a time.
func TestMostLimits(t *testing.T) {
	e := throttle.New(throttle.Config{})
	l := throttle.Limit{Rate: rate(t, "1/s"), Burst: 1}
	for i := range throttle.MaxLimits + 1 {
		if err := e.AddLimit(0, l); (err != nil) != (i == throttle.MaxLimits) {
			t.Fatalf("limit %d: %v", i, err)
		}
	}
}
