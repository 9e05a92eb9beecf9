package strategy

import (
	"testing"
	"time"
)

// The short way through keep stores what the long one does, and no Refresh takes it whose
// entries depend on more than the expiry.
func TestKeepAlike(t *testing.T) {
	const now = 10 * time.Hour
	for _, row := range []struct {
		refresh Refresh
		alike   bool
	}{
		{Refresh{}, true},
		{Refresh{Window: 5 * time.Minute}, true},
		{Refresh{Window: 15 * time.Minute, Mandatory: time.Minute}, true},
		{Refresh{Window: 15 * time.Minute, Behind: true}, true},
		{Refresh{Window: 15 * time.Minute, Mandatory: time.Minute, Behind: true, StaleOnError: time.Hour}, true},
		{Refresh{Window: 5 * time.Minute, Jitter: 0.5}, false},
		{Refresh{JitterTo: time.Minute}, false},
		{Refresh{Share: 0.2}, false},
		{Refresh{Windows: []LifeWindow{{time.Hour, time.Minute}}}, false},
		{Refresh{Earliest: time.Minute}, false},
		{Refresh{Latest: time.Minute}, false},
		{Refresh{AtMost: time.Minute}, false},
		{Refresh{Short: time.Minute}, false},
		{Refresh{ExtendOld: OldExtension{Most: time.Minute}}, false},
	} {
		host := NewHost(1, 0, []Clients{{Strategy: &Strategy{Cache: &row.refresh}}})
		c := Client{kind: &host.kinds[0]}
		if c.alike != row.alike {
			t.Errorf("%+v: alike %v", row.refresh, c.alike)
		}
		for _, left := range []time.Duration{-7 * time.Hour, -1, 0, 1, 30 * time.Second, time.Hour} {
			var kept, stored Entry
			c.keep(now, &kept, &Call{}, now+left)
			row.refresh.store(now, &stored, now+left, c.draw(drawRefresh, &Call{}, 0))
			if kept != stored {
				t.Errorf("%+v: %v left: keeps %+v, stores %+v", row.refresh, left, kept, stored)
			}
		}
	}
}
