package reports_test

import (
	"reflect"
	"testing"
	"time"

	"tenement/internal/throttle"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// asking is a report of two groups that ask a further endpoint, which admits one request
// of each and refuses some of the first.
func asking(t *testing.T, seed, refused uint64) *reports.Report {
	c := reports.NewCase(reports.CaseInput{
		Name: "x", Kind: reports.StrategyCase, EndpointInfo: reports.EndpointInfo{Service: "ecs"}, Duration: 2 * time.Second, Hosts: 3,
		Groups:   []reports.GroupInfo{{Name: "a", UnderTest: true, Tasks: 1}, {Name: "b", Tasks: 1}},
		Recorder: reports.NewRecorder(2, time.Second, 4*time.Second), Seed: seed,
		Further: []reports.FurtherInfo{{Name: "secrets", EndpointInfo: reports.EndpointInfo{Service: "imds", Limits: reportstest.Limits[:1]}}, {Name: "unasked", EndpointInfo: reports.EndpointInfo{Service: "ecs"}}},
		Counts: &throttle.Counts{Further: []throttle.Counts{{
			Tally:   throttle.Tally{Requests: 2 + refused, Admitted: 2, Throttled: refused},
			ByGroup: []throttle.Tally{{Requests: 1 + refused, Admitted: 1, Throttled: refused - 1, Dropped: 1}, {Requests: 1, Admitted: 1}},
			Series:  throttle.Series{Bucket: time.Second, Admitted: []uint32{1, 0, 1, 0}, Throttled: []uint32{uint32(refused), 0, 0, 0}},
		}, {}}},
	})
	return reportstest.MustNew(t, reports.Input{Engine: reports.Sim, Seed: seed, DurationS: 2, Cases: []reports.Case{c}})
}

// What further endpoints did is in the report: in all, of each group that asked, and over
// time. What they dropped is in the outcomes of the group.
func TestFurtherEndpoints(t *testing.T) {
	c := asking(t, 1, 4).Cases[0]
	if len(c.Endpoints) != 2 {
		t.Fatalf("got %d further endpoints, want 2", len(c.Endpoints))
	}
	f := &c.Endpoints[0]
	if f.Name != "secrets" || f.Service != "imds" || f.Hosts != 3 || len(f.Limits) != 1 || f.Limit == nil || f.Throttled != 4 || f.Requests != 6 {
		t.Errorf("got %+v", f)
	}
	if len(f.Groups) != 2 || f.Groups[0].Name != "a" || f.Groups[0].Throttled != 3 {
		t.Errorf("got %+v, want 3 refused requests of a", f.Groups)
	}
	if f.Series == nil || len(f.Series.Admitted) != 3 || len(f.Series.Throttled) != 3 {
		t.Errorf("got %+v, want a series of 3 buckets", f.Series)
	}
	if other := &c.Endpoints[1]; other.Requests != 0 || other.Groups != nil || other.Limit != nil {
		t.Errorf("got %+v of an endpoint that nothing asked", other)
	}
	if n := c.Groups[0].Outcomes[reports.Dropped]; n != 1 {
		t.Errorf("got %d dropped attempts, want 1", n)
	}
}

// A merge adds up what further endpoints did, and leaves what was merged as it was.
func TestMergeAddsFurther(t *testing.T) {
	a, b := asking(t, 1, 4), asking(t, 2, 2)
	m, err := reports.Merge([]*reports.Report{a, b})
	if err != nil {
		t.Fatal(err)
	}
	f := &m.Cases[0].Endpoints[0]
	if f.Requests != 10 || f.Throttled != 6 || f.Groups[0].Dropped != 2 || f.Groups[1].Admitted != 2 {
		t.Errorf("got %+v, %+v", f.Tally, f.Groups)
	}
	if want := []uint32{6, 0, 0}; !reflect.DeepEqual(f.Series.Throttled, want) {
		t.Errorf("got the series %v, want %v", f.Series.Throttled, want)
	}
	if diff := differing(a, asking(t, 1, 4)); diff != "" {
		t.Errorf("merging changed its input:\n%s", diff)
	}
	b.Cases[0].Endpoints[0].Name = "other"
	if _, err := reports.Merge([]*reports.Report{a, b}); err == nil {
		t.Error("got no error for cases with different endpoints")
	}
}
