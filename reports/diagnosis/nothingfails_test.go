package diagnosis

import "testing"

func TestALimitIsGivenAsItWasSet(t *testing.T) {
	for _, tt := range []struct {
		limit Limit
		want  string
	}{
		{Limit{Capacity: 40}, "40/s"},
		{Limit{Capacity: 2.5}, "2.5/s"},
		{Limit{Capacity: 0.125}, "0.125/s"},
		{Limit{Capacity: 1024.0 / 11}, "93/s"}, // 1024 packets a second, eleven a request
		{Limit{Capacity: 31.4159, Varies: true}, "31/s on average"},
	} {
		if got := tt.limit.given(); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.limit.Capacity, got, tt.want)
		}
	}
}
