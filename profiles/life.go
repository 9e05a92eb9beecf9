package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
)

// maxLives bounds the tasks that follow each other in one place of a host, as far as
// the profile decides it: each has calls of its own.
const maxLives = 1_000_000

// lives is what a group says of the lives of its tasks.
type lives struct {
	Lifetime time.Duration // 0 is to the group's end
	Relaunch *relaunch     // nil where no start can fail
	Deploy   *deploy       // nil is none
}

// relaunch is what follows a start that failed.
type relaunch struct {
	None    bool // the place stays empty until a deployment
	Backoff plan.Backoff
}

// newRelaunch is a relaunch unless a profile says otherwise.
func newRelaunch() relaunch {
	return relaunch{Backoff: plan.Backoff{Base: plan.DefaultRelaunchBase, Cap: plan.DefaultRelaunchCap}}
}

// deploy is a group's deployments: all of its tasks are replaced at each instant.
type deploy struct {
	At      []time.Duration
	Within  time.Duration
	Rolling *rolling
}

type rolling struct {
	Batch int
	Every time.Duration
}

// start is the `start` of a group: an instant, or a mapping with it.
type start struct{ At, Within time.Duration }

func startForm() form.Form[start] {
	at := form.Convert(form.Duration(0, 0), func(d time.Duration) start { return start{At: d} }, func(v start) time.Duration { return v.At })
	mapping := form.Object(start{}, []form.Key[start]{
		form.Field("at", "The instant, since the run began.",
			form.Duration(0, 0), func(v *start) *duration { return &v.At }),
		form.Required(form.Field("within", "Each place gets its first task at its own random instant of this time from then on: a fleet that runs already when the run begins.",
			form.Duration(0, maxDuration), func(v *start) *duration { return &v.Within })),
	}, nil)
	return scalarOr(at, mapping, func(v start) bool { return v.Within == 0 })
}

// scalarOr is a scalar, or a mapping that says more; plain reports whether a value can
// be written as the scalar.
func scalarOr[T any](scalar, mapping form.Form[T], plain func(T) bool) form.Form[T] {
	return form.Form[T]{
		Read: func(r *form.Reader, n *form.Node, path string) T {
			if n.Kind == form.Mapping {
				return mapping.Read(r, n, path)
			}
			return scalar.Read(r, n, path)
		},
		Write: func(v T, full bool) *form.Node {
			if plain(v) {
				return scalar.Write(v, full)
			}
			return mapping.Write(v, full)
		},
		Schema: func() *form.Schema { return &form.Schema{OneOf: []*form.Schema{scalar.Schema(), mapping.Schema()}} },
	}
}

// livesKeys are the keys of a group about the lives of its tasks.
func livesKeys() []form.Key[group] {
	return []form.Key[group]{
		form.OmitZero(form.Field("lifetime", "How long a task lives; then a new one starts in its place, with new credentials. none: to the group's stop.",
			form.Bound(), func(v *group) *duration { return &v.Lives.Lifetime })),
		form.OmitZero(form.Field("relaunch", "What follows a start that fails, which is one in which the first call of a required activity fails. Left out: a new task, after 1s, which doubles from failure to failure up to 1m. none: no other task until the next deployment; if a deployment launched the one that failed, the old task stays.",
			form.Optional(relaunchForm()), func(v *group) **relaunch { return &v.Lives.Relaunch })),
		form.OmitZero(form.Field("deploy", "When all tasks are replaced by new ones. An old task stops when its successor has started. none: never, for a what-if.",
			form.WordOr(form.Optional(deployForm()), "a mapping with at", form.NewWord[*deploy]("none", nil)), func(v *group) **deploy { return &v.Lives.Deploy })),
	}
}

func relaunchForm() form.Form[relaunch] {
	f := form.Object(newRelaunch(), []form.Key[relaunch]{
		form.Field("backoff", "How long the place waits for the next task. A start that succeeds resets it.",
			launchBackoffForm(), func(v *relaunch) *plan.Backoff { return &v.Backoff }),
		form.OmitZero(form.Field("within", "Each next task starts at its own random instant of this time from then on, as tasks do that take their time to be placed and pulled. Left out, or 0s: all that failed together start together.",
			form.Duration(0, maxDuration), func(v *relaunch) *duration { return &v.Backoff.Within })),
	}, nil)
	return form.WordOr(f, "a mapping with backoff or within", form.NewWord[relaunch]("none", relaunch{None: true}))
}

func launchBackoffForm() form.Form[plan.Backoff] {
	type backoff = plan.Backoff
	return form.Object(newRelaunch().Backoff, []form.Key[backoff]{
		form.Field("base", "The wait after the first failure; 1s if left out.",
			form.Duration(time.Millisecond, 0), func(v *backoff) *duration { return &v.Base }),
		form.Field("cap", "The longest wait; it doubles from failure to failure up to that. 1m if left out.",
			form.Duration(time.Millisecond, 0), func(v *backoff) *duration { return &v.Cap }),
	}, func(r *form.Reader, n *form.Node, path string, v *backoff) {
		if v.Cap < v.Base {
			r.Fail(n.At("cap"), form.Join(path, "cap"), "%s is below base, %s", form.FormatDuration(v.Cap), form.FormatDuration(v.Base))
		}
	})
}

func deployForm() form.Form[deploy] {
	return form.Object(deploy{}, []form.Key[deploy]{
		form.Required(form.Field("at", "When each deployment begins, since the run began, in order.",
			form.List(form.Duration(1, maxDuration), 1), func(v *deploy) *[]time.Duration { return &v.At })),
		form.OmitZero(form.Field("within", "How long it takes: each task starts at its own random instant of that time. Left out, or 0s: all at once.",
			form.Duration(0, maxDuration), func(v *deploy) *duration { return &v.Within })),
		form.OmitZero(form.Field("rolling", "In place of within: batch by batch.",
			form.Optional(rollingForm()), func(v *deploy) **rolling { return &v.Rolling })),
	}, checkDeploy)
}

func rollingForm() form.Form[rolling] {
	return form.Object(rolling{}, []form.Key[rolling]{
		form.Required(form.Field("batch", "How many tasks start together, counted over all hosts, host by host.",
			form.Integer(1, maxTasks), func(v *rolling) *int { return &v.Batch })),
		form.Required(form.Field("every", "The time from batch to batch.",
			form.Duration(1, maxDuration), func(v *rolling) *duration { return &v.Every })),
	}, nil)
}

func checkDeploy(r *form.Reader, n *form.Node, path string, v *deploy) {
	if v.Rolling != nil && n.Get("within") != nil {
		r.Fail(n.At("within"), form.Join(path, "within"), "not with rolling, which says how long it takes")
	}
	for i := 1; i < len(v.At); i++ {
		if v.At[i] <= v.At[i-1] {
			r.Fail(n.Item("at", i), form.Join(path, "at"), "%s is not after the deployment before it, %s", form.FormatDuration(v.At[i]), form.FormatDuration(v.At[i-1]))
		}
	}
}

// checkLives reports what does not go together in the lives of a group's tasks. item
// is the group's.
func (v *group) checkLives(r *form.Reader, item *form.Node, run time.Duration) {
	path := "fleet." + v.Name
	l := &v.Lives
	if l.Lifetime > 0 && int64(run/l.Lifetime) > maxLives {
		r.Fail(item.At("lifetime"), form.Join(path, "lifetime"), "%s: a run of %s has more than %d lives of that length",
			form.FormatDuration(l.Lifetime), form.FormatDuration(run), maxLives)
	}
	if l.Deploy == nil {
		return
	}
	at, path := item.At("deploy"), form.Join(path, "deploy")
	for i, begins := range l.Deploy.At {
		switch {
		case begins == 0: // an error of its own
		case begins <= v.Start.At:
			r.Fail(at.Item("at", i), form.Join(path, "at"), "%s is not after start, %s: nothing runs yet", form.FormatDuration(begins), form.FormatDuration(v.Start.At))
		case v.Stop > 0 && begins >= v.Stop:
			r.Fail(at.Item("at", i), form.Join(path, "at"), "%s is not before stop, %s", form.FormatDuration(begins), form.FormatDuration(v.Stop))
		}
	}
}

// relaunches bounds the tasks that follow the first one in a place, as far as the
// profile decides it.
func (v *lives) relaunches(run time.Duration) float64 {
	n := 0.0
	if v.Lifetime > 0 {
		n += float64(run / v.Lifetime)
	}
	if v.Deploy != nil {
		n += float64(len(v.Deploy.At))
	}
	return n
}
