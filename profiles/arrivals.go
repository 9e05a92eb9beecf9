package profiles

import (
	"sync"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/throttle"
)

// arrivals is an `arrivals` mapping: when the processes of a group call. One
// of the fields is set.
type arrivals struct {
	Constant *throttle.Rate
	Poisson  *throttle.Rate
	Burst    *plan.Burst
	Stages   *[]plan.Stage
	Sine     *sine
	Once     *plan.Once
	Timer    *plan.Timer
	Gamma    *gamma
	Trace    *replay
}

// maxRate bounds the calls of one process, in calls a second.
const maxRate = 1e6

// arrivalsForm is the form of an `arrivals` mapping, built once.
var arrivalsForm = sync.OnceValue(newArrivalsForm)

func newArrivalsForm() form.Form[arrivals] {
	rate := rateForm(maxRate, false)
	return form.OneOf([]form.Key[arrivals]{
		form.Field("constant", "A call every 1/rate, the first at once.",
			form.Optional(rate), func(v *arrivals) **throttle.Rate { return &v.Constant }),
		form.Field("poisson", "Calls independent of each other, at a mean rate.",
			form.Optional(rate), func(v *arrivals) **throttle.Rate { return &v.Poisson }),
		form.Field("burst", "Several calls at one instant, the first time at once.",
			form.Optional(burstForm()), func(v *arrivals) **plan.Burst { return &v.Burst }),
		form.Field("stages", "A Poisson process whose rate ramps from stage to stage, starting at 0; it ends with the last stage.",
			form.Optional(form.List(stageForm(), 1)), func(v *arrivals) **[]plan.Stage { return &v.Stages }),
		form.Field("sine", "A Poisson process whose rate swings around a mean; it rises first.",
			form.Optional(sineForm()), func(v *arrivals) **sine { return &v.Sine }),
		form.Field("once", "One call per process, at a uniform instant of a window.",
			form.Optional(onceForm()), func(v *arrivals) **plan.Once { return &v.Once }),
		form.Field("timer", "A call at every tick of a timer.",
			form.Optional(timerForm()), func(v *arrivals) **plan.Timer { return &v.Timer }),
		form.Field("gamma", "Calls with gamma-distributed gaps: cv 1 is Poisson, above is bursty, below is regular.",
			form.Optional(gammaForm()), func(v *arrivals) **gamma { return &v.Gamma }),
		form.Field("trace", "A recording to replay, which names the tasks: a file, relative to the profile, or a mapping with it and with how it is played.",
			form.Optional(replayForm()), func(v *arrivals) **replay { return &v.Trace }),
	}, nil).Named("arrivals")
}

// compiled is the pattern of a mapping, which is not a trace's.
func (a *arrivals) compiled() plan.Pattern {
	switch {
	case a.Constant != nil:
		return plan.Constant{Rate: *a.Constant}
	case a.Poisson != nil:
		return plan.Poisson(*a.Poisson)
	case a.Burst != nil:
		return *a.Burst
	case a.Stages != nil:
		return plan.Stages(*a.Stages)
	case a.Sine != nil:
		return plan.Sine(a.Sine.Mean, a.Sine.Amplitude, a.Sine.Period)
	case a.Once != nil:
		return *a.Once
	case a.Timer != nil:
		return *a.Timer
	case a.Gamma != nil:
		return plan.Gamma(a.Gamma.Rate, a.Gamma.CV)
	}
	panic("profiles: arrivals without a kind") // no sound profile has them
}

// maxCalls bounds the calls of one process in a run: they are counted in 32
// bits, and no run has time for more.
const maxCalls = 1e9

// atMost is a bound on the calls of one process in a run of that length.
func (a *arrivals) atMost(run time.Duration) float64 {
	perSecond := 0.0
	switch {
	case a.Constant != nil:
		perSecond = a.Constant.PerSecond()
	case a.Poisson != nil:
		perSecond = a.Poisson.PerSecond()
	case a.Burst != nil && a.Burst.Every > 0:
		perSecond = float64(a.Burst.Calls) / a.Burst.Every.Seconds()
	case a.Stages != nil:
		for _, s := range *a.Stages {
			perSecond = max(perSecond, s.To.PerSecond())
			run = max(run, s.For)
		}
	case a.Sine != nil:
		perSecond = 2 * a.Sine.Mean.PerSecond()
		run = max(run, a.Sine.Period)
	case a.Timer != nil:
		perSecond = 1 / a.Timer.Every.Seconds()
	case a.Gamma != nil:
		perSecond = a.Gamma.Rate.PerSecond()
	}
	return perSecond * run.Seconds()
}

// atOnce is a bound on the calls of one process that come with its start, whatever
// their rate is from then on.
func (a *arrivals) atOnce() float64 {
	if a.Burst != nil {
		return float64(a.Burst.Calls)
	}
	return 1
}

func burstForm() form.Form[plan.Burst] {
	return form.Object(plan.Burst{}, []form.Key[plan.Burst]{
		form.Required(form.Field("calls", "How many at one instant, of each process.",
			form.Integer(1, 1_000_000), func(v *plan.Burst) *int { return &v.Calls })),
		form.Field("every", "The time from burst to burst; none is one burst only.",
			form.Bound(), func(v *plan.Burst) *duration { return &v.Every }),
		form.Field("until", "When the bursts end, since the group's start.",
			form.Bound(), func(v *plan.Burst) *duration { return &v.Until }),
		form.OmitZero(form.Field("delay", "How long after the group's start, or its activity's begin, the first of them comes. Left out: at once.",
			form.Duration(0, maxDuration), func(v *plan.Burst) *duration { return &v.Delay })),
	}, nil)
}

func stageForm() form.Form[plan.Stage] {
	return form.Object(plan.Stage{}, []form.Key[plan.Stage]{
		form.Required(form.Field("for", "How long the stage lasts; 0s jumps to its rate.",
			form.Duration(0, 0), func(v *plan.Stage) *duration { return &v.For })),
		form.Required(form.Field("to", "The rate at its end; it changes in a straight line.",
			rateForm(maxRate, true), func(v *plan.Stage) *throttle.Rate { return &v.To })),
	}, nil)
}

type sine struct {
	Mean, Amplitude throttle.Rate
	Period          time.Duration
}

func sineForm() form.Form[sine] {
	return form.Object(sine{}, []form.Key[sine]{
		form.Required(form.Field("mean", "The rate around which it swings.",
			rateForm(maxRate, false), func(v *sine) *throttle.Rate { return &v.Mean })),
		form.Required(form.Field("amplitude", "How far it swings to either side; at most mean.",
			rateForm(maxRate, true), func(v *sine) *throttle.Rate { return &v.Amplitude })),
		form.Required(form.Field("period", "The length of one swing.",
			form.Duration(time.Millisecond, 0), func(v *sine) *duration { return &v.Period })),
	}, func(r *form.Reader, n *form.Node, path string, v *sine) {
		if v.Amplitude.PerSecond() > v.Mean.PerSecond() {
			r.Fail(n.At("amplitude"), form.Join(path, "amplitude"), "%s is above mean, %s: a rate is never below 0", v.Amplitude, v.Mean)
		}
	})
}

func onceForm() form.Form[plan.Once] {
	return form.Object(plan.Once{}, []form.Key[plan.Once]{
		form.Required(form.Field("within", "The length of the window, which begins at the group's start; 0s is all at the start.",
			form.Duration(0, 0), func(v *plan.Once) *duration { return &v.Within })),
	}, nil)
}

func timerForm() form.Form[plan.Timer] {
	return form.Object(plan.Timer{}, []form.Key[plan.Timer]{
		form.Required(form.Field("every", "The time from tick to tick.",
			form.Duration(time.Microsecond, 0), func(v *plan.Timer) *duration { return &v.Every })),
		form.Field("phase", "Whether all processes tick together (aligned), or each at its own random offset (spread).",
			form.Words(form.NewWord[bool]("aligned", false), form.NewWord[bool]("spread", true)), func(v *plan.Timer) *bool { return &v.Spread }),
		form.Field("jitter", "The longest delay of a call after its tick, at most every; it is drawn for each call.",
			form.Duration(0, 0), func(v *plan.Timer) *duration { return &v.Jitter }),
	}, func(r *form.Reader, n *form.Node, path string, v *plan.Timer) {
		if v.Jitter > v.Every {
			r.Fail(n.At("jitter"), form.Join(path, "jitter"), "%s is longer than every, %s", form.FormatDuration(v.Jitter), form.FormatDuration(v.Every))
		}
	})
}

type gamma struct {
	Rate throttle.Rate
	CV   float64
}

func gammaForm() form.Form[gamma] {
	return form.Object(gamma{}, []form.Key[gamma]{
		form.Known(form.Required(form.Field("rate", "The mean rate.",
			rateForm(maxRate, false), func(v *gamma) *throttle.Rate { return &v.Rate })), "rps"),
		form.Required(form.Field("cv", "The coefficient of variation of the gaps.",
			form.Number(0.05, 10), func(v *gamma) *float64 { return &v.CV })),
	}, nil)
}
