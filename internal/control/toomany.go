package control

import (
	"fmt"
	"time"

	"tenement/internal/words"
)

// TooManyError is the error of a run in which more than MaxOpen calls and tasks are open at
// once.
type TooManyError struct {
	At     time.Duration // since the run began
	Caller string        // whose most of them are
	Calls  int           // of that caller that are open
	Tasks  int           // of that caller that are on their way or RUNNING
}

// Error implements error.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("after %s more than %s calls and tasks are open at once: the caller %s has %s and %s; want fewer of its tasks, more tasks_per_call, or a shorter lifetime",
		words.Span(e.At.Seconds()), words.Number(MaxOpen), e.Caller,
		words.Plural(uint64(e.Calls), "call", "calls"), words.Plural(uint64(e.Tasks), "task", "tasks"))
}

// tooMany is the error for what is open now.
func (r *run) tooMany() error {
	calls, tasks := make([]int, len(r.plan.Callers)), make([]int, len(r.plan.Callers))
	for _, c := range r.calls.all {
		if c.open {
			calls[c.Group]++
		}
	}
	for _, j := range r.jobs.all {
		if j.open && j.task {
			tasks[j.caller]++
		}
	}
	most := 0
	for i := range calls {
		if calls[i]+tasks[i] > calls[most]+tasks[most] {
			most = i
		}
	}
	return &TooManyError{At: r.now, Caller: r.plan.Callers[most].Name, Calls: calls[most], Tasks: tasks[most]}
}
