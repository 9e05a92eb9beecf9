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

// Tasks returns the first task of every place on a host of a plan, by dense number,
// with the IDs that the profile's seed gives them. With addresses, each has its
// Source; then no plan may have more than MaxSources tasks.
func Tasks(plan *plan.Plan, host int, addresses bool) []imds.Task {
	var tasks []imds.Task
	for group := range plan.Groups {
		present, _ := plan.Present(host, group)
		for place := range present {
			t := Task(plan, host, group, place, 0)
			t.Slot, t.Issued = plan.Slot(group, place, 0), plan.Started(host, group)
			if addresses {
				t.Source = Source(host*plan.Tasks() + t.Slot)
			}
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// Task returns a task that lives in a place of a host's group, which is the life-th
// after the first. It has no Slot and no Source yet, and no instant of Issued.
func Task(plan *plan.Plan, host, group, place int, life uint32) imds.Task {
	g := &plan.Groups[group]
	t := imds.IdentifyLife(plan.Seed, host, g.Name, place, life)
	t.Tenant, t.TenantNumber = g.Tenant, g.TenantIndex
	t.GroupNumber, t.Hops = group, g.Hops
	return t
}

// Source returns the loopback address of a task, numbered over all hosts. They
// begin at 127.16.0.1, away from the addresses that people assign by hand.
func Source(task int) netip.Addr {
	n := uint32(task + 1)
	return netip.AddrFrom4([4]byte{127, byte(16 + n>>16), byte(n >> 8), byte(n)})
}

// MaxSources is how many tasks can have a source address of their own.
const MaxSources = (256-16)<<16 - 2

// Config returns the server of an endpoint of one host of a plan, by its number. The
// run begins at began, a whole second.
func Config(plan *plan.Plan, host, number int, tasks []imds.Task, began time.Time) imds.Config {
	c, e := Server(plan, number), plan.Numbered(number)
	c.Endpoint, c.Tasks, c.Began = throttle.New(plan.Config(host, number)), tasks, began
	c.Seed, c.Credentials = plan.Seed, e.Credentials
	c.Instance.Started = plan.HostStart(host)
	if e.PodTokens != nil {
		c.Pod.Tokens = *e.PodTokens
	}
	return c
}

// Server returns the part of a Config that all hosts of a plan share, of the endpoint of
// that number: the kind of server, and what it knows.
func Server(plan *plan.Plan, number int) imds.Config {
	e := plan.Numbered(number)
	c := imds.Config{Service: e.Service, KeepAlive: &e.KeepAlive}
	if number == 0 {
		c.Registered = plan.Registered
	}
	c.ECS.Flavour = e.Flavour
	if i := e.Instance; i != nil {
		c.Instance = imds.Instance{TokensRequired: i.TokensRequired, HopLimit: i.HopLimit, Role: i.Role, Extended: i.Extended, UnauthorizedPage: i.UnauthorizedPage}
	}
	return c
}
