package control

import (
	"math/bits"

	"tenement/internal/draw"
)

// hosts are the bare-metal hosts of a zone. The first host with room is found in a tree
// of the most CPU and the most memory that are free below a node.
type hosts struct {
	leaves int // a power of two
	tree   []Pair
	free   []Pair // by host, also of one that is closed
	closed []bool
	room   int64 // CPU units that are free on hosts that are not closed
	tasks  []uint32
	own    []uint32 // by host and account
	accts  int
}

func newHosts(p *MicroVMs, accounts int) *hosts {
	h := &hosts{leaves: 1 << bits.Len(uint(max(p.Hosts-1, 0))), accts: accounts, room: int64(p.Hosts) * int64(p.Host.CPU)}
	h.tree = make([]Pair, 2*h.leaves)
	h.free, h.closed, h.tasks = make([]Pair, p.Hosts), make([]bool, p.Hosts), make([]uint32, p.Hosts)
	h.own = make([]uint32, p.Hosts*accounts)
	for i := range h.free {
		h.free[i] = p.Host
		h.update(i)
	}
	return h
}

// update puts what is free on a host into the tree.
func (h *hosts) update(host int) {
	at := h.leaves + host
	h.tree[at] = h.free[host]
	if h.closed[host] {
		h.tree[at] = Pair{}
	}
	for at /= 2; at > 0; at /= 2 {
		a, b := h.tree[2*at], h.tree[2*at+1]
		h.tree[at] = Pair{max(a.CPU, b.CPU), max(a.Memory, b.Memory)}
	}
}

// first is the first host with room for a task, or −1.
func (h *hosts) first(need Pair) int { return h.below(1, need) }

func (h *hosts) below(at int, need Pair) int {
	if !h.tree[at].holds(need) {
		return -1
	}
	if at >= h.leaves {
		return at - h.leaves
	}
	if host := h.below(2*at, need); host >= 0 {
		return host
	}
	return h.below(2*at+1, need)
}

// emptier is the emptier of two hosts that are drawn, from one to before another, if it has
// room; else the first with room, which is given. u draws.
func (h *hosts) emptier(from, to, first int, need Pair, u uint64) int {
	n := uint64(to - from)
	a, b := from+int(draw.Below(u, n)), from+int(draw.Below(u<<32|u>>32, n))
	if h.tree[h.leaves+b].CPU > h.tree[h.leaves+a].CPU {
		a = b
	}
	if h.tree[h.leaves+a].holds(need) {
		return a
	}
	return first
}

// put puts a task on a host, and returns how many others are on it: of its own account,
// and of others.
func (h *hosts) put(host, account int, task Pair) (own, others int) {
	h.add(host, -task.CPU, -task.Memory)
	mine := &h.own[host*h.accts+account]
	own, others = int(*mine), int(h.tasks[host]-*mine)
	*mine++
	h.tasks[host]++
	return own, others
}

// remove takes a task off its host.
func (h *hosts) remove(host, account int, task Pair) {
	h.add(host, task.CPU, task.Memory)
	h.own[host*h.accts+account]--
	h.tasks[host]--
}

// add adds to what is free on a host.
func (h *hosts) add(host, cpu, memory int) {
	h.free[host].CPU += cpu
	h.free[host].Memory += memory
	if !h.closed[host] {
		h.room += int64(cpu)
	}
	h.update(host)
}

// close closes the hosts from one to before another to tasks, or opens them again.
func (h *hosts) close(from, to int, closed bool) {
	for i := from; i < to; i++ {
		if h.closed[i] == closed {
			continue
		}
		h.closed[i] = closed
		if closed {
			h.room -= int64(h.free[i].CPU)
		} else {
			h.room += int64(h.free[i].CPU)
		}
		h.update(i)
	}
}
