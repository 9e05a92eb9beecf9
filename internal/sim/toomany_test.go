package sim

import (
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// The error names the group that most of what is open is of. Timers are of no group.
func TestTooManyNamesTheGroup(t *testing.T) {
	h := &host{number: 3, now: 90 * time.Second, plan: &plan.Plan{Groups: []plan.Group{{Name: "few"}, {Name: "many"}}}}
	for _, of := range []struct {
		group uint32
		what  what
	}{{0, timer}, {0, timer}, {0, timer}, {0, sleeps}, {1, replies}, {1, awaits}, {0, vacant}, {0, vacant}} {
		s := h.slab.take()
		s.call, s.what = &strategy.Call{Group: of.group}, of.what
	}
	want := "simulating host 3: after 90 s, 6 calls and timers are open at once, and there is no room for more: 2 are of the group many; want fewer of its tasks or calls, or a strategy whose calls end sooner (its timeouts, its retries)"
	if got := h.tooMany().Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
