package reports

import "testing"

func TestChangesOf(t *testing.T) {
	groups := []GroupInfo{{Name: "batch", Tenant: "you", UnderTest: true}, {Name: "web"}, {Name: "agent", Tenant: "you"}}
	rows := []struct {
		name  string
		kind  string
		paths []string
		want  Changes
	}{
		{"a strategy", StrategyCase, nil, Changes{What: ChangesYou}},
		{"a strategy that sets a path", StrategyCase, []string{"endpoint.limit.rate"}, Changes{What: ChangesYou, Endpoint: true}},
		{"nothing", WhatIfCase, nil, Changes{What: ChangesRest}},
		{"the neighbours", WhatIfCase, []string{"fleet.web.tasks", "fleet.web.strategy.retry"}, Changes{What: ChangesNeighbours}},
		{"their retries", WhatIfCase, []string{"fleet.web.strategy.retry"}, Changes{What: ChangesNeighbours, Retries: true}},
		{"one key of their retries", WhatIfCase, []string{"fleet.web.strategy.retry.attempts"}, Changes{What: ChangesNeighbours, Retries: true}},
		{"something like their retries", WhatIfCase, []string{"fleet.web.strategy.retryable"}, Changes{What: ChangesNeighbours}},
		{"your own group", WhatIfCase, []string{"fleet.batch.tasks"}, Changes{What: ChangesRest}},
		{"another group of yours", WhatIfCase, []string{"fleet.agent.tasks", "fleet.agent.strategy.retry"}, Changes{What: ChangesYours}},
		{"yours and the neighbours", WhatIfCase, []string{"fleet.agent.tasks", "fleet.web.tasks"}, Changes{What: ChangesRest}},
		{"the limit", WhatIfCase, []string{"endpoint.limit.rate", "endpoint.limit.burst"}, Changes{What: ChangesLimit, Endpoint: true}},
		{"one of the limits", WhatIfCase, []string{"endpoint.limits.each.rate"}, Changes{What: ChangesLimit, Endpoint: true}},
		{"a fault", WhatIfCase, []string{"endpoint.faults.restart.for"}, Changes{What: ChangesFault, Endpoint: true}},
		{"another part of the endpoint", WhatIfCase, []string{"endpoint.latency"}, Changes{What: ChangesRest, Endpoint: true}},
		{"the limit and the neighbours", WhatIfCase, []string{"endpoint.limit.rate", "fleet.web.tasks"}, Changes{What: ChangesRest, Endpoint: true}},
		{"the duration", WhatIfCase, []string{"duration"}, Changes{What: ChangesRest}},
	}
	for _, row := range rows {
		set := map[string]string{}
		for _, path := range row.paths {
			set[path] = "x"
		}
		if got := ChangesOf(row.kind, set, groups); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.name, got, row.want)
		}
	}
}
