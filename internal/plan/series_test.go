package plan_test

import (
	"testing"
	"time"

	"tenement/internal/plan"
)

func TestSeriesBucket(t *testing.T) {
	rows := []struct {
		name            string
		duration, drain time.Duration
		want            time.Duration
	}{
		{"a minute", time.Minute, 30 * time.Second, 500 * time.Millisecond},
		{"ten seconds", 10 * time.Second, 0, 50 * time.Millisecond},
		{"a millisecond", time.Millisecond, 0, 5 * time.Microsecond},
		{"ten minutes", 10 * time.Minute, 30 * time.Second, time.Second},
		{"an hour", time.Hour, 0, time.Second},
		{"an hour and its drain", time.Hour, 30 * time.Second, 2 * time.Second},
		{"half a day", 12 * time.Hour, 30 * time.Second, 15 * time.Second},
		{"a week", 7 * 24 * time.Hour, 30 * time.Second, 5 * time.Minute},
		{"a century", 100 * 365 * 24 * time.Hour, 0, 11 * 24 * time.Hour},
		{"nothing", 0, 0, 1},
	}
	for _, row := range rows {
		got := (&plan.Plan{Duration: row.duration, Drain: row.drain}).SeriesBucket()
		if got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
		if n := (row.duration + row.drain + got - 1) / got; n > plan.MaxBuckets {
			t.Errorf("%s: %d buckets", row.name, n)
		}
	}
}
