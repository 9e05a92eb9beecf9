package reports

import (
	"testing"
	"time"

	"tenement/internal/draw"
)

func TestBucket(t *testing.T) {
	rows := []struct {
		name            string
		duration, drain time.Duration
		want            time.Duration
	}{
		{"a minute", time.Minute, 30 * second, 500 * time.Millisecond},
		{"ten seconds", 10 * second, 0, 50 * time.Millisecond},
		{"a millisecond", time.Millisecond, 0, 5 * time.Microsecond},
		{"ten minutes", 10 * time.Minute, 30 * second, second},
		{"an hour", time.Hour, 0, second},
		{"an hour and its drain", time.Hour, 30 * second, 2 * second},
		{"half a day", 12 * time.Hour, 30 * second, 15 * second},
		{"a week", 7 * 24 * time.Hour, 30 * second, 5 * time.Minute},
		{"a century", 100 * 365 * 24 * time.Hour, 0, 11 * 24 * time.Hour},
		{"nothing", 0, 0, 1},
	}
	for _, row := range rows {
		got := Bucket(row.duration, row.drain)
		if got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
		if n := (row.duration + row.drain + got - 1) / got; n > maxBuckets {
			t.Errorf("%s: %d buckets", row.name, n)
		}
	}
}

func TestDividerIsExact(t *testing.T) {
	for _, by := range []uint64{1, 2, 3, 7, 5_000, 500_000_000, 1_000_000_000, 15_000_000_000, 1<<62 + 1} {
		d := newDivider(by)
		check := func(n uint64) {
			if got := d.divide(n); got != n/by {
				t.Fatalf("%d/%d: got %d, want %d", n, by, got, n/by)
			}
		}
		for i := range uint64(2000) {
			check(draw.Seed(by).With(i).Bits() >> (1 + i%60))
			check(i * by)
			check(i*by + by - 1)
		}
		check(1<<63 - 1)
	}
}
