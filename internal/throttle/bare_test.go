package throttle_test

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// DecideBare decides what Decide does, and leaves the endpoint as Decide does.
func TestDecideBareIsDecide(t *testing.T) {
	const slots, groups = 5, 2
	agent := throttle.Limit{Rate: rate(t, "40/s"), Burst: 60, Scope: throttle.HostScope}
	for _, row := range []struct {
		name    string
		exceed  throttle.OnExceed
		latency *draw.Table
	}{
		{"rejects", throttle.OnExceed{}, nil},
		{"rejects slowly", throttle.OnExceed{Status: 503, RetryAfter: throttle.RetryExactly}, draw.LogNormal(2*ms, 9*ms)},
		{"drops", throttle.OnExceed{Action: throttle.Drop}, draw.LogNormal(2*ms, 9*ms)},
		{"delays", throttle.OnExceed{Action: throttle.Delay}, draw.LogNormal(2*ms, 9*ms)},
	} {
		t.Run(row.name, func(t *testing.T) {
			config := throttle.Config{
				Seed: draw.Seed(3), Limits: []throttle.Limit{agent}, OnExceed: row.exceed, Latency: row.latency, Slots: slots, Groups: groups,
				Changes: []throttle.Change{{At: 20 * time.Second, To: throttle.Limit{Rate: rate(t, "10/s"), Burst: 20, Scope: throttle.HostScope}}},
				Bucket:  time.Second, Horizon: 30 * time.Second,
			}
			bare, full := throttle.New(config), throttle.New(config)
			kinds := make(map[throttle.Kind]int)
			for host := range uint32(2) {
				now := time.Duration(0)
				for i := range uint64(3000) {
					u := draw.Seed(9).With(uint64(host)).With(i)
					now += time.Duration(draw.Below(u.With(1).Bits(), uint64(25*ms)))
					slot, group := int32(draw.Below(u.With(2).Bits(), slots)), int32(draw.Below(u.With(3).Bits(), groups))
					key := draw.Seed(7).With(uint64(slot))
					if !bare.Bare() {
						t.Fatal("the endpoint is not bare")
					}
					var got throttle.Verdict
					bare.DecideBare(now, key, slot, group, &got)
					want := decide(full, now, &throttle.Request{Source: uint64(key), Task: uint64(key), Key: key, Path: i, Slot: slot, Group: group})
					if got != want {
						t.Fatalf("request %d at %v: got %+v, want %+v", i, now, got, want)
					}
					kinds[got.Kind]++
				}
				if got, want := bare.Counts(), full.Counts(); !reflect.DeepEqual(got, want) {
					t.Fatalf("got %+v, want %+v", got, want)
				}
				bare.NextHost(host + 1)
				full.NextHost(host + 1)
			}
			if len(kinds) < 2 {
				t.Errorf("got only %v: the test says little", kinds)
			}
		})
	}
}

// An endpoint is bare only if nothing but a bucket of the whole host decides.
func TestBare(t *testing.T) {
	bucket := throttle.Limit{Rate: rate(t, "40/s"), Burst: 60, Scope: throttle.HostScope}
	byTask := bucket
	byTask.Scope = throttle.IPPathScope
	slow := throttle.Fault{Kind: throttle.SlowFault, Latency: constant(ms)}
	for _, row := range []struct {
		name   string
		config throttle.Config
		want   bool
	}{
		{"a bucket of the host", throttle.Config{Limits: []throttle.Limit{bucket}}, true},
		{"a bucket of each task", throttle.Config{Limits: []throttle.Limit{byTask}}, false},
		{"two", throttle.Config{Limits: []throttle.Limit{bucket, bucket}}, false},
		{"no limit", throttle.Config{}, false},
		{"a fault", throttle.Config{Limits: []throttle.Limit{bucket}, Faults: []throttle.Fault{slow}}, false},
		{"a time to write", throttle.Config{Limits: []throttle.Limit{bucket}, WriteTimeout: time.Second}, false},
	} {
		if got := throttle.New(row.config).Bare(); got != row.want {
			t.Errorf("%s: got %t", row.name, got)
		}
	}
}
