package profiles

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/form"
	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/startup"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// derive adds what the network and the startup of groups stand for: the faults of endpoints
// and the activities of starts. It leaves what is written as it is.
func (v *document) derive() {
	v.all = slices.Clone(v.Endpoints)
	for i := range v.Fleet {
		g := &v.Fleet[i]
		if g.Startup == nil {
			continue
		}
		g.started = v.start(g)
	}
}

// around is the network of the document, which is open unless it says otherwise.
func (v *document) around() *network {
	if v.Network != nil {
		return v.Network
	}
	n := newNetwork()
	n.Internet.Route = startup.NAT
	return &n
}

// start are the activities of a start of the group's tasks, one after another.
func (v *document) start(g *group) (all []activity) {
	n, s := v.around(), g.Startup
	for _, leg := range n.Launch.Order() {
		calls := s.calls(leg)
		if calls == 0 {
			continue
		}
		a := activity{
			Name: leg.String(), Endpoint: v.endpointOfLeg(leg, s, n), Flow: leg.Spec().Flow, Required: true,
			Arrivals: arrivals{Burst: &plan.Burst{Calls: calls}},
			Strategy: &strategyKeys{Strategy: n.client(leg, s)},
			Reasons:  n.reasons(leg),
		}
		if len(all) > 0 {
			a.After = all[len(all)-1].Name
		} else {
			a.Arrivals.Burst.Delay = s.Provision
			a.Reasons = slices.Concat(n.agentReasons(), a.Reasons)
		}
		all = append(all, a)
	}
	return all
}

// cutOff warns of starts that end with the task's lifetime before they fail: they count
// neither as failed nor as started.
func (v *document) cutOff() (warnings []string) {
	for i := range v.Fleet {
		g := &v.Fleet[i]
		for _, a := range g.started {
			after := g.Startup.Provision + a.Strategy.Strategy.Timeouts.Call
			if life := g.Lives.Lifetime; life > 0 && a.Strategy.Strategy.Timeouts.Call > 0 && life <= after {
				warnings = append(warnings, fmt.Sprintf("a task of %s lives for %s, and a start that gets no answer fails after %s at the earliest: such tasks end before, and count neither as started nor as failed",
					g.Name, form.FormatDuration(life), form.FormatDuration(after)))
				break
			}
		}
	}
	return warnings
}

// calls is how many requests of that kind a start makes.
func (s *startupKeys) calls(leg startup.Leg) int {
	switch leg {
	case startup.Secret:
		return s.Secrets
	case startup.Parameter:
		return (s.Parameters + namesAtOnce - 1) / namesAtOnce
	case startup.LogStream:
		if s.LogStream {
			return 1
		}
	case startup.RegistryAuth, startup.Manifest:
		if s.Image != nil {
			return 1
		}
	case startup.Layers:
		if s.Image != nil && s.Image.Cached < 1 {
			return s.Image.Layers
		}
	}
	return 0
}

// endpointOfLeg is the name of the endpoint that a leg goes to: the first of the leg's
// service that is written, or one that is added, with what the network does to the leg.
// Images that take another time to pull have other endpoints.
func (v *document) endpointOfLeg(leg startup.Leg, s *startupKeys, n *network) string {
	of, err := service.Parse(leg.Spec().Service)
	if err != nil {
		panic("profiles: " + err.Error()) // a test ranges over all legs
	}
	pull := latency{}
	if leg == startup.Layers {
		pull = latency{s.Image.pull(), s.Image.pull()}
	}
	at := slices.IndexFunc(v.all, func(e endpoint) bool {
		return e.Service == of && (pull == latency{} || e.Latency == latency{} || e.Latency == pull)
	})
	if at < 0 {
		e := newEndpoint()
		e.Name, e.Service = of.String(), of
		for i := 2; slices.ContainsFunc(v.all, func(o endpoint) bool { return o.Name == e.Name }); i++ {
			e.Name = fmt.Sprintf("%s-%d", of, i)
		}
		e.OnExceed.Status = of.Row().Limit.Status
		e.Credentials = throttle.CredentialsOf(of)
		v.all = append(v.all, e)
		at = len(v.all) - 1
	}
	e := &v.all[at]
	if pull != (latency{}) {
		e.Latency = pull
	}
	if !e.networked {
		e.networked = true
		e.Faults = slices.Concat(v.inTime(n.faults(leg)), e.Faults)
	}
	return e.Name
}

// inTime are the faults that begin before the run ends, if its length is written.
func (v *document) inTime(all []fault) []fault {
	return slices.DeleteFunc(all, func(f fault) bool { return v.Duration > 0 && f.From >= v.Duration+v.Drain })
}

// outage is a time in which a leg fails for one cause.
type outage struct {
	cause       startup.Cause
	byOrder     bool          // it would work if it were not for a strict order of the VPC endpoints
	from, until time.Duration // until 0 is to the end
}

// outages are the times in which a leg gets no good answer, given what becomes of it in a
// network at an instant.
func (n *network) outages(becomes func(*startup.Network, time.Duration) startup.Cause) (all []outage) {
	free := n.Network
	free.StrictOrder = false
	instants := n.Instants()
	for i, at := range instants {
		c := becomes(&n.Network, at)
		if c == startup.Works {
			continue
		}
		until := time.Duration(0)
		if i+1 < len(instants) {
			until = instants[i+1]
		}
		byOrder := n.StrictOrder && becomes(&free, at) == startup.Works
		if last := len(all) - 1; last >= 0 && all[last].cause == c && all[last].byOrder == byOrder && all[last].until == at {
			all[last].until = until
			continue
		}
		all = append(all, outage{c, byOrder, at, until})
	}
	return all
}

// joined are outages of which those that follow each other are one, whatever their causes
// are, unless a strict order is to blame for one of them alone.
func joined(all []outage) (out []outage) {
	for _, o := range all {
		if last := len(out) - 1; last >= 0 && out[last].byOrder == o.byOrder && out[last].until == o.from {
			out[last].until = o.until
			continue
		}
		out = append(out, o)
	}
	return out
}

// of are the outages of a leg.
func (n *network) of(leg startup.Leg) []outage {
	return n.outages(func(in *startup.Network, at time.Duration) startup.Cause { return in.Cause(leg, at) })
}

// withoutAgent are the times in which agents of EC2 instances are not connected, so that
// their instances get no task.
func (n *network) withoutAgent() []outage {
	if n.Launch != startup.EC2 {
		return nil
	}
	return n.outages(func(in *startup.Network, at time.Duration) startup.Cause {
		for _, leg := range []startup.Leg{startup.Discover, startup.Poll, startup.Telemetry} {
			if c := in.Cause(leg, at); c != startup.Works {
				return c
			}
		}
		return startup.Works
	})
}

// noAgent is the status with which the first request of a start is refused that no agent
// would have sent. It is ours: ECS places no task then.
const noAgent = 409

// faults are what the network does to a leg, as faults of its endpoint.
func (n *network) faults(leg startup.Leg) (out []fault) {
	add := func(kind throttle.FaultKind, name string, status int, code string, s outage) {
		f := fault{Name: name, Kind: kind.String(), From: s.from, Share: 1, Status: status, Body: code}
		if s.until > 0 {
			f.For = s.until - s.from
		}
		for i := 2; slices.ContainsFunc(out, func(o fault) bool { return o.Name == f.Name }); i++ {
			f.Name = fmt.Sprintf("%s-%d", name, i)
		}
		out = append(out, f)
	}
	if leg == startup.RegistryAuth {
		for _, s := range joined(n.withoutAgent()) {
			name := startup.AgentNotConnected
			if s.byOrder {
				name = startup.AgentOutOfOrder
			}
			add(throttle.StatusFault, name, noAgent, "", s)
		}
	}
	for _, s := range n.of(leg) {
		switch s.cause.Outcome() {
		case startup.BlackHole:
			add(throttle.HangFault, s.cause.String(), 0, "", s)
		case startup.NotFound:
			add(throttle.StatusFault, s.cause.String(), leg.Spec().NotFound, leg.Spec().NoSuch, s)
		default:
			code := ""
			if leg.Spec().Denied == 400 {
				code = "AccessDeniedException"
			}
			add(throttle.StatusFault, s.cause.String(), leg.Spec().Denied, code, s)
		}
	}
	return out
}

// agentReasons are the texts of starts that find no agent.
func (n *network) agentReasons() (out []plan.Reason) {
	for _, s := range n.withoutAgent() {
		out = append(out, n.reason(startup.Poll, s, strategy.Rejected)...)
	}
	return out
}

// reasons are the texts of starts that fail at a leg.
func (n *network) reasons(leg startup.Leg) (out []plan.Reason) {
	for _, s := range n.of(leg) {
		if s.cause.Outcome() != startup.BlackHole {
			out = append(out, n.reason(leg, s, strategy.Rejected)...)
		}
	}
	// All black holes have one text, but for the address; and so have all refusals of a
	// limit, whatever status the service gives them.
	out = append(out, n.timeouts(leg)...)
	for _, result := range []strategy.Result{strategy.Throttled, strategy.Error, strategy.Rejected} {
		out = append(out, n.reason(leg, outage{cause: startup.Throttled}, result)...)
	}
	return out
}

// reason is the text of a cause at a leg, if there is one.
func (n *network) reason(leg startup.Leg, s outage, result strategy.Result) []plan.Reason {
	row := startup.Find(n.Launch, leg, s.cause)
	if row == nil {
		return nil
	}
	return []plan.Reason{{Result: result, From: s.from, Until: s.until, Text: row.Text}}
}

// timeouts are the texts of starts that get no answer at a leg, which name the address that
// was asked.
func (n *network) timeouts(leg startup.Leg) (out []plan.Reason) {
	row := startup.Find(n.Launch, leg, startup.NoRoute)
	if row == nil {
		return nil
	}
	for _, at := range n.Instants() {
		text, last := row.TextAt(n.Private(leg, at)), len(out)-1
		switch {
		case last >= 0 && out[last].Text == text:
			continue
		case last >= 0:
			out[last].Until = at
		}
		out = append(out, plan.Reason{Result: strategy.Timeout, From: at, Text: text})
	}
	return out
}

// The waits between tries that are answered, as an SDK has them.
// Source: aws-sdk-go aws/client/default_retryer.go: 500 ms after a throttle, doubled.
const (
	throttleWait    = 500 * time.Millisecond
	mostThrottleCap = 20 * time.Second
)

// client is how whoever starts a task sends a leg: it tries again as often as the stopped
// reason says, within the deadline where nothing is answered. A refusal is tried again only
// at a leg that gets nothing worse.
func (n *network) client(leg startup.Leg, s *startupKeys) strategy.Strategy {
	silent, refused := false, false
	for _, t := range n.of(leg) {
		black := t.cause.Outcome() == startup.BlackHole
		silent, refused = silent || black, refused || !black
	}
	retries := 1
	if row := startup.Find(n.Launch, leg, startup.Throttled); row != nil {
		retries = row.Retries
	}
	on := strategy.OnDefault | strategy.OnThrottleCode
	out := strategy.Strategy{}
	switch {
	case silent:
		if row := startup.Find(n.Launch, leg, startup.NoRoute); row != nil {
			retries = row.Retries
		}
		tries := time.Duration(retries + 1)
		each := n.Deadline / tries
		if leg == startup.Layers {
			each = max(each, 2*s.Image.pull()) // a pull that works is never cut off
		}
		out.Timeouts = strategy.Timeouts{Attempt: each, Call: each * tries}
	case refused:
		retries, on = 1, on|strategy.OnAny4xx
	}
	wait := strategy.Wait{Base: throttleWait, Cap: mostThrottleCap, Factor: doubling, Jitter: strategy.FullJitter}
	out.Retry = &strategy.Backoff{
		Attempts: retries + 1, On: on, Wait: wait,
		Classes: []strategy.Class{{On: strategy.OnThrottleCode | strategy.On429, Wait: wait}, {On: strategy.OnTimeout}, {On: strategy.OnAny4xx}},
	}
	return out
}

// checkStartup reports what does not fit together in the startup of groups and the network.
func (v *document) checkStartup(r *form.Reader, n *form.Node) {
	used := false
	for i := range v.Fleet {
		g := &v.Fleet[i]
		if g.Startup == nil {
			continue
		}
		used = true
		item := n.Item("fleet", i).At("startup")
		path := form.Join("fleet."+g.Name, "startup")
		if img := g.Startup.Image; img != nil && img.Cached > 0 && v.around().Launch != startup.EC2 {
			r.Fail(item.At("image").At("cached"), form.Join(path, "image.cached"), "%s keeps no images: want launch: ec2 in network", v.around().Launch)
		}
		for j := range g.Activities {
			if name := g.Activities[j].Name; slices.ContainsFunc(g.started, func(a activity) bool { return a.Name == name }) {
				at, below := g.at(n.Item("fleet", i), len(g.started)+j)
				r.Fail(at.At("activity"), form.Join(below, "activity"), "the name %q is taken: it is that of a request of the start", name)
			}
		}
	}
	if v.Network != nil && !used {
		r.Fail(n.At("network"), "network", "no task starts in it: want a group with startup")
	}
	if len(v.all) > maxEndpoints {
		r.Fail(n.At("fleet"), "fleet", "more than %d endpoints, those of starts included", maxEndpoints)
	}
}
