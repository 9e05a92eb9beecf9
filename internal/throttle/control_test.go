package throttle_test

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

func TestLevel(t *testing.T) {
	second := throttle.Rate{Tokens: 1, Seconds: 1}
	e := throttle.New(throttle.Config{
		Limits: []throttle.Limit{
			{Rate: second, Burst: 4},
			{Rate: second, Burst: 4, Scope: throttle.TaskScope},
		},
		Changes: []throttle.Change{{At: 10 * time.Second, Index: 0, To: throttle.Limit{Rate: second, Burst: 2}}},
	})
	r := throttle.Request{Slot: -1, Group: -1}
	decide(e, 0, &r)
	decide(e, 0, &r)
	for _, test := range []struct {
		at    time.Duration
		index int
		want  int64
		ok    bool
	}{
		{0, 0, 2000, true},
		{500 * time.Millisecond, 0, 2500, true},
		{time.Second, 1, 0, false},
		{time.Second, 2, 0, false},
		{time.Second, -1, 0, false},
		{5 * time.Second, 0, 4000, true},
		{10 * time.Second, 0, 2000, true}, // from here on the limit is changed
	} {
		if got, ok := e.Level(test.at, test.index); got != test.want || ok != test.ok {
			t.Errorf("limit %d at %v: got %d, %t, want %d, %t", test.index, test.at, got, ok, test.want, test.ok)
		}
	}
}
