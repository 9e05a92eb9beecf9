// Package throttle decides what an endpoint answers: limiters, scopes, what
// happens beyond a limit, faults, service time, what it has to ask an upstream
// for, the life of the credentials it hands out. It knows nothing of clients,
// HTTP or clocks: every decision takes now, the time since the run began.
package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
)

// Config describes one host's endpoint.
type Config struct {
	Seed     draw.Key // of the run; draws descend by purpose, Host, Request.Key and ordinal
	Host     uint32
	Limits   []Limit  // all must admit; none means unlimited
	Changes  []Change // of limits, in order of time
	OnExceed OnExceed
	Faults   []Fault
	Upstream *Upstream   // that it has to ask itself for what it serves; nil is none
	Latency  *draw.Table // service time, for refusals too; nil is zero
	// WriteTimeout is how long after a request's arrival its answer may be
	// due; one due later is never written, and the connection is closed at
	// that instant. 0 is any time. The ECS agent's is 5 s
	// (agent/handlers/task_server_setup.go).
	WriteTimeout time.Duration

	Slots   int           // tasks known by a dense number 0..Slots-1
	Groups  int           // groups known by a dense number 0..Groups-1
	Bucket  time.Duration // width of a series bucket; 0 keeps no series
	Horizon time.Duration // end of the series
}

// Check says what is wrong with what a user may have written: a limit, a
// change, a fault, an upstream.
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
// are compared for equality only.
type Request struct {
	Source, Path uint64 // the client's address; the URL path without query
	Task, Tenant uint64
	Slot         int32    // the task's dense number, or −1 for a stranger
	Group        int32    // the group's dense number, or −1
	Key          draw.Key // of the task, the same on every host and for every seed
	Route        Routes   // what is asked for, one of them
	// CacheKey is what an Upstream caches by: it stands for the token that the
	// client shows. 0 is none, for which the Upstream is not asked.
	CacheKey uint64
}
