package throttle

import "fmt"

// maxFaultCount bounds Count and Skip of a fault.
const maxFaultCount = 1_000_000_000

// maxCountedTasks bounds the tasks that a fault of TaskScope counts apart. Further
// ones share one count.
const maxCountedTasks = 1 << 16

// checkCount says what is wrong with what a fault counts.
func (f *Fault) checkCount() error {
	switch counts := f.Count != 0 || f.Skip != 0; {
	case f.Count < 0 || f.Count > maxFaultCount:
		return fmt.Errorf("count %d: want 1 to %d", f.Count, maxFaultCount)
	case f.Skip < 0 || f.Skip > maxFaultCount:
		return fmt.Errorf("after %d: want 0 to %d requests", f.Skip, maxFaultCount)
	case f.Scope != HostScope && f.Scope != TaskScope:
		return fmt.Errorf("scope %v: a fault counts all requests together or those of each task: want host or task", f.Scope)
	case counts && f.Kind == RestartFault:
		return fmt.Errorf("restart: counts no requests: want neither count nor after")
	case f.Count != 0 && f.Kind == AnswersFault:
		return fmt.Errorf("count %d: there are as many as there are answers", f.Count)
	case f.Scope != HostScope && !f.counts():
		return fmt.Errorf("scope %v: the fault counts nothing: want a count, after or answers", f.Scope)
	}
	return nil
}

// counts reports whether it depends on a count of requests what the fault does.
func (f *Fault) counts() bool { return f.Count > 0 || f.Skip > 0 || f.Kind == AnswersFault }

// strikes is how many requests the fault strikes after Skip; none is any number.
func (f *Fault) strikes() (n int, bounded bool) {
	if f.Kind == AnswersFault {
		return len(f.Answers), !f.Stay
	}
	return f.Count, f.Count > 0
}

// spent reports whether a fault is over for those of whose requests n have counted.
func (f *Fault) spent(n int) bool {
	most, bounded := f.strikes()
	return bounded && n >= f.Skip+most
}

// seen is how many requests have counted for a fault, of those that count together
// with r.
func (f *liveFault) seen(r *Request) int {
	if f.Scope == HostScope {
		return f.used
	}
	if n, known := f.byTask[r.Task]; known || len(f.byTask) < maxCountedTasks {
		return n
	}
	return f.used
}

// count counts a request.
func (f *liveFault) count(r *Request) {
	if f.Scope != HostScope {
		if f.byTask == nil {
			f.byTask = make(map[uint64]int)
		}
		if n, known := f.byTask[r.Task]; known || len(f.byTask) < maxCountedTasks {
			f.byTask[r.Task] = n + 1
			return
		}
	}
	if f.used < maxFaultCount*2 {
		f.used++
	}
}
