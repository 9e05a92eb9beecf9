package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"time"

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

func changeForm() form[change] {
	at := must(field("at", "When, since the run began.",
		durationForm(0, 0), func(v *change) *duration { return &v.At }))
	return object(change{}, append([]key[change]{at}, changeKeys()...), nil)
}

// changeKeys are the keys of a limit that a change can set anew.
func changeKeys() []key[change] {
	count := func(least int64) form[*int64] { return optional(integerForm(least, mostCount)) }
	return []key[change]{
		field("rate", "From then on; as it was if left out, as for every key here.",
			optional(rateForm(noLimit, false)), func(v *change) **throttle.Rate { return &v.Rate }),
		field("burst", "From then on.", count(1), func(v *change) **int64 { return &v.Burst }),
		field("queue", "From then on.", count(0), func(v *change) **int64 { return &v.Queue }),
		field("count", "From then on.", count(1), func(v *change) **int64 { return &v.Count }),
		field("window", "From then on.",
			optional(durationForm(1, maxDuration)), func(v *change) **time.Duration { return &v.Window }),
		field("packets", "From then on.", count(1), func(v *change) **int64 { return &v.Packets }),
		field("refusal_cost", "From then on.", count(0), func(v *change) **int64 { return &v.RefusalCost }),
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
func (v *limit) checkSchedule(r *reader, n *node, path string) {
	if len(v.Schedule) == 0 {
		return
	}
	now, last := *v, time.Duration(-1)
	for i := range v.Schedule {
		c := &v.Schedule[i]
		item, at := n.item("schedule", i), fmt.Sprintf("%s[%d]", join(path, "schedule"), i)
		before := len(r.errs)
		v.checkOwn(r, item, at)
		if c.At <= last {
			r.fail(item.at("at"), join(at, "at"), "%s is not after the change before it, %s", formatDuration(c.At), formatDuration(last))
		}
		if len(item.pairs) == 1 {
			r.fail(item, at, "changes nothing")
		}
		now, last = now.changed(c), c.At
		if len(r.errs) == before {
			now.check(r, item, at)
		}
	}
}

// checkOwn says which keys of a change the limit's kind has not.
func (v *limit) checkOwn(r *reader, n *node, path string) {
	limits := limitKinds("")
	i := slices.IndexFunc(limits.kinds, func(k variant[limit]) bool { return k.kind == v.Kind })
	own := limits.names(&limits.kinds[i])
	for _, p := range n.pairs {
		if p.key.text != "at" && !slices.Contains(own, p.key.text) {
			r.fail(p.key, path, "%s %s has no %q", kindKey, v.Kind, p.key.text)
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
