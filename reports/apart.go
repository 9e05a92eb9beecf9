package reports

import (
	"time"

	"tenement/internal/strategy"
)

// Apart tells which calls of a group are counted apart as well: the number of a part
// for each task and for each resource, from 1 on; 0 is none.
type Apart struct {
	Parts          int
	Task, Resource []uint8
}

// CountApart counts the parts of a group. Call it before anything is counted.
func (r *Recorder) CountApart(group int, a Apart) {
	t := &r.groups[group]
	t.apart, t.parts = &a, make([]partTally, a.Parts)
	t.statuses = map[int]uint64{}
}

// partTally is what a recorder counts of a part.
type partTally struct {
	attempts, refused uint64
	latency           distribution // of attempts
}

// countApart counts an attempt; a light recorder keeps no latency.
func (t *tally) countApart(k *strategy.Call, took time.Duration, o *strategy.Outcome, light bool) {
	if o.Status != 0 {
		t.statuses[int(o.Status)]++
	}
	refused := !o.Good() && o.Result() == strategy.Throttled
	for _, part := range [2]uint8{partOf(t.apart.Task, k.Task), partOf(t.apart.Resource, k.Resource)} {
		if part == 0 {
			continue
		}
		p := &t.parts[part-1]
		p.attempts++
		if refused {
			p.refused++
		}
		if !light && o.Status != 0 {
			p.latency.record(took)
		}
	}
}

func partOf(parts []uint8, n uint32) uint8 {
	if uint64(n) >= uint64(len(parts)) {
		return 0
	}
	return parts[n]
}

// mergeApart adds the parts of another tally of the same group.
func (t *tally) mergeApart(o *tally) {
	for status, n := range o.statuses {
		if t.statuses == nil {
			t.statuses = map[int]uint64{}
		}
		t.statuses[status] += n
	}
	for i := range o.parts {
		if i == len(t.parts) {
			t.parts = append(t.parts, partTally{})
		}
		t.parts[i].attempts += o.parts[i].attempts
		t.parts[i].refused += o.parts[i].refused
		t.parts[i].latency.merge(o.parts[i].latency)
	}
}
