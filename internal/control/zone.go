package control

import (
	"time"

	"tenement/internal/throttle"
)

// zone is an availability zone of a region: its capacity and its cells.
type zone struct {
	number  int    // in its region
	pools   []pool // of the plane of instances, by size; else nil
	hosts   *hosts // of the plane of microVMs; else nil
	cells   []cell
	lost    int // losses that hold: it has no capacity
	avoided int // losses that were noticed: the cluster manager does not ask it
	order   pacer
	level   level // of what is free
}

// cell is a VPC of a zone.
type cell struct {
	room   int // tasks it holds
	used   int
	failed int // losses that hold
}

// pool is the warm instances of a size.
type pool struct {
	ready int
	used  integral      // instances that hold tasks
	idle  integral      // warm ones
	boot  time.Duration // time in which instances have booted, in all
}

// pacer spaces orders at a rate.
type pacer struct {
	every, rest, per int64 // an order each every + rest/per nanoseconds
	next             time.Duration
	carry            int64
}

func newPacer(r throttle.Rate) pacer {
	if r.Tokens == 0 {
		return pacer{}
	}
	whole := r.Seconds * int64(time.Second)
	return pacer{every: whole / r.Tokens, rest: whole % r.Tokens, per: r.Tokens}
}

// at is the instant of the next order, asked for at now.
func (p *pacer) at(now time.Duration) time.Duration {
	if p.per == 0 {
		return now
	}
	at := max(now, p.next)
	p.next = at + time.Duration(p.every)
	if p.carry += p.rest; p.carry >= p.per {
		p.carry -= p.per
		p.next++
	}
	return at
}

// place is where a task is.
type place struct {
	zone       int32
	cell       int32 // −1 is none
	size, host int32 // one of them is −1
}

var nowhere = place{-1, -1, -1, -1}

// pick finds capacity for a task in a zone and takes it. u draws among hosts.
func (r *run) pick(z int32, task Pair, account int, u uint64) (p place, own, others int, ok bool) {
	zone := &r.zones[z]
	if zone.lost > 0 {
		return nowhere, 0, 0, false
	}
	if zone.hosts != nil {
		host := zone.choose(r.plan.MicroVMs.Spread, task, u)
		if host < 0 {
			return nowhere, 0, 0, false
		}
		own, others = zone.hosts.put(host, account, task)
		p = place{z, zone.cellOf(host), -1, int32(host)}
		if p.cell >= 0 {
			zone.cells[p.cell].used++
		}
		r.show(zone)
		return p, own, others, true
	}
	c := int32(-1)
	if len(zone.cells) > 0 {
		if c = zone.openCell(); c < 0 {
			return nowhere, 0, 0, false
		}
	}
	size := r.sizeFor(zone, task)
	if size < 0 {
		return nowhere, 0, 0, false
	}
	if c >= 0 {
		zone.cells[c].used++
	}
	q := &zone.pools[size]
	q.ready--
	q.idle.move(r.now, -1)
	q.used.move(r.now, 1)
	r.show(zone)
	r.order(z, size)
	return place{z, c, int32(size), -1}, 0, 0, true
}

// openCell is the first cell with room, or −1: they are filled one after the other.
func (z *zone) openCell() int32 {
	for i := range z.cells {
		if c := &z.cells[i]; c.failed == 0 && c.used < c.room {
			return int32(i)
		}
	}
	return -1
}

// cellOf is the cell of a host: hosts are divided among the cells in their order.
func (z *zone) cellOf(host int) int32 {
	if len(z.cells) == 0 {
		return -1
	}
	return int32(host * len(z.cells) / len(z.hosts.free))
}

// hostsOf are the hosts of a cell, from one to before another; all of them of −1.
func (z *zone) hostsOf(cell int32) (from, to int) {
	n, cells := len(z.hosts.free), len(z.cells)
	if cell < 0 {
		return 0, n
	}
	return (int(cell)*n + cells - 1) / cells, ((int(cell)+1)*n + cells - 1) / cells
}

// choose is the host that a task is put on, or −1: the first with room, or one beside that
// in its cell, drawn by u.
func (z *zone) choose(spread bool, need Pair, u uint64) int {
	first := z.hosts.first(need)
	if first < 0 || !spread {
		return first
	}
	from, to := z.hostsOf(z.cellOf(first))
	return z.hosts.emptier(from, to, first, need, u)
}

// closeHosts closes the hosts of a cell while it is lost.
func (z *zone) closeHosts(cell int) {
	if z.hosts != nil {
		from, to := z.hostsOf(int32(cell))
		z.hosts.close(from, to, z.cells[cell].failed > 0)
	}
}

// sizeFor is the size of instance that a task gets, or −1: the least with room for it, or
// a larger one if there is none warm of that and the plan allows it.
func (r *run) sizeFor(z *zone, task Pair) int {
	for i := range z.pools {
		if !r.plan.Instances.Sizes[i].holds(task) {
			continue
		}
		if z.pools[i].ready > 0 {
			return i
		}
		if !r.plan.Instances.Larger {
			return -1
		}
	}
	return -1
}

// order orders an instance in place of one that was taken.
func (r *run) order(z int32, size int) {
	zone := &r.zones[z]
	r.orders++
	at := zone.order.at(r.now)
	boot := time.Duration(0)
	if t := r.plan.Instances.Boot; t != nil {
		boot = t.At(r.orderKey.With(r.orders).Bits())
	}
	zone.pools[size].boot += max(min(boot, r.horizon-at), 0) // what comes after the run is not paid for in it
	r.queue.add(event{at: at + boot, order: uint32(r.orders), what: warm, of: z*int32(len(zone.pools)) + int32(size)})
}

// warmed adds an instance to its pool.
func (r *run) warmed(of int32) {
	n := int32(len(r.plan.Instances.Sizes))
	zone := &r.zones[of/n]
	q := &zone.pools[of%n]
	q.ready++
	q.idle.move(r.now, 1)
	r.show(zone)
}

// release gives back what a task held.
func (r *run) release(p place, task Pair, account int) {
	if p.zone < 0 {
		return
	}
	zone := &r.zones[p.zone]
	if p.cell >= 0 {
		zone.cells[p.cell].used--
	}
	if p.host >= 0 {
		zone.hosts.remove(int(p.host), account, task)
		r.show(zone)
		return
	}
	zone.pools[p.size].used.move(r.now, -1) // the instance is destroyed
}

// free is what a zone has free for tasks: warm instances, or CPU units of its hosts. That
// is nothing while it is lost, and leaves out the hosts of a cell that has failed.
func (z *zone) free() (n int64) {
	switch {
	case z.lost > 0:
	case z.hosts != nil:
		n = z.hosts.room
	default:
		for i := range z.pools {
			n += int64(z.pools[i].ready)
		}
	}
	return n
}

// show brings the level of a zone to what it has free.
func (r *run) show(z *zone) { z.level.move(r, z.free()-z.level.n) }
