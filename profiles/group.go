package profiles

import (
	"strings"
	"time"

	"tenement/internal/gate"
	"tenement/internal/trace"
)

// group is an item of `fleet`: tasks of one tenant that behave alike.
type group struct {
	Name, Tenant string
	Tasks        *int // nil where a trace names them
	Processes    int
	PerCall      bool
	Start        time.Duration
	Stop         time.Duration // 0 is with the run
	Flow         string
	Hops         int
	Arrivals     arrivals
	Strategy     *client // nil where it is under test
	UnderTest    bool

	recording *trace.Trace // that Arrivals.Trace names
}

// The most tasks on a host and processes in a task, so that a number with too
// many digits is refused before memory runs out.
const (
	maxTasks     = 10_000_000
	maxProcesses = 10_000
)

// traceNames are the keys that a group with a trace may not have: the trace
// says what they would say.
var traceNames = []string{"tasks", "processes", "flow"}

func groupForm() form[group] {
	var flows []word[string]
	for _, name := range flowNames {
		flows = append(flows, word[string]{name, name})
	}
	f := object(group{Processes: 1, Flow: credentialsFlow, Hops: 1}, []key[group]{
		must(field("group", "Its name, by which paths and gates know it.",
			nameForm(), func(v *group) *string { return &v.Name })),
		field("tenant", "Whose tasks they are; the group's name if left out.",
			nameForm(), func(v *group) *string { return &v.Tenant }),
		field("tasks", "How many on each host; 1 if left out. With a trace, which names its tasks, it must be.",
			optional(integerForm(1, maxTasks)), func(v *group) **int { return &v.Tasks }),
		field("processes", "Worker processes of each task.",
			integerForm(1, maxProcesses), func(v *group) *int { return &v.Processes }),
		field("client", "per-process: a client lives as long as its process. per-call: the application builds one for every operation, so that nothing of scope process survives.",
			words(word[bool]{"per-process", false}, word[bool]{"per-call", true}), func(v *group) *bool { return &v.PerCall }),
		field("start", "When its arrivals begin.",
			durationForm(0, 0), func(v *group) *duration { return &v.Start }),
		field("stop", "When its arrivals end.",
			boundForm(), func(v *group) *duration { return &v.Stop }),
		field("flow", flowsDoc(),
			words(flows...), func(v *group) *string { return &v.Flow }),
		omitZero(field("hops", "How many hops its tasks are from the service imds: 1 on the instance's own network, 2 behind a bridge.",
			integerForm(1, MaxHops), func(v *group) *int { return &v.Hops })),
		must(field("arrivals", "When its processes call. Rates are those of each process.",
			arrivalsForm(), func(v *group) *arrivals { return &v.Arrivals })),
		field("strategy", "How its clients fetch.",
			optional(clientForm().named("strategy")), func(v *group) **client { return &v.Strategy }),
		field("under_test", "Whether the strategies are tried on it.",
			booleanForm(), func(v *group) *bool { return &v.UnderTest }),
	}, checkGroup)
	every := f.write
	f.write = func(v group, full bool) *node {
		n := every(v, full)
		if v.Arrivals.Trace != nil {
			n.remove(traceNames...)
		}
		return n
	}
	return f
}

// flowsDoc describes the key `flow`: which flows each service has.
func flowsDoc() string {
	doc := "What its calls ask for"
	for i := range services {
		doc += "; " + services[i].name + " has " + list(services[i].flowNames(), "and")
	}
	return strings.Replace(doc, ";", ":", 1) + "."
}

// checkGroup says what does not fit together, fills in what depends on other
// keys, and reads the trace.
func checkGroup(r *reader, n *node, path string, v *group) {
	if v.Tenant == "" {
		v.Tenant = v.Name
	}
	switch {
	case v.Name == gate.Endpoint:
		r.fail(n.at("group"), join(path, "group"), "the name %q is taken: gates mean the endpoint by it", v.Name)
	case v.UnderTest && v.Strategy != nil:
		r.fail(n.at("strategy"), join(path, "strategy"), "a group under test has no strategy of its own: the strategies are tried on it")
	case v.Strategy == nil && !v.UnderTest:
		v.Strategy = &client{}
	}
	if v.Stop > 0 && v.Stop <= v.Start {
		r.fail(n.at("stop"), join(path, "stop"), "%s is not after start, %s", formatDuration(v.Stop), formatDuration(v.Start))
	}
	if v.Arrivals.Trace == nil {
		if v.Tasks == nil {
			one := 1
			v.Tasks = &one
		}
		return
	}
	for _, key := range traceNames {
		if given := n.get(key); given != nil {
			r.fail(given, join(path, key), "is left out with a trace, which names the tasks and what they ask for")
		}
	}
	where := n.get("arrivals").get("trace")
	v.recording = r.recording(where, join(path, "arrivals.trace"))
}

// recording reads the trace that a node names, once per profile.
func (r *reader) recording(n *node, path string) *trace.Trace {
	name := n.src.name + "\x00" + n.text
	if t := r.traces[name]; t != nil {
		return t
	}
	t, err := n.src.open(n.text)
	if err != nil {
		r.fail(n, path, "%v", err)
		return nil
	}
	if r.traces == nil {
		r.traces = make(map[string]*trace.Trace)
	}
	r.traces[name] = t
	return t
}
