package profiles

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tenement/internal/plan"
)

// on is what tests expect of a group: runs of hosts and tasks.
func on(numbers ...int) (runs []plan.Run) {
	for i := 0; i < len(numbers); i += 2 {
		runs = append(runs, plan.Run{Hosts: numbers[i], Tasks: numbers[i+1]})
	}
	return runs
}

func TestPlacement(t *testing.T) {
	tests := []struct {
		name   string
		hosts  string
		groups []string // each a placement
		count  int
		want   [][]plan.Run // of each group
	}{
		{"packed", "{size: 4096}", []string{"packed: {total: 300, size: 512}"}, 38, [][]plan.Run{on(37, 8, 1, 4)}},
		{"packed into the rest", "{size: 10}", []string{"packed: {total: 5, size: 4}", "packed: {total: 5, size: 2}"}, 3,
			[][]plan.Run{on(2, 2, 1, 1), on(2, 1, 1, 3)}},
		{"further hosts for the second", "{size: 10}", []string{"packed: {total: 4, size: 5}", "packed: {total: 3, size: 9}"}, 5,
			[][]plan.Run{on(2, 2, 3, 0), on(2, 0, 3, 1)}},
		{"on hosts that there are", "{count: 50, size: 4096}", []string{"packed: {total: 300, size: 512}"}, 50, [][]plan.Run{on(37, 8, 1, 4, 12, 0)}},
		{"one per host", "{count: 30}", []string{"one_per_host: {total: 20}"}, 30, [][]plan.Run{on(20, 1, 10, 0)}},
		{"one per host beside others", "{size: 10}", []string{"packed: {total: 4, size: 5}", "one_per_host: {total: 5}"}, 5,
			[][]plan.Run{on(2, 2, 3, 0), on(5, 1)}},
		{"one an instance", "{start: {within: 1s}}", []string{"own_host: {total: 12}"}, 12, [][]plan.Run{on(12, 1)}},
		{"two groups on hosts of their own", "{start: {within: 1s}}", []string{"own_host: {total: 2}", "own_host: {total: 3}"}, 5,
			[][]plan.Run{on(2, 1, 3, 0), on(2, 0, 3, 1)}},
		{"nobody beside them", "{size: 10}", []string{"own_host: {total: 2}", "packed: {total: 4, size: 5}"}, 4,
			[][]plan.Run{on(2, 1, 2, 0), on(2, 0, 2, 2)}},
		{"spread", "8", []string{"spread: {total: 30}"}, 8, [][]plan.Run{on(6, 4, 2, 3)}},
		{"spread thinly", "8", []string{"spread: {total: 3}"}, 8, [][]plan.Run{on(3, 1, 5, 0)}},
		{"spread over the others", "8", []string{"own_host: {total: 2}", "spread: {total: 8}"}, 8,
			[][]plan.Run{on(2, 1, 6, 0), on(2, 0, 2, 2, 4, 1)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := openTest(t, placed(test.hosts, test.groups))
			got := p.Plan(p.Cases()[0], 1)
			if got.Hosts != test.count {
				t.Errorf("got %d hosts, want %d", got.Hosts, test.count)
			}
			for i, want := range test.want {
				g := &got.Groups[i]
				if !reflect.DeepEqual(g.Placed, want) {
					t.Errorf("group %d: got %v, want %v", i, g.Placed, want)
				}
				sum := 0
				for host := range got.Hosts {
					places, before := got.Present(host, i)
					if before != sum || places > g.Tasks {
						t.Errorf("host %d: got %d places after %d, want at most %d after %d", host, places, before, g.Tasks, sum)
					}
					sum += places
				}
				if !strings.Contains(test.groups[i], fmt.Sprintf("total: %d", sum)) {
					t.Errorf("group %d: got %d places on all hosts, want as in %s", i, sum, test.groups[i])
				}
			}
		})
	}
}

// placed is a profile of groups with these placements.
func placed(hosts string, groups []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: placed\nduration: 1h\nendpoint: {hosts: %s}\nfleet:\n", hosts)
	for i, g := range groups {
		fmt.Fprintf(&b, "  - {group: g%d, placement: {%s}, arrivals: {poisson: 1/m}}\n", i, g)
	}
	return b.String()
}

func TestPlacementRefuses(t *testing.T) {
	tests := []struct {
		name   string
		hosts  string
		groups []string
		want   string
	}{
		{"too few hosts", "{count: 3, size: 10}", []string{"packed: {total: 7, size: 5}"}, `p.yaml:6:28: fleet.g0.placement: 1 of 7 tasks find no room on 3 hosts`},
		{"too large a task", "{size: 10}", []string{"packed: {total: 7, size: 11}"}, `p.yaml:6:28: fleet.g0.placement: a task of size 11 has no room on a host of size 10`},
		{"no size", "4", []string{"packed: {total: 7, size: 11}"}, `p.yaml:6:28: fleet.g0.placement: packed needs endpoint.hosts.size: how much a host has room for`},
		{"spread over nothing", "{start: {within: 1s}}", []string{"spread: {total: 7}"}, `p.yaml:6:28: fleet.g0.placement: spread needs endpoint.hosts.count: over how many hosts`},
		{"no host is left", "2", []string{"own_host: {total: 2}", "spread: {total: 7}"}, `p.yaml:7:28: fleet.g1.placement: every host is the own one of another group's task`},
		{"more than one a host", "2", []string{"one_per_host: {total: 3}"}, `p.yaml:6:28: fleet.g0.placement: 1 of 3 tasks find no room on 2 hosts`},
		{"too many hosts", "{start: {within: 1s}}", []string{"own_host: {total: 1000000000}"}, `p.yaml:6:28: fleet.g0.placement: its tasks need 1000000000 hosts: want at most 1000000`},
		{"too many on a host", "1", []string{"spread: {total: 1000000000}"}, `p.yaml:6:28: fleet.g0.placement: 1000000000 tasks on a host: more than 10000000 processes, or activities of processes, in all`},
		{"too many groups on a host", "2", []string{"spread: {total: 10000000}", "spread: {total: 9000000}", "spread: {total: 1000001}"}, `p.yaml:8:28: fleet.g2.placement: 500001 tasks on a host: more than 10000000 processes, or activities of processes, in all`},
		{"two kinds", "2", []string{"one_per_host: {total: 2}, spread: {total: 1}"}, `p.yaml:6:28: fleet.g0.placement: want exactly one of spread, packed, one_per_host and own_host`},
		{"no total", "2", []string{"spread: {}"}, `p.yaml:6:37: fleet.g0.placement.spread: total is missing`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load("p.yaml", []byte(placed(test.hosts, test.groups)))
			if err == nil {
				t.Fatal("got no error")
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
