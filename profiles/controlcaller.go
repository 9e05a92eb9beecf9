package profiles

import (
	"time"

	"tenement/internal/control"
	"tenement/internal/form"
	"tenement/internal/gate"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// caller is an item of `callers`: who asks for tasks that are alike.
type caller struct {
	Name, Account string
	EKS           bool
	control.Pair
	Batch     int
	Rate      throttle.Rate // zero is none
	Schedule  []rateFrom
	Deploys   []runDeploy
	Lifetime  lifetime
	Replace   *replace // nil is not
	Strategy  *strategyKeys
	UnderTest bool
}

// rateFrom is a rate from an instant on.
type rateFrom struct {
	At   time.Duration
	Rate throttle.Rate
}

// runDeploy is a number of tasks that are asked for together.
type runDeploy struct {
	At, Within time.Duration
	Tasks      int
}

// lifetime is how long a task is RUNNING; zero is to the end of the run.
type lifetime struct{ P50, P99 time.Duration }

// replace is how a lost task is replaced.
type replace struct{ Within time.Duration }

func callerForm() form.Form[caller] {
	return form.Object(caller{Pair: control.Pair{CPU: 256, Memory: 512}, Batch: 1}, []form.Key[caller]{
		form.Required(form.Field("caller", "Its name in paths and gates.",
			form.Name(), func(v *caller) *string { return &v.Name })),
		form.Field("account", "Whose quotas it shares with other callers; its name if left out.",
			form.Name(), func(v *caller) *string { return &v.Account }),
		form.Field("platform", "ecs: it calls RunTask. eks: it makes pods, which go through the webhook and the Fargate scheduler, and the API's limit is not for them.",
			form.Words(form.NewWord[bool]("ecs", false), form.NewWord[bool]("eks", true)), func(v *caller) *bool { return &v.EKS }),
		form.Field("cpu", "Of a task, in CPU units; 1024 are a vCPU. With memory, one of the combinations that Fargate has.",
			form.Integer(1, maxSize), func(v *caller) *int { return &v.CPU }),
		form.Field("memory", "Of a task, in MiB.",
			form.Integer(1, maxSize), func(v *caller) *int { return &v.Memory }),
		form.Field("tasks_per_call", "Tasks that a call of RunTask asks for.",
			form.Integer(1, 10), func(v *caller) *int { return &v.Batch }),
		form.Field("rate", "Tasks asked for at random, at a mean rate.",
			rateForm(maxRate, true), func(v *caller) *throttle.Rate { return &v.Rate }),
		form.OmitZero(form.Field("schedule", "Other rates, from instants on.",
			form.List(form.Object(rateFrom{}, []form.Key[rateFrom]{
				form.Required(form.Field("at", "The instant.", form.Duration(0, maxDuration), func(v *rateFrom) *duration { return &v.At })),
				form.Required(form.Field("rate", "From then on.", rateForm(maxRate, true), func(v *rateFrom) *throttle.Rate { return &v.Rate })),
			}, nil), 1), func(v *caller) *[]rateFrom { return &v.Schedule })),
		form.OmitZero(form.Field("deploys", "Tasks that are asked for together.",
			form.List(form.Object(runDeploy{}, []form.Key[runDeploy]{
				form.Required(form.Field("at", "When.", form.Duration(0, maxDuration), func(v *runDeploy) *duration { return &v.At })),
				form.Required(form.Field("tasks", "How many.", form.Integer(1, maxRunTasks), func(v *runDeploy) *int { return &v.Tasks })),
				form.Field("within", "The time that they are asked for in, evenly; all at once if left out.",
					form.Duration(0, maxDuration), func(v *runDeploy) *duration { return &v.Within }),
			}, nil), 1), func(v *caller) *[]runDeploy { return &v.Deploys })),
		form.OmitZero(form.Field("lifetime", "How long a task is RUNNING; to the end of the run if left out.",
			lifetimeForm(), func(v *caller) *lifetime { return &v.Lifetime })),
		form.OmitZero(form.Field("replace", "Whether a lost task is replaced, as a service does, and within which time.",
			form.Optional(form.Object(replace{}, []form.Key[replace]{
				form.Required(form.Field("within", "Each at a random instant of that time.", form.Duration(0, maxDuration), func(v *replace) *duration { return &v.Within })),
			}, nil)), func(v *caller) **replace { return &v.Replace })),
		form.Field("strategy", "How it retries. It caches nothing.",
			form.Optional(namedStrategyForm()), func(v *caller) **strategyKeys { return &v.Strategy }),
		form.Field("under_test", "Whether the strategies are tried on it.",
			form.Boolean(), func(v *caller) *bool { return &v.UnderTest }),
	}, checkCaller)
}

// lifetimeForm is a duration, or a mapping with a median and a 99th percentile.
func lifetimeForm() form.Form[lifetime] {
	plain := form.Convert(form.Duration(1, maxDuration), func(d time.Duration) lifetime { return lifetime{d, d} }, func(v lifetime) time.Duration { return v.P50 })
	mapping := form.Object(lifetime{}, []form.Key[lifetime]{
		form.Required(form.Field("p50", "The median.", form.Duration(1, maxDuration), func(v *lifetime) *duration { return &v.P50 })),
		form.Required(form.Field("p99", "The 99th percentile.", form.Duration(1, maxDuration), func(v *lifetime) *duration { return &v.P99 })),
	}, func(r *form.Reader, n *form.Node, path string, v *lifetime) {
		if v.P99 < v.P50 {
			r.Fail(n.At("p99"), form.Join(path, "p99"), "%s is below p50, %s", form.FormatDuration(v.P99), form.FormatDuration(v.P50))
		}
	})
	return scalarOr(plain, mapping, func(v lifetime) bool { return v.P50 == v.P99 })
}

func checkCaller(r *form.Reader, n *form.Node, path string, v *caller) {
	if v.Account == "" {
		v.Account = v.Name
	}
	if v.Rate.Tokens == 0 {
		v.Rate = throttle.Rate{Seconds: 1}
	}
	switch {
	case v.Name == gate.Endpoint:
		r.Fail(n.At("caller"), form.Join(path, "caller"), "the name %q is taken: gates mean all callers by it", v.Name)
	case v.UnderTest && v.Strategy != nil:
		r.Fail(n.At("strategy"), form.Join(path, "strategy"), "a caller under test has no strategy of its own: the strategies are tried on it")
	case v.Strategy == nil && !v.UnderTest:
		v.Strategy = &strategyKeys{}
	}
	if v.Rate.Tokens == 0 && len(v.Schedule) == 0 && len(v.Deploys) == 0 {
		r.Fail(n, path, "asks for no task: want rate, schedule or deploys")
	}
	for i := range v.Schedule {
		if i > 0 && v.Schedule[i].At <= v.Schedule[i-1].At {
			r.Fail(n.Item("schedule", i), form.Join(path, "schedule"), "%s is not after the instant before it", form.FormatDuration(v.Schedule[i].At))
		}
	}
	if v.Strategy != nil {
		checkCallerStrategy(r, n.At("strategy"), form.Join(path, "strategy"), &v.Strategy.Strategy)
	}
	checkPair(r, n, path, v.Pair)
}

// checkCallerStrategy refuses a strategy that would answer RunTask from what it holds, or that
// has more than one attempt of a call under way.
func checkCallerStrategy(r *form.Reader, n *form.Node, path string, s *strategy.Strategy) {
	_, none := s.Cache.(strategy.NoCache)
	if s.Cache == nil {
		none = true
	}
	var want []string
	if !none || s.Sidecar.On || s.Early.Beta > 0 || s.Scope != strategy.PerProcess {
		want = append(want, "cache: none")
	}
	if s.Flight.Kind != strategy.Each {
		want = append(want, "flight: each")
	}
	if s.FirstUse > 1 {
		want = append(want, "first_use: 1")
	}
	if len(want) > 0 {
		r.Fail(n, path, "would answer a call of RunTask with what another one got: want %s, because each call starts tasks", words.List(want, "and"))
	}
	if s.Hedge.After > 0 {
		r.Fail(n.At("hedge"), form.Join(path, "hedge"), "sends copies of a request, and a control plane does not simulate those of RunTask: leave it out")
	}
}

// checkPair refuses a size that Fargate does not have.
func checkPair(r *form.Reader, n *form.Node, path string, p control.Pair) {
	fits, ok := control.RightSize(p)
	switch {
	case !ok:
		r.Fail(n.At("memory"), form.Join(path, "memory"), "cpu %d with memory %d is more than any task may have", p.CPU, p.Memory)
	case fits != p:
		r.Fail(n.At("memory"), form.Join(path, "memory"), "there is no task of cpu %d and memory %d: the least that holds it is cpu %d and memory %d", p.CPU, p.Memory, fits.CPU, fits.Memory)
	}
}
