package profiles

import (
	"time"

	"tenement/internal/throttle"
)

// arrivals is an `arrivals` mapping: when the processes of a group call. One
// of the fields is set.
type arrivals struct {
	Constant *throttle.Rate
	Poisson  *throttle.Rate
	Burst    *burst
	Stages   *[]stage
	Sine     *sine
	Once     *once
	Timer    *timer
	Gamma    *gamma
	Trace    *string
}

// maxRate bounds the calls of one process, in calls a second.
const maxRate = 1e6

func arrivalsForm() form[arrivals] {
	rate := rateForm(maxRate, false)
	return union([]key[arrivals]{
		field("constant", "A call every 1/rate, the first at once.",
			optional(rate), func(v *arrivals) **throttle.Rate { return &v.Constant }),
		field("poisson", "Calls independent of each other, at a mean rate.",
			optional(rate), func(v *arrivals) **throttle.Rate { return &v.Poisson }),
		field("burst", "Several calls at one instant, the first time at once.",
			optional(burstForm()), func(v *arrivals) **burst { return &v.Burst }),
		field("stages", "A Poisson process whose rate ramps from stage to stage, from 0 on; it ends with the last stage.",
			optional(listOf(stageForm(), 1)), func(v *arrivals) **[]stage { return &v.Stages }),
		field("sine", "A Poisson process whose rate swings around a mean, upwards first.",
			optional(sineForm()), func(v *arrivals) **sine { return &v.Sine }),
		field("once", "One call per process, at a uniform instant of a window.",
			optional(onceForm()), func(v *arrivals) **once { return &v.Once }),
		field("timer", "A call at every tick of a timer.",
			optional(timerForm()), func(v *arrivals) **timer { return &v.Timer }),
		field("gamma", "Renewals with gamma-distributed gaps: bursty for cv above 1, which is Poisson, regular below.",
			optional(gammaForm()), func(v *arrivals) **gamma { return &v.Gamma }),
		field("trace", "A recording to replay, relative to the profile; it names the tasks.",
			optional(lineForm(1000)), func(v *arrivals) **string { return &v.Trace }),
	}, nil)
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

type burst struct {
	Calls int
	Every time.Duration // 0 is one burst only
	Until time.Duration // from the group's start; 0 is no end
}

func burstForm() form[burst] {
	return object(burst{}, []key[burst]{
		must(field("calls", "How many at one instant, of each process.",
			integerForm(1, 1_000_000), func(v *burst) *int { return &v.Calls })),
		field("every", "From burst to burst; none is one burst only.",
			boundForm(), func(v *burst) *duration { return &v.Every }),
		field("until", "From the group's start on, when the bursts end.",
			boundForm(), func(v *burst) *duration { return &v.Until }),
	}, nil)
}

type stage struct {
	For time.Duration // 0 jumps
	To  throttle.Rate
}

func stageForm() form[stage] {
	return object(stage{}, []key[stage]{
		must(field("for", "How long the stage lasts; 0s jumps to its rate.",
			durationForm(0, 0), func(v *stage) *duration { return &v.For })),
		must(field("to", "The rate at its end; it grows or falls in a straight line.",
			rateForm(maxRate, true), func(v *stage) *throttle.Rate { return &v.To })),
	}, nil)
}

type sine struct {
	Mean, Amplitude throttle.Rate
	Period          time.Duration
}

func sineForm() form[sine] {
	return object(sine{}, []key[sine]{
		must(field("mean", "The rate around which it swings.",
			rateForm(maxRate, false), func(v *sine) *throttle.Rate { return &v.Mean })),
		must(field("amplitude", "How far it swings to either side; at most mean.",
			rateForm(maxRate, true), func(v *sine) *throttle.Rate { return &v.Amplitude })),
		must(field("period", "Of one swing.",
			durationForm(time.Millisecond, 0), func(v *sine) *duration { return &v.Period })),
	}, func(r *reader, n *node, path string, v *sine) {
		if v.Amplitude.PerSecond() > v.Mean.PerSecond() {
			r.fail(n.at("amplitude"), join(path, "amplitude"), "%s is above mean, %s: a rate is never below 0", v.Amplitude, v.Mean)
		}
	})
}

type once struct{ Within time.Duration }

func onceForm() form[once] {
	return object(once{}, []key[once]{
		must(field("within", "The window, from the group's start on; 0s is all at the start.",
			durationForm(0, 0), func(v *once) *duration { return &v.Within })),
	}, nil)
}

type timer struct {
	Every  time.Duration
	Spread bool
	Jitter time.Duration
}

func timerForm() form[timer] {
	return object(timer{}, []key[timer]{
		must(field("every", "From tick to tick.",
			durationForm(time.Microsecond, 0), func(v *timer) *duration { return &v.Every })),
		field("phase", "Whether all processes tick together from the start on (aligned), or each at an offset of its own (spread).",
			words(word[bool]{"aligned", false}, word[bool]{"spread", true}), func(v *timer) *bool { return &v.Spread }),
		field("jitter", "By how much, at most, a call is later than its tick; at most every.",
			durationForm(0, 0), func(v *timer) *duration { return &v.Jitter }),
	}, func(r *reader, n *node, path string, v *timer) {
		if v.Jitter > v.Every {
			r.fail(n.at("jitter"), join(path, "jitter"), "%s is longer than every, %s", formatDuration(v.Jitter), formatDuration(v.Every))
		}
	})
}

type gamma struct {
	Rate throttle.Rate
	CV   float64
}

func gammaForm() form[gamma] {
	return object(gamma{}, []key[gamma]{
		must(field("rate", "The mean rate.",
			rateForm(maxRate, false), func(v *gamma) *throttle.Rate { return &v.Rate })),
		must(field("cv", "The coefficient of variation of the gaps.",
			numberForm(0.05, 10), func(v *gamma) *float64 { return &v.CV })),
	}, nil)
}
