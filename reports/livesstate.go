package reports

import "fmt"

// activityState is what a recorder counted of one activity, on paper.
type activityState struct {
	Results    Results `json:"results"`
	Attempts   uint64  `json:"attempts"`
	FirstTries uint64  `json:"first_tries"`
	Throttled  uint64  `json:"throttled"`
}

// livesState is what a recorder counted of the lives of a group's tasks, on paper.
type livesState struct {
	Launched uint64   `json:"launched"`
	Started  uint64   `json:"started"`
	Failed   uint64   `json:"failed_starts"`
	Ended    uint64   `json:"ended"`
	Reasons  []uint64 `json:"stopped_reasons,omitempty"`
	Took     []uint64 `json:"start_latencies"`
	Launches []uint32 `json:"launches,omitempty"`
	Failures []uint32 `json:"failures,omitempty"`
}

// addLives writes what was counted of activities and lives.
func (s *tallyState) addLives(t *tally) {
	for i := range t.activities {
		a := &t.activities[i]
		s.Activities = append(s.Activities, activityState{a.results, a.attempts, a.firstTries, a.throttled})
	}
	if l := t.lives; l != nil {
		s.Lives = &livesState{l.launched, l.started, l.failed, l.ended, l.reasons, l.took.pairs(), l.launches, l.failures}
	}
}

// lives reads it back.
func (s *tallyState) lives(t *tally, buckets int) error {
	for _, a := range s.Activities {
		t.activities = append(t.activities, activityTally{a.Results, a.Attempts, a.FirstTries, a.Throttled})
	}
	l := s.Lives
	if l == nil {
		return nil
	}
	if len(l.Launches) != buckets || len(l.Failures) != buckets {
		return fmt.Errorf("lives: %d and %d buckets, want %d", len(l.Launches), len(l.Failures), buckets)
	}
	t.lives = &livesTally{launched: l.Launched, started: l.Started, failed: l.Failed, ended: l.Ended, reasons: l.Reasons, launches: l.Launches, failures: l.Failures}
	return t.lives.took.fill(l.Took)
}
