package reports

import (
	"fmt"
	"maps"
	"slices"
)

// blockState is what one block holds, by group.
type blockState struct {
	Number uint64              `json:"number"`
	Counts [][blockRows]uint64 `json:"counts"`
	Steps  [][]uint64          `json:"steps"` // pairs: the number of a step, and its count
}

// blockStates are the blocks on paper, nil if none are kept.
func (r *Recorder) blockStates() []blockState {
	if r.blocks == nil {
		return nil
	}
	all := []blockState{}
	for _, number := range slices.Sorted(maps.Keys(r.blocks)) {
		one := blockState{Number: number}
		for i := range r.blocks[number] {
			b := &r.blocks[number][i]
			pairs := []uint64{}
			for _, s := range b.steps.unpack() {
				pairs = append(pairs, uint64(s.Number), s.N)
			}
			one.Counts, one.Steps = append(one.Counts, b.counts), append(one.Steps, pairs)
		}
		all = append(all, one)
	}
	return all
}

// fillBlocks takes the blocks of a recorder's state in, whose groups are there.
func (r *Recorder) fillBlocks(all []blockState) error {
	if all == nil {
		return nil
	}
	r.CountBlocks()
	for _, one := range all {
		if len(one.Counts) != len(r.groups) || len(one.Steps) != len(r.groups) || r.blocks[one.Number] != nil {
			return fmt.Errorf("block %d: want %d groups, once", one.Number, len(r.groups))
		}
		blocks := make([]block, len(r.groups))
		for i := range blocks {
			blocks[i].counts = one.Counts[i]
			var steps []Step
			for p := range slices.Chunk(one.Steps[i], 2) {
				if len(p) < 2 || p[0] >= uint64(numSteps) || len(steps) > 0 && p[0] <= uint64(steps[len(steps)-1].Number) {
					return fmt.Errorf("block %d: %v is no step", one.Number, p)
				}
				steps = append(steps, Step{uint16(p[0]), p[1]})
			}
			blocks[i].steps = pack(steps)
			add(r.groups[i].ended[:], one.Counts[i][:])
		}
		r.blocks[one.Number] = blocks
	}
	return nil
}
