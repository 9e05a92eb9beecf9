package plan

import (
	"time"

	"tenement/internal/strategy"
)

// Lives says how the tasks of a group come and go. With the zero Lives, every task
// lives from its start to the end of the run.
//
// Group.Tasks counts places on a host. In a place, one task lives after another. Life
// 0 has the keys, IDs and address that a task without lives has; those of life n
// derive from the same key and n. So every task is another one to its endpoint, with
// limits of its own where a scope tells tasks apart, and with credentials that are
// issued when it starts.
//
// A place is filled from the group's start, or from the start of its host if that is
// later, until the group's Stop. A task ends:
//
//   - Lifetime after its start. Its successor starts at the same instant;
//   - when the successor that a deployment has launched has started. Until then both
//     live side by side;
//   - when its start fails, which only a task with a required activity can. A new one
//     is launched after the backoff of Relaunch.
//
// A place without a task that has been launched already gets no further one: a task
// that ends while its successor is starting has no other. From the group's Stop on,
// no task starts or ends; what is still open then goes on, as in a group without
// lives.
//
// A call that its task's end cuts off ends at that instant, with the result
// strategy.Stopped, which is no failure. Its attempt under way, if there is one,
// counts as one without an outcome; a request that has reached the endpoint has been
// decided and counted there.
type Lives struct {
	Lifetime time.Duration // from a task's start to its end; 0 is no bound
	Relaunch Backoff       // after a start that has failed
	Deploy   Deploy
}

// Backoff is how long after a failed start a place gets its next task: Base after the
// first failure, twice as long after each further one, at most Cap. A start that
// succeeds resets it.
type Backoff struct {
	Base time.Duration // 0 means DefaultRelaunchBase
	Cap  time.Duration // 0 means DefaultRelaunchCap
	// Within spreads the tasks that follow: each starts at a keyed instant of this time, from
	// the end of the wait on, as tasks do that take their time to be placed and pulled. 0 is
	// at once.
	Within time.Duration
}

// The backoff of a relaunch unless told otherwise.
const (
	DefaultRelaunchBase = time.Second
	DefaultRelaunchCap  = time.Minute
)

// after is how long after so many failures in a row the next task starts.
func (b Backoff) after(failures uint16) time.Duration {
	base, most := b.Base, b.Cap
	if base == 0 {
		base = DefaultRelaunchBase
	}
	if most == 0 {
		most = DefaultRelaunchCap
	}
	for ; failures > 1 && base < most; failures-- {
		base *= 2
	}
	return min(base, most)
}

// Deploy is the deployments of a group. Each launches a successor for the task in
// every place. When that is launched is known from the plan alone, so that hosts stay
// independent: a deployment does not wait for its tasks. The zero Deploy is none.
//
// A place whose first task starts later, or at that instant, is left out. A successor
// that is still starting when the next deployment comes to its place is replaced: at
// most two tasks live in a place at a time.
type Deploy struct {
	At []time.Duration // when each deployment begins, since the run began, in ascending order
	// Within spreads the places over this time from At on, each at a keyed instant of
	// it; 0 is all at once. It is not for a rolling deployment.
	Within time.Duration
	// Batch is how many places get their successors together in a rolling deployment;
	// 0 is one that is not rolling. Batch n starts n times Every after At. The places
	// count over all hosts, in order of the hosts.
	Batch int
	Every time.Duration
}

// comes is when the rolling deployment that begins at an instant comes to the place that has
// so many before it, over all hosts; never if a time.Duration cannot say it.
func (d *Deploy) comes(at time.Duration, before int) time.Duration {
	n := time.Duration(before / d.Batch)
	if d.Every > 0 && n > never/d.Every {
		return never
	}
	return later(at, n*d.Every)
}

// Over is when the deployment of that number has come to the last of so many places on all
// hosts. One that is not rolling has come to all of them before that instant.
func (d *Deploy) Over(number, places int) time.Duration {
	if d.Batch > 0 {
		return d.comes(d.At[number], max(places-1, 0))
	}
	return later(d.At[number], d.Within)
}

// Activity is one thing that the tasks of a group do, for example fetch credentials
// or read statistics. All activities of a task have its identity and its address.
// Each process of the task does all of them, with a client of its own for each: the
// SDK that fetches credentials and the agent that reads statistics share neither
// cache nor connections.
type Activity struct {
	Name     string  // within the group
	Flow     string  // "credentials" or another of the service's
	Resource uint32  // that every call asks for, from AddFlow
	Pattern  Pattern // when a process calls, from the activity's begin on; not a Replay
	// Strategy is how its clients fetch; nil is as Group.Strategy says.
	Strategy *strategy.Strategy

	// After is the number of the activity that this one waits for, from 1 on; 0 begins
	// with the task. It begins, in each process by itself, at the instant at which a
	// call of that activity first succeeds.
	After int
	// Required makes the task's start depend on it: the start succeeds once the first
	// call of every required activity has succeeded in every process, and fails as soon
	// as one of these calls fails. Without a required activity a start succeeds at once.
	Required bool
	// Reasons are the texts in which a start ends that this activity fails; the first that
	// fits counts.
	Reasons []Reason

	hash    uint64 // of the name
	awaited bool   // another activity waits for it
}

// MaxActivities bounds the activities of a group.
const MaxActivities = 64
