// Package control simulates, in virtual time, who decides where a task runs: a call of
// RunTask from the API to the state RUNNING, the capacity that it finds, and whom it then
// shares a host with.
//
// A region has a front end and a cluster manager; each of its zones has a capacity
// manager and capacity of one of two kinds: instances that wait in a warm pool and hold
// one task each, or bare-metal hosts on which microVMs are started. Every step of a call
// takes its time, may queue for servers, may be limited and may fail. Callers retry as
// their strategy says.
//
// The architecture is what AWS told at re:Invent 2019 (CON423). Its figures are not
// published: those of a Plan are assumptions, but for the quotas and the sizes of tasks.
//
// The package is pure: it reads no clock, every draw is keyed, and one run is one loop
// over a heap of events. A Plan and a seed give the same Result everywhere.
package control

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// Plan is one case under one seed. It is not changed by a run.
type Plan struct {
	Seed            uint64 // every draw derives from it
	Duration, Drain time.Duration
	Regions         int // alike, with the same callers in each; 0 is 1
	Zones           int // of each region; 0 is 1, at most MaxZones
	// Fallback lets the cluster manager ask the next zone where one has no capacity.
	Fallback bool
	// API limits calls, and Launches limits tasks: of each account in each region.
	// nil is no limit.
	API, Launches *throttle.Limit
	Steps         [NumSteps]StepPlan
	Instances     *Instances // either these are given
	MicroVMs      *MicroVMs  // or these
	Cells         Cells
	Losses        []Loss
	Rollout       *Rollout
	Callers       []Caller
	// Warnings are sentences that belong in every report of the plan.
	Warnings []string
	Bucket   time.Duration // width of an interval of the series; 0 keeps none
}

// The bounds of a plan.
const (
	MaxZones   = 16
	MaxRegions = 32
)

// StepPlan is what a step takes. The zero StepPlan takes no time.
type StepPlan struct {
	Latency *draw.Table // service time; nil is none
	Servers int         // that serve at the same time; 0 is as many as are needed
	// Queue is how many may wait for a server; 0 is any number. Beyond it, a call is
	// throttled; after its answer a task waits all the same.
	Queue int
	// Limit paces the step for all callers together; nil is none. Beyond it a call is
	// throttled, and a task that was answered for waits.
	Limit *throttle.Limit
	Fails float64 // share of visits that fail
}

// Instances are a data plane of EC2 instances: each holds one task and is destroyed after
// it. A pool of each size waits in every zone.
type Instances struct {
	Sizes []Size      // rising
	Boot  *draw.Table // from the order of an instance until it is warm
	// Refill bounds how fast a zone orders instances in place of those that were taken;
	// the zero Rate is at once.
	Refill throttle.Rate
	// Larger lets a task take a larger size where its own has none warm. A task that is
	// between two sizes takes the larger one in any case.
	Larger bool
}

// Size is a size of instance, and how many of it a zone keeps warm.
type Size struct {
	Name string
	Pair
	Warm int
}

// MicroVMs are a data plane of bare-metal hosts, which run a microVM of the task's own
// size for each task.
type MicroVMs struct {
	Hosts  int  // in each zone
	Host   Pair // what one has for tasks
	Spread bool // a task goes to the emptier of two hosts; else to the first with room
}

// Cells are the VPCs that a zone is divided into. They are filled one after the other.
type Cells struct {
	Count int // 0 is none
	Size  int // tasks that one has room for; 0 is what its hosts hold
}

// Loss is a zone, or a cell of it, that is lost for a time, with all tasks on it.
type Loss struct {
	Region, Zone int
	Cell         int // −1 is the whole zone
	From, For    time.Duration
	// Noticed is how long the cluster manager goes on asking a zone that is lost.
	Noticed time.Duration
}

// Rollout brings new software to a step, region by region, and takes it back at the
// first trouble.
type Rollout struct {
	Step  Step
	Fails float64 // the share of visits of the step that fail with the new software
	From  time.Duration
	Every time.Duration // from region to region; 0 is all at once
	// Watch is how long the step is looked at, time and again, and Alarm the share of
	// failed visits in such a time that stops the rollout and takes it back.
	Watch time.Duration
	Alarm float64
	// Revert is how long it takes from the alarm until all regions have the old software.
	Revert time.Duration
}

// Caller asks for tasks that are alike.
type Caller struct {
	Name     string
	Account  int  // callers of an account share its limits
	EKS      bool // its tasks are pods
	Task     Pair
	Batch    int         // tasks of a call; 0 is 1
	Rates    []Rate      // of tasks, in order of time
	Deploys  []Deploy    // beside the rates
	Lifetime *draw.Table // of a RUNNING task; nil is to the end of the run
	// Replace starts a task in the place of each that is lost, within a random part of
	// ReplaceWithin.
	Replace       bool
	ReplaceWithin time.Duration
	Strategy      *strategy.Strategy // how it retries; it caches nothing
}

// Rate is a rate of tasks from an instant on. Calls come at random (Poisson).
type Rate struct {
	At   time.Duration
	Mean *draw.Table // time from call to call; nil is none
}

// Deploy is a number of tasks, asked for evenly over a time.
type Deploy struct {
	At, Within time.Duration
	Tasks      int
}

// Horizon is when a run ends.
func (p *Plan) Horizon() time.Duration { return p.Duration + p.Drain }

// Observer is told what a run measures, at now. Steps and callers are given by number.
type Observer interface {
	// Stepped is told of a visit of a step that has ended: how long it waited for
	// a server, and how long it took with that.
	Stepped(step int, now, waited, took time.Duration)
	// Answered is told how long a call took until its caller had an answer or gave up.
	Answered(caller int, now, took time.Duration)
	// Started is told how long a task took from its call to RUNNING.
	Started(caller int, now, took time.Duration)
}
