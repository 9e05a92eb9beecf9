package plan

import "time"

// Watcher is told of the lives of tasks: of the groups that are Dynamic. The observer
// of an engine may be one.
type Watcher interface {
	// Launched reports a task, the first of its place included.
	Launched(group uint32, at time.Duration)
	// Started reports that a task's start has succeeded.
	Started(group uint32, launched, at time.Duration)
	// StartFailed reports that it has failed, and the number of the text in which it ends:
	// see Group.StoppedReasons.
	StartFailed(group, reason uint32, launched, at time.Duration)
	// Ended reports that a task which had started has ended before its group's stop:
	// after its lifetime, or because a deployment has replaced it.
	Ended(group uint32, launched, at time.Duration)
}

// nobody is a Watcher that takes no notice.
type nobody struct{}

func (nobody) Launched(uint32, time.Duration)                           {}
func (nobody) Started(uint32, time.Duration, time.Duration)             {}
func (nobody) StartFailed(uint32, uint32, time.Duration, time.Duration) {}
func (nobody) Ended(uint32, time.Duration, time.Duration)               {}

// Tell tells a watcher of what Occur and Ended do from now on; an observer that is
// none is not told. A watcher is called by whoever calls those.
func (a *Arrivals) Tell(observer any) {
	if w, ok := observer.(Watcher); ok && a.places != nil {
		a.places.watcher = w
	}
}
