package search

import (
	"fmt"
	"sync"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/words"
)

// tally adds up how far a search is, in calls: how many it will need is not known before,
// so the share is of a guess that grows.
type tally struct {
	tell  func(experiment.Progress)
	began time.Time
	doing string

	mu    sync.Mutex // guards what follows
	calls float64
	guess float64
}

// newTally begins a tally of a search that needs at least so many calls.
func (s *Search) newTally(least float64) *tally {
	doing := fmt.Sprintf("looking for the edge of %s", words.Plural(uint64(len(s.cases)), "case", "cases"))
	return &tally{tell: s.o.Progress, began: time.Now(), doing: doing, guess: 2 * least}
}

// done is told of a unit that is done.
func (t *tally) done(calls uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls += float64(calls)
	for t.calls > 0.9*t.guess {
		t.guess *= 1.3
	}
	if t.tell == nil {
		return
	}
	took, share := time.Since(t.began), t.calls/t.guess
	t.tell(experiment.Progress{
		Doing: t.doing, Done: int(t.calls), Of: int(t.guess) + 1, Share: share,
		Left: time.Duration(float64(took) * (1 - share) / share),
	})
}

// Calls is about how many calls the search simulates: at least, to look the range over,
// and at most.
func (s *Search) Calls() (least, most float64) {
	edges := 1.0
	if s.o.By != nil {
		edges += float64(len(s.byValues()))
	}
	for _, c := range s.cases {
		largest := 0.0
		for _, x := range values(s.o.Vary.Range, gridValues) {
			at, err := s.at(s.o.Profile, x, "")
			if err != nil || at.Check(c) != nil {
				continue
			}
			calls := at.Plan(c, s.o.Seed).Expected()
			least += edges * firstSeeds * calls
			most += edges * gridSeeds * calls
			largest = max(largest, calls)
		}
		most += edges * 6 * min(mostCalls, largest*mostSeeds)
	}
	return least, most
}
