package profiles

import (
	"slices"
	"strings"
	"time"

	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/words"
)

// group is an item of `fleet`: tasks of one tenant that behave alike.
type group struct {
	Name, Tenant string
	Tasks        *int // nil where a trace names them, or a placement spreads them
	Placement    *placement
	Lives        lives
	Startup      *startupKeys // nil is none
	Activities   []activity   // none is one, as Flow and Arrivals say
	Processes    int
	PerCall      bool
	Start        start
	Stop         time.Duration // 0 is with the run
	Flow         string
	Hops         int
	Arrivals     arrivals
	Strategy     *strategyKeys // nil where it is under test
	UnderTest    bool

	placed    []plan.Run // of a placement: the tasks on each host, in order of the hosts
	traceAt   *form.Node // where Arrivals.Trace is written, if the group is sound
	recording *recording // what it names, once read
	started   []activity // what Startup stands for
	replayed  *replayed  // how it is replayed, nil if that makes no sense
}

// The most tasks on a host and processes in a task, so that a number with too
// many digits is refused before memory runs out.
const (
	maxTasks     = 10_000_000
	maxProcesses = 10_000
)

// traceNames are the keys that a group with a trace may not have: the trace
// says what they would say, and its tasks are there all the time.
var traceNames = []string{"tasks", "placement", "processes", "flow", "lifetime", "relaunch", "deploy", "startup"}

// flowForm is the name of a flow, of whichever service.
func flowForm() form.Form[string] {
	var flows []form.Word[string]
	for _, name := range service.FlowNames() {
		flows = append(flows, form.NewWord[string](name, name))
	}
	return form.Words(flows...)
}

func groupForm() form.Form[group] {
	keys := slices.Concat([]form.Key[group]{
		form.Required(form.Field("group", "Its name in paths and gates.",
			form.Name(), func(v *group) *string { return &v.Name })),
		form.Field("tenant", "Whose tasks they are; the group's name if left out.",
			form.Name(), func(v *group) *string { return &v.Tenant }),
		form.Field("tasks", "How many on each host; 1 if left out. Leave it out with a trace, which names its tasks, and with a placement.",
			form.Optional(form.Integer(1, maxTasks)), func(v *group) **int { return &v.Tasks }),
		form.OmitZero(form.Field("placement", "In place of tasks: how many there are on all hosts together, and which hosts they are on. Groups are placed in their order.",
			form.Optional(placementForm()), func(v *group) **placement { return &v.Placement })),
		form.Known(form.Field("processes", "Worker processes of each task.",
			form.Integer(1, maxProcesses), func(v *group) *int { return &v.Processes }), "workers", "worker_processes"),
		form.Field("client", "per-process: a client lives as long as its process. per-call: the application builds one for every operation, so that nothing of scope process survives.",
			form.Words(form.NewWord[bool]("per-process", false), form.NewWord[bool]("per-call", true)), func(v *group) *bool { return &v.PerCall }),
		form.Field("start", "When its first tasks start, and with them its arrivals; or a mapping with that and a time over which they are spread.",
			startForm(), func(v *group) *start { return &v.Start }),
		form.Field("stop", "When its tasks stop.",
			form.Bound(), func(v *group) *duration { return &v.Stop }),
	}, livesKeys(), []form.Key[group]{
		form.Field("flow", flowsDoc(), flowForm(), func(v *group) *string { return &v.Flow }),
		form.OmitZero(form.Field("hops", "How many hops its tasks are from the service imds: 1 on the instance's own network, 2 behind a bridge.",
			form.Integer(1, MaxHops), func(v *group) *int { return &v.Hops })),
		form.Always(form.Field("arrivals", "When its processes call. Rates are those of each process. Required, unless there are activities.",
			arrivalsForm(), func(v *group) *arrivals { return &v.Arrivals })),
		form.OmitZero(form.Field("activities", "In place of flow and arrivals: the things that a task does, each with its own.",
			form.NamedList(activityForm(), 1, "activity"), func(v *group) *[]activity { return &v.Activities })),
		form.OmitZero(form.Field("startup", "What its tasks have to reach before their program runs. Each request is a required activity, one after another; the activities of the group follow.",
			form.Optional(startupForm()), func(v *group) **startupKeys { return &v.Startup })),
		form.Field("strategy", "How its clients fetch.",
			form.Optional(namedStrategyForm()), func(v *group) **strategyKeys { return &v.Strategy }),
		form.Field("under_test", "Whether the strategies are tried on it.",
			form.Boolean(), func(v *group) *bool { return &v.UnderTest }),
	})
	f := form.Object(group{Processes: 1, Flow: service.CredentialsFlow, Hops: 1}, keys, checkGroup)
	every, schema := f.Write, f.Schema
	f.Write = func(v group, full bool) *form.Node {
		n := every(v, full)
		if v.Arrivals.Trace != nil {
			n.Remove(traceNames...)
		}
		if len(v.Activities) > 0 || v.Startup != nil {
			n.Remove(oneActivity...)
		}
		return n
	}
	f.Schema = func() *form.Schema {
		s := schema()
		s.OneOf = []*form.Schema{{Required: []string{"arrivals"}}, {AnyOf: []*form.Schema{{Required: []string{"activities"}}, {Required: []string{"startup"}}}}}
		return s
	}
	return f
}

// flowsDoc describes the key `flow`: which flows each service has.
func flowsDoc() string {
	doc := "What its calls ask for"
	for _, s := range service.All() {
		doc += "; " + s.String() + " has " + words.List(s.Row().FlowNames(), "and")
	}
	return strings.Replace(doc, ";", ":", 1) + "."
}

// checkGroup says what does not fit together, and fills in what depends on
// other keys.
func checkGroup(r *form.Reader, n *form.Node, path string, v *group) {
	if v.Tenant == "" {
		v.Tenant = v.Name
	}
	switch {
	case v.Name == gate.Endpoint:
		r.Fail(n.At("group"), form.Join(path, "group"), "the name %q is taken: gates mean the endpoint by it", v.Name)
	case v.UnderTest && v.Strategy != nil:
		r.Fail(n.At("strategy"), form.Join(path, "strategy"), "a group under test has no strategy of its own: the strategies are tried on it")
	case v.Strategy == nil && !v.UnderTest:
		v.Strategy = &strategyKeys{}
	}
	if v.Stop > 0 && v.Stop <= v.Start.At {
		r.Fail(n.At("stop"), form.Join(path, "stop"), "%s is not after start, %s", form.FormatDuration(v.Stop), form.FormatDuration(v.Start.At))
	}
	checkActivities(r, n, path, v)
	switch required := v.requires(); {
	case v.Lives.Relaunch != nil && !required:
		r.Fail(n.At("relaunch"), form.Join(path, "relaunch"), "no start can fail: want an activity with required: true")
	case v.Lives.Relaunch == nil && required:
		always := newRelaunch()
		v.Lives.Relaunch = &always
	}
	if given := n.Get("tasks"); v.Placement != nil && given != nil {
		r.Fail(given, form.Join(path, "tasks"), "is left out with placement, which says how many there are on all hosts together")
	}
	if v.Arrivals.Trace == nil {
		if v.Tasks == nil && v.Placement == nil {
			one := 1
			v.Tasks = &one
		}
		return
	}
	if v.Start.Within > 0 {
		r.Fail(n.At("start"), form.Join(path, "start"), "is an instant with a trace, whose tasks are there all the time")
	}
	for _, key := range traceNames {
		if given := n.Get(key); given != nil {
			r.Fail(given, form.Join(path, key), "is left out with a trace, which names the tasks and what they ask for")
		}
	}
	v.traceAt = n.Get("arrivals").Get("trace")
}
