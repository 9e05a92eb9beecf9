package live

import (
	"reflect"
	"slices"
	"testing"

	"tenement/internal/plan"
	"tenement/profiles"
)

type planned = plan.Occurrence

// A schedule is the calls of all hosts in order, of which it holds those that are due.
func TestSchedule(t *testing.T) {
	p, err := profiles.Load("schedule.yaml", []byte(`version: 1
name: schedule
duration: 10s
endpoint: {service: ecs, hosts: 3}
fleet: [{group: a, tasks: 4, arrivals: {poisson: 5/s}}, {group: b, tasks: 2, arrivals: {constant: 1/s}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	plan := p.Plan(p.Cases()[0], 1)
	var want []arrival
	for host := range plan.Hosts {
		it := plan.Arrivals(host)
		for n := uint32(0); ; n++ {
			var o planned
			if !it.Occur(&o) {
				break
			}
			want = append(want, arrival{host: uint32(host), n: n, Occurrence: o})
		}
	}
	slices.SortStableFunc(want, func(a, b arrival) int { return int(a.At - b.At) })
	s := newSchedule(plan)
	for i := range want[:100] {
		if a, ok := s.take(); !ok || a != want[i] {
			t.Fatalf("call %d: got %+v, want %+v", i, a, want[i])
		}
		if i%10 == 3 {
			continue // taken, and never begun
		}
		if a, ok := s.begin(uint64(i)); !ok || a != want[i] {
			t.Fatalf("call %d begins: got %+v, want %+v", i, a, want[i])
		}
		if _, ok := s.begin(uint64(i)); ok {
			t.Fatalf("call %d begins twice", i)
		}
	}
	if len(s.due) != 10 {
		t.Errorf("it holds %d calls, want the 10 that were not begun", len(s.due))
	}
	var rest, left []arrival
	for i, a := range want {
		if i >= 100 || i%10 == 3 {
			left = append(left, a)
		}
	}
	for a := range s.rest {
		rest = append(rest, a)
	}
	if !reflect.DeepEqual(rest, left) {
		t.Errorf("got %d calls that were not begun, want %d", len(rest), len(left))
	}
}
