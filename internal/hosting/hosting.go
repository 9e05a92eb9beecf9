// Package hosting turns a host of a plan into what package imds serves: the tasks
// on the host, and the endpoint that they share.
package hosting

import (
	"net/netip"
	"time"

	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/throttle"
)

// Tasks returns the tasks on a host of a plan, by dense number, with the IDs that
// the profile's seed gives them. With addresses, each has its Source; then no plan
// may have more than MaxSources tasks.
func Tasks(plan *plan.Plan, host int, addresses bool) []imds.Task {
	var tasks []imds.Task
	for number, g := range plan.Groups {
		for index := range g.Tasks {
			t := imds.Identify(plan.Seed, host, g.Name, index)
			t.Tenant, t.TenantNumber = g.Tenant, g.TenantIndex
			t.Slot, t.GroupNumber, t.Hops = len(tasks), number, g.Hops
			if addresses {
				t.Source = Source(host*plan.Tasks() + len(tasks))
			}
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// Source returns the loopback address of a task, numbered over all hosts. They
// begin at 127.16.0.1, away from the addresses that people assign by hand.
func Source(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(16 + n>>16), byte(n >> 8), byte(n)})
}

// MaxSources is how many tasks can have a source address of their own.
const MaxSources = (256-16)<<16 - 2

// Config returns the server of one host of a plan, with an endpoint of its own.
// The run begins at began, a whole second.
func Config(plan *plan.Plan, host int, tasks []imds.Task, began time.Time) imds.Config {
	c := Server(plan)
	c.Endpoint, c.Tasks, c.Began = throttle.New(plan.Endpoint(host)), tasks, began
	c.Seed, c.Credentials = plan.Seed, plan.Credentials
	if plan.PodTokens != nil {
		c.Pod.Tokens = *plan.PodTokens
	}
	return c
}

// Server returns the part of a Config that all hosts of a plan share: the kind of
// server, and what it knows.
func Server(plan *plan.Plan) imds.Config {
	c := imds.Config{Service: plan.Service, Registered: plan.Registered, KeepAlive: &plan.KeepAlive}
	c.ECS.Flavour = plan.Flavour
	if i := plan.Instance; i != nil {
		c.Instance = imds.Instance{TokensRequired: i.TokensRequired, HopLimit: i.HopLimit, Role: i.Role, Extended: i.Extended}
	}
	return c
}
