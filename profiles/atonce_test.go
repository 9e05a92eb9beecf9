package profiles

import (
	"strings"
	"testing"
)

// Refused is what is open at one instant, and nothing else: what comes spread over a time, or
// after something else, may be as much.
func TestWhatIsOpenAtOnce(t *testing.T) {
	fleet := func(groups ...string) string {
		return "version: 1\nname: p\nduration: 1h\nendpoint: {service: ecs}\nfleet:\n  - {group: a, tasks: 1000, " + strings.Join(groups, "}\n  - {group: b, tasks: 1000, ") + "}\n"
	}
	deploys := func(regions, batch, all string) string {
		callers := "{caller: yours, tasks_per_call: " + batch + ", deploys: [" + all + "], under_test: true}"
		return strings.Replace(strings.Replace(plane, "{caller: yours, rate: 1/s, under_test: true}", callers, 1), "  microvms:", "  regions: "+regions+"\n  microvms:", 1)
	}
	const burst, larger = "arrivals: {burst: {calls: 10000}}", "arrivals: {burst: {calls: 10001}}"
	for _, row := range []struct {
		name, text string
		refused    bool
	}{
		{"a burst", fleet(burst), false},
		{"a larger one", fleet(larger), true},
		{"of processes", fleet("processes: 2, " + burst), true},
		{"of two groups", fleet(burst, burst), false},
		{"of tasks that start one after the other", fleet("start: {within: 1m}, " + larger), false},
		{"a deploy", deploys("1", "1", "{at: 1s, tasks: 5000000}"), false},
		{"a larger one", deploys("1", "1", "{at: 1s, tasks: 5000001}"), true},
		{"of calls for several tasks", deploys("1", "10", "{at: 1s, tasks: 10000000}"), false},
		{"in two regions", deploys("2", "1", "{at: 1s, tasks: 3000000}"), true},
		{"two of one time", deploys("1", "1", "{at: 1s, tasks: 3000000}, {at: 1s, tasks: 3000000}"), true},
		{"two, one after the other", deploys("1", "1", "{at: 1s, tasks: 3000000}, {at: 2s, tasks: 3000000}"), false},
		{"spread over a minute", deploys("1", "1", "{at: 1s, tasks: 9000000, within: 1m}"), false},
	} {
		_, err := Load("p.yaml", []byte(row.text))
		if refused := err != nil && strings.Contains(err.Error(), "at the same instant"); refused != row.refused || !refused && err != nil {
			t.Errorf("%s: got %.300v, want it refused: %t", row.name, err, row.refused)
		}
	}
}
