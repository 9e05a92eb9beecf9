package diagnosis

import (
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// cut is a fault that lasts for a time, from an instant on.
func cut(name string, from, lasts float64) reports.Fault {
	return reports.Fault{Name: name, Kind: "hang", FromS: from, ForS: lasts, Share: 1}
}

// further is a further endpoint that has failed so many requests.
func further(name string, failed uint64, faults ...reports.Fault) reports.Further {
	f := reports.Further{Name: name}
	f.Faults, f.Tally = faults, &throttle.Tally{Requests: failed, Failed: failed}
	return f
}

// An outage that is several faults, one after another or of several endpoints, is told whole.
func TestFailuresInAnOutage(t *testing.T) {
	base := reportstest.HandCase("base", reports.StrategyCase, nil, nil,
		reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 40, Attempts: 400, First: 400, Result: strategy.Timeout})
	for _, row := range []struct {
		name      string
		at        map[int]uint32
		own       []reports.Fault
		endpoints []reports.Further
		want      string
	}{
		{
			"two causes, one after the other", map[int]uint32{12: 25, 22: 15}, []reports.Fault{cut("no-route", 10, 10), cut("agent-not-restarted", 20, 5)}, nil,
			`All 40 of your failures fall between 10 s and 25 s, during the faults "no-route" and "agent-not-restarted".`,
		},
		{
			"three of them, beside one that is apart", map[int]uint32{4: 10, 22: 10, 24: 10, 26: 10},
			[]reports.Fault{cut("before", 3, 3), cut("a", 21, 2), cut("b", 23, 2), cut("c", 25, 2)}, nil,
			`30 of your 40 failures fall between 21 s and 27 s, during the faults "a", "b" and "c".`,
		},
		{
			"a pause between them", map[int]uint32{12: 25, 41: 15}, []reports.Fault{cut("first", 10, 10), cut("second", 40, 5)}, nil,
			`25 of your 40 failures fall between 10 s and 20 s, during the fault "first".`,
		},
		{
			"nothing fails in the second one", map[int]uint32{12: 40}, []reports.Fault{cut("first", 10, 10), cut("second", 20, 10)}, nil,
			`All 40 of your failures fall between 10 s and 20 s, during the fault "first".`,
		},
		{
			"nothing fails in the middle one", map[int]uint32{12: 15, 34: 25}, []reports.Fault{cut("first", 10, 10), cut("second", 20, 12), cut("third", 32, 8)}, nil,
			`25 of your 40 failures fall between 32 s and 40 s, during the fault "third".`,
		},
		{
			"of two endpoints", map[int]uint32{12: 40}, nil, []reports.Further{further("ecr", 30, cut("no-route", 10, 10)), further("ssm", 10, cut("no-route", 10, 10))},
			`All 40 of your failures fall between 10 s and 20 s, during the fault "no-route" of ecr and ssm.`,
		},
		{
			"of two endpoints, and the first one was not asked", map[int]uint32{12: 40}, nil, []reports.Further{further("ssm", 0, cut("no-route", 10, 10)), further("ecr", 40, cut("no-route", 10, 10)), further("logs", 0, cut("no-route", 10, 10))},
			`All 40 of your failures fall between 10 s and 20 s, during the fault "no-route" of ecr.`,
		},
	} {
		c := failing(base, row.at)
		c.Endpoint.Faults, c.Endpoints = row.own, row.endpoints
		t.Run(row.name, func(t *testing.T) {
			if got := Of(reportstest.HandReport(c)).sayFailuresInFault(); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}
