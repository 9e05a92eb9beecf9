package render

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tenement/reports"
	"tenement/reports/diagnosis"
)

// controlReport is a report of a control plane whose names are hostile.
func controlReport(t *testing.T) *reports.Report {
	t.Helper()
	const evil = "<script>alert(1)</script>\x1b[31m | a | b"
	rec := reports.NewControlRecorder(1, 1)
	rec.Started(0, 0, time.Second)
	rec.Stepped(0, 0, 0, time.Second)
	caller := reports.ControlCaller{
		Name: evil, Account: evil, UnderTest: true, Asked: 3, Calls: 3,
		States: reports.ControlStates{Running: 1, NoCapacity: 2}, FailedAt: map[string]uint64{},
	}
	rec.Caller(0, &caller)
	step := reports.ControlStep{Name: evil, Visits: 1}
	rec.Step(0, &step)
	var cases []reports.Case
	for _, name := range []string{"one", "two"} {
		c := reports.NewCase(reports.CaseInput{Name: name, Title: evil + name, Kind: reports.StrategyCase, Recorder: reports.NewRecorder(0, 0, 0)})
		c.Series, c.Blocks = nil, nil
		c.ControlPlane = &reports.ControlPlane{
			Plane: "microvms", Callers: []reports.ControlCaller{caller, caller}, Steps: []reports.ControlStep{step},
			Zones: []reports.ControlZone{{Name: evil, Died: 1, Cells: []reports.ControlCell{{Most: 1}}}}, Regions: []reports.ControlRegion{{Name: evil}, {Name: evil}},
			Losses: []reports.ControlLoss{{Name: evil, AtS: 1, ForS: 1}}, Rollout: &reports.ControlRollout{Step: evil},
			Series: &reports.ControlSeries{BucketS: 1, Asked: []uint32{1, 2}, Running: []uint32{1, 0}, Refused: []uint32{0, 2}, Alive: []uint32{1, 1}, StartMS: []float64{1, 0}, Levels: [][]float64{{1, 0}}},
		}
		cases = append(cases, c)
	}
	r, err := reports.New(reports.Input{Engine: reports.Sim, DurationS: 2, Profile: reports.Profile{Name: evil, Description: evil}, Cases: cases})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Names of a control plane reach no terminal and no page as they are, and the screen has 80
// columns.
func TestControlPlaneIsHarmless(t *testing.T) {
	r := controlReport(t)
	for _, format := range ControlFormats() {
		var b bytes.Buffer
		if err := Render(format, &b, r); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		text := b.String()
		if strings.Contains(text, "\x1b") || format == "html" && strings.Contains(withoutScripts(text), "<script>") {
			t.Errorf("%s: a hostile name stands as it is", format)
		}
		if format != "text" {
			continue
		}
		for _, line := range strings.Split(text, "\n") {
			if utf8.RuneCountInString(line) > screenWidth {
				t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
			}
		}
	}
	for _, format := range []string{"prometheus", "hgrm", "hlog"} {
		if err := Render(format, new(bytes.Buffer), r); err == nil {
			t.Errorf("%s is written of a control plane", format)
		}
	}
	var b bytes.Buffer
	if err := Drawing(&b, r); err != nil || strings.Count(b.String(), `<path class="a"`) != 2 || strings.Contains(b.String(), "<script>") {
		t.Errorf("the drawing: %v\n%s", err, &b)
	}
}

// The share of a case stands with its interval over the seeds, where one caller is judged.
func TestControlCasesHaveIntervals(t *testing.T) {
	r := controlReport(t)
	for i := range r.Cases {
		callers := r.Cases[i].ControlPlane.Callers
		for j := range callers {
			callers[j].OverSeeds = &reports.ControlOverSeeds{Mean: 0.5, CI95: &reports.Ends{0.45, 0.55}}
		}
		callers[1].UnderTest = i > 0
	}
	table := controlCases(diagnosis.Of(r).Control)
	for i, want := range []string{"50.0 % ±5.0", "50.0 %"} {
		if got := table.Rows[i][1]; got != want {
			t.Errorf("case %d: got %s, want %s", i, got, want)
		}
	}
}

// The page shows a case over time: in the drawing, in the table and to the script.
func TestPlaneCharts(t *testing.T) {
	r := controlReport(t)
	r.Cases[1].ControlPlane.Plane, r.Cases[1].ControlPlane.Series.Levels = "instances", nil
	p := newPlaneCharts(diagnosis.Of(r).Control)
	if len(p.All) != 2 || !p.All[0].Open || p.All[1].Open || !p.Loss {
		t.Fatalf("got %d charts", len(p.All))
	}
	chart := &p.All[0]
	if want := [][]string{{"0 s", "1", "1", "0", "1", "1.0 ms", "1"}, {"1 s", "2", "0", "2", "1", "–", "0"}}; !slices.EqualFunc(chart.Table, want, slices.Equal) {
		t.Errorf("the table has %q, want %q", chart.Table, want)
	}
	if chart.Refused != "M0 1000L500 1000L500 0L1000 0" || chart.Losses[0].Left != 50 || chart.FreeTop != "1" || p.All[1].Free != "" {
		t.Errorf("the drawing is %+v", chart)
	}
	var f figures
	if err := json.Unmarshal([]byte(scriptsOf(rendered(t, "html", r))[0]), &f); err != nil || len(f.Planes) != 2 {
		t.Fatalf("the script reads %d planes: %v", len(f.Planes), err)
	}
	if got := f.Planes[0]; !slices.Equal(got.Asked, []uint32{1, 2}) || !slices.Equal(got.Free, []float64{1, 0}) || got.Unit != "vCPUs" || len(got.Faults) != 1 || f.Planes[1].Free != nil {
		t.Errorf("the script reads %+v", got)
	}
}
