package plan

import "time"

// Watcher is told of the lives of tasks, where a group has Lives or a required
// activity. The observer of an engine may be one; each worker has its own.
type Watcher interface {
	// Launched reports a task, the first of its place included.
	Launched(group uint32, at time.Duration)
	// Started reports that a task's start has succeeded.
	Started(group uint32, launched, at time.Duration)
	// StartFailed reports that it has failed.
	StartFailed(group uint32, launched, at time.Duration)
	// Ended reports that a task which had started has ended before its group's stop:
	// after its lifetime, or because a deployment has replaced it.
	Ended(group uint32, launched, at time.Duration)
}
