package reports

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// blockState is what one block holds, by group.
type blockState struct {
	Number uint64              `json:"number"`
	Counts [][blockRows]uint64 `json:"counts"`
	Steps  [][]uint64          `json:"steps"` // pairs: the number of a step, and its count
	// Starts are those of starts that succeeded; absent where there are none.
	Starts [][]uint64 `json:"starts,omitempty"`
}

// pairs are steps on paper.
func (p packed) pairs() []uint64 {
	all := []uint64{}
	for _, s := range p.unpack() {
		all = append(all, uint64(s.Number), s.N)
	}
	return all
}

// packedOf reads them back.
func packedOf(pairs []uint64) (packed, error) {
	var steps []Step
	for p := range slices.Chunk(pairs, 2) {
		if len(p) < 2 || p[0] >= uint64(numSteps) || len(steps) > 0 && p[0] <= uint64(steps[len(steps)-1].Number) {
			return nil, fmt.Errorf("%v is no step", p)
		}
		steps = append(steps, Step{uint16(p[0]), p[1]})
	}
	return pack(steps), nil
}

// blockStates are the blocks on paper, nil if none are kept.
func (r *Recorder) blockStates() []blockState {
	if r.blocks == nil {
		return nil
	}
	all := []blockState{}
	for _, number := range slices.Sorted(maps.Keys(r.blocks)) {
		one := blockState{Number: number}
		started := false
		for i := range r.blocks[number] {
			b := &r.blocks[number][i]
			one.Counts, one.Steps, one.Starts = append(one.Counts, b.counts), append(one.Steps, b.steps.pairs()), append(one.Starts, b.starts.pairs())
			started = started || b.starts != nil
		}
		if !started {
			one.Starts = nil
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
		if len(one.Counts) != len(r.groups) || len(one.Steps) != len(r.groups) || one.Starts != nil && len(one.Starts) != len(r.groups) || r.blocks[one.Number] != nil {
			return fmt.Errorf("block %d: want %d groups, once", one.Number, len(r.groups))
		}
		blocks := make([]block, len(r.groups))
		for i := range blocks {
			b := &blocks[i]
			b.counts = one.Counts[i]
			var err, wrong error
			b.steps, err = packedOf(one.Steps[i])
			if one.Starts != nil {
				b.starts, wrong = packedOf(one.Starts[i])
			}
			if err = errors.Join(err, wrong); err != nil {
				return fmt.Errorf("block %d: %w", one.Number, err)
			}
			add(r.groups[i].ended[:], one.Counts[i][:])
		}
		r.blocks[one.Number] = blocks
	}
	return nil
}
