package tune

import (
	"cmp"
	"slices"

	"tenement/internal/plan"
	"tenement/internal/sim"
)

// hostsOf are the hosts of a plan that have a task under test, in order, or all of them if no
// group is under test. Where a placement leaves the others without one, nothing that is tuned
// matters there.
func hostsOf(p *plan.Plan) []sim.Hosts {
	var all []sim.Hosts
	for i := range p.Groups {
		g := &p.Groups[i]
		if !g.UnderTest {
			continue
		}
		if g.Placed == nil {
			return []sim.Hosts{sim.AllHosts(p)}
		}
		first := 0
		for _, run := range g.Placed {
			if run.Tasks > 0 {
				all = append(all, sim.Hosts{First: first, N: run.Hosts})
			}
			first += run.Hosts
		}
	}
	if all == nil {
		return []sim.Hosts{sim.AllHosts(p)}
	}
	slices.SortFunc(all, func(a, b sim.Hosts) int { return cmp.Compare(a.First, b.First) })
	merged := all[:1]
	for _, h := range all[1:] {
		if last := &merged[len(merged)-1]; h.First <= last.First+last.N {
			last.N = max(last.N, h.First+h.N-last.First)
		} else {
			merged = append(merged, h)
		}
	}
	return merged
}

// part are n of some hosts: another part of a large fleet in each block.
func part(all []sim.Hosts, n, block int) (some []sim.Hosts) {
	count := 0
	for _, h := range all {
		count += h.N
	}
	if n >= count {
		return all
	}
	skip := block % (count / n) * n
	for _, h := range all {
		from := min(skip, h.N)
		skip -= from
		if take := min(h.N-from, n); take > 0 {
			some = append(some, sim.Hosts{First: h.First + from, N: take})
			n -= take
		}
	}
	return some
}

// expectedOfHost is the number of calls to expect on one of hostsOf.
func expectedOfHost(p *plan.Plan) float64 {
	calls, count := 0.0, 0
	for _, h := range hostsOf(p) {
		calls += p.ExpectedOn(h.First, h.N)
		count += h.N
	}
	return calls / float64(count)
}
