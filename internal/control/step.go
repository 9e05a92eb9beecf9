package control

import "slices"

// Step is a step of RunTask, from the API call to RUNNING.
type Step uint8

// The steps in their order. The first two are those of EKS on Fargate alone. The caller
// gets its answer after Capacity: a task that is PENDING.
// Source: re:Invent 2019, CON423 "AWS Fargate under the hood".
const (
	Webhook        Step = iota // EKS: an admission webhook routes the pod by its Fargate profile
	Scheduler                  // EKS: the Fargate scheduler takes the pod
	FrontEnd                   // the API: throttles, reads the request
	IAM                        // the caller may do this
	ClusterManager             // writes the task down as PENDING
	Capacity                   // the capacity manager of a zone picks capacity and records it
	MicroVM                    // a microVM is started; not where an instance waits
	Agent                      // the agent is activated over the Fargate ENI
	Definition                 // it is given the task definition
	Containers                 // it pulls images and starts the containers
	Report                     // it reports, and the state becomes RUNNING
	NumSteps
)

var stepNames = [NumSteps]string{
	"webhook", "scheduler", "front-end", "iam", "cluster-manager", "capacity",
	"microvm", "agent", "definition", "containers", "report",
}

// String is the step's name in profiles and reports.
func (s Step) String() string { return stepNames[s] }

// StepNames are the names of all steps, in their order.
func StepNames() []string { return slices.Clone(stepNames[:]) }

// Answered reports whether the caller has its answer before the step begins.
func (s Step) Answered() bool { return s > Capacity }

// Zonal reports whether each zone has its own servers for the step. Those of the others
// serve a region.
func (s Step) Zonal() bool { return s == Capacity }

// State is how a task that was asked for ended up.
type State uint8

// The states. Every task is in exactly one of them at the end of a run.
const (
	Running    State = iota // it became RUNNING; it may have ended since
	Throttled               // a limit of the API or of launches, or a full queue, refused it
	NoCapacity              // no zone had capacity for it
	Denied                  // IAM refused it
	Failed                  // a step failed
	Lost                    // its zone or its cell was lost before it was RUNNING
	TimedOut                // its caller had no more time
	Withheld                // a policy of its caller refused to ask again
	UnderWay                // it was still under way when the run ended
	NumStates
)

var stateNames = [NumStates]string{
	"running", "throttled", "no_capacity", "denied", "failed", "lost", "timed_out", "withheld", "under_way",
}

// String is the state's name in reports.
func (s State) String() string { return stateNames[s] }
