package reports_test

import (
	"math"
	"strings"
	"testing"

	"tenement/reports"
)

// Where tasks are says how many there are, which hosts have some, and who meets whom.
func TestPlacedTasks(t *testing.T) {
	everywhere := &reports.Group{Tasks: 2}
	first := &reports.Group{Tasks: 3, Placed: []reports.HostRun{{Hosts: 2, Tasks: 3}, {Hosts: 1, Tasks: 1}, {Hosts: 7}}}
	last := &reports.Group{Tasks: 1, Placed: []reports.HostRun{{Hosts: 6}, {Hosts: 4, Tasks: 1}}}
	third := &reports.Group{Tasks: 5, Placed: []reports.HostRun{{Hosts: 2}, {Hosts: 1, Tasks: 5}}} // and none on hosts after that
	for _, row := range []struct {
		name     string
		of       *reports.Group
		others   []*reports.Group
		all      float64
		hosts    int // with a task of the group or of others
		besideIn float64
	}{
		{"everywhere", everywhere, []*reports.Group{everywhere}, 20, 10, 1},
		{"three hosts", first, []*reports.Group{everywhere}, 7, 10, 1},
		{"beside few", everywhere, []*reports.Group{first}, 20, 10, 0.3},
		{"apart", first, []*reports.Group{last}, 7, 7, 0},
		{"in part", first, []*reports.Group{third}, 7, 3, 1. / 7},
		{"beside two", everywhere, []*reports.Group{first, last}, 20, 10, 0.7},
		{"wholly", third, []*reports.Group{first, last}, 5, 7, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			all, hosts, beside := row.of.AllTasks(10), reports.HostsWith(10, append(row.others, row.of)...), row.of.Beside(10, row.others...)
			if all != row.all || hosts != row.hosts || math.Abs(beside-row.besideIn) > 1e-12 {
				t.Errorf("got %v tasks, %d hosts, %v beside others, want %v, %d, %v", all, hosts, beside, row.all, row.hosts, row.besideIn)
			}
		})
	}
}

// A placement that no run has is refused.
func TestDamagedPlacement(t *testing.T) {
	for placed, want := range map[string]string{
		`[{"hosts": 2, "tasks": 1}]`:          "",
		`[{"hosts": 0, "tasks": 1}]`:          "placed[0].hosts",
		`[{"hosts": 1}, {"hosts": -1}]`:       "placed[1].hosts",
		`[{"hosts": 1, "tasks": -1}]`:         "placed[0].tasks",
		`[{"hosts": 1, "tasks": 2000000000}]`: "placed[0].tasks",
	} {
		_, err := reports.Read("r.json", strings.NewReader(`{"version": 1, "model": 1, "engine": "sim", "duration_s": 1, "cases": [{"name": "a", "title": "a", "kind": "strategy",
			"groups": [{"name": "a", "tasks": 1, "placed": `+placed+`, "calls": 1, "attempts": 1, "first_tries": 1, "results": {"ok": 1}}]}]}`))
		switch {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q", placed, err, want)
		}
	}
}
