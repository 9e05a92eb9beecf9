package profiles

import (
	"time"

	"tenement/internal/control"
	"tenement/internal/form"
	"tenement/internal/throttle"
)

// instances are a data plane of instances.
type instances struct {
	Sizes  []size
	Boot   latency
	Refill throttle.Rate // zero is at once
	Larger bool
}

// size is a size of instance.
type size struct {
	Name string
	control.Pair
	Warm int
}

// microVMs are a data plane of bare-metal hosts.
type microVMs struct {
	Hosts int
	control.Pair
	Spread bool
}

// cells divide a zone.
type cells struct {
	Count, Size int
}

// loss is a zone, or a cell of it, that is lost.
type loss struct {
	Name               string
	Region, Zone, Cell int // Cell 0 is the whole zone
	At, For, Noticed   time.Duration
}

// rollout is new software for a step.
type rollout struct {
	Step      int
	Failures  float64
	At, Every time.Duration
	Watch     time.Duration
	Alarm     float64
	Revert    time.Duration
}

func instancesForm() form.Form[instances] {
	sizes := form.Object(size{}, []form.Key[size]{
		form.Required(form.Field("size", "Its name in paths.",
			form.Name(), func(v *size) *string { return &v.Name })),
		form.Required(form.Field("cpu", "Its CPU units; 1024 are a vCPU.",
			form.Integer(1, maxSize), func(v *size) *int { return &v.CPU })),
		form.Required(form.Field("memory", "Its memory in MiB.",
			form.Integer(1, maxSize), func(v *size) *int { return &v.Memory })),
		form.Required(form.Field("warm", "How many of it each zone keeps warm.",
			form.Integer(0, maxWarm), func(v *size) *int { return &v.Warm })),
	}, nil)
	zero := instances{Boot: latency{40 * time.Second, 90 * time.Second}, Larger: true}
	return form.Object(zero, []form.Key[instances]{
		form.Required(form.Field("sizes", "From the smallest to the largest. A task that is between two takes the larger one.",
			form.NamedList(sizes, 1, "size"), func(v *instances) *[]size { return &v.Sizes })),
		form.Field("boot", "How long an instance takes until it is warm.",
			latencyForm(), func(v *instances) *latency { return &v.Boot }),
		form.Field("refill", "How fast each zone orders instances in the place of those that were taken. At 0 there is no bound: an instance is ordered as soon as one is taken. For a zone that orders hardly any, say 0.001/h.",
			rateForm(maxRate, true), func(v *instances) *throttle.Rate { return &v.Refill }),
		form.Field("larger", "Whether a task takes a larger instance where none of its own size is warm.",
			form.Boolean(), func(v *instances) *bool { return &v.Larger }),
	}, func(r *form.Reader, n *form.Node, path string, v *instances) {
		for i := range v.Sizes {
			s, item := &v.Sizes[i], n.Item("sizes", i)
			checkOnce(r, item, form.Join(path, "sizes"), "size", s.Name, i, func(j int) string { return v.Sizes[j].Name })
			if i > 0 && (s.CPU < v.Sizes[i-1].CPU || s.Memory < v.Sizes[i-1].Memory) {
				r.Fail(item, form.Join(form.Join(path, "sizes"), s.Name), "is smaller than the size before it: want them from the smallest to the largest")
			}
		}
		if v.Refill.Tokens == 0 {
			v.Refill = throttle.Rate{Seconds: 1} // as it is written
		}
	})
}

func microVMsForm() form.Form[microVMs] {
	// An assumption: a host of 96 vCPUs and 384 GiB, such as an m5.metal.
	zero := microVMs{Pair: control.Pair{CPU: 96 * 1024, Memory: 384 * 1024}}
	return form.Object(zero, []form.Key[microVMs]{
		form.Required(form.Field("hosts", "How many each zone has.",
			form.Integer(1, maxBareMetal), func(v *microVMs) *int { return &v.Hosts })),
		form.Field("cpu", "CPU units that a host has for tasks; 1024 are a vCPU.",
			form.Integer(1, maxSize), func(v *microVMs) *int { return &v.CPU }),
		form.Field("memory", "Memory that a host has for tasks, in MiB.",
			form.Integer(1, maxSize), func(v *microVMs) *int { return &v.Memory }),
		form.Field("placement", "pack: a task goes to the first host with room. spread: to the emptier of two hosts that are drawn.",
			form.Words(form.NewWord[bool]("pack", false), form.NewWord[bool]("spread", true)), func(v *microVMs) *bool { return &v.Spread }),
	}, nil)
}

func cellsForm() form.Form[cells] {
	return form.Object(cells{}, []form.Key[cells]{
		form.Required(form.Field("count", "How many each zone has.",
			form.Integer(1, maxCells), func(v *cells) *int { return &v.Count })),
		form.OmitZero(form.Field("size", "How many tasks one has room for; with instances alone: the hosts of microvms are divided among the cells.",
			form.Integer(1, maxRunTasks), func(v *cells) *int { return &v.Size })),
	}, nil)
}

func lossForm() form.Form[loss] {
	return form.Object(loss{Region: 1}, []form.Key[loss]{
		form.Required(form.Field("loss", "Its name in paths.",
			form.Name(), func(v *loss) *string { return &v.Name })),
		form.Field("region", "The region, counted from 1.",
			form.Integer(1, control.MaxRegions), func(v *loss) *int { return &v.Region }),
		form.Required(form.Field("zone", "The zone, counted from 1.",
			form.Integer(1, control.MaxZones), func(v *loss) *int { return &v.Zone })),
		form.OmitZero(form.Field("cell", "The cell that is lost, counted from 1; the whole zone if left out.",
			form.Integer(1, maxCells), func(v *loss) *int { return &v.Cell })),
		form.Required(form.Field("at", "When it is lost.",
			form.Duration(0, maxDuration), func(v *loss) *duration { return &v.At })),
		form.Required(form.Field("for", "How long.",
			form.Duration(1, maxDuration), func(v *loss) *duration { return &v.For })),
		form.Field("noticed", "How long the cluster manager goes on asking a zone that is lost.",
			form.Duration(0, maxDuration), func(v *loss) *duration { return &v.Noticed }),
	}, nil)
}

func rolloutForm() form.Form[rollout] {
	var steps []form.Word[int]
	for i, name := range control.StepNames() {
		steps = append(steps, form.NewWord(name, i))
	}
	zero := rollout{Watch: 5 * time.Minute, Alarm: 0.05, Revert: 10 * time.Minute}
	return form.Object(zero, []form.Key[rollout]{
		form.Required(form.Field("step", "The step whose software is new.",
			form.Words(steps...), func(v *rollout) *int { return &v.Step })),
		form.Required(form.Field("failures", "The share of its visits that fail with the new software.",
			form.Fraction(), func(v *rollout) *float64 { return &v.Failures })),
		form.Field("at", "When the first region gets it.",
			form.Duration(0, maxDuration), func(v *rollout) *duration { return &v.At }),
		form.Required(form.Field("every", "From region to region; 0 is all at once.",
			form.Duration(0, maxDuration), func(v *rollout) *duration { return &v.Every })),
		form.Field("watch", "How long a region is watched, time and again, before it is judged.",
			form.Duration(time.Second, maxDuration), func(v *rollout) *duration { return &v.Watch }),
		form.Field("alarm", "The share of failed visits in that time above which the rollout stops and is taken back.",
			form.Fraction(), func(v *rollout) *float64 { return &v.Alarm }),
		form.Field("revert", "How long it takes from the alarm until all regions have the old software.",
			form.Duration(0, maxDuration), func(v *rollout) *duration { return &v.Revert }),
	}, nil)
}
