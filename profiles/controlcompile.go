package profiles

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// ControlPlane reports whether the profile has a control plane, in place of an endpoint
// and a fleet. Then ControlPlan has its plans, and Plan none.
func (p *Profile) ControlPlane() bool { return p.doc.ControlPlane != nil }

// ControlPlan is a case of a profile with a control plane, under a seed, and the accounts
// of its callers by number. A case that Cases did not return, or in which Check finds
// something wrong, is a mistake of the program, and panics.
func (p *Profile) ControlPlan(c plan.Case, seed uint64) (*control.Plan, []string) {
	made := p.state(c).control()
	seeded := *made.plan
	seeded.Seed = seed
	return &seeded, made.accounts
}

// UnderTest are the callers on which the strategies are tried.
func (p *Profile) UnderTest() (names []string) {
	for i := range p.doc.ControlPlane.Callers {
		if c := &p.doc.ControlPlane.Callers[i]; c.UnderTest {
			names = append(names, c.Name)
		}
	}
	return names
}

// controlled is a compiled control plane.
type controlled struct {
	plan     *control.Plan
	accounts []string // of the callers' numbers of accounts
}

// control makes the plan of a document without a seed, in which the strategy of that
// number is tried.
func (s *shared) control(d *document, number int) *controlled {
	c := d.ControlPlane
	out := &controlled{plan: &control.Plan{
		Duration: d.Duration, Drain: d.Drain, Regions: c.Regions, Zones: c.Zones, Fallback: c.Fallback,
		API: c.API.compiled(), Launches: c.Launches.compiled(),
		Bucket: controlBucket(d.Duration + d.Drain),
	}}
	p := out.plan
	for i := range c.Steps {
		step := &c.Steps[i]
		p.Steps[i] = control.StepPlan{Latency: s.latency(step.Latency), Servers: step.Servers, Queue: step.Queue, Limit: step.Limit.compiled(), Fails: step.Failures}
	}
	instances, microVMs := c.chosen()
	if v := instances; v != nil {
		p.Instances = &control.Instances{Boot: s.latency(v.Boot), Refill: v.Refill, Larger: v.Larger}
		for _, one := range v.Sizes {
			p.Instances.Sizes = append(p.Instances.Sizes, control.Size{Name: one.Name, Pair: one.Pair, Warm: one.Warm})
		}
	}
	if v := microVMs; v != nil {
		p.MicroVMs = &control.MicroVMs{Hosts: v.Hosts, Host: v.Pair, Spread: v.Spread}
	}
	if v := c.Cells; v != nil {
		p.Cells = control.Cells{Count: v.Count, Size: v.Size}
	}
	for _, l := range c.Losses {
		p.Losses = append(p.Losses, control.Loss{Region: l.Region - 1, Zone: l.Zone - 1, Cell: l.Cell - 1, From: l.At, For: l.For, Noticed: l.Noticed})
	}
	if o := c.Rollout; o != nil {
		p.Rollout = &control.Rollout{Step: control.Step(o.Step), Fails: o.Failures, From: o.At, Every: o.Every, Watch: o.Watch, Alarm: o.Alarm, Revert: o.Revert}
	}
	for i := range c.Callers {
		p.Callers = append(p.Callers, s.caller(d, &c.Callers[i], number, &out.accounts))
	}
	p.Warnings = c.missed(d.Duration)
	return out
}

// missed warns of what is scheduled after the end of the run.
func (c *controlPlane) missed(end time.Duration) (warnings []string) {
	miss := func(what string, at time.Duration) {
		if at >= end {
			warnings = append(warnings, fmt.Sprintf("%s at %s never comes: the run ends at %s", what, form.FormatDuration(at), form.FormatDuration(end)))
		}
	}
	for i := range c.Losses {
		miss("the loss "+c.Losses[i].Name, c.Losses[i].At)
	}
	if o := c.Rollout; o != nil {
		miss("the rollout", o.At)
	}
	for i := range c.Callers {
		for _, s := range c.Callers[i].Schedule {
			miss("a rate of "+c.Callers[i].Name, s.At)
		}
		for _, dep := range c.Callers[i].Deploys {
			miss("the deployment of "+c.Callers[i].Name, dep.At)
		}
	}
	return warnings
}

// caller is a caller of a plan; accounts are those so far.
func (s *shared) caller(d *document, c *caller, number int, accounts *[]string) control.Caller {
	account := slices.Index(*accounts, c.Account)
	if account < 0 {
		account = len(*accounts)
		*accounts = append(*accounts, c.Account)
	}
	out := control.Caller{Name: c.Name, Account: account, EKS: c.EKS, Task: c.Pair, Batch: c.Batch}
	if c.Rate.Tokens > 0 {
		out.Rates = []control.Rate{{Mean: callsApart(c.Rate, c.Batch)}}
	}
	for _, r := range c.Schedule {
		out.Rates = append(out.Rates, control.Rate{At: r.At, Mean: callsApart(r.Rate, c.Batch)})
	}
	for _, dep := range c.Deploys {
		out.Deploys = append(out.Deploys, control.Deploy{At: dep.At, Within: dep.Within, Tasks: dep.Tasks})
	}
	if l := c.Lifetime; l.P50 > 0 {
		out.Lifetime = s.latency(latency(l))
	}
	if c.Replace != nil {
		out.Replace, out.ReplaceWithin = true, c.Replace.Within
	}
	switch {
	case !c.UnderTest:
		out.Strategy = &c.Strategy.Strategy
	case len(d.Strategies) > 0:
		out.Strategy = &d.Strategies[number].Strategy
	default:
		out.Strategy = new(strategy.Strategy)
	}
	return out
}

// callsApart is the time between calls of a batch of tasks each, nil for no calls.
func callsApart(r throttle.Rate, batch int) *draw.Table {
	if r.Tokens == 0 {
		return nil
	}
	return draw.Exponential(1e9 * float64(batch) * float64(r.Seconds) / float64(r.Tokens))
}

// compiled is the limit of a bucket, nil for none.
func (t *tokens) compiled() *throttle.Limit {
	if t == nil {
		return nil
	}
	return &throttle.Limit{Kind: throttle.TokenBucket, Rate: t.Rate, Burst: t.Burst}
}

// controlBuckets is about how many intervals a series has.
const controlBuckets = 120

// controlBucket is the width of an interval: a round time, of which a run has at most
// controlBuckets.
func controlBucket(run time.Duration) time.Duration {
	for _, width := range []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
		2 * time.Hour, 4 * time.Hour, 12 * time.Hour,
	} {
		if run <= controlBuckets*width {
			return width
		}
	}
	return 24 * time.Hour * max(1, run/(24*time.Hour*controlBuckets)+1)
}
