package reports

// The data planes of a control plane.
const (
	InstancePlane = "instances" // one for each task
	MicroVMPlane  = "microvms"  // on shared hosts
)

// ControlPlane is what a control plane did: who asked for tasks, what became of them, and
// what each step took. A case that has one has no groups.
type ControlPlane struct {
	Plane    string          `json:"plane"`                      // instances, one for each task, or microvms
	Callers  []ControlCaller `json:"callers"`                    // who asked for tasks
	Steps    []ControlStep   `json:"steps"`                      // those that were taken, in their order
	Zones    []ControlZone   `json:"zones"`                      // of all regions, one after the other
	Regions  []ControlRegion `json:"regions"`                    // where the callers asked, each on its own
	Capacity ControlCapacity `json:"capacity"`                   // what was paid for and what was used
	Seeds    uint64          `json:"seeds"`                      // over which shares over_seeds are
	Events   uint64          `json:"events"`                     // of the simulation of the report's seed
	Alarm    *float64        `json:"rolled_back_at_s,omitempty"` // when a rollout was stopped; absent if it was not
	Losses   []ControlLoss   `json:"losses,omitempty"`           // of zones and cells
	Rollout  *ControlRollout `json:"rollout,omitempty"`          // of new software
	Series   *ControlSeries  `json:"series"`                     // what happened over time; null where it was not kept
}

// ControlCaller is a caller and its tasks.
type ControlCaller struct {
	Name      string            `json:"name"`       // of the caller
	Account   string            `json:"account"`    // whose limits it shares
	UnderTest bool              `json:"under_test"` // the strategies are tried on it
	CPU       int               `json:"cpu"`        // of a task, in CPU units: 1024 are a vCPU
	MemoryMiB int               `json:"memory_mib"` // of a task
	Asked     uint64            `json:"asked"`      // tasks; each is in exactly one of the states that follow
	States    ControlStates     `json:"states"`     // at the end of the run
	FailedAt  map[string]uint64 `json:"failed_at"`  // tasks that failed, by step
	Calls     uint64            `json:"calls"`      // of RunTask
	Attempts  uint64            `json:"attempts"`   // with retries
	Died      uint64            `json:"died"`       // tasks that were RUNNING when their zone or cell was lost
	Replaced  uint64            `json:"replaced"`   // tasks that were asked for in the place of lost ones

	ReplacedRunning uint64            `json:"replaced_running"`     // of those, the ones that became RUNNING
	NotRunningRate  *float64          `json:"not_running_rate"`     // of the tasks asked for, those in another state than running
	OverSeeds       *ControlOverSeeds `json:"over_seeds,omitempty"` // that rate over the seeds; absent with one seed
	StartMS         *Latency          `json:"start_ms"`             // from the call to RUNNING
	AnswerMS        *Latency          `json:"answer_ms"`            // from the call until its caller has an answer or gives up
	StartHistogram  Histogram         `json:"start_histogram"`      // what StartMS is taken from
	AnswerHistogram Histogram         `json:"answer_histogram"`     // what AnswerMS is taken from
	Sharing         ControlSharing    `json:"sharing"`              // whom its tasks share a host with
}

// ControlStates are how many tasks are in which state at the end of a run.
type ControlStates struct {
	Running    uint64 `json:"running"`     // became RUNNING; they may have ended since
	Throttled  uint64 `json:"throttled"`   // a limit of the API or of launches, or a full queue, refused them
	NoCapacity uint64 `json:"no_capacity"` // no zone had capacity
	Denied     uint64 `json:"denied"`      // IAM refused them
	Failed     uint64 `json:"failed"`      // a step failed
	Lost       uint64 `json:"lost"`        // their zone or cell was lost before they were RUNNING
	TimedOut   uint64 `json:"timed_out"`   // their caller had no more time
	Withheld   uint64 `json:"withheld"`    // a policy of their caller refused to ask again
	UnderWay   uint64 `json:"under_way"`   // still under way when the run ended
}

// ControlOverSeeds is a share over several seeds.
type ControlOverSeeds struct {
	Mean float64 `json:"mean"` // of the seeds
	CI95 *Ends   `json:"ci95"` // of the mean
}

// ControlSharing is whom the tasks of a caller share a host with, when they are put there.
type ControlSharing struct {
	Placed     uint64   `json:"placed"`       // tasks that got capacity
	AloneShare *float64 `json:"alone_share"`  // of those, the ones that had their host to themselves
	OwnMean    *float64 `json:"own_mean"`     // other tasks of their account on the host
	OthersMean *float64 `json:"others_mean"`  // tasks of other accounts on the host
	MostOnHost uint64   `json:"most_on_host"` // tasks on one host, at most
}

// ControlStep is a step.
type ControlStep struct {
	Name      string    `json:"name"`      // of the step
	Visits    uint64    `json:"visits"`    // that ended
	Failed    uint64    `json:"failed"`    // of those
	Refused   uint64    `json:"refused"`   // by a limit, or by a full queue
	WaitMS    *Latency  `json:"wait_ms"`   // for a server or a limit
	TookMS    *Latency  `json:"took_ms"`   // with that wait
	Histogram Histogram `json:"histogram"` // what TookMS is taken from
}

// ControlZone is a zone of a region.
type ControlZone struct {
	Name  string        `json:"name"`            // such as zone 1
	Least float64       `json:"least_free"`      // of its capacity: warm instances, or vCPUs of its hosts
	Died  uint64        `json:"died"`            // tasks that were lost with it or with one of its cells
	Cells []ControlCell `json:"cells,omitempty"` // in the order in which they are filled
}

// ControlCell is a VPC of a zone.
type ControlCell struct {
	Most uint64 `json:"most"` // tasks at one time
	Died uint64 `json:"died"` // tasks that were lost with it
}

// ControlRegion is a region.
type ControlRegion struct {
	Name    string   `json:"name"`    // such as region 1
	Asked   uint64   `json:"asked"`   // tasks
	Running uint64   `json:"running"` // of those, the ones that became RUNNING
	Visits  uint64   `json:"visits"`  // of the rollout's step, with the new software
	Failed  uint64   `json:"failed"`  // of those
	FromS   *float64 `json:"from_s"`  // when it got the new software; null is never
	ToS     *float64 `json:"to_s"`    // until when it had that; null is never
}

// ControlCapacity is what was paid for and what was used. What is neither used nor idle is
// what a task does not fill of its instance.
type ControlCapacity struct {
	PaidVCPUHours float64  `json:"paid_vcpu_hours"` // of instances from their order to their end, or of hosts
	UsedVCPUHours float64  `json:"used_vcpu_hours"` // of tasks, from their capacity to their end
	IdleVCPUHours float64  `json:"idle_vcpu_hours"` // of instances that boot or wait, or of hosts where nothing is
	PaidGBHours   float64  `json:"paid_gb_hours"`   // of memory
	UsedGBHours   float64  `json:"used_gb_hours"`   // of memory
	WastedShare   *float64 `json:"wasted_share"`    // of the paid vCPU hours, those not used
}

// ControlLoss is a zone or a cell that is lost.
type ControlLoss struct {
	Name string  `json:"name"`  // such as zone 1
	AtS  float64 `json:"at_s"`  // when
	ForS float64 `json:"for_s"` // how long
}

// ControlRollout is a rollout of new software.
type ControlRollout struct {
	Step   string  `json:"step"`    // that the software is of
	Fails  float64 `json:"fails"`   // the share of its visits that fail with it
	EveryS float64 `json:"every_s"` // from region to region; 0 is all at once
}

// ControlSeries is what happened over time, in intervals.
type ControlSeries struct {
	BucketS float64     `json:"bucket_s"` // width of an interval
	Asked   []uint32    `json:"asked"`    // tasks
	Running []uint32    `json:"running"`  // tasks that became RUNNING
	Refused []uint32    `json:"refused"`  // tasks of which it became clear that they will not
	Alive   []uint32    `json:"alive"`    // tasks that were RUNNING at the same time, at most
	StartMS []float64   `json:"start_ms"` // mean time to RUNNING of those that became so
	Levels  [][]float64 `json:"levels"`   // by zone, what it had free at the least: warm instances, or vCPUs
}
