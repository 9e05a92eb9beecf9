package diagnosis

import (
	"testing"

	"tenement/internal/startup"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// startsFailing is a case whose starts fail in some seconds of a minute, with a fault.
func startsFailing(title string, fault reports.Fault, at ...int) reports.Case {
	c := failing(reportstest.HandCase(title, reports.StrategyCase, nil, nil, reportstest.Hand{Name: "service", You: true, Tasks: 4, Calls: 10}), nil)
	l := &reports.Lives{Launched: 10, Launches: make([]uint32, 60), Failures: make([]uint32, 60)}
	for _, second := range at {
		l.Failures[second]++
		l.FailedStarts++
	}
	c.Groups[0].Lives = l
	c.Endpoints = []reports.Further{further("ecr", uint64(len(at)), fault)}
	return c
}

// Where a strict order of the VPC endpoints is why starts fail, the verdict says so, of the
// cases where it is.
func TestSaysThatTheOrderIsWhyStartsFail(t *testing.T) {
	lasting := cut(startup.AgentOutOfOrder, 11, 0)
	ordered, second, other := cut(startup.AgentOutOfOrder, 11, 4), cut(startup.AgentOutOfOrder+"-2", 11, 4), cut(startup.AgentNotConnected, 11, 4)
	const assumes = "network.ecs_order: strict. That setting is an assumption: if the VPC endpoint of ecs is there when an agent starts, and that of ecs-agent or ecs-telemetry is not, " +
		"the agent reaches the missing one only after its next start, even through a NAT gateway."
	for _, row := range []struct {
		name  string
		cases []reports.Case
		want  string
	}{
		{"the base", []reports.Case{startsFailing("base", ordered, 12), startsFailing("free", other, 12)}, "Starts between 11 s and 15 s fail because of " + assumes},
		{"to the end", []reports.Case{startsFailing("base", lasting, 12)}, "Starts after 11 s fail because of " + assumes},
		{"another case", []reports.Case{startsFailing("base", other, 12), startsFailing("strict", second, 13)}, `With "strict", starts between 11 s and 15 s fail because of ` + assumes},
		{"both", []reports.Case{startsFailing("base", ordered, 12), startsFailing("strict", lasting, 13)}, `With "base" and "strict", starts fail because of ` + assumes},
		{"none fails then", []reports.Case{startsFailing("base", ordered, 20)}, ""},
		{"another cause", []reports.Case{startsFailing("base", other, 12)}, ""},
	} {
		if got := Of(reportstest.HandReport(row.cases...)).sayOrder(); got != row.want {
			t.Errorf("%s:\ngot  %s\nwant %s", row.name, got, row.want)
		}
	}
}
