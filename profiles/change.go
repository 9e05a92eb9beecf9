package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tenement/internal/form"
	"tenement/internal/throttle"
)

// change is an item of a limit's `schedule`. What it leaves out stays as it
// was before.
type change struct {
	At                                        time.Duration
	Rate                                      *throttle.Rate
	Burst, Queue, Count, Packets, RefusalCost *int64
	Window                                    *time.Duration
}

func changeForm() form.Form[change] {
	at := form.Required(form.Field("at", "When, since the run began.",
		form.Duration(0, 0), func(v *change) *duration { return &v.At }))
	return form.Object(change{}, append([]form.Key[change]{at}, changeKeys()...), nil).Named("change")
}

// changeKeys are the keys of a limit that a change can set anew.
func changeKeys() []form.Key[change] {
	count := func(least int64) form.Form[*int64] { return form.Optional(form.Integer(least, mostCount)) }
	return []form.Key[change]{
		form.Known(form.Field("rate", "From then on. Like every key here, it stays as it was if left out.",
			form.Optional(rateForm(noLimit, false)), func(v *change) **throttle.Rate { return &v.Rate }), "rps", "qps", "tps"),
		form.Field("burst", "From then on.", count(1), func(v *change) **int64 { return &v.Burst }),
		form.Field("queue", "From then on.", count(0), func(v *change) **int64 { return &v.Queue }),
		form.Field("count", "From then on.", count(1), func(v *change) **int64 { return &v.Count }),
		form.Field("window", "From then on.",
			form.Optional(form.Duration(1, maxDuration)), func(v *change) **time.Duration { return &v.Window }),
		form.Field("packets", "From then on.", count(1), func(v *change) **int64 { return &v.Packets }),
		form.Field("refusal_cost", "From then on.", count(0), func(v *change) **int64 { return &v.RefusalCost }),
	}
}

// changed is the limit after a change.
func (v limit) changed(c *change) limit {
	for _, p := range [...]struct{ to, from *int64 }{
		{&v.Burst, c.Burst}, {&v.Queue, c.Queue}, {&v.Count, c.Count}, {&v.Packets, c.Packets}, {&v.RefusalCost, c.RefusalCost},
	} {
		if p.from != nil {
			*p.to = *p.from
		}
	}
	if c.Rate != nil {
		v.Rate = *c.Rate
	}
	if c.Window != nil {
		v.Window = *c.Window
	}
	return v
}

// checkSchedule checks the changes of a limit: they come one after the other,
// have only what its kind has, and leave a sound limit.
func (v *limit) checkSchedule(r *form.Reader, n *form.Node, path string) {
	if len(v.Schedule) == 0 {
		return
	}
	now, last := *v, time.Duration(-1)
	for i := range v.Schedule {
		c := &v.Schedule[i]
		item, at := n.Item("schedule", i), fmt.Sprintf("%s[%d]", form.Join(path, "schedule"), i)
		before := len(r.Errs)
		v.checkKeys(r, item, at)
		if c.At <= last {
			r.Fail(item.At("at"), form.Join(at, "at"), "%s is not after the change before it, %s", form.FormatDuration(c.At), form.FormatDuration(last))
		}
		if len(item.Pairs) == 1 {
			r.Fail(item, at, "changes nothing")
		}
		now, last = now.changed(c), c.At
		if len(r.Errs) == before {
			now.check(r, item, at)
		}
	}
}

// checkKeys reports the keys of a change that limits of this kind do not have.
func (v *limit) checkKeys(r *form.Reader, n *form.Node, path string) {
	limits := limitKinds("")
	i := slices.IndexFunc(limits.Kinds, func(k form.Variant[limit]) bool { return k.Kind == v.Kind })
	own := limits.Names(&limits.Kinds[i])
	for _, p := range n.Pairs {
		if p.Key.Text != "at" && !slices.Contains(own, p.Key.Text) {
			r.Fail(p.Key, path, "%s %s has no %q", form.KindKey, v.Kind, p.Key.Text)
		}
	}
}

// limits are the limits of a plan and what changes them, in order of time.
func (v *endpoint) limits() ([]throttle.Limit, []throttle.Change) {
	var written []limit
	if v.Limit.Kind != "" {
		written = append(written, v.Limit)
	}
	written = append(written, v.Limits...)
	var (
		limits  []throttle.Limit
		changes []throttle.Change
	)
	for i, now := range written {
		limits = append(limits, now.compiled())
		for j := range now.Schedule {
			now = now.changed(&now.Schedule[j])
			changes = append(changes, throttle.Change{At: now.Schedule[j].At, Index: i, To: now.compiled()})
		}
	}
	slices.SortStableFunc(changes, func(a, b throttle.Change) int { return cmp.Compare(a.At, b.At) })
	return limits, changes
}
