package control

import "fmt"

// Balanced is Run, which looks at the books every so many events: at every instant each
// task is in one place, and what it holds is what somebody lacks.
func Balanced(p *Plan, o Observer, every int) (*Result, error) {
	r := newRun(p, o)
	for n := 0; r.step(); n++ {
		if n%every == 0 {
			if err := r.balance(); err != nil {
				return nil, fmt.Errorf("at %s: %w", r.now, err)
			}
		}
	}
	if err := r.balance(); err != nil {
		return nil, fmt.Errorf("at the end: %w", err)
	}
	r.finish()
	return &r.result, nil
}

// books are what the jobs and calls of a run hold, counted one by one.
type books struct {
	tasks    []uint64          // by caller, those that are in no state yet
	cpu, mem int64             // of all places
	alive    int64             // tasks that are RUNNING
	used     map[[2]int32]int  // by zone and size of instance, or by zone and host
	cells    map[[2]int32]int  // by zone and cell
	free     map[[2]int32]Pair // what tasks take of a zone's host
	busy     map[*station]int  // jobs that are served
	waiting  map[*station]int  // and those that wait for that
}

func (r *run) books() *books {
	b := &books{
		tasks: make([]uint64, len(r.plan.Callers)), used: map[[2]int32]int{}, cells: map[[2]int32]int{}, free: map[[2]int32]Pair{},
		busy: map[*station]int{}, waiting: map[*station]int{},
	}
	for _, c := range r.calls.all {
		if c.open {
			b.tasks[c.Group] += uint64(c.left)
		}
	}
	for _, j := range r.jobs.all {
		if !j.open {
			continue
		}
		switch j.phase {
		case serving:
			b.busy[r.station(j)]++
		case queued:
			b.waiting[r.station(j)]++
		}
		if !j.task || j.dead {
			continue
		}
		task, at := r.plan.Callers[j.caller].Task, j.place
		b.cpu, b.mem = b.cpu+int64(task.CPU), b.mem+int64(task.Memory)
		where := [2]int32{at.zone, max(at.host, at.size)}
		b.used[where]++
		taken := b.free[where]
		b.free[where] = Pair{taken.CPU + task.CPU, taken.Memory + task.Memory}
		if at.cell >= 0 {
			b.cells[[2]int32{at.zone, at.cell}]++
		}
		if j.phase == living {
			b.alive++
		} else {
			b.tasks[j.caller]++
		}
	}
	return b
}

// balance says what does not add up.
func (r *run) balance() error {
	b := r.books()
	for i := range r.result.Callers {
		n := &r.result.Callers[i]
		sum := b.tasks[i]
		for _, of := range n.States {
			sum += of
		}
		if sum != n.Asked {
			return fmt.Errorf("caller %d: %d tasks are in a state or under way, of %d asked for", i, sum, n.Asked)
		}
	}
	if b.cpu != r.cpu.n || b.mem != r.mem.n || b.alive != r.alive.n {
		return fmt.Errorf("tasks hold %d CPU units and %d MiB, %d are RUNNING; counted are %d, %d and %d", b.cpu, b.mem, b.alive, r.cpu.n, r.mem.n, r.alive.n)
	}
	booting := map[int32]int{}
	for i := range r.queue {
		if r.queue[i].what == warm {
			booting[r.queue[i].of]++
		}
	}
	for z := range r.zones {
		if err := r.balanceZone(b, int32(z), booting); err != nil {
			return fmt.Errorf("zone %d: %w", z, err)
		}
	}
	for i := range r.regions {
		g := &r.regions[i]
		for step := range NumSteps {
			stations := g.zonal
			if !step.Zonal() {
				stations = g.stations[step : step+1]
			}
			for k := range stations {
				s := &stations[k]
				if s.busy != b.busy[s] || s.waiting.len() != b.waiting[s] || s.servers > 0 && (s.busy > s.servers || s.waiting.len() > 0 && s.busy < s.servers) {
					return fmt.Errorf("%s: %d of %d servers are busy with %d visits, and %d of %d wait", step, s.busy, s.servers, b.busy[s], s.waiting.len(), b.waiting[s])
				}
			}
		}
	}
	return nil
}

func (r *run) balanceZone(b *books, at int32, booting map[int32]int) error {
	z := &r.zones[at]
	if z.level.n != z.free() {
		return fmt.Errorf("its level is %d, and %d is free", z.level.n, z.free())
	}
	for c := range z.cells {
		if n := b.cells[[2]int32{at, int32(c)}]; n != z.cells[c].used || z.hosts == nil && n > z.cells[c].room || z.cells[c].failed > 0 && n > 0 {
			return fmt.Errorf("cell %d has %d tasks, counted are %d", c, n, z.cells[c].used)
		}
	}
	for k := range z.pools {
		q, size := &z.pools[k], &r.plan.Instances.Sizes[k]
		if boots := booting[at*int32(len(z.pools))+int32(k)]; q.ready < 0 || q.ready+boots != size.Warm {
			return fmt.Errorf("pool %s: %d are warm and %d boot, of %d", size.Name, q.ready, boots, size.Warm)
		}
		if n := int64(b.used[[2]int32{at, int32(k)}]); n != q.used.n || q.idle.n != int64(q.ready) {
			return fmt.Errorf("pool %s: %d tasks are on %d instances; %d are idle and %d warm", size.Name, n, q.used.n, q.idle.n, q.ready)
		}
	}
	if z.hosts == nil {
		return nil
	}
	room := int64(0)
	for h := range z.hosts.free {
		free, where := z.hosts.free[h], [2]int32{at, int32(h)}
		if taken := b.free[where]; free.CPU < 0 || free.Memory < 0 || free.CPU+taken.CPU != r.plan.MicroVMs.Host.CPU || free.Memory+taken.Memory != r.plan.MicroVMs.Host.Memory {
			return fmt.Errorf("host %d has %+v free, and tasks take %+v", h, free, taken)
		}
		if int(z.hosts.tasks[h]) != b.used[where] {
			return fmt.Errorf("host %d has %d tasks, counted are %d", h, b.used[where], z.hosts.tasks[h])
		}
		if !z.hosts.closed[h] {
			room += int64(free.CPU)
		}
	}
	if room != z.hosts.room {
		return fmt.Errorf("hosts have room for %d CPU units, counted are %d", room, z.hosts.room)
	}
	return nil
}
