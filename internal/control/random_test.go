package control_test

import (
	"fmt"
	"sync"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// latencies are those of random plans, made once.
var latencies = sync.OnceValue(func() (all []*draw.Table) {
	for _, mean := range []time.Duration{time.Millisecond, 100 * time.Millisecond, time.Second, 4 * time.Second} {
		all = append(all, exponential(mean))
	}
	return all
})

// dice draws by name.
type dice struct{ draw.Key }

// pick is below n.
func (d dice) pick(name string, n int) int { return int(draw.Below(d.Name(name).Bits(), uint64(n))) }

func (d dice) odd(name string) bool { return d.pick(name, 2) == 1 }

// seconds are fewer than n.
func (d dice) seconds(name string, n int) time.Duration {
	return time.Duration(d.pick(name, 1000*n)) * time.Millisecond
}

// a is the dice of a part.
func (d dice) a(name string) dice { return dice{d.Name(name)} }

// tokens is a token bucket.
func (d dice) tokens(name string) *throttle.Limit {
	return &throttle.Limit{Rate: throttle.Rate{Tokens: int64(1 + d.pick(name, 7)), Seconds: int64(1 + d.pick(name+" per", 2))}, Burst: int64(1 + d.pick(name+" burst", 10))}
}

// random is a plan drawn from a key: every part of it, in or out.
func random(k draw.Key) *control.Plan {
	d := dice{k}
	p := &control.Plan{
		Seed: uint64(k), Duration: 200*time.Second + d.seconds("duration", 200), Drain: d.seconds("drain", 60),
		Regions: 1 + d.pick("regions", 3), Zones: 1 + d.pick("zones", 3), Fallback: d.odd("fallback"),
	}
	if d.pick("a series", 4) > 0 {
		p.Bucket = time.Second + d.seconds("bucket", 20)
	}
	if d.odd("api") {
		p.API = d.tokens("api rate")
	}
	if d.odd("launches") {
		p.Launches = d.tokens("launch rate")
	}
	for s := range control.NumSteps {
		p.Steps[s] = d.a(s.String()).step()
	}
	d.capacity(p)
	for i := range d.pick("losses", 4) {
		p.Losses = append(p.Losses, d.a(fmt.Sprint("loss ", i)).loss(p))
	}
	if d.odd("rollout") {
		p.Rollout = &control.Rollout{
			Step: control.Step(d.pick("rollout step", int(control.NumSteps))), Fails: 0.1 * float64(1+d.pick("rollout fails", 9)),
			From: d.seconds("rollout from", 100), Every: time.Duration(d.pick("rollout every", 3)) * 30 * time.Second,
			Watch: 5*time.Second + d.seconds("rollout watch", 40), Alarm: 0.15 * float64(d.pick("rollout alarm", 4)), Revert: d.seconds("rollout revert", 60),
		}
	}
	for i := range 1 + d.pick("callers", 3) {
		name := fmt.Sprint("caller ", i)
		p.Callers = append(p.Callers, d.a(name).caller(name))
	}
	return p
}

func (d dice) step() (s control.StepPlan) {
	if d.odd("latency") {
		s.Latency = latencies()[d.pick("which latency", 4)]
	}
	if d.odd("servers") {
		s.Servers, s.Queue = 1+d.pick("how many servers", 20), d.pick("queue", 10)
	}
	if d.pick("a limit", 4) == 0 {
		s.Limit = d.tokens("limit")
	}
	if d.pick("fails", 4) == 0 {
		s.Fails = 0.2
	}
	return s
}

// capacity draws a data plane and its cells.
func (d dice) capacity(p *control.Plan) {
	if d.odd("plane") {
		p.Instances = &control.Instances{
			Sizes: []control.Size{
				{Name: "small", Pair: control.Pair{CPU: 1024, Memory: 2048}, Warm: d.pick("small", 30)},
				{Name: "large", Pair: control.Pair{CPU: 4096, Memory: 8192}, Warm: d.pick("large", 10)},
				{Name: "larger", Pair: control.Pair{CPU: 4096, Memory: 30720}, Warm: d.pick("larger", 3)},
			},
			Larger: d.odd("larger"),
		}
		if d.pick("boot", 5) > 0 {
			p.Instances.Boot = constant(time.Duration(d.pick("how long", 60)) * time.Second)
		}
		if d.odd("refill") {
			p.Instances.Refill = throttle.Rate{Tokens: int64(1 + d.pick("orders", 7)), Seconds: 7}
		}
	} else {
		p.MicroVMs = &control.MicroVMs{Hosts: 1 + d.pick("hosts", 7), Host: control.Pair{CPU: 8192, Memory: 32768}, Spread: d.odd("spread")}
	}
	if d.odd("cells") {
		p.Cells = control.Cells{Count: 1 + d.pick("cell count", 4), Size: 1 + d.pick("cell size", 20)}
	}
}

// loss is one of a zone or a cell. It may be noticed, or over, before or after another.
func (d dice) loss(p *control.Plan) control.Loss {
	l := control.Loss{
		Region: d.pick("region", p.Regions), Zone: d.pick("zone", p.Zones), Cell: -1,
		From: d.seconds("from", 250), For: time.Second + d.seconds("for", 120), Noticed: d.seconds("noticed", 150),
	}
	if p.Cells.Count > 0 && d.odd("of a cell") {
		l.Cell = d.pick("cell", p.Cells.Count)
	}
	return l
}

// sizesAsked fit an instance and a host, each in another way.
var sizesAsked = []control.Pair{{CPU: 256, Memory: 512}, {CPU: 1024, Memory: 2048}, {CPU: 512, Memory: 4096}, {CPU: 2048, Memory: 16384}}

func (d dice) caller(name string) control.Caller {
	mean := draw.Exponential(1e9 / (0.2 + float64(d.pick("rate", 20))/10))
	c := control.Caller{
		Name: name, Account: d.pick("account", 2), EKS: d.odd("eks"), Batch: d.pick("batch", 5), Task: sizesAsked[d.pick("task", len(sizesAsked))],
		Replace: d.odd("replaces"), ReplaceWithin: d.seconds("replaces within", 40),
	}
	if d.pick("at random", 4) > 0 {
		c.Rates = []control.Rate{{Mean: mean}, {At: 100 * time.Second}, {At: 100*time.Second + d.seconds("again", 100), Mean: mean}}
	}
	for i := range d.pick("deploys", 3) {
		one := d.a(fmt.Sprint("deploy ", i))
		c.Deploys = append(c.Deploys, control.Deploy{At: one.seconds("at", 220), Within: one.seconds("within", 30), Tasks: 1 + one.pick("tasks", 80)})
	}
	if d.odd("lives") {
		c.Lifetime = exponential(40 * time.Second)
	}
	if d.pick("strategy", 3) > 0 {
		c.Strategy = d.strategy()
	}
	return c
}

func (d dice) strategy() *strategy.Strategy {
	s := &strategy.Strategy{
		Retry: &strategy.Backoff{Attempts: 1 + d.pick("attempts", 6), On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Jitter: strategy.FullJitter}},
	}
	if d.odd("is impatient") {
		s.Timeouts.Attempt = 200*time.Millisecond + d.seconds("patience", 5)
	}
	if d.odd("is impatient in all") {
		s.Timeouts.Call = time.Second + d.seconds("patience in all", 10)
	}
	switch d.pick("policy", 4) {
	case 0:
		s.Door.Breaker = strategy.Breaker{Failures: 1 + d.pick("failures", 4), Open: 10 * time.Second}
	case 1:
		s.Door.Bucket = strategy.Bucket{Tokens: 1, Per: time.Second, Refuse: d.odd("refuses")}
	case 2:
		s.Quota = strategy.Quota{Tokens: 20, Cost: 5}
	}
	return s
}
