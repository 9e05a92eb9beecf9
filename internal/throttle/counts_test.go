package throttle_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// randomCounts are the counts of a made-up endpoint.
func randomCounts(key draw.Key) throttle.Counts {
	n := uint64(0)
	below := func(most uint64) uint64 { n++; return draw.Below(key.With(n).Bits(), most) }
	tally := func() throttle.Tally {
		return throttle.Tally{Requests: below(1e6), Admitted: below(1e6), Throttled: below(1e6), Dropped: below(1e6), Failed: below(1e6)}
	}
	row := func(length uint64) []uint32 {
		s := make([]uint32, length)
		for i := range s {
			s[i] = uint32(below(math.MaxUint32)) // sums of three overflow
		}
		return s
	}
	groups, length := below(4), below(5)
	upstream := throttle.UpstreamCounts{Requests: below(1e6), Throttled: below(1e6), Failed: below(1e6)}
	c := throttle.Counts{Tally: tally(), Upstream: upstream, Series: throttle.Series{Bucket: time.Second, Admitted: row(length), Throttled: row(length)}}
	for range groups {
		c.ByGroup = append(c.ByGroup, tally())
		c.Series.GroupAdmitted = append(c.Series.GroupAdmitted, row(below(5)))
		c.Series.GroupThrottled = append(c.Series.GroupThrottled, row(below(5)))
	}
	if below(2) == 0 {
		c.Series.LevelHosts = int(below(10))
		for range length {
			c.Series.Level = append(c.Series.Level, int64(below(1e6))-5e5)
		}
	}
	return c
}

// merge is the sum of counts in the order given.
func merge(all ...throttle.Counts) throttle.Counts {
	var sum throttle.Counts
	for _, c := range all {
		sum.Merge(c)
	}
	return sum
}

// alike compares counts; nil and empty slices are equal.
func alike(a, b throttle.Counts) bool {
	return reflect.DeepEqual(merge(a), merge(b))
}

func TestMergeOrderCannotMatter(t *testing.T) {
	for i := range uint64(500) {
		key := draw.Seed(5).With(i)
		a, b, c := randomCounts(key.With(1)), randomCounts(key.With(2)), randomCounts(key.With(3))
		if ab, ba := merge(a, b), merge(b, a); !alike(ab, ba) {
			t.Fatalf("case %d: a+b is %+v, b+a is %+v", i, ab, ba)
		}
		if left, right := merge(merge(a, b), c), merge(a, merge(b, c)); !alike(left, right) {
			t.Fatalf("case %d: (a+b)+c is %+v, a+(b+c) is %+v", i, left, right)
		}
		if zero := merge(throttle.Counts{}, a, throttle.Counts{}); !alike(zero, a) {
			t.Fatalf("case %d: 0+a+0 is %+v, a is %+v", i, zero, a)
		}
	}
}

func TestMergeSums(t *testing.T) {
	a := throttle.Counts{
		Tally:   throttle.Tally{Requests: 10, Admitted: 4, Throttled: 3, Dropped: 2, Failed: 1},
		ByGroup: []throttle.Tally{{Requests: 1, Failed: 1}}, ByLimit: []uint64{4}, Upstream: throttle.UpstreamCounts{Requests: 3, Throttled: 2, Failed: 1},
		Series: throttle.Series{
			Bucket: time.Second, Admitted: []uint32{1, 2}, Throttled: []uint32{math.MaxUint32, 1},
			Level: []int64{-5, 7}, LevelHosts: 1, GroupAdmitted: [][]uint32{{1, 1}}, GroupThrottled: [][]uint32{nil},
		},
	}
	b := throttle.Counts{
		Tally:   throttle.Tally{Requests: 5, Admitted: 5},
		ByGroup: []throttle.Tally{{Requests: 2, Admitted: 2}, {Requests: 3, Admitted: 3}}, ByLimit: []uint64{1, 2}, Upstream: throttle.UpstreamCounts{Requests: 10, Throttled: 20, Failed: 30},
		Series: throttle.Series{
			Bucket: time.Second, Admitted: []uint32{5}, Throttled: []uint32{1},
			Level: []int64{6}, LevelHosts: 2, GroupAdmitted: [][]uint32{{2}, {3}}, GroupThrottled: [][]uint32{{4}, nil},
		},
	}
	want := throttle.Counts{
		Tally:   throttle.Tally{Requests: 15, Admitted: 9, Throttled: 3, Dropped: 2, Failed: 1},
		ByGroup: []throttle.Tally{{Requests: 3, Admitted: 2, Failed: 1}, {Requests: 3, Admitted: 3}}, ByLimit: []uint64{5, 2}, Upstream: throttle.UpstreamCounts{Requests: 13, Throttled: 22, Failed: 31},
		Series: throttle.Series{
			Bucket: time.Second, Admitted: []uint32{6, 2}, Throttled: []uint32{math.MaxUint32, 1},
			Level: []int64{1, 7}, LevelHosts: 3, GroupAdmitted: [][]uint32{{3, 1}, {3}}, GroupThrottled: [][]uint32{{4}, nil},
		},
	}
	got := merge(a, b)
	if !alike(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	got.ByGroup[1].Requests, got.Series.Admitted[0], got.Series.GroupAdmitted[1][0] = 99, 99, 99
	if b.ByGroup[1].Requests != 3 || a.Series.Admitted[0] != 1 || b.Series.GroupAdmitted[1][0] != 3 {
		t.Error("a sum shares memory with what it was made of")
	}
}

func TestMergeOfDifferentBucketsPanics(t *testing.T) {
	defer func() {
		if got, want := recover(), "throttle: merging series of different buckets: 1s and 2s"; got != want {
			t.Errorf("panic: got %v, want %v", got, want)
		}
	}()
	merge(throttle.Counts{Series: throttle.Series{Bucket: time.Second}}, throttle.Counts{Series: throttle.Series{Bucket: 2 * time.Second}})
}
