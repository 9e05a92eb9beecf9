package reports

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/gate"
)

// plane is a report of a control plane: two callers, of whose tasks some are RUNNING.
func plane() *Report {
	rec := NewControlRecorder(1, 2)
	for i := range 10 {
		rec.Started(0, 0, time.Duration(i+1)*time.Second)
		rec.Answered(0, 0, time.Second)
		rec.Stepped(0, 0, 0, time.Second)
	}
	one := ControlCaller{Name: "one", UnderTest: true, Asked: 20, Calls: 20, Attempts: 30, States: ControlStates{Running: 10, Throttled: 4, NoCapacity: 6}, FailedAt: map[string]uint64{}}
	two := ControlCaller{Name: "two", Asked: 5, States: ControlStates{UnderWay: 5}, FailedAt: map[string]uint64{}}
	rec.Caller(0, &one)
	rec.Caller(1, &two)
	step := ControlStep{Name: "capacity", Visits: 10}
	rec.Step(0, &step)
	c := NewCase(CaseInput{Name: "base", Kind: StrategyCase, Recorder: NewRecorder(0, 0, 0)})
	c.Series, c.Blocks = nil, nil
	c.ControlPlane = &ControlPlane{Plane: "microvms", Callers: []ControlCaller{one, two}, Steps: []ControlStep{step}}
	r, err := New(Input{Engine: Sim, Cases: []Case{c}})
	if err != nil {
		panic(err)
	}
	return r
}

// Every metric that a gate may name is one that a caller has.
func TestControlPlaneMetrics(t *testing.T) {
	r := plane()
	for _, metric := range gate.ControlPlane() {
		for _, target := range []string{"one", gate.Endpoint, TargetUnderTest} {
			if f, err := r.Figure(&r.Cases[0], target, metric); err != nil || f == nil {
				t.Errorf("%s.%s: got %v, %v", target, metric, f, err)
			}
		}
	}
	if f, err := r.Figure(&r.Cases[0], "one", "failure_rate"); err != nil || *f != 0.5 {
		t.Errorf("failure_rate: got %v, %v", f, err)
	}
	if _, err := r.Figure(&r.Cases[0], "nobody", "p99"); err == nil {
		t.Error("nobody has a figure")
	}
	const want = "cached_share is no metric of a control plane: want failure_rate, throttled_share, amplification, calls, failures, attempts, throttled, mean, p50, p90, p99, p99_9 or max"
	if _, err := r.Figure(&r.Cases[0], "one", "cached_share"); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestControlPlaneIsRead(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, plane(), Sentences{}); err != nil {
		t.Fatal(err)
	}
	if r, err := Read("plane.json", bytes.NewReader(b.Bytes())); err != nil || !r.ControlPlane() {
		t.Fatalf("got %v, %v", r, err)
	}
	for name, row := range map[string]struct{ old, damaged, want string }{
		"states": {`"throttled": 4`, `"throttled": 5`, "21 tasks in all, and 20 were asked for"},
		"share":  {`"not_running_rate": 0.5`, `"not_running_rate": 7`, "not_running_rate"},
		"huge":   {`"asked": 20`, `"asked": 18446744073709551615`, "callers[0]"},
	} {
		text := strings.Replace(b.String(), row.old, row.damaged, 1)
		if text == b.String() {
			t.Fatalf("%s: nothing was damaged", name)
		}
		if _, err := Read("plane.json", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
	if _, err := Merge([]*Report{plane(), plane()}); err == nil {
		t.Error("reports of a control plane are added up")
	}
}

// What is free, and how long a start took, is never below nothing.
func TestNothingIsBelowNothing(t *testing.T) {
	for name, row := range map[string]struct {
		least, level, start float64
		want                string
	}{
		"all of it taken": {0, 0, 0, ""},
		"least":           {-1, 0, 0, "least_free: -1: want 0 to 1e+15"},
		"level":           {0, -0.25, 0, "series: -0.25: want 0 to 1e+15"},
		"start":           {0, 0, -2, "series: -2: want 0 to 1e+15"},
	} {
		r := plane()
		c := r.Cases[0].ControlPlane
		c.Zones = []ControlZone{{Name: "zone 1", Least: row.least}}
		c.Series = &ControlSeries{
			BucketS: 1, Asked: []uint32{1}, Running: []uint32{1}, Refused: []uint32{0}, Alive: []uint32{1},
			StartMS: []float64{row.start}, Levels: [][]float64{{row.level}},
		}
		var b bytes.Buffer
		err := Write(&b, r, Sentences{})
		if err == nil {
			_, err = Read("plane.json", &b)
		}
		if got := fmt.Sprint(err); row.want == "" && err != nil || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %v, want %q", name, err, row.want)
		}
	}
}

// The replicates of a control plane are seeds; of many, neighbours are one.
func TestControlBlocks(t *testing.T) {
	r := plane()
	c := &r.Cases[0]
	starts := NewControlStarts(2)
	starts.Started(0, 0, time.Second)
	starts.Started(0, 0, time.Second+1)
	times := starts.Take()
	var seeds []ControlSeed
	for range MaxBlocks + 10 {
		seeds = append(seeds, ControlSeed{Asked: []uint64{20, 5}, NotRunning: []uint64{10, 5}, Throttled: []uint64{4, 0}, Attempts: []uint64{3, 1}, Starts: times})
	}
	c.Blocks = NewControlBlocks(c.ControlPlane.Callers, 7, seeds)
	b := c.Blocks
	if n := len(b.First); n != 25 || b.First[1] != 9 || b.N[24] != 2 || b.Groups[0].Calls[3] != 40 || b.Groups[0].Throttled[3] != 8 || b.Groups[1].Failures[0] != 10 || b.Groups[0].Ready[3] != 2 || b.Groups[1].Ready[3] != 0 {
		t.Errorf("got %d blocks: %+v", n, b)
	}
	if steps := b.Steps(0); len(steps) != 25 || len(steps[0]) != 1 || steps[0][0].N != 4 {
		t.Errorf("times to RUNNING are %v", steps)
	}
	rec := NewControlRecorder(1, 2)
	rec.Started(1, 0, time.Second)
	rec.Started(1, 0, time.Second+1)
	if of := rec.Starts(); of[0].Ready != 0 || of[1].Ready != 1 {
		t.Errorf("of the run's seed, got %+v", of)
	}
	var out bytes.Buffer
	if err := Write(&out, r, Sentences{}); err != nil {
		t.Fatal(err)
	}
	if _, err := Read("plane.json", bytes.NewReader(out.Bytes())); err != nil {
		t.Error(err)
	}
	b.Groups[0].Throttled[0] = 41
	out.Reset()
	if err := Write(&out, r, Sentences{}); err == nil {
		if _, err = Read("plane.json", &out); err == nil {
			t.Error("more tasks are throttled than were asked for")
		}
	}
}
