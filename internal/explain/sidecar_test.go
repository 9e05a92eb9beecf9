package explain

import (
	"testing"
	"time"

	"tenement/internal/strategy"
)

// A sidecar refreshes between the calls, which ask for nothing themselves, until the last
// of them has ended.
func TestSidecar(t *testing.T) {
	tended := strategy.Strategy{
		Cache: strategy.TTL{For: 4 * time.Second}, Scope: strategy.PerTask, Flight: strategy.Flight{Kind: strategy.Join},
		Sidecar: strategy.Sidecar{On: true},
	}
	got := ask(t, Client{Name: "x", Strategy: tended}, "ok", Question{Calls: 3, Every: 9 * time.Second})
	for i, want := range []string{
		"0:credentials=200 4:credentials=200 8:credentials=200 0:ok",
		"12:credentials=200 16:credentials=200 9:ok",
		"18:ok",
	} {
		if line := inLine(&got.Calls[i]); line != want {
			t.Errorf("call %d: got %s, want %s", i+1, line, want)
		}
	}
}
