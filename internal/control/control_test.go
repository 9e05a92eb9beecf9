package control_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// count counts what an observer is told, and a checksum of it.
type count struct {
	stepped, answered, started uint64
	sum                        draw.Key
}

func (c *count) Stepped(step int, now, waited, took time.Duration) {
	c.stepped++
	c.sum = c.sum.With(uint64(step)).With(uint64(now)).With(uint64(waited)).With(uint64(took))
}

func (c *count) Answered(caller int, now, took time.Duration) {
	c.answered++
	c.sum = c.sum.With(uint64(caller)).With(uint64(now)).With(uint64(took))
}

func (c *count) Started(caller int, now, took time.Duration) {
	c.started++
	c.sum = c.sum.With(uint64(caller)).With(uint64(now)).With(uint64(took))
}

// latencies are those of random plans, made once.
var latencies = sync.OnceValue(func() (all []*draw.Table) {
	for _, mean := range []time.Duration{time.Millisecond, 100 * time.Millisecond, time.Second, 4 * time.Second} {
		all = append(all, exponential(mean))
	}
	return all
})

// plans is how many random plans are run.
const plans = 60

// random is a plan drawn from a key: every part of it, in or out.
func random(k draw.Key) *control.Plan {
	pick := func(name string, n uint64) int { return int(draw.Below(k.Name(name).Bits(), n)) }
	odd := func(name string) bool { return pick(name, 2) == 1 }
	p := &control.Plan{
		Seed: uint64(k), Duration: 300 * time.Second, Drain: time.Duration(pick("drain", 60)) * time.Second,
		Regions: 1 + pick("regions", 3), Zones: 1 + pick("zones", 3), Fallback: odd("fallback"), Bucket: 10 * time.Second,
	}
	if odd("api") {
		p.API = &throttle.Limit{Rate: throttle.Rate{Tokens: int64(1 + pick("api rate", 5)), Seconds: 1}, Burst: 5}
	}
	if odd("launches") {
		p.Launches = &throttle.Limit{Rate: throttle.Rate{Tokens: int64(1 + pick("launch rate", 5)), Seconds: 1}, Burst: 10}
	}
	for s := range control.NumSteps {
		name := "step " + s.String()
		step := &p.Steps[s]
		if odd(name) {
			step.Latency = latencies()[pick(name+" latency", 4)]
		}
		if odd(name + " has servers") {
			step.Servers, step.Queue = 1+pick(name+" servers", 20), pick(name+" queue", 10)
		}
		if pick(name+" has a limit", 4) == 0 {
			step.Limit = &throttle.Limit{Rate: throttle.Rate{Tokens: int64(1 + pick(name+" rate", 5)), Seconds: 1}, Burst: 3}
		}
		if pick(name+" fails", 4) == 0 {
			step.Fails = 0.2
		}
	}
	if odd("plane") {
		p.Instances = &control.Instances{
			Sizes: []control.Size{
				{Name: "small", Pair: control.Pair{CPU: 1024, Memory: 2048}, Warm: pick("small", 30)},
				{Name: "large", Pair: control.Pair{CPU: 4096, Memory: 8192}, Warm: pick("large", 10)},
			},
			Boot: constant(20 * time.Second), Larger: odd("larger"),
		}
		if odd("refill") {
			p.Instances.Refill = throttle.Rate{Tokens: 1, Seconds: 3}
		}
	} else {
		p.MicroVMs = &control.MicroVMs{Hosts: 1 + pick("hosts", 7), Host: control.Pair{CPU: 8192, Memory: 32768}, Spread: odd("spread")}
	}
	if odd("cells") {
		p.Cells = control.Cells{Count: 1 + pick("cell count", 4), Size: 1 + pick("cell size", 20)}
		p.Losses = append(p.Losses, control.Loss{Zone: p.Zones - 1, Cell: p.Cells.Count - 1, From: 80 * time.Second, For: 60 * time.Second})
	}
	if odd("loss") {
		p.Losses = append(p.Losses, control.Loss{Cell: -1, From: 100 * time.Second, For: 90 * time.Second, Noticed: 20 * time.Second})
	}
	if odd("rollout") {
		p.Rollout = &control.Rollout{
			Step: control.Step(pick("rollout step", uint64(control.NumSteps))), Fails: 0.5, From: 50 * time.Second, Every: 60 * time.Second,
			Watch: 10 * time.Second, Alarm: 0.3, Revert: 30 * time.Second,
		}
	}
	for i := range 1 + pick("callers", 3) {
		name := fmt.Sprint("caller ", i)
		c := poisson(0.2+float64(pick(name+" rate", 20))/10, nil)
		c.Name, c.Account, c.EKS, c.Batch = name, pick(name+" account", 2), odd(name+" eks"), pick(name+" batch", 5)
		c.Replace, c.ReplaceWithin = odd(name+" replaces"), 5*time.Second
		c.Rates = append(c.Rates, control.Rate{At: 100 * time.Second}, control.Rate{At: 150 * time.Second, Mean: c.Rates[0].Mean})
		c.Deploys = []control.Deploy{{At: 60 * time.Second, Within: time.Duration(pick(name+" within", 20)) * time.Second, Tasks: pick(name+" tasks", 60)}}
		if odd(name + " lives") {
			c.Lifetime = exponential(40 * time.Second)
		}
		if odd(name + " retries") {
			c.Strategy = &strategy.Strategy{
				Retry: &strategy.Backoff{Attempts: 5, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Jitter: strategy.FullJitter}},
			}
			if odd(name + " is impatient") {
				c.Strategy.Timeouts.Attempt = 2 * time.Second
			}
		}
		p.Callers = append(p.Callers, c)
	}
	return p
}

// Every task that is asked for ends in exactly one state, no more capacity is used than is
// paid for, and a plan gives the same run twice.
func TestTasksEndInOneState(t *testing.T) {
	var states [control.NumStates]uint64
	for i := range uint64(plans) {
		p := random(draw.Seed(i).Name("random plan"))
		var seen, again count
		r := run(t, p, &seen)
		var placed, asked, started uint64
		for c := range r.Callers {
			n := &r.Callers[c]
			sum := uint64(0)
			for s, of := range n.States {
				sum += of
				states[s] += of
			}
			failed := uint64(0)
			for _, of := range n.FailedAt {
				failed += of
			}
			if sum != n.Asked || failed != n.States[control.Failed] || n.Alone > n.Placed {
				t.Errorf("plan %d, caller %d: states add up to %d of %+v", i, c, sum, n)
			}
			placed, asked, started = placed+n.Placed, asked+n.Asked, started+n.States[control.Running]
		}
		if placed > asked || started != seen.started || r.Capacity.UsedCPU > r.Capacity.PaidCPU*(1+1e-9) {
			t.Errorf("plan %d: %d placed of %d asked, %d started of %d, %+v", i, placed, asked, started, seen.started, r.Capacity)
		}
		for z := range r.Zones {
			if r.Zones[z].Least < 0 {
				t.Errorf("plan %d: zone %d had %d free", i, z, r.Zones[z].Least)
			}
		}
		if second := run(t, p, &again); seen != again || !reflect.DeepEqual(r, second) {
			t.Errorf("plan %d: two runs differ", i)
		}
	}
	for s, n := range states {
		if n == 0 && control.State(s) != control.Withheld {
			t.Errorf("no task was ever %s", control.State(s))
		}
	}
}

// The plan of the same seed is the same run in every version and on every processor.
func TestRunIsPinned(t *testing.T) {
	sum := draw.Key(0)
	for i := range uint64(20) {
		var seen count
		run(t, random(draw.Seed(i).Name("random plan")), &seen)
		sum = sum.With(uint64(seen.sum))
	}
	const want = 0xbddd46355fb0320a
	if uint64(sum) != want {
		t.Errorf("got %#x, want %#x: the draws of a run have changed", uint64(sum), uint64(want))
	}
}

func TestPairs(t *testing.T) {
	all := control.Pairs()
	upTo4 := 0
	for _, p := range all {
		if p.CPU <= 4096 {
			upTo4++
		}
	}
	if len(all) != 74 || upTo4 != 50 {
		t.Errorf("got %d pairs, %d of them up to 4 vCPU; want 74 and the 50 of 2019", len(all), upTo4)
	}
	rows := []struct{ need, want control.Pair }{
		{control.Pair{CPU: 1, Memory: 1}, control.Pair{CPU: 256, Memory: 512}},
		{control.Pair{CPU: 300, Memory: 600}, control.Pair{CPU: 512, Memory: 1024}},
		{control.Pair{CPU: 256, Memory: 6000}, control.Pair{CPU: 1024, Memory: 6144}},
		{control.Pair{CPU: 5000, Memory: 17000}, control.Pair{CPU: 8192, Memory: 20480}},
	}
	for _, row := range rows {
		if got, ok := control.RightSize(row.need); !ok || got != row.want {
			t.Errorf("%+v: got %+v, want %+v", row.need, got, row.want)
		}
	}
	if _, ok := control.RightSize(control.Pair{CPU: 1, Memory: 200_000}); ok {
		t.Error("more memory than any task may have was right-sized")
	}
}

// A region's day: a million launches through every step.
func BenchmarkDay(b *testing.B) {
	p := day()
	var events, launches uint64
	for b.Loop() {
		var seen count
		r := run(b, p, &seen)
		events += r.Events
		launches += r.Callers[0].Asked
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
	b.ReportMetric(float64(launches)/float64(b.N), "launches/op")
}

// day is a million launches in a day, of microVMs in three zones.
func day() *control.Plan {
	c := poisson(11.6, exponential(30*time.Minute))
	c.Strategy = &strategy.Strategy{Retry: &strategy.Backoff{Attempts: 3, On: strategy.OnEvery, Wait: strategy.Wait{Base: time.Second, Jitter: strategy.FullJitter}}}
	p := &control.Plan{
		Seed: 1, Duration: 24 * time.Hour, Zones: 3, Fallback: true, Bucket: 10 * time.Minute, Callers: []control.Caller{c},
		API:      &throttle.Limit{Rate: throttle.Rate{Tokens: 20, Seconds: 1}, Burst: 20},
		MicroVMs: &control.MicroVMs{Hosts: 60, Host: control.Pair{CPU: 96 * 1024, Memory: 384 * 1024}},
	}
	for s := range control.NumSteps {
		p.Steps[s].Latency = draw.LogNormal(time.Second, 3*time.Second)
	}
	return p
}

// A step after the answer refuses nobody, however long its limit lets a task wait: here the
// last ones wait for longer than a limiter can count.
func TestLimitAfterTheAnswerRefusesNobody(t *testing.T) {
	p := day()
	p.Duration = time.Hour
	p.Steps[control.Agent].Limit = &throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 36_000_000}, Burst: 1}
	r := run(t, p, new(count))
	if c := r.Callers[0]; c.States[control.Running] > 1 || r.Steps[control.Agent].Refused > 0 || c.States[control.UnderWay] < c.Placed-1 {
		t.Errorf("got %d RUNNING, %d under way of %d placed, %d refused by the agent", c.States[control.Running], c.States[control.UnderWay], c.Placed, r.Steps[control.Agent].Refused)
	}
}

// What boots after the end of a run is not paid for: of ten instances that were taken at
// once, one is ordered in an hour. It boots for half of that, and then waits.
func TestBootsEndWithTheRun(t *testing.T) {
	small := control.Pair{CPU: 1024, Memory: 2048}
	r := run(t, &control.Plan{
		Seed: 1, Duration: time.Hour,
		Instances: &control.Instances{
			Sizes: []control.Size{{Name: "small", Pair: small, Warm: 10}}, Boot: constant(30 * time.Minute), Refill: throttle.Rate{Tokens: 1, Seconds: 3600},
		},
		Callers: []control.Caller{{Name: "caller", Task: small, Deploys: []control.Deploy{{Tasks: 10}}}},
	}, new(count))
	if got, want := r.Capacity.IdleCPU, 3600.*1024; got < want*0.99 || got > want*1.01 {
		t.Errorf("got %.0f idle CPU-unit seconds, want about %.0f", got, want)
	}
}
