package reports

import "fmt"

// HostRun is some hosts, one after another, with as many tasks of a group each.
type HostRun struct {
	Hosts int `json:"hosts"` // how many
	Tasks int `json:"tasks"` // on each of them
}

// AllTasks is how many tasks the group has on so many hosts together.
func (g *Group) AllTasks(hosts int) float64 {
	if g.Placed == nil {
		return float64(max(g.Tasks, 0)) * float64(max(hosts, 1))
	}
	n := 0.0
	for _, run := range g.Placed {
		n += float64(run.Hosts) * float64(run.Tasks)
	}
	return n
}

// HostsWith is how many of so many hosts have a task of one of the groups.
func HostsWith(hosts int, groups ...*Group) (n int) {
	stretches(hosts, groups, func(hosts int, tasks []int) {
		for _, t := range tasks {
			if t > 0 {
				n += hosts
				return
			}
		}
	})
	return n
}

// Beside is the share of a group's tasks that are on a host with a task of one of the others, from
// 0 to 1.
func (g *Group) Beside(hosts int, others ...*Group) float64 {
	beside, all := 0.0, 0.0
	stretches(hosts, append([]*Group{g}, others...), func(hosts int, tasks []int) {
		n := float64(hosts) * float64(tasks[0])
		all += n
		for _, t := range tasks[1:] {
			if t > 0 {
				beside += n
				return
			}
		}
	})
	return beside / max(all, 1)
}

// stretches walks over hosts that are alike, with how many tasks of each group they have. A
// group without a placement is on every host, however many tasks are told of it.
func stretches(hosts int, groups []*Group, see func(hosts int, tasks []int)) {
	left, tasks, place := make([]int, len(groups)), make([]int, len(groups)), make([]int, len(groups))
	for hosts = max(hosts, 1); hosts > 0; {
		step := hosts
		for i, g := range groups {
			for ; left[i] == 0 && place[i] < len(g.Placed); place[i]++ {
				left[i], tasks[i] = g.Placed[place[i]].Hosts, g.Placed[place[i]].Tasks
			}
			if g.Placed == nil {
				left[i], tasks[i] = hosts, max(g.Tasks, 1)
			} else if left[i] == 0 { // after the last one
				left[i], tasks[i] = hosts, 0
			}
			step = min(step, left[i])
		}
		see(step, tasks)
		for i := range left {
			left[i] -= step
		}
		hosts -= step
	}
}

// checkPlaced checks what a report says of a placement.
func (g *Group) checkPlaced() error {
	for i, run := range g.Placed {
		if err := first(figure("hosts", float64(run.Hosts), 1, mostHosts), figure("tasks", float64(run.Tasks), 0, mostTasks)); err != nil {
			return fmt.Errorf("placed[%d].%w", i, err)
		}
	}
	return nil
}
