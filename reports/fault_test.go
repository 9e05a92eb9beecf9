package reports

import (
	"math"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

func TestFaultLatencyIsThatOfItsTable(t *testing.T) {
	f := newFault(&throttle.Fault{Kind: throttle.SlowFault, Latency: draw.LogNormal(40*time.Millisecond, 900*time.Millisecond)})
	if got := *f.LatencyMS; got.P50 != 40 || math.Abs(got.P99-900) > 1 {
		t.Errorf("got %v, want 40 ms and about 900 ms", got)
	}
}
