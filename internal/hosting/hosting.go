// Package hosting turns a host of a plan into a server of package imds: its tasks,
// and the endpoint that they share.
package hosting

import (
	"net/netip"
	"time"

	"tenement/internal/imds"
	"tenement/internal/plan"
	"tenement/internal/throttle"
)

// Tasks is the tasks on a host of a plan, by dense number. Their IDs follow from
// the plan's seed. With addresses, each has a Source; there are MaxSources of
// them.
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

// Source is the loopback address of a task, numbered over all hosts. Addresses
// begin after 127.16.0.0, because people use lower ones by hand.
func Source(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(16 + n>>16), byte(n >> 8), byte(n)})
}

// MaxSources is how many tasks can have their own address.
const MaxSources = (256-16)<<16 - 2

// Config is the server of one host of a plan, with its own endpoint. The run
// begins at began, a whole second.
func Config(plan *plan.Plan, host int, tasks []imds.Task, began time.Time) imds.Config {
	c := Server(plan)
	c.Endpoint, c.Tasks, c.Began = throttle.New(plan.Endpoint(host)), tasks, began
	c.Seed, c.Credentials = plan.Seed, plan.Credentials
	if plan.PodTokens != nil {
		c.Pod.Tokens = *plan.PodTokens
	}
	return c
}

// Server is the part of Config that decides what the server answers: its service
// and what it knows.
func Server(plan *plan.Plan) imds.Config {
	c := imds.Config{Service: plan.Service, Registered: plan.Registered}
	c.ECS.Flavour = plan.Flavour
	if i := plan.Instance; i != nil {
		c.Instance = imds.Instance{TokensRequired: i.TokensRequired, HopLimit: i.HopLimit, Role: i.Role}
	}
	return c
}
