package diagnosis

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// One of something is not told as several.
func TestOneOfSomething(t *testing.T) {
	hand := reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 10, Failures: 1, Attempts: 10, First: 10, Result: strategy.Timeout}
	c := failing(reportstest.HandCase("base", reports.StrategyCase, nil, nil, hand), map[int]uint32{12: 1})
	c.Endpoint.Faults = []reports.Fault{cut("down", 10, 10)}
	says(t, said(reportstest.HandReport(c)).Verdict, []string{
		`Your one failure falls between 10 s and 20 s, during the fault "down".`, "Your one failure is a timeout.",
	}, nil)
	hand.Failures = 2
	c = failing(reportstest.HandCase("base", reports.StrategyCase, nil, nil, hand), map[int]uint32{12: 1, 40: 1})
	c.Endpoint.Faults = []reports.Fault{cut("down", 10, 10)}
	says(t, said(reportstest.HandReport(c)).Verdict, []string{
		`1 of your 2 failures falls between 10 s and 20 s, during the fault "down".`, "All your failures are timeouts.",
	}, nil)

	for want, gates := range map[string][]reports.GateResult{
		"1 of 1 gate holds":                         {{OK: true}},
		"0 of 1 gate holds":                         {{}},
		"1 of 1 gate holds, inconclusive":           {{OK: true, Inconclusive: true}},
		"1 of 2 gates holds":                        {{OK: true}, {}},
		"0 of 2 gates hold":                         {{}, {}},
		"2 of 2 gates hold, 1 of them inconclusive": {{OK: true}, {OK: true, Inconclusive: true}},
	} {
		if got := GatesText(&reports.Report{Gates: gates}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The same of tasks that a control plane starts.
func TestOneTask(t *testing.T) {
	states := func(asked uint64, s reports.ControlStates) string {
		c := Control{Base: &reports.ControlPlane{Plane: reports.MicroVMPlane}}
		return c.statesText(&reports.ControlCaller{Asked: asked, States: s}, "your ")
	}
	for got, want := range map[string]string{
		states(1, reports.ControlStates{Running: 1}):                              "The one task becomes RUNNING.",
		states(1, reports.ControlStates{Lost: 1}):                                 "The one task does not become RUNNING; 1 is lost before that.",
		states(3, reports.ControlStates{Running: 1, Throttled: 1, NoCapacity: 1}): "1 of your 3 tasks becomes RUNNING; 1 is throttled and 1 finds no capacity.",
		states(6, reports.ControlStates{Running: 2, Withheld: 1, UnderWay: 3}):    "2 of your 6 tasks become RUNNING; 1 is not asked for again by its caller's policy and 3 are still under way at the end.",
		states(2, reports.ControlStates{Running: 2}):                              "All your 2 tasks become RUNNING.",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	losses := func(replaced, again uint64, names ...string) string {
		c := &Control{Base: &reports.ControlPlane{Zones: []reports.ControlZone{{Died: 1}}}, Rows: []ControlRow{{}}}
		for _, name := range names {
			c.Losses = append(c.Losses, reports.ControlLoss{Name: name, AtS: 1, ForS: 2})
		}
		c.Rows[0].Case = &reports.Case{ControlPlane: c.Base}
		c.All.Replaced, c.All.ReplacedRunning = replaced, again
		return c.sayLosses()
	}
	for got, want := range map[string]string{
		losses(1, 1, "zone 1"):           "Lost: zone 1 at 1 s for 2 s, and with it 1 task; the one that is asked for again becomes RUNNING.",
		losses(1, 0, "zone 1"):           "Lost: zone 1 at 1 s for 2 s, and with it 1 task; the one that is asked for again does not become RUNNING.",
		losses(3, 1, "zone 1", "zone 2"): "Lost: zone 1 at 1 s for 2 s and zone 2 at 1 s for 2 s, and with them 1 task; 1 of 3 that are asked for again becomes RUNNING.",
		losses(3, 3, "zone 1"):           "Lost: zone 1 at 1 s for 2 s, and with it 1 task; all 3 that are asked for again become RUNNING.",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What became of the tasks of all callers, where some are yours.
func TestTasksOfAllCallers(t *testing.T) {
	for want, all := range map[string]reports.ControlCaller{
		"Of all callers together, all 25 tasks become RUNNING.":   {Asked: 25, States: reports.ControlStates{Running: 25}},
		"Of all callers together, 1 of 25 tasks becomes RUNNING.": {Asked: 25, States: reports.ControlStates{Running: 1}},
		"Of all callers together, 1 of 1 task becomes RUNNING.":   {Asked: 1, States: reports.ControlStates{Running: 1}},
		"": {},
	} {
		c := Control{Base: &reports.ControlPlane{Callers: []reports.ControlCaller{{UnderTest: true}, {}}}, All: all}
		if got := c.sayAll(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
