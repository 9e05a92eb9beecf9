package reports

import (
	"math"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

func TestFaults(t *testing.T) {
	late := draw.LogNormal(3*time.Second, 20*time.Second)
	rows := []struct {
		fault throttle.Fault
		want  string
	}{
		{throttle.Fault{Name: "restart", Kind: throttle.RestartFault, From: 30 * time.Second, For: 2 * time.Second, After: 10 * time.Second}, "restart at 30 s for 2 s: connections are refused, then credentials are pending for 10 s"},
		{throttle.Fault{Name: "restart", Kind: throttle.RestartFault, For: 500 * time.Millisecond}, "restart at 0 s for 500 ms: connections are refused"},
		{throttle.Fault{Name: "late", Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Second, time.Second)}, "late: answers come 1 s later"},
		{throttle.Fault{Name: "api", Kind: throttle.TagsFault, From: 2 * time.Minute, Latency: late}, "api from 120 s on: documents with tags come 3 s later (p99 20 s) and without them"},
		{throttle.Fault{Kind: throttle.StatusFault, Status: 503, Share: 0.3, Routes: throttle.RoleRoute | throttle.CredentialsRoute}, "status: requests are answered 503, 30 % of those for credentials or role"},
		{throttle.Fault{Kind: throttle.HangFault, Routes: throttle.TokenRoute}, "hang: requests are never answered, those for token"},
		{throttle.Fault{Kind: throttle.ResetFault, Share: 0.5}, "reset: connections are reset, 50 % of them"},
		{throttle.Fault{Kind: throttle.CutFault, After: 5 * time.Second}, "cut: connections are closed after 5 s without an answer"},
		{throttle.Fault{Kind: throttle.TruncateFault}, "truncate: answers break off in the middle"},
		{throttle.Fault{Kind: throttle.MalformedFault}, "malformed: answers are no JSON"},
		{throttle.Fault{Kind: throttle.EmptyFault}, "empty: answers are empty objects"},
		{throttle.Fault{Kind: throttle.MissingFieldFault, Field: "Token"}, "missing-field: credentials lack Token"},
		{throttle.Fault{Kind: throttle.ExpiryFault, Shift: -time.Hour}, "expiry: credentials expire 60 min earlier"},
		{throttle.Fault{Kind: throttle.ExpiryFault, Shift: time.Minute}, "expiry: credentials expire 60 s later"},
	}
	for _, row := range rows {
		f := newFault(&row.fault)
		if err := f.check(); err != nil {
			t.Errorf("%s: %v", row.want, err)
		}
		if got := f.text(); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func TestFaultLatencyIsThatOfItsTable(t *testing.T) {
	f := newFault(&throttle.Fault{Kind: throttle.SlowFault, Latency: draw.LogNormal(40*time.Millisecond, 900*time.Millisecond)})
	if got := *f.LatencyMS; got.P50 != 40 || math.Abs(got.P99-900) > 1 {
		t.Errorf("got %v, want 40 ms and about 900 ms", got)
	}
}

func TestBands(t *testing.T) {
	e := Endpoint{Faults: []Fault{
		{Name: "restart", Kind: "restart", FromS: 20, ForS: 5, PendingS: 10},
		{Name: "to-the-end", Kind: "slow", FromS: 90},
		{Name: "never", Kind: "hang", FromS: 100, ForS: 5},
		{Name: "over-the-end", Kind: "hang", FromS: 95, ForS: 500},
	}}
	want := []band{{20, 5, "fault"}, {25, 10, "fault weak"}, {90, 10, "fault"}, {95, 5, "fault"}}
	labels := []bandLabel{{20, 70, "name", "restart"}, {90, 5, "name tight", "to-the-end"}, {95, 5, "name tight", "over-the-end"}}
	gotBands, gotLabels := bands(&e, 100)
	if differing(gotBands, want) != "" || differing(gotLabels, labels) != "" {
		t.Errorf("got %v and %v\nwant %v and %v", gotBands, gotLabels, want, labels)
	}
}
