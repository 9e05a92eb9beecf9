// Package throttle decides what an endpoint answers: limiters, scopes, what
// happens beyond a limit, faults, service time, requests to an upstream, the
// life of the credentials that it hands out. It knows nothing of clients, HTTP
// or clocks: every decision takes now, the time since the run began.
package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// Config describes one host's endpoint.
type Config struct {
	Seed     draw.Key // of the run; draws descend from it by purpose, Host, Request.Key and ordinal
	Host     uint32
	Limits   []Limit  // all must admit; none means unlimited
	Changes  []Change // of limits, in order of time
	OnExceed OnExceed
	Faults   []Fault
	Upstream *Upstream   // that the endpoint asks for what it serves; nil is none
	Latency  *draw.Table // service time, for refusals too; nil is zero
	// WriteTimeout is how long after a request's arrival its answer may come.
	// A later answer is not written, and the connection is closed at that
	// instant. 0 means no timeout. The ECS agent's is 5 s
	// (agent/handlers/task_server_setup.go).
	WriteTimeout time.Duration

	Slots   int           // tasks known by a dense number 0..Slots-1
	Groups  int           // groups known by a dense number 0..Groups-1
	Bucket  time.Duration // width of an interval of the series; 0 keeps no series
	Horizon time.Duration // end of the series
}

// Check says what is wrong with the parts that a user may have written: a
// limit, a change, a fault, an upstream.
func (c *Config) Check() error {
	for _, l := range c.Limits {
		if err := l.Check(); err != nil {
			return err
		}
	}
	if err := c.OnExceed.Check(); err != nil {
		return err
	}
	for i, change := range c.Changes {
		if err := change.check(c.Limits); err != nil {
			return err
		}
		if i > 0 && change.At < c.Changes[i-1].At {
			return fmt.Errorf("change at %v: comes after one at %v", change.At, c.Changes[i-1].At)
		}
	}
	for i := range c.Faults {
		if err := c.Faults[i].Check(); err != nil {
			return err
		}
	}
	if c.Upstream != nil {
		if err := c.Upstream.Check(); err != nil {
			return err
		}
	}
	if c.WriteTimeout < 0 {
		return fmt.Errorf("write timeout %v: want 0s or more", c.WriteTimeout)
	}
	return nil
}

// Request is one attempt as an endpoint sees it. Source, Path, Task and Tenant
// are only compared for equality.
type Request struct {
	Source, Path uint64 // the client's address; the URL path without query
	Task, Tenant uint64
	Slot         int32          // the task's dense number, or −1 for an unknown task
	Group        int32          // the group's dense number, or −1
	Key          draw.Key       // of the task, the same on every host and for every seed
	Route        service.Routes // what the client asks for, a single route
	// CacheKey stands for the token that the client shows, by which an Upstream caches. 0
	// is none, and then the Upstream is not asked.
	CacheKey uint64
}
