package profiles

import (
	"time"

	"tenement/internal/control"
	"tenement/internal/form"
	"tenement/internal/throttle"
)

// controlPlane is the `control_plane` of a profile: who decides where tasks run. A profile
// that has one has neither an endpoint nor a fleet.
type controlPlane struct {
	Regions, Zones int
	Fallback       bool
	API, Launches  *tokens // nil is none
	Steps          [control.NumSteps]controlStep
	Plane          string     // "instances" or "microvms"; "" is the one that is given
	Instances      *instances // one of these two is given, or both with Plane
	MicroVMs       *microVMs
	Cells          *cells
	Losses         []loss
	Rollout        *rollout
	Callers        []caller
}

// The data planes.
const (
	instancesKey = "instances"
	microVMsKey  = "microvms"
)

// chosen is the data plane that there is; the other is nil. Both are nil where that is
// not clear.
func (c *controlPlane) chosen() (*instances, *microVMs) {
	switch {
	case c.Plane == instancesKey:
		return c.Instances, nil
	case c.Plane == microVMsKey:
		return nil, c.MicroVMs
	case c.Instances != nil && c.MicroVMs != nil:
		return nil, nil
	}
	return c.Instances, c.MicroVMs
}

// tokens is a token bucket.
type tokens struct {
	Rate  throttle.Rate
	Burst int64
}

// controlStep is a step of RunTask.
type controlStep struct {
	Latency  latency
	Servers  int // 0 is as many as are needed
	Queue    int // 0 is any number
	Limit    *tokens
	Failures float64
}

// The quotas of an account in a region: 20 calls of RunTask a second, and 20 tasks a second
// with a burst of 100. Source: AWS, "AWS Fargate throttling quotas"
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html, read 2026-11-29).
var (
	apiQuota    = tokens{throttle.Rate{Tokens: 20, Seconds: 1}, 20}
	launchQuota = tokens{throttle.Rate{Tokens: 20, Seconds: 1}, 100}
)

// assumedSteps are what steps take unless a profile says otherwise. AWS has published none
// of it but the start of a microVM, which is at most 125 ms to the guest's code (Agache and
// others, "Firecracker: Lightweight Virtualization for Serverless Applications", NSDI 2020).
var assumedSteps = [control.NumSteps]controlStep{
	control.Webhook:        {Latency: assumed(10, 50)},
	control.Scheduler:      {Latency: assumed(200, 1000)},
	control.FrontEnd:       {Latency: assumed(20, 100)},
	control.IAM:            {Latency: assumed(5, 30)},
	control.ClusterManager: {Latency: assumed(30, 150)},
	control.Capacity:       {Latency: assumed(100, 600)},
	control.MicroVM:        {Latency: assumed(125, 250)},
	control.Agent:          {Latency: assumed(6000, 15000)},
	control.Definition:     {Latency: assumed(50, 250)},
	control.Containers:     {Latency: assumed(15000, 45000)},
	control.Report:         {Latency: assumed(200, 1000)},
}

// assumed is a latency in milliseconds.
func assumed(p50, p99 time.Duration) latency {
	return latency{p50 * time.Millisecond, p99 * time.Millisecond}
}

// The bounds of a control plane.
const (
	maxServers   = 1_000_000
	maxWarm      = 1_000_000
	maxBareMetal = 10_000
	maxAllHosts  = 200_000    // of all zones and regions: each keeps a count for every account
	maxLosses    = 100        // each looks at every task of a run
	maxWatches   = 10_000_000 // of the regions of a rollout, together
	maxCells     = 1000
	maxCallers   = 100
	maxRunTasks  = 20_000_000 // in a run
)

func controlPlaneForm() form.Form[controlPlane] {
	zero := controlPlane{Regions: 1, Zones: 3, Fallback: true, API: &apiQuota, Launches: &launchQuota, Steps: assumedSteps}
	return form.Object(zero, []form.Key[controlPlane]{
		form.Field("regions", "How many, alike, each with the same callers.",
			form.Integer(1, control.MaxRegions), func(v *controlPlane) *int { return &v.Regions }),
		form.Field("zones", "Availability zones of each region.",
			form.Integer(1, control.MaxZones), func(v *controlPlane) *int { return &v.Zones }),
		form.Field("fallback", "Whether the cluster manager asks the next zone where one has no capacity.",
			form.Boolean(), func(v *controlPlane) *bool { return &v.Fallback }),
		form.Field("api_limit", "Calls of RunTask, of each account in each region; none is no limit.",
			tokensForm(apiQuota), func(v *controlPlane) **tokens { return &v.API }),
		form.Field("launch_limit", "Tasks and pods that are launched, of each account in each region; none is no limit.",
			tokensForm(launchQuota), func(v *controlPlane) **tokens { return &v.Launches }),
		form.Field("steps", "What the steps take, from the call to RUNNING. AWS has published none of it: what is left out is assumed.",
			stepsForm(), func(v *controlPlane) *[control.NumSteps]controlStep { return &v.Steps }),
		form.OmitZero(form.Field("plane", "Which data plane there is, where both are described.",
			form.Words(form.NewWord(instancesKey, instancesKey), form.NewWord(microVMsKey, microVMsKey)), func(v *controlPlane) *string { return &v.Plane })),
		form.OmitZero(form.Field(instancesKey, "A data plane of EC2 instances: each holds one task and is destroyed after it.",
			form.Optional(instancesForm()), func(v *controlPlane) **instances { return &v.Instances })),
		form.OmitZero(form.Field(microVMsKey, "A data plane of bare-metal hosts, on which a microVM is started for each task.",
			form.Optional(microVMsForm()), func(v *controlPlane) **microVMs { return &v.MicroVMs })),
		form.OmitZero(form.Field("cells", "The VPCs that each zone is divided into; they are filled one after the other.",
			form.Optional(cellsForm()), func(v *controlPlane) **cells { return &v.Cells })),
		form.OmitZero(form.Field("losses", "Zones and cells that are lost for a time, with all tasks in them.",
			form.NamedList(lossForm(), 0, "loss"), func(v *controlPlane) *[]loss { return &v.Losses })),
		form.OmitZero(form.Field("rollout", "New software for a step, brought to one region after the other, and taken back at the first trouble.",
			form.Optional(rolloutForm()), func(v *controlPlane) **rollout { return &v.Rollout })),
		form.Required(form.Field("callers", "Who asks for tasks.",
			form.NamedList(callerForm(), 1, "caller"), func(v *controlPlane) *[]caller { return &v.Callers })),
	}, nil)
}

// tokensForm is a token bucket, or none. What is left out of it is that of zero.
func tokensForm(zero tokens) form.Form[*tokens] {
	return form.WordOr(form.Optional(form.Object(zero, []form.Key[tokens]{
		form.Always(form.Field("rate", "How fast the bucket refills.",
			rateForm(maxRate, false), func(v *tokens) *throttle.Rate { return &v.Rate })),
		form.Always(form.Field("burst", "How many tokens it holds; it is full at the start.",
			form.Integer(1, int64(maxRunTasks)), func(v *tokens) *int64 { return &v.Burst })),
	}, func(r *form.Reader, n *form.Node, path string, v *tokens) {
		if v.Rate == (throttle.Rate{}) {
			return // stepForm says that it is missing
		}
		if err := v.compiled().Check(); err != nil {
			r.Fail(n, path, "%v", err)
		}
	})), "a mapping", form.NewWord[*tokens]("none", nil))
}

// stepsForm is a mapping from steps to what they take.
func stepsForm() form.Form[[control.NumSteps]controlStep] {
	type steps = [control.NumSteps]controlStep
	var keys []form.Key[steps]
	for i, name := range control.StepNames() {
		keys = append(keys, form.Field(name, stepDocs[i], stepForm(assumedSteps[i]), func(v *steps) *controlStep { return &v[i] }))
	}
	return form.Object(assumedSteps, keys, nil)
}

var stepDocs = [control.NumSteps]string{
	control.Webhook:        "EKS alone: the admission webhook that routes pods by their Fargate profile.",
	control.Scheduler:      "EKS alone: the Fargate scheduler.",
	control.FrontEnd:       "The API.",
	control.IAM:            "Whether the caller may do this; what fails here is denied.",
	control.ClusterManager: "Writes the task down as PENDING.",
	control.Capacity:       "The capacity manager of a zone picks capacity and records it; then the caller has its answer. Each zone has servers of its own.",
	control.MicroVM:        "The microVM starts; with microvms alone.",
	control.Agent:          "The agent is activated over the Fargate ENI.",
	control.Definition:     "The agent is given the task definition.",
	control.Containers:     "Images are pulled and the containers start.",
	control.Report:         "The agent reports, and the state becomes RUNNING.",
}

func stepForm(zero controlStep) form.Form[controlStep] {
	return form.Object(zero, []form.Key[controlStep]{
		form.Field("latency", "How long a visit is served.",
			latencyForm(), func(v *controlStep) *latency { return &v.Latency }),
		form.Field("servers", "How many visits are served at the same time; 0 is as many as there are.",
			form.Integer(0, maxServers), func(v *controlStep) *int { return &v.Servers }),
		form.Field("queue", "How many may wait for a server, before the caller has its answer; more are throttled. 0 is any number.",
			form.Integer(0, maxServers), func(v *controlStep) *int { return &v.Queue }),
		form.Field("limit", "How fast visits may come, of all callers together. Before the caller has its answer they are throttled, and after it they wait.",
			tokensForm(tokens{Burst: 1}), func(v *controlStep) **tokens { return &v.Limit }),
		form.Field("failures", "The share of visits that fail.",
			form.Fraction(), func(v *controlStep) *float64 { return &v.Failures }),
	}, func(r *form.Reader, n *form.Node, path string, v *controlStep) {
		if v.Limit != nil && v.Limit.Rate == (throttle.Rate{}) {
			r.Fail(n.At("limit"), form.Join(path, "limit"), "rate is missing")
		}
	})
}
