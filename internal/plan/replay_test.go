package plan_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"tenement/internal/plan"
)

// recorded is a recording of tasks that ask for one resource each, at times that
// are whole multiples of a step.
func recorded(r *rand.Rand, n, tasks int, step time.Duration) plan.Events {
	all := make(plan.Events, n)
	for i := range all {
		all[i] = plan.Event{
			At:   time.Duration(r.Int64N(int64(60*time.Second/step))) * step,
			Task: uint32(r.IntN(tasks)), Resource: uint32(r.IntN(3)),
		}
	}
	slices.SortStableFunc(all, func(a, b plan.Event) int { return cmp.Compare(a.At, b.At) })
	return all
}

// replayed is a plan of one group that plays a recording.
func replayed(r plan.Recording, tasks int, how plan.Play, duration time.Duration, seed uint64) *plan.Plan {
	copies := max(how.Copies, 1)
	var resources []plan.Resource
	for number := range copies {
		for path := range 3 {
			resources = append(resources, plan.NewResource("GET", fmt.Sprintf("/%d/%d", number, path)))
		}
	}
	p := &plan.Plan{Seed: seed, Duration: duration, Hosts: 2}
	p.AddGroup(plan.Group{Name: "g", Tenant: "g", Processes: 1, Pattern: plan.NewReplay(r, tasks, resources, how)})
	return p
}

// places are where in the run's time the events of one pass come, worked out event by
// event, and the length of the pass.
func places(all plan.Events, how plan.Play) (kept plan.Events, at []time.Duration, length time.Duration) {
	removed, last := time.Duration(0), how.From
	gap := func(to time.Duration) {
		if how.MaxGap > 0 {
			removed += max(to-last-how.MaxGap, 0)
		}
		last = to
	}
	for _, e := range all {
		if e.At < how.From || e.At >= how.From+how.Length {
			continue
		}
		gap(e.At)
		kept = append(kept, e)
		at = append(at, e.At-how.From-removed)
	}
	gap(how.From + how.Length)
	length = how.Length - removed
	num, den := int64(1), int64(1)
	switch {
	case how.Fit > 0:
		num, den = int64(how.Fit), int64(length)
	case how.Speed > 0:
		num, den = plan.SpeedOnce, int64(how.Speed)
	}
	for i := range at {
		at[i] = scaled(at[i], num, den)
	}
	return kept, at, scaled(length, num, den)
}

func scaled(d time.Duration, num, den int64) time.Duration {
	n := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(num))
	return time.Duration(n.Quo(n, big.NewInt(den)).Int64())
}

// Without copies, jitter and thinning every call is where the recording has it, to the
// nanosecond, whatever the speed and the part.
func TestReplayIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := recorded(r, 8000, 20, time.Microsecond)
	for name, how := range map[string]plan.Play{
		"as recorded":  {},
		"a tenth":      {Speed: plan.SpeedOnce / 10},
		"once":         {Speed: plan.SpeedOnce},
		"tenfold":      {Speed: plan.SpeedOnce * 10},
		"odd":          {Speed: 3_333_333},
		"a part":       {From: 10*time.Second + 1, Length: 7*time.Second + 3},
		"fitted":       {Fit: 17*time.Second + 1},
		"gaps":         {MaxGap: 3 * time.Millisecond},
		"part and gap": {From: 30 * time.Second, Length: 20 * time.Second, MaxGap: 5 * time.Millisecond, Speed: plan.SpeedOnce * 2},
	} {
		t.Run(name, func(t *testing.T) {
			if how.Length == 0 {
				how.Length = 60*time.Second - how.From
			}
			events, at, length := places(all, how)
			p := replayed(all, 20, how, 700*time.Second, 3)
			replay := p.Groups[0].Pattern.(*plan.Replay)
			if got := replay.Length(); got < length || got > length+1 {
				t.Errorf("got a length of %v, want %v", got, length)
			}
			calls := collect(p, 0)
			if len(calls) != len(events) || p.Expected() != float64(2*len(events)) || replay.Events() != int64(len(events)) {
				t.Fatalf("got %d calls, expected %v on two hosts, %d events, want %d", len(calls), p.Expected(), replay.Events(), len(events))
			}
			last, numbers := time.Duration(-1), make(map[uint32]uint32)
			for i, c := range calls {
				want := plan.Arrival{At: max(at[i], last+1), Task: events[i].Task, N: numbers[events[i].Task], Resource: events[i].Resource}
				if c != want {
					t.Fatalf("call %d: got %+v, want %+v", i, c, want)
				}
				last = c.At
				numbers[c.Task]++
			}
			for _, end := range []time.Duration{0, 1, length / 3, length / 2, length - 1, length, length * 2} {
				want := int64(0)
				for _, at := range at {
					if at >= end {
						want++
					}
				}
				if got := replay.Left(end); got != want {
					t.Errorf("end %v: got %d left, want %d", end, got, want)
				}
			}
		})
	}
}

// A loop goes on where the pass ends, and its clock and the numbers of the calls
// continue.
func TestReplayLoops(t *testing.T) {
	all := recorded(rand.New(rand.NewPCG(3, 4)), 100, 5, time.Millisecond)
	for name, how := range map[string]plan.Play{
		"once": {Length: 60 * time.Second, Loop: true}, "odd": {Length: 50 * time.Second, From: 10 * time.Second, Loop: true, Speed: 7_000_003},
	} {
		t.Run(name, func(t *testing.T) {
			p := replayed(all, 5, how, 10*time.Minute, 1)
			calls := collect(p, 0)
			length := how.Length
			var want []time.Duration
			for pass := 0; ; pass++ {
				begun := time.Duration(pass) * length
				for _, e := range all {
					if e.At < how.From {
						continue
					}
					at := begun + e.At - how.From
					if how.Speed > 0 {
						at = scaled(at, plan.SpeedOnce, int64(how.Speed))
					}
					if at < p.Duration {
						want = append(want, at)
					}
				}
				if how.Speed > 0 {
					begun = scaled(begun, plan.SpeedOnce, int64(how.Speed))
				}
				if begun > p.Duration {
					break
				}
			}
			if len(calls) != len(want) {
				t.Fatalf("got %d calls, want %d", len(calls), len(want))
			}
			if how.Speed == 0 && p.Expected() != float64(2*len(want)) {
				t.Errorf("expected %v, want %d", p.Expected(), 2*len(want))
			}
			numbers := make(map[uint32]uint32)
			for i, c := range calls {
				if late := c.At - want[i]; late < 0 || late > 10 || c.N != numbers[c.Task] {
					t.Fatalf("call %d: got %+v, want it at %v", i, c, want[i])
				}
				numbers[c.Task]++
			}
		})
	}
	// What has no event has no end to look for.
	if calls := collect(replayed(plan.Events{}, 5, plan.Play{Length: time.Second, Loop: true, Copies: 3}, time.Hour, 1), 0); len(calls) != 0 {
		t.Errorf("got %d calls of nothing", len(calls))
	}
}

// Copies play everything once, each from an instant of its own on, with tasks and
// resources of its own; the first is as recorded.
func TestReplayCopies(t *testing.T) {
	const tasks = 7
	for _, step := range []time.Duration{time.Microsecond, time.Second} {
		for _, gap := range []time.Duration{0, 20 * time.Millisecond} {
			all := recorded(rand.New(rand.NewPCG(5, 6)), 5000, tasks, step)
			how := plan.Play{Length: 60 * time.Second, Copies: 4, MaxGap: gap}
			if step == time.Second {
				how.Step = step
			}
			p := replayed(all, tasks, how, 61*time.Second, 1)
			if p.Groups[0].Tasks != 4*tasks {
				t.Fatalf("got %d tasks", p.Groups[0].Tasks)
			}
			_, at, length := places(all, plan.Play{Length: how.Length, MaxGap: gap})
			if step == time.Second {
				length = how.Length // gaps are not cut within a step
			}
			byCopy := make([][]plan.Arrival, 4)
			for _, c := range collect(p, 0) {
				number := c.Task / tasks
				byCopy[number] = append(byCopy[number], c)
				if c.Resource/3 != number {
					t.Fatalf("%+v asks for another copy's resource", c)
				}
				if c.At > length+1000 {
					t.Fatalf("%+v comes after the end, %v", c, length)
				}
			}
			starts := make(map[int]bool)
			for number, calls := range byCopy {
				if len(calls) != len(all) {
					t.Fatalf("copy %d: got %d calls, want %d", number, len(calls), len(all))
				}
				// The order is that of the recording, rotated.
				shift := -1
				for s := range all {
					same := true
					for i := 0; i < 50 && same; i++ {
						e := &all[(s+i)%len(all)]
						same = e.Task == calls[i].Task%tasks && e.Resource == calls[i].Resource%3
					}
					if same {
						shift = s
						break
					}
				}
				if shift < 0 || number == 0 && shift != 0 {
					t.Fatalf("copy %d: shifted by %d", number, shift)
				}
				starts[shift] = true
				if step == time.Second {
					continue
				}
				for i := range calls {
					// Where the event is in the pass, behind the first call's.
					first, this := at[shift], at[(shift+i)%len(all)]
					want := calls[0].At + this - first
					if this < first || shift+i >= len(all) {
						want += length
					}
					if late := calls[i].At - want; late < -100 || late > 100 {
						t.Fatalf("copy %d: call %d at %v, want %v", number, i, calls[i].At, want)
					}
				}
			}
			if len(starts) != 4 {
				t.Errorf("the copies begin at %d places of the recording", len(starts))
			}
		}
	}
}

// A thinned replay keeps a share, in the same order; a jittered one delays each by
// less than the jitter.
func TestReplayThinsAndJitters(t *testing.T) {
	all := recorded(rand.New(rand.NewPCG(7, 8)), 20_000, 50, time.Microsecond)
	p := replayed(all, 50, plan.Play{Length: time.Minute, Thin: 0.3}, time.Minute, 1)
	calls := collect(p, 0)
	within(t, "kept", float64(len(calls)), p.Expected()/2, sqrt(20_000*0.3*0.7))
	for i, j := 0, 0; i < len(calls); j++ {
		if j == len(all) {
			t.Fatalf("call %d is not in the recording", i)
		}
		if all[j].Task == calls[i].Task && calls[i].At >= all[j].At && calls[i].At < all[j].At+100 {
			i++
		}
	}
	const jitter = 50 * time.Millisecond
	how := plan.Play{Length: time.Minute, Jitter: jitter}
	p = replayed(all, 50, how, time.Minute+jitter, 1)
	calls = collect(p, 0)
	if got := p.Groups[0].Pattern.(*plan.Replay).Length(); got != time.Minute+jitter || len(calls) != len(all) {
		t.Fatalf("got %d calls in %v", len(calls), got)
	}
	// Sorting both by time, the n-th call is no earlier than the n-th event, and no
	// later than the jitter behind it.
	moved := 0
	for i, c := range calls {
		if late := c.At - all[i].At; late < 0 || late > jitter+1000 {
			t.Fatalf("call %d: got %v, want up to %v after %v", i, c.At, jitter, all[i].At)
		}
		if c.Task != all[i].Task {
			moved++
		}
	}
	if moved < len(calls)/2 {
		t.Errorf("only %d of %d calls changed places", moved, len(calls))
	}
}

// The events of a step are spread over it in recorded order; a replay of them with
// every option stays in order and within the steps.
func TestReplaySpreadsSteps(t *testing.T) {
	all := recorded(rand.New(rand.NewPCG(9, 10)), 600, 4, time.Second)
	how := plan.Play{Step: time.Second, From: 2500 * time.Millisecond, Length: 30 * time.Second, Speed: 2 * plan.SpeedOnce}
	calls := collect(replayed(all, 4, how, time.Minute, 1), 0)
	var want []plan.Event
	for _, e := range all {
		if e.At >= 2*time.Second && e.At < 32*time.Second {
			want = append(want, e)
		}
	}
	if len(calls) != len(want) {
		t.Fatalf("got %d calls, want %d", len(calls), len(want))
	}
	for i, c := range calls {
		begin := (want[i].At - 2*time.Second) / 2
		if c.Task != want[i].Task || c.At < begin || c.At >= begin+time.Second/2 {
			t.Fatalf("call %d: got %+v, want task %d from %v on", i, c, want[i].Task, begin)
		}
	}
}

// Random replays with every option give the same calls each time, in order.
func TestRandomReplays(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		step := []time.Duration{time.Microsecond, time.Millisecond, time.Second}[r.IntN(3)]
		all := recorded(r, 1+r.IntN(300), 6, step)
		how := plan.Play{
			From: time.Duration(r.Int64N(int64(20 * time.Second))), Length: time.Duration(1 + r.Int64N(int64(40*time.Second))),
			Speed: 1 + r.Uint64N(10*plan.SpeedOnce), Loop: r.IntN(2) == 0, Copies: r.IntN(4),
			Jitter: time.Duration(r.Int64N(int64(time.Second))) * time.Duration(r.IntN(2)), Thin: float64(r.IntN(3)) / 2,
			MaxGap: time.Duration(r.Int64N(int64(time.Second))) * time.Duration(r.IntN(2)),
		}
		if step > time.Microsecond && r.IntN(2) == 0 {
			how.Step = step
		}
		if r.IntN(3) == 0 {
			how.Fit, how.Speed = time.Duration(1+r.Int64N(int64(time.Minute))), 0
		}
		p := replayed(all, 6, how, time.Duration(1+r.Int64N(int64(20*time.Second))), r.Uint64())
		calls := collect(p, 1)
		if again := collect(p, 1); !reflect.DeepEqual(again, calls) {
			t.Fatalf("%+v: two plays differ", how)
		}
		last, numbers := time.Duration(-1), make(map[uint32]uint32)
		for _, c := range calls {
			if c.At <= last || c.At >= p.Duration || c.N != numbers[c.Task] || int(c.Task) >= p.Groups[0].Tasks || int(c.Resource) >= len(p.Resources) {
				t.Fatalf("%+v: got %+v after %v", how, c, last)
			}
			last = c.At
			numbers[c.Task]++
		}
	}
}

// endless is a recording that is nowhere kept.
type endless int

func (n endless) From(at time.Duration) func() (plan.Event, bool) {
	i := int((at + time.Millisecond - 1) / time.Millisecond)
	return func() (plan.Event, bool) {
		e := plan.Event{At: time.Duration(i) * time.Millisecond, Task: uint32(i % 10), Resource: uint32(i % 3)}
		i++
		return e, i <= int(n)
	}
}

// What a replay holds does not grow with the number of events.
func TestReplayMemoryIsFlat(t *testing.T) {
	p := replayed(endless(1_000_000), 10, plan.Play{
		Length: 1000 * time.Second, Copies: 3, MaxGap: time.Second, Jitter: 10 * time.Millisecond,
	}, 1001*time.Second, 1)
	a := p.Arrivals(0)
	held := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := held()
	n := 0
	for _, ok := a.Next(); ok; _, ok = a.Next() {
		n++
	}
	if grown := held() - before; n != 3_000_000 || grown > 100_000 {
		t.Errorf("%d calls hold %d bytes more", n, grown)
	}
	runtime.KeepAlive(p)
}

func BenchmarkReplay(b *testing.B) {
	p := replayed(endless(100_000), 10, plan.Play{Length: 100 * time.Second}, 100*time.Second, 1)
	for b.Loop() {
		for a := p.Arrivals(0); ; {
			if _, ok := a.Next(); !ok {
				break
			}
		}
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "calls/s")
}
