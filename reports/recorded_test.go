package reports_test

import (
	"encoding/json"
	"testing"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
)

// replayed is a case of a recording of two tasks, of which 90 of 1000 requests were
// refused, all of the first. refused is how many each seed refuses of the 500 of the
// first task; the first seed is the run.
func replayed(refused ...int) reports.Case {
	part := func(name string, ok, turned uint64) reports.RecordedCounts {
		return reports.RecordedCounts{Name: name, Statuses: map[int]uint64{200: ok, 429: turned}, Refused: turned}
	}
	info := &reports.RecordedInfo{
		All: part("", 910, 90), Tasks: []reports.RecordedCounts{part("hog", 410, 90), part("small", 500, 0)},
		Routes: []reports.RecordedCounts{part("credentials", 910, 90)},
	}
	apart := reports.Apart{Parts: 3, Task: []uint8{1, 2}, Resource: []uint8{3}}
	play := func(to strategy.Observer, refused int) {
		for i := range 1000 {
			k := &strategy.Call{Task: uint32(i % 2)}
			o := &strategy.Outcome{Status: 200}
			if i%2 == 0 && i/2 < refused {
				o.Status, k.Result = 429, strategy.Throttled
			}
			to.Attempted(k, 0, time.Millisecond, o)
			to.Finished(k)
		}
	}
	r := reports.NewRecorder(1, 0, 0)
	r.CountApart(0, apart)
	play(r, refused[0])
	e := reports.NewEstimate(1)
	e.CountApart(0, apart)
	for seed, n := range refused {
		play(e.Observer(), n)
		e.End(uint64(seed))
	}
	return reports.NewCase(reports.CaseInput{
		Name: "x", Kind: reports.StrategyCase, Duration: time.Second, Recorder: r, Estimate: e,
		Groups: []reports.GroupInfo{{Name: "g", UnderTest: true, Tasks: 2, Recorded: info}},
	})
}

func TestRecordingBesideItsReplay(t *testing.T) {
	yes, no := true, false
	for _, row := range []struct {
		name       string
		seeds      []int
		all, small *bool
	}{
		{"as recorded", []int{90}, &no, &no},
		{"a single run, within chance", []int{75}, &no, &no},
		{"a single run, beyond", []int{40}, &yes, &no},
		{"seeds that hardly vary", []int{75, 76, 75, 74, 75}, &yes, &no},
		{"seeds that vary much", []int{40, 110, 75, 20, 130}, &no, &no},
		{"seeds that do not vary, and as recorded", []int{90, 90, 90}, &no, &no},
	} {
		c := replayed(row.seeds...)
		r := c.Groups[0].Recorded
		if got := r.All.Differs; got == nil || *got != *row.all {
			t.Errorf("%s: all: got %v", row.name, *got)
		}
		if got := r.Tasks[1].Differs; got == nil || *got != *row.small {
			t.Errorf("%s: the small task: got %v", row.name, *got)
		}
		first := uint64(row.seeds[0])
		if a := r.Tasks[0].Replayed; a.Requests != 500 || a.Refused != first || a.LatencyMS == nil {
			t.Errorf("%s: the large task: got %+v", row.name, a)
		}
		if a := r.Routes[0].Replayed; a.Requests != 1000 || a.Refused != first {
			t.Errorf("%s: the route: got %+v", row.name, a)
		}
		if a := r.All.Replayed; a.Statuses["429"] != first || a.Statuses["200"] != 1000-first || a.Refused != first {
			t.Errorf("%s: all: got %+v", row.name, a)
		}
		if o := r.Tasks[0].OverSeeds; (o != nil) != (len(row.seeds) > 1) || o != nil && o.Attempts != 500*uint64(len(row.seeds)) {
			t.Errorf("%s: over seeds: got %+v", row.name, o)
		}
	}
}

// Two runs are added, and compared anew.
func TestMergeRecorded(t *testing.T) {
	report := func(seed uint64, refused int) *reports.Report {
		r, err := reports.New(reports.Input{Engine: reports.Sim, Seed: seed, DurationS: 1, Cases: []reports.Case{replayed(refused)}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b := report(1, 75), report(2, 75)
	m, err := reports.Merge([]*reports.Report{a, b, report(3, 75), report(4, 60)})
	if err != nil {
		t.Fatal(err)
	}
	r := m.Cases[0].Groups[0].Recorded
	if p := r.All.Replayed; p.Requests != 4000 || p.Refused != 285 || p.Statuses["429"] != 285 || p.LatencyMS == nil {
		t.Errorf("got %+v", p)
	}
	if p := r.Tasks[0]; p.Replayed.Requests != 2000 || p.Replayed.LatencyMS != nil || p.Recorded.Requests != 500 {
		t.Errorf("got %+v", p)
	}
	if a.Cases[0].Groups[0].Recorded.All.Replayed.Statuses["429"] != 75 {
		t.Error("merging changed its input")
	}
}

// The state of a recorder and of an estimate that count parts survives JSON.
func TestStateOfParts(t *testing.T) {
	e := reports.NewEstimate(1)
	e.CountApart(0, reports.Apart{Parts: 1, Task: []uint8{1}})
	e.Observer().Attempted(&strategy.Call{}, 0, 1, &strategy.Outcome{Status: 429})
	e.End(7)
	want, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	back := new(reports.Estimate)
	if err := json.Unmarshal(want, back); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(back); err != nil || string(got) != string(want) {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
