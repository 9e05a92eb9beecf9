package plan_test

import (
	"fmt"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// A plan can be made by hand. Every engine sees the same arrivals: those of all
// processes of a host, in order of time.
func ExamplePlan_Arrivals() {
	p := &plan.Plan{Seed: 1, Duration: 3 * time.Second, Hosts: 1, Endpoint: plan.Endpoint{Service: service.ECS}}
	credentials := p.AddFlow([]service.Leg{{Method: "GET", Path: "/v2/credentials/{credentials_id}"}})
	p.AddGroup(plan.Group{
		Name: "web", Tasks: 1, Processes: 1, Strategy: &strategy.Strategy{}, Resource: credentials,
		Pattern: plan.Constant{Rate: throttle.Rate{Tokens: 1, Seconds: 1}},
	})
	p.AddGroup(plan.Group{
		Name: "cron", Tasks: 2, Processes: 1, Strategy: &strategy.Strategy{}, Resource: credentials,
		Start: 500 * time.Millisecond, Pattern: plan.Once{Within: time.Second},
	})

	fmt.Println("expected:", p.Expected())
	for a := p.Arrivals(0); ; {
		call, more := a.Next()
		if !more {
			break
		}
		fmt.Printf("%v: call %d of %s, task %d\n", call.At, call.N, p.Groups[call.Group].Name, call.Task)
	}
	// Output:
	// expected: 5
	// 0s: call 0 of web, task 0
	// 876.550246ms: call 0 of cron, task 0
	// 1s: call 1 of web, task 0
	// 1.291378839s: call 0 of cron, task 1
	// 2s: call 2 of web, task 0
}
