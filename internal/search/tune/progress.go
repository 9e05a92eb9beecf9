package tune

import (
	"fmt"
	"sync"
	"time"

	"tenement/internal/experiment"
)

// tracker tells how far a search is, in blocks.
type tracker struct {
	tell  func(experiment.Progress)
	began time.Time

	mu           sync.Mutex // guards what follows
	doing        string
	finished, of int
}

func newTracker(tell func(experiment.Progress), blocks int) *tracker {
	return &tracker{tell: tell, began: time.Now(), of: blocks}
}

// say says what is done now.
func (t *tracker) say(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.doing = fmt.Sprintf(format, args...)
}

// done tells that so many more blocks are simulated.
func (t *tracker) done(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished += n
	t.of = max(t.of, t.finished)
	if t.tell == nil {
		return
	}
	share := float64(t.finished) / float64(t.of)
	t.tell(experiment.Progress{
		Doing: t.doing, Done: t.finished, Of: t.of, Share: share,
		Left: time.Duration(float64(time.Since(t.began)) * (1 - share) / share),
	})
}
