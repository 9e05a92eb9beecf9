package profiles

import (
	"fmt"
	"slices"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// activity is an item of `activities`: one of the things that a task does.
type activity struct {
	Name     string
	Endpoint string // of `endpoints`; "" is the host's own
	Flow     string
	Arrivals arrivals
	After    string // the name of an activity before it; "" begins with the task
	Required bool
	Reasons  []plan.Reason // of one that startup stands for
	Strategy *strategyKeys // nil is the group's, or the one that is tried on it
}

func activityForm() form.Form[activity] {
	return form.Object(activity{Flow: service.CredentialsFlow}, []form.Key[activity]{
		form.Required(form.Field("activity", "Its name in paths.",
			form.Name(), func(v *activity) *string { return &v.Name })),
		form.OmitZero(form.Field("endpoint", "Which of the further endpoints its calls go to, by name. Left out: to the host's own.",
			form.Name(), func(v *activity) *string { return &v.Endpoint })),
		form.Field("flow", flowsDoc(), flowForm(), func(v *activity) *string { return &v.Flow }),
		form.Required(form.Field("arrivals", "When its processes call, from when the activity begins. A recording is not for an activity, but for a whole group.",
			arrivalsForm(), func(v *activity) *arrivals { return &v.Arrivals })),
		form.Field("after", "An activity before it in the list, for which it waits: it begins when a call of that one first succeeds, in the same process. Left out: with the task.",
			form.Name(), func(v *activity) *string { return &v.After }),
		form.Field("required", "Whether the task's start depends on it: it has started when the first call of every such activity has succeeded in every process, and its start fails if one of these calls fails.",
			form.Boolean(), func(v *activity) *bool { return &v.Required }),
		form.OmitZero(form.Field("strategy", "How its clients fetch, if not as the group's: a sidecar is another program, and no strategy is tried on it.",
			form.Optional(namedStrategyForm()), func(v *activity) **strategyKeys { return &v.Strategy })),
	}, func(r *form.Reader, n *form.Node, path string, v *activity) {
		if v.Arrivals.Trace != nil {
			r.Fail(n.At("arrivals").At("trace"), form.Join(path, "arrivals.trace"), "a recording is not for an activity, but for a whole group: its arrivals")
		}
	})
}

// oneActivity are the keys of a group that its activities say instead.
var oneActivity = []string{"flow", "arrivals"}

// checkActivities reports what does not fit together in the activities of a group.
func checkActivities(r *form.Reader, n *form.Node, path string, v *group) {
	if len(v.Activities) == 0 && v.Startup == nil {
		if n.Get("arrivals") == nil {
			r.Fail(n, path, "arrivals is missing, or activities, each with its own")
		}
		return
	}
	for _, key := range oneActivity {
		if given := n.Get(key); given != nil {
			r.Fail(given, form.Join(path, key), "is left out with activities, each of which says it, and with startup")
		}
	}
	below := form.Join(path, "activities")
	if len(v.Activities) > plan.MaxActivities {
		r.Fail(n.At("activities"), below, "more than %d activities", plan.MaxActivities)
		return
	}
	var names []string // of those before
	for i := range v.Activities {
		a, item := &v.Activities[i], n.Item("activities", i)
		checkOnce(r, item, below, "activity", a.Name, i, func(j int) string { return v.Activities[j].Name })
		if a.After != "" && !slices.Contains(names, a.After) {
			r.Fail(item.At("after"), form.Join(form.Join(below, a.Name), "after"), "there is no activity %q before this one%s", a.After, form.Hint(a.After, names))
		}
		names = append(names, a.Name)
	}
}

// requires reports whether a start of the group's tasks can fail.
func (v *group) requires() bool {
	return v.Startup != nil || slices.ContainsFunc(v.Activities, func(a activity) bool { return a.Required })
}

// does are the things that a task of the group does; a group without activities does one.
func (v *group) does() []activity {
	switch {
	case v.Startup != nil:
		return v.afterStart()
	case len(v.Activities) > 0:
		return v.Activities
	}
	return []activity{{Flow: v.Flow, Arrivals: v.Arrivals}}
}

// at is where the activity of that number of a group is written, and its path.
func (v *group) at(item *form.Node, i int) (*form.Node, string) {
	path := "fleet." + v.Name
	switch {
	case i < len(v.started):
		return item.At("startup"), form.Join(path, "startup")
	case len(v.Activities) == 0:
		return item, path
	}
	i -= len(v.started)
	name := v.Activities[i].Name
	if name == "" {
		name = fmt.Sprintf("[%d]", i)
	}
	return item.Item("activities", i), form.Join(form.Join(path, "activities"), name)
}

// essentialExited is the stopped reason of a task whose program ends because it could not
// do what it has to do first.
// Source: Amazon ECS Developer Guide, stopped-task-error-codes.
const essentialExited = "Essential container in task exited"

// afterStart are the requests of the start, and the activities that follow it: those that
// wait for no other wait for its last request, because only then does the program run.
func (v *group) afterStart() []activity {
	all := slices.Clone(v.started)
	for _, a := range v.Activities {
		if a.After == "" && len(v.started) > 0 {
			a.After = v.started[len(v.started)-1].Name
		}
		for result := strategy.OK; result < strategy.NumResults; result++ {
			if a.Required && result.Failed() {
				a.Reasons = append(a.Reasons, plan.Reason{Result: result, Text: essentialExited})
			}
		}
		all = append(all, a)
	}
	return all
}
