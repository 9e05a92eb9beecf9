package reports

import (
	"fmt"
	"slices"
	"time"
)

// Lives is how the tasks of a group come and go, and what became of them in the run.
type Lives struct {
	LifetimeS   float64      `json:"lifetime_s,omitempty"`  // of a task; 0 is to the end of the run
	Deployments []Deployment `json:"deployments,omitempty"` // of the group, in order
	NoRelaunch  bool         `json:"no_relaunch,omitempty"` // no other task follows a start that fails, until the next deployment if there is one

	Launched     uint64 `json:"launched"`      // tasks, the first of each place included
	Started      uint64 `json:"started"`       // of those, whose start succeeded
	FailedStarts uint64 `json:"failed_starts"` // of those, whose start failed
	Ended        uint64 `json:"ended"`         // that had started: after their lifetime, or replaced by a deployment

	// StoppedReasons are the texts in which the failed starts ended, as ECS words them, the
	// most frequent first.
	StoppedReasons []StoppedReason `json:"stopped_reasons,omitempty"`

	FailedStartRate *float64 `json:"failed_start_rate"` // of the starts that succeeded or failed
	StartMS         *Latency `json:"start_ms"`          // from launch to success

	StartHistogram Histogram `json:"start_histogram"` // what StartMS is taken from
	// Launches and Failures are tasks launched and starts failed over time, in the
	// buckets of the case's series; null without one.
	Launches []uint32 `json:"launches"`
	Failures []uint32 `json:"failures"` // as Launches
}

// Deployment is one that launches a successor for every task of the group.
type Deployment struct {
	AtS     float64 `json:"at_s"`               // when it begins
	WithinS float64 `json:"within_s,omitempty"` // that its tasks are launched in
	Batch   int     `json:"batch,omitempty"`    // of a rolling one
	EveryS  float64 `json:"every_s,omitempty"`  // from batch to batch
}

// StoppedReason is how many starts ended in a text.
type StoppedReason struct {
	Text   string `json:"stopped_reason"` // as ECS words it
	Starts uint64 `json:"starts"`         // that ended in it
}

// LivesInfo is what a report says of the lives of a group's tasks besides figures.
type LivesInfo struct {
	Lifetime   time.Duration
	Deploys    []DeployInfo
	NoRelaunch bool     // no task of the run follows one whose start has failed
	Reasons    []string // the texts in which starts can end, by the number that a recorder is told, from 1 on
}

// DeployInfo is a deployment.
type DeployInfo struct {
	At, Within time.Duration
	Batch      int
	Every      time.Duration
}

// livesTally is what a recorder counts of the lives of a group's tasks.
type livesTally struct {
	launched, started, failed, ended uint64

	reasons []uint64 // failed, by the number of the text in which they ended

	took               distribution
	steps              steps // of took since the last block, if blocks are kept
	launches, failures []uint32
}

// The methods of a plan.Watcher. They may be called while another goroutine reports
// calls: they touch nothing else than the tallies of lives.

// Launched is told by an engine that a task of the group was launched.
func (r *Recorder) Launched(group uint32, at time.Duration) {
	t := r.livesOf(group)
	t.launched++
	if r.buckets > 0 {
		t.launches[r.at(at)]++
	}
}

// Started is told that a task's start succeeded.
func (r *Recorder) Started(group uint32, launched, at time.Duration) {
	t := r.livesOf(group)
	t.started++
	t.took.record(at - launched) // beyond the range it counts at its end
	if r.blocks != nil {
		t.steps.record(at - launched)
	}
}

// StartFailed is told that a task's start failed, and the number of the text in which it
// ended; 0 is none.
func (r *Recorder) StartFailed(group, reason uint32, _, at time.Duration) {
	t := r.livesOf(group)
	t.failed++
	if reason > 0 {
		t.reasons = fitCounts(t.reasons, int(reason)+1)
		t.reasons[reason]++
	}
	if r.buckets > 0 {
		t.failures[r.at(at)]++
	}
}

// Ended is told that a task which had started has ended before its group's stop.
func (r *Recorder) Ended(group uint32, _, _ time.Duration) { r.livesOf(group).ended++ }

// livesOf is the tally of a group's lives, made when it is first asked for.
func (r *Recorder) livesOf(group uint32) *livesTally {
	t := &r.groups[group]
	if t.lives == nil {
		t.lives = newLivesTally(r.buckets)
	}
	return t.lives
}

func newLivesTally(buckets int) *livesTally {
	t := &livesTally{}
	if buckets > 0 {
		t.launches, t.failures = make([]uint32, buckets), make([]uint32, buckets)
	}
	return t
}

// merge adds what another tally has counted.
func (t *livesTally) merge(o *livesTally) {
	t.launched += o.launched
	t.started += o.started
	t.failed += o.failed
	t.ended += o.ended
	t.reasons = fitCounts(t.reasons, len(o.reasons))
	for i, n := range o.reasons {
		t.reasons[i] += n
	}
	t.took.merge(o.took)
	addRow(t.launches, o.launches)
	addRow(t.failures, o.failures)
}

// newLives is the report of a group's lives. info may be nil, where tasks can only
// fail to start.
func newLives(info *LivesInfo, t *livesTally) *Lives {
	if info == nil && t == nil {
		return nil
	}
	l := &Lives{}
	if info != nil {
		l.LifetimeS, l.NoRelaunch = tidy(info.Lifetime.Seconds()), info.NoRelaunch
		for _, d := range info.Deploys {
			l.Deployments = append(l.Deployments, Deployment{tidy(d.At.Seconds()), tidy(d.Within.Seconds()), d.Batch, tidy(d.Every.Seconds())})
		}
	}
	if t != nil {
		l.Launched, l.Started, l.FailedStarts, l.Ended = t.launched, t.started, t.failed, t.ended
		if info != nil {
			l.StoppedReasons = stoppedReasons(info.Reasons, t.reasons)
		}
		l.StartHistogram = encode(t.took.histogram())
		l.Launches, l.Failures = t.launches, t.failures
	}
	l.derive()
	return l
}

// derive computes what follows from the counts.
func (l *Lives) derive() {
	l.FailedStartRate = share(l.FailedStarts, l.Started+l.FailedStarts)
	l.StartMS = l.StartHistogram.figures()
}

// clone is a copy; it shares only what add does not change.
func (l *Lives) clone() *Lives {
	if l == nil {
		return nil
	}
	out := *l
	out.StoppedReasons = slices.Clone(l.StoppedReasons)
	out.Launches, out.Failures = append([]uint32(nil), l.Launches...), append([]uint32(nil), l.Failures...)
	return &out
}

// add adds the counts of another run.
func (l *Lives) add(o *Lives) {
	l.Launched += o.Launched
	l.Started += o.Started
	l.FailedStarts += o.FailedStarts
	l.Ended += o.Ended
	l.addReasons(o.StoppedReasons)
	l.StartHistogram = l.StartHistogram.Add(o.StartHistogram)
	long := max(len(l.Launches), len(o.Launches))
	for _, row := range []struct {
		to   *[]uint32
		from []uint32
	}{{&l.Launches, o.Launches}, {&l.Failures, o.Failures}} {
		*row.to = fit(*row.to, long)
		addRow(*row.to, row.from)
	}
	l.derive()
}

// alike reports whether the lives of two groups follow the same plan.
func (l *Lives) alike(o *Lives) bool {
	if l == nil || o == nil {
		return l == o
	}
	if l.LifetimeS != o.LifetimeS || l.NoRelaunch != o.NoRelaunch || len(l.Deployments) != len(o.Deployments) {
		return false
	}
	for i := range l.Deployments {
		if l.Deployments[i] != o.Deployments[i] {
			return false
		}
	}
	return true
}

// checkCounts checks the counts that a merge adds up.
func (l *Lives) checkCounts() error {
	if l == nil {
		return nil
	}
	for i := range l.StoppedReasons {
		if err := count("lives.stopped_reasons.starts", l.StoppedReasons[i].Starts); err != nil {
			return err
		}
	}
	return first(count("lives.launched", l.Launched), count("lives.started", l.Started),
		count("lives.failed_starts", l.FailedStarts), count("lives.ended", l.Ended))
}

// check refuses what renderers could not work with.
func (l *Lives) check() error {
	if l == nil {
		return nil
	}
	if err := first(figure("lifetime_s", l.LifetimeS, 0, mostSeconds), maybe("failed_start_rate", l.FailedStartRate, 1), l.StartMS.check("start_ms")); err != nil {
		return err
	}
	if n := len(l.Deployments); n > mostParts {
		return fmt.Errorf("deployments: %d of them: want at most %d", n, mostParts)
	}
	for i, d := range l.Deployments {
		if err := first(figure("at_s", d.AtS, 0, mostSeconds), figure("within_s", d.WithinS, 0, mostSeconds),
			figure("batch", float64(d.Batch), 0, mostTasks), figure("every_s", d.EveryS, 0, mostSeconds)); err != nil {
			return fmt.Errorf("deployments[%d].%w", i, err)
		}
	}
	if err := l.checkReasons(); err != nil {
		return err
	}
	if n := max(len(l.Launches), len(l.Failures)); n > maxBuckets || len(l.Launches) != len(l.Failures) {
		return fmt.Errorf("launches: %d and %d buckets: want as many of each, at most %d", len(l.Launches), len(l.Failures), maxBuckets)
	}
	return nil
}
