package plan

import (
	"slices"
	"time"

	"tenement/internal/strategy"
)

// Reason is the text in which a start ends because the first call of an activity has failed
// with a result, from From on and before Until, which is no bound if it is 0.
type Reason struct {
	Result      strategy.Result
	From, Until time.Duration
	Text        string
}

// StoppedReasons are the texts in which starts of the group's tasks can end, each once. A
// Watcher is told their numbers, from 1 on; 0 is a start without a text.
func (g *Group) StoppedReasons() []string { return g.stopped }

// gatherReasons collects the texts of the activities.
func (g *Group) gatherReasons() {
	for i := range g.Activities {
		for _, r := range g.Activities[i].Reasons {
			if !slices.Contains(g.stopped, r.Text) {
				g.stopped = append(g.stopped, r.Text)
			}
		}
	}
}

// reason is the number of the text in which a start ends whose first call of an activity
// has failed with a result at now.
func (g *Group) reason(activity uint8, result strategy.Result, now time.Duration) uint32 {
	for _, r := range g.Activities[activity].Reasons {
		if r.Result == result && now >= r.From && (r.Until == 0 || now < r.Until) {
			return uint32(slices.Index(g.stopped, r.Text) + 1)
		}
	}
	return 0
}
