package reports

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// The state of a Recorder and of an Estimate as JSON: every integer, so that
// results of units can be written, read on another machine, and merged. Equal
// states are equal bytes.

// recorderState is a Recorder on paper.
type recorderState struct {
	BucketNS uint64       `json:"bucket_ns,omitempty"`
	Buckets  int          `json:"buckets,omitempty"`
	Light    bool         `json:"light,omitempty"`
	Groups   []tallyState `json:"groups"`
	Blocks   []blockState `json:"blocks"` // in order; null keeps none
}

// tallyState is what a recorder counted of one group. A distribution is a list
// of pairs: the number of a slot, and its count.
type tallyState struct {
	Results    Results        `json:"results"`
	Served     Served         `json:"served"`
	Outcomes   Outcomes       `json:"outcomes"`
	FirstTries uint64         `json:"first_tries"`
	Ready      uint64         `json:"ready_within_1s"`
	OnTime     uint64         `json:"on_time"`
	Clamped    uint64         `json:"clamped"`
	Latencies  [4][]uint64    `json:"latencies"`
	Series     [][]uint32     `json:"series,omitempty"`
	Statuses   map[int]uint64 `json:"statuses,omitempty"`
	Parts      []partState    `json:"parts,omitempty"`

	Activities []activityState `json:"activities,omitempty"`
	Lives      *livesState     `json:"lives,omitempty"`
}

// partState is what a recorder counted of one part of a group.
type partState struct {
	Attempts uint64   `json:"attempts"`
	Refused  uint64   `json:"refused"`
	Latency  []uint64 `json:"latency"`
}

// MarshalJSON implements json.Marshaler.
func (r *Recorder) MarshalJSON() ([]byte, error) {
	s := recorderState{BucketNS: r.width.by, Buckets: r.buckets, Light: r.light, Groups: []tallyState{}}
	for i := range r.groups {
		s.Groups = append(s.Groups, r.groups[i].state())
	}
	s.Blocks = r.blockStates()
	return json.Marshal(s)
}

// UnmarshalJSON implements json.Unmarshaler. An error is a state that no
// recorder can have.
func (r *Recorder) UnmarshalJSON(b []byte) error {
	var s recorderState
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s.Buckets < 0 || (s.Buckets > 0) != (s.BucketNS > 0) {
		return fmt.Errorf("recorder: %d buckets of %d ns", s.Buckets, s.BucketNS)
	}
	read := Recorder{buckets: s.Buckets, light: s.Light, groups: make([]tally, len(s.Groups))}
	if s.BucketNS > 0 {
		read.width = newDivider(s.BucketNS)
	}
	for i := range s.Groups {
		t, err := s.Groups[i].tally(s.Buckets)
		if err != nil {
			return fmt.Errorf("recorder: group %d: %w", i, err)
		}
		read.groups[i] = t
	}
	if err := read.fillBlocks(s.Blocks); err != nil {
		return fmt.Errorf("recorder: %w", err)
	}
	*r = read
	return nil
}

func (t *tally) state() tallyState {
	s := tallyState{
		Results: t.results, Served: t.served, Outcomes: t.outcomes,
		FirstTries: t.firstTries, Ready: t.ready, OnTime: t.onTime, Clamped: t.clamped,
	}
	for i, d := range t.distributions() {
		s.Latencies[i] = d.pairs()
	}
	if len(t.series[0]) > 0 {
		s.Series = t.series[:]
	}
	s.Statuses = t.statuses
	for i := range t.parts {
		p := &t.parts[i]
		s.Parts = append(s.Parts, partState{p.attempts, p.refused, p.latency.pairs()})
	}
	s.addLives(t)
	return s
}

// tally is the state's tally, whose series has this many buckets.
func (s *tallyState) tally(buckets int) (tally, error) {
	t := tally{
		results: s.Results, served: s.Served, outcomes: s.Outcomes,
		firstTries: s.FirstTries, ready: s.Ready, onTime: s.OnTime, clamped: s.Clamped,
	}
	for i, d := range t.distributions() {
		if err := d.fill(s.Latencies[i]); err != nil {
			return t, err
		}
	}
	t.statuses = s.Statuses
	for _, p := range s.Parts {
		read := partTally{attempts: p.Attempts, refused: p.Refused}
		if err := read.latency.fill(p.Latency); err != nil {
			return t, err
		}
		t.parts = append(t.parts, read)
	}
	if err := s.lives(&t, buckets); err != nil {
		return t, err
	}
	if buckets == 0 {
		return t, nil
	}
	if len(s.Series) != numRows {
		return t, fmt.Errorf("%d rows of the series, want %d", len(s.Series), numRows)
	}
	for i, row := range s.Series {
		if len(row) != buckets {
			return t, fmt.Errorf("%d buckets in row %d of the series, want %d", len(row), i, buckets)
		}
		t.series[i] = row
	}
	return t, nil
}

// pairs are the slots that are not empty, each followed by its count.
func (d distribution) pairs() []uint64 {
	pairs := []uint64{}
	for slot, n := range d {
		if n > 0 {
			pairs = append(pairs, uint64(slot), n)
		}
	}
	return pairs
}

// fill counts pairs into an empty distribution.
func (d *distribution) fill(pairs []uint64) error {
	if len(pairs)%2 != 0 {
		return fmt.Errorf("latencies: %d numbers are not pairs", len(pairs))
	}
	if len(pairs) > 0 {
		*d = make(distribution, slots)
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] >= uint64(slots) {
			return fmt.Errorf("latencies: slot %d of %d", pairs[i], slots)
		}
		(*d)[pairs[i]] += pairs[i+1]
	}
	return nil
}

// estimateState is an Estimate on paper.
type estimateState struct {
	Recorder *Recorder   `json:"recorder"`
	Blocking Blocking    `json:"blocking"`
	Seeds    []seedState `json:"seeds"`
}

// seedState is what one seed showed, by group.
type seedState struct {
	Seed     uint64   `json:"seed"`
	Calls    []uint64 `json:"calls"`
	Failures []uint64 `json:"failures"`
	// Refusals are attempts and refused ones, of the group and of each of its parts.
	Refusals [][]refusals `json:"refusals,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (e *Estimate) MarshalJSON() ([]byte, error) {
	s := estimateState{Recorder: e.recorder, Blocking: e.blocking, Seeds: []seedState{}}
	for _, seed := range slices.Sorted(maps.Keys(e.seeds)) {
		one := seedState{Seed: seed}
		for _, n := range e.seeds[seed] {
			one.Calls, one.Failures = append(one.Calls, n.calls), append(one.Failures, n.failures)
			one.Refusals = append(one.Refusals, n.refusals)
		}
		if !slices.ContainsFunc(one.Refusals, func(all []refusals) bool { return all != nil }) {
			one.Refusals = nil
		}
		s.Seeds = append(s.Seeds, one)
	}
	return json.Marshal(s)
}

// UnmarshalJSON implements json.Unmarshaler. An error is a state that no
// estimate can have.
func (e *Estimate) UnmarshalJSON(b []byte) error {
	var s estimateState
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s.Recorder == nil || !s.Recorder.light {
		return fmt.Errorf("estimate: no recorder of an estimate")
	}
	groups := len(s.Recorder.groups)
	read := NewEstimate(groups)
	read.recorder, read.blocking = s.Recorder, s.Blocking
	for _, one := range s.Seeds {
		if len(one.Calls) != groups || len(one.Failures) != groups || one.Refusals != nil && len(one.Refusals) != groups || read.seeds[one.Seed] != nil {
			return fmt.Errorf("estimate: seed %d: want %d groups, once", one.Seed, groups)
		}
		counts := read.counts(one.Seed)
		for g := range counts {
			counts[g] = seen{calls: one.Calls[g], failures: one.Failures[g]}
			if one.Refusals != nil {
				counts[g].refusals = one.Refusals[g]
			}
			read.before[g].add(&counts[g])
		}
	}
	*e = *read
	return nil
}
