package control_test

import (
	"fmt"
	"reflect"
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

// plans is how many random plans are run.
const plans = 60

// Every task that is asked for ends in exactly one state, and is in exactly one place on
// the way; what is counted of zones, regions and intervals adds up to the same; no more
// capacity is used than is paid for; and a plan gives the same run twice.
func TestTasksEndInOneState(t *testing.T) {
	var states [control.NumStates]uint64
	for i := range uint64(plans) {
		p := random(draw.Seed(i).Name("random plan"))
		var seen, again count
		r, err := control.Balanced(p, &seen, 97)
		if err != nil {
			t.Errorf("plan %d: %v", i, err)
			continue
		}
		for s := range states {
			for c := range r.Callers {
				states[s] += r.Callers[c].States[s]
			}
		}
		if err := addsUp(p, r, &seen); err != nil {
			t.Errorf("plan %d: %v", i, err)
		}
		if second := run(t, p, &again); seen != again || !reflect.DeepEqual(r, second) {
			t.Errorf("plan %d: two runs differ", i)
		}
	}
	for s, n := range states {
		if n == 0 {
			t.Errorf("no task was ever %s", control.State(s))
		}
	}
}

// addsUp says what of a result contradicts another part of it.
func addsUp(p *control.Plan, r *control.Result, seen *count) error {
	var placed, asked, started, over, died uint64
	for c := range r.Callers {
		n := &r.Callers[c]
		sum, failed := uint64(0), uint64(0)
		for _, of := range n.States {
			sum += of
		}
		for _, of := range n.FailedAt {
			failed += of
		}
		if sum != n.Asked || failed != n.States[control.Failed] || n.Alone > n.Placed || n.Calls > n.Asked || n.Replaced > 0 && !p.Callers[c].Replace || n.Again > min(n.Replaced, n.States[control.Running]) {
			return fmt.Errorf("caller %d: states add up to %d of %+v", c, sum, n)
		}
		placed, asked, started, died = placed+n.Placed, asked+n.Asked, started+n.States[control.Running], died+n.Died+n.States[control.Lost]
		over += sum - n.States[control.Running] - n.States[control.UnderWay]
	}
	for s := range r.Steps {
		if r.Steps[s].Failed > r.Steps[s].Visits || control.Step(s).Answered() && r.Steps[s].Refused > 0 {
			return fmt.Errorf("%s: %+v", control.Step(s), r.Steps[s])
		}
	}
	if u := r.Capacity; placed > asked || started != seen.started || u.UsedCPU > u.PaidCPU*(1+1e-9) || u.UsedMemory > u.PaidMemory*(1+1e-9) || u.UsedCPU+u.IdleCPU > u.PaidCPU*(1+1e-9) {
		return fmt.Errorf("%d placed of %d asked, %d started of %d, %+v", placed, asked, started, seen.started, u)
	}
	for g := range r.Regions {
		asked, started = asked-r.Regions[g].Asked, started-r.Regions[g].Started
	}
	for z := range r.Zones {
		inCells := uint64(0)
		for _, cell := range r.Zones[z].Cells {
			inCells += cell.Died
		}
		if r.Zones[z].Least < 0 || inCells > r.Zones[z].Died {
			return fmt.Errorf("zone %d: %+v", z, r.Zones[z])
		}
		died -= r.Zones[z].Died
	}
	if asked != 0 || started != 0 || died != 0 {
		return fmt.Errorf("callers and regions differ by %d asked and %d started, callers and zones by %d lost", asked, started, died)
	}
	if p.Bucket == 0 {
		return nil
	}
	all := [3]uint64{}
	for i := range r.Series.Asked {
		for k, row := range [3][]uint32{r.Series.Asked, r.Series.Started, r.Series.Refused} {
			all[k] += uint64(row[i])
		}
	}
	for c := range r.Callers {
		all[0], all[1] = all[0]-r.Callers[c].Asked, all[1]-r.Callers[c].States[control.Running]
	}
	if all != [3]uint64{0, 0, over} {
		return fmt.Errorf("intervals and callers differ by %d asked and %d started; %d are refused in intervals, and %d in all", all[0], all[1], all[2], over)
	}
	return nil
}

// The plan of the same seed is the same run in every version and on every processor.
func TestRunIsPinned(t *testing.T) {
	sum := draw.Key(0)
	for i := range uint64(20) {
		var seen count
		run(t, random(draw.Seed(i).Name("random plan")), &seen)
		sum = sum.With(uint64(seen.sum))
	}
	const want = 0x77b0fe7da4011fc7
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
