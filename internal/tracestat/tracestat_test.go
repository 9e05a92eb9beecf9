package tracestat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tenement/internal/throttle"
	"tenement/internal/trace"
	"tenement/internal/tracestat"
)

// of is the statistics of some events.
func of(t testing.TB, h trace.Header, limit string, events []trace.Event) *tracestat.Stats {
	t.Helper()
	var o tracestat.Options
	if limit != "" {
		l, err := throttle.ParseLimit(limit)
		if err != nil {
			t.Fatal(err)
		}
		o.Limit = &l
	}
	s, err := tracestat.Of(h, list(events), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(s); err != nil { // every figure is finite
		t.Fatal(err)
	}
	return s
}

func list(events []trace.Event) tracestat.Events {
	return func(yield func(*trace.Event) bool) error {
		for i := range events {
			if !yield(&events[i]) {
				break
			}
		}
		return nil
	}
}

// tape is the events of a tape.
func tape(tr *trace.Tape) tracestat.Events {
	return func(yield func(*trace.Event) bool) error {
		c := tr.From(0)
		for {
			var r trace.Record
			if err := c.Next(&r); err != nil {
				if errors.Is(err, io.EOF) {
					err = nil
				}
				return err
			}
			if e := tr.Event(&r); !yield(&e) {
				return nil
			}
		}
	}
}

func near(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: got none, want %g", what, want)
	} else if math.Abs(*got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s: got %g, want %g", what, *got, want)
	}
}

func TestTimer(t *testing.T) {
	var events []trace.Event
	for i := range 100 {
		events = append(events, trace.Event{T: time.Duration(i) * 100 * time.Millisecond, Task: "a", Path: "/v4/x", Status: 200, Lat: time.Millisecond})
	}
	s := of(t, trace.Header{}, "", events)
	near(t, "CV of a timer", s.Burstiness.CV, 0)
	near(t, "dispersion of a timer", s.Burstiness.Dispersion, 0)
	if s.Requests != 100 || s.Tasks != 1 || s.Paths != 1 || s.LastS != 9.9 || math.Abs(s.PerS-100/9.9) > 1e-9 {
		t.Errorf("got %d requests of %d tasks for %d paths until %g s at %g/s", s.Requests, s.Tasks, s.Paths, s.LastS, s.PerS)
	}
	if p := s.Peaks; len(p) != 2 || p[0].Requests != 10 || p[1].Requests != 1 || *p[0].BucketRequests != 10 || p[0].Bucket.Source != "a" || *p[0].Grants != 100 {
		t.Errorf("got the peaks %+v", p)
	}
	if l := s.Limit; l.From != tracestat.FromService || l.Limit != "40,60,ip+path" || *l.BurstNeeded != 1 || *l.WouldRefuse != 0 {
		t.Errorf("got the limit %+v", l)
	}
	if s.Use != nil || *s.RefusedShare != 0 || s.LatencyMS.P99 < 0.98 || s.LatencyMS.P99 > 1 {
		t.Errorf("got use %v, share %v, latency %v", s.Use, *s.RefusedShare, s.LatencyMS)
	}
}

// A task takes the tokens of a shared bucket, and another is refused.
func TestWhoUsedTheBucket(t *testing.T) {
	var events []trace.Event
	add := func(at time.Duration, task string, status int) {
		events = append(events, trace.Event{T: at, Task: task, Path: "/v4/x", Status: status})
	}
	for i := range 8 {
		add(time.Duration(i)*time.Millisecond, "hog", 200)
	}
	add(10*time.Millisecond, "small", 200)
	add(11*time.Millisecond, "small", 200)
	add(12*time.Millisecond, "small", 429) // hog has 8 of 10
	add(13*time.Millisecond, "hog", 429)
	add(5*time.Second, "small", 429) // nobody was there in the 2 s before
	s := of(t, trace.Header{}, "5,10,host", events)
	u := s.Use
	if u == nil || u.WindowS != 2 || u.Refusals != 3 || u.Unexplained != 1 || u.Shared != 2 || len(u.Tasks) != 2 {
		t.Fatalf("got %+v", u)
	}
	near(t, "own share", u.OwnShare, (0.2+0.8)/2)
	if a, b := u.Tasks[0], u.Tasks[1]; a != (tracestat.UseTask{Task: "hog", OfOthers: 0.8, OfItself: 0.8}) || b != (tracestat.UseTask{Task: "small", OfOthers: 0.2, OfItself: 0.2}) {
		t.Errorf("got %+v", u.Tasks)
	}
	// With a bucket each, everybody has only itself.
	s = of(t, trace.Header{}, "5,10,task", events)
	near(t, "own share of own buckets", s.Use.OwnShare, 1)
	if s.Use.Shared != 0 {
		t.Errorf("got %d shared refusals, want 0", s.Use.Shared)
	}
}

// The division among tasks is what dividing each refusal gives.
func TestUseAgainstDividing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var events []trace.Event
	now := time.Duration(0)
	for range 3000 {
		now += time.Duration(r.ExpFloat64() * float64(8*time.Millisecond))
		e := trace.Event{T: now.Truncate(2 * time.Millisecond), Task: fmt.Sprint("t", r.IntN(5)), Path: fmt.Sprint("/v4/", r.IntN(2)), Status: 200}
		if r.IntN(4) == 0 {
			e.Status = 429
		}
		events = append(events, e)
	}
	const window, step = 2 * time.Second, 2 * time.Millisecond
	all, own := map[string]float64{}, map[string]float64{}
	unexplained := uint64(0)
	for i, e := range events {
		if e.Status != 429 {
			continue
		}
		before, sum := map[string]float64{}, 0.0
		for _, b := range events[:i] {
			if b.Path == e.Path && b.Status == 200 && b.T/step > e.T/step-window/step {
				before[b.Task]++
				sum++
			}
		}
		if sum == 0 {
			unexplained++
			continue
		}
		for task, n := range before {
			all[task] += n / sum
		}
		own[e.Task] += before[e.Task] / sum
	}
	s := of(t, trace.Header{}, "5,10,path", events)
	if s.Use.Unexplained != unexplained || len(s.Use.Tasks) != 5 {
		t.Errorf("got %d unexplained of %d tasks, want %d of 5", s.Use.Unexplained, len(s.Use.Tasks), unexplained)
	}
	for _, u := range s.Use.Tasks {
		if want := all[u.Task] - own[u.Task]; math.Abs(u.OfOthers-want) > 1e-3 || math.Abs(u.OfItself-own[u.Task]) > 1e-3 {
			t.Errorf("%s: got %g and %g, want %g and %g", u.Task, u.OfOthers, u.OfItself, want, own[u.Task])
		}
	}
}

// Windows against counting every window.
func TestPeaksAgainstCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		var events []trace.Event
		now := time.Duration(0)
		for range 300 {
			now += time.Duration(r.ExpFloat64()*float64(20*time.Millisecond)) * time.Duration(r.IntN(3))
			events = append(events, trace.Event{T: now, Task: fmt.Sprint(r.IntN(3)), Path: "/"})
		}
		s := of(t, trace.Header{}, "40,60,task", events)
		for i, width := range []time.Duration{time.Second, 100 * time.Millisecond} {
			var most, mostOfOne uint64
			for a := range events {
				n, one := uint64(0), map[string]uint64{}
				for _, e := range events[a:] {
					if e.T.Truncate(time.Millisecond)-events[a].T.Truncate(time.Millisecond) < width {
						n++
						one[e.Task]++
						mostOfOne = max(mostOfOne, one[e.Task])
					}
				}
				most = max(most, n)
			}
			if p := s.Peaks[i]; p.Requests != most || *p.BucketRequests != mostOfOne {
				t.Fatalf("%v: got %d and %d, want %d and %d", width, p.Requests, *p.BucketRequests, most, mostOfOne)
			}
		}
	}
}

// A Poisson process has a CV and an index of dispersion of 1.
func TestPoisson(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var events []trace.Event
	for now := 0.0; now < 2000; now += r.ExpFloat64() / 20 {
		events = append(events, trace.Event{T: time.Duration(now * 1e9), Task: "a", Path: "/"})
	}
	s := of(t, trace.Header{}, "", events)
	if math.Abs(*s.Burstiness.CV-1) > 0.03 || math.Abs(*s.Burstiness.Dispersion-1) > 0.15 {
		t.Errorf("got a CV of %g and a dispersion of %g, want 1 and 1", *s.Burstiness.CV, *s.Burstiness.Dispersion)
	}
	if s.Answered != 0 || s.RefusedShare != nil || s.LatencyMS != nil {
		t.Errorf("got figures of answers that were not recorded: %+v", s)
	}
}

// The sample recording: the counts that its README states.
func TestSample(t *testing.T) {
	tr, err := trace.Open("../../profiles/traces/ecs-40-60.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	s, err := tracestat.Of(tr.Header, tape(tr), tracestat.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Requests != 17126 || s.Refused != 681 || s.Use.Refusals != 681 {
		t.Errorf("got %d requests, %d refused, want 17126 and 681", s.Requests, s.Refused)
	}
	// Its server had this limit.
	if n := int(*s.Limit.WouldRefuse); n < 660 || n > 700 {
		t.Errorf("got %d refusals by the limit that it had, want about 681", n)
	}
	near(t, "own share", s.Use.OwnShare, 1)
	sum := uint64(0)
	for i, n := range s.Rate.Requests {
		sum += n
		if s.Rate.Refused[i] > n {
			t.Errorf("bucket %d: %d refused of %d", i, s.Rate.Refused[i], n)
		}
	}
	if sum != s.Requests || len(s.Rate.Requests) > 1200 {
		t.Errorf("got %d requests in %d buckets, want %d", sum, len(s.Rate.Requests), s.Requests)
	}
}

func TestCoarse(t *testing.T) {
	events := []trace.Event{}
	for i := range 30 {
		events = append(events, trace.Event{T: time.Duration(i/10) * time.Second, Task: "a", Path: trace.CutCredentials, Status: 200, Cut: true})
	}
	h := trace.Header{ResolutionS: 1}
	s := of(t, h, "", events)
	if s.Burstiness.CV != nil || len(s.Peaks) != 1 || s.Peaks[0].Requests != 10 || s.Limit.WouldRefuse != nil || s.Rate.BucketS != 1 {
		t.Errorf("got more than whole seconds show: %+v", s)
	}
	if b := s.Peaks[0].Bucket; b.Task != "a" || !b.OwnPath || s.Routes[0].Name != "credentials" {
		t.Errorf("got the bucket %+v of %+v, want the task's own", b, s.Routes)
	}
	h.Placed = &trace.Placed{Rule: "limit", Limit: "5,10,ip", Fitted: true}
	s = of(t, h, "", events)
	if s.Limit.From != tracestat.FromRefusals || s.Limit.Limit != "5,10,ip" || s.Limit.WouldRefuse == nil || len(s.Peaks) != 2 {
		t.Errorf("placed times: got %+v, %+v", s.Limit, s.Peaks)
	}
}

func TestHostile(t *testing.T) {
	year := 365 * 24 * time.Hour
	many := make([]trace.Event, 40_000)
	for i := range many {
		many[i] = trace.Event{Task: fmt.Sprint("task ", i), Path: fmt.Sprint("/v4/", i), Status: 200 + 229*(i%2)}
	}
	same := make([]trace.Event, 10_000)
	for i := range same {
		same[i] = trace.Event{Task: "a", Path: "/", Status: 429}
	}
	for _, row := range []struct {
		name   string
		events []trace.Event
	}{
		{"none", nil},
		{"one", []trace.Event{{Task: "a", Path: "/"}}},
		{"one, late", []trace.Event{{T: year, Task: "a", Path: "/", Lat: year}}},
		{"all at once", same},
		{"a year", []trace.Event{{Task: "a", Path: "/"}, {T: time.Nanosecond, Task: "a", Path: "/"}, {T: year, Task: "a", Path: "/"}}},
		{"many tasks", many},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, limit := range []string{"40,60,ip+path", "1/h,500000,host", "999999999,1,task"} {
				s := of(t, trace.Header{}, limit, row.events)
				if s.Requests != uint64(len(row.events)) || len(s.Rate.Requests) > 1200 || len(s.LargestTasks) > 100 || len(s.LargestPaths) > 100 {
					t.Errorf("got %d requests, %d buckets, %d tasks", s.Requests, len(s.Rate.Requests), len(s.LargestTasks))
				}
				if s.Use != nil && len(s.Use.Tasks) > 100 {
					t.Errorf("got %d users", len(s.Use.Tasks))
				}
			}
		})
	}
}

func TestErrors(t *testing.T) {
	wrong := errors.New("the disk is gone")
	_, err := tracestat.Of(trace.Header{}, func(func(*trace.Event) bool) error { return wrong }, tracestat.Options{})
	if !errors.Is(err, wrong) {
		t.Errorf("got %v, want %v", err, wrong)
	}
	l := throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1, Scope: throttle.TenantScope}
	if _, err := tracestat.Of(trace.Header{}, list(nil), tracestat.Options{Limit: &l}); err == nil || !strings.Contains(err.Error(), "limit 1,1,tenant: ") {
		t.Errorf("got %v, want an error about the tenant", err)
	}
	if _, err := tracestat.Of(trace.Header{Service: "x"}, list(nil), tracestat.Options{}); err == nil {
		t.Error("got no error of an unknown service")
	}
}

// Memory does not grow with the requests, whatever their rate.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("a million events")
	}
	allocated := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			e := trace.Event{Path: "/v4/x", Status: 200}
			tasks := []string{"a", "b", "c"}
			_, err := tracestat.Of(trace.Header{}, func(yield func(*trace.Event) bool) error {
				for i := range n {
					e.T, e.Task, e.Status = time.Duration(i)*100, tasks[i%3], 200
					if i%10 == 0 {
						e.Status = 429
					}
					yield(&e)
				}
				return nil
			}, tracestat.Options{})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocated(10_000), allocated(500_000); many > few+200 {
		t.Errorf("got %g allocations for 10,000 events and %g for 500,000", few, many)
	}
}

func BenchmarkOf(b *testing.B) {
	tr, err := trace.Open("../../profiles/traces/ecs-40-60.jsonl.gz")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := tracestat.Of(tr.Header, tape(tr), tracestat.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(tr.Len()), "ns/event")
}
