package plan_test

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// Clients are told what they need to know of connections: how long the server keeps
// them, when it restarts, and which requests may be made twice.
func TestClientsKnowOfConnections(t *testing.T) {
	p := &plan.Plan{Endpoint: plan.Endpoint{KeepAlive: time.Minute, Faults: []throttle.Fault{
		{Kind: throttle.RestartFault, From: 9 * time.Second, For: time.Second},
		{Kind: throttle.HangFault, From: 5 * time.Second},
		{Kind: throttle.RestartFault, From: 4 * time.Second, For: time.Second},
	}}}
	for _, method := range []string{"GET", "PUT", "POST", "HEAD", "DELETE"} {
		p.AddFlow([]service.Leg{{Method: method, Path: "/"}})
	}
	p.AddGroup(plan.Group{Tasks: 1, Processes: 1, Strategy: &strategy.Strategy{}})
	c := p.Clients(0)[0]
	if want := []time.Duration{4 * time.Second, 9 * time.Second}; c.KeepAlive != time.Minute || !slices.Equal(c.Restarts, want) {
		t.Errorf("got %v, %v, want 1m0s, %v", c.KeepAlive, c.Restarts, want)
	}
	if want := []strategy.Method{strategy.Get, strategy.Put, strategy.Post, strategy.Get, strategy.Put}; !slices.Equal(c.Methods, want) {
		t.Errorf("got the methods %v, want %v", c.Methods, want)
	}
}
