package render

import (
	"slices"
	"testing"

	"tenement/reports"
)

func TestFaultSpans(t *testing.T) {
	e := reports.Endpoint{Faults: []reports.Fault{
		{Name: "restart", Kind: "restart", FromS: 20, ForS: 5, PendingS: 10},
		{Name: "to-the-end", Kind: "slow", FromS: 90},
		{Name: "never", Kind: "hang", FromS: 100, ForS: 5},
		{Name: "over-the-end", Kind: "hang", FromS: 95, ForS: 500},
	}}
	want := []faultSpan{{20, 5, "fault"}, {25, 10, "fault weak"}, {90, 10, "fault"}, {95, 5, "fault"}}
	labels := []faultLabel{{20, 70, "name", "restart"}, {90, 5, "name tight", "to-the-end"}, {95, 5, "name tight", "over-the-end"}}
	gotSpans, gotLabels := faultSpans(faultTimes(&e, 100), 100)
	if !slices.Equal(gotSpans, want) || !slices.Equal(gotLabels, labels) {
		t.Errorf("got %v and %v\nwant %v and %v", gotSpans, gotLabels, want, labels)
	}
}
