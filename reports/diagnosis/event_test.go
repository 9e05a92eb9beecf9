package diagnosis

import (
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/reports"
)

func TestFaultLines(t *testing.T) {
	late := draw.LogNormal(3*time.Second, 20*time.Second)
	rows := []struct {
		fault throttle.Fault
		want  string
	}{
		{throttle.Fault{Name: "restart", Kind: throttle.RestartFault, From: 30 * time.Second, For: 2 * time.Second, After: 10 * time.Second}, "restart at 30 s for 2 s: connections are refused, then credentials are pending for 10 s"},
		{throttle.Fault{Name: "restart", Kind: throttle.RestartFault, For: 500 * time.Millisecond}, "restart at 0 s for 500 ms: connections are refused"},
		{throttle.Fault{Name: "late", Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Second, time.Second)}, "late: answers come 1 s later"},
		{throttle.Fault{Name: "api", Kind: throttle.TagsFault, From: 2 * time.Minute, Latency: late}, "api from 120 s on: documents with tags come 3 s later (p99 20 s) and without them"},
		{throttle.Fault{Kind: throttle.StatusFault, Status: 503, Share: 0.3, Routes: service.RoleRoute | service.CredentialsRoute}, "status: requests are answered 503 (30 % of those for credentials or role)"},
		{throttle.Fault{Kind: throttle.HangFault, Routes: service.TokenRoute}, "hang: requests are never answered (those for token)"},
		{throttle.Fault{Kind: throttle.ResetFault, Share: 0.5}, "reset: connections are reset (50 % of them)"},
		{throttle.Fault{Kind: throttle.CutFault, After: 5 * time.Second}, "cut: connections are closed after 5 s without an answer"},
		{throttle.Fault{Kind: throttle.TruncateFault}, "truncate: answers break off in the middle"},
		{throttle.Fault{Kind: throttle.MalformedFault}, "malformed: answers are not JSON"},
		{throttle.Fault{Kind: throttle.EmptyFault}, "empty: answers are empty objects"},
		{throttle.Fault{Kind: throttle.MissingFieldFault, Field: "Token"}, "missing-field: credentials lack Token"},
		{throttle.Fault{Kind: throttle.ExpiryFault, Shift: -time.Hour}, "expiry: credentials expire 60 min earlier"},
		{throttle.Fault{Kind: throttle.ExpiryFault, Shift: time.Minute}, "expiry: credentials expire 60 s later"},
	}
	for _, row := range rows {
		c := reports.NewCase(reports.CaseInput{EndpointInfo: reports.EndpointInfo{Faults: []throttle.Fault{row.fault}}, Recorder: reports.NewRecorder(0, 0, 0)})
		if got := faultLine(&c.Endpoint.Faults[0]); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
