package evidence

import (
	"tenement/internal/recording"
)

// asked is who an entry's request came from.
type asked struct {
	role
	addr string
	// guessed says that no line names the task: it follows from other lines.
	guessed bool
	// open are the roles that it may have been, of which the state of their buckets
	// decides; nil if role is settled.
	open []role
}

// resolve says who asked. The rules, in order:
//
//  1. the task's ARN, with the event: the execution role or the task role;
//  2. the credentials ID or the endpoint ID in the path, if a line with an ARN has it
//     too, or if it begins with the ID of a task;
//  3. a credentials ID that no ARN explains is a task of its own;
//  4. the source address and the user agent, or else the address alone, if the
//     credentials of only one task were served there; of several, a refusal is open,
//     and any other answer belongs to none of them;
//  5. an endpoint ID that nothing explains is a task of its own;
//  6. the source address, on its container instance if it was seen on several.
func (w *who) resolve(e *recording.Entry) asked {
	a := asked{role: role{task: noTask, execution: e.Execution}, addr: e.Addr}
	switch {
	case w.by == ByAddress || w.by == ByAgent:
	case w.usesARN() && e.Task != "":
		a.task = w.tasks.number(w.called(e.Task))
	case isCredentials(e):
		w.resolveCredentials(e, &a)
	default:
		w.resolveMetadata(e, &a)
	}
	if a.task == noTask && a.open == nil {
		a.task = w.tasks.number(w.home(e))
	}
	if a.addr == "" {
		a.addr = w.origin(e, a.task)
	}
	return a
}

// resolveCredentials applies rules 2 to 4 to a request for credentials without an ARN.
func (w *who) resolveCredentials(e *recording.Entry, a *asked) {
	if id := credentialsID(e); w.usesID() && id != "" {
		if r, ok := w.credentials[id]; ok && r.task != noTask {
			a.role = r
			return
		}
		a.task = w.tasks.number(id)
		return
	}
	candidates := w.candidates(e)
	switch {
	case len(candidates) == 1:
		a.role, a.guessed = candidates[0], true
	case len(candidates) > 1 && refused(e):
		a.open, a.guessed = candidates, true
	}
}

// resolveMetadata applies rules 2, 4 and 5 to any other request without an ARN.
func (w *who) resolveMetadata(e *recording.Entry, a *asked) {
	id := ""
	if w.usesID() {
		id = endpointID(e)
	}
	if task, ok := w.endpoints[id]; ok && task != noTask {
		a.task = task
		return
	}
	if e.Addr != "" {
		if at := w.served[place{e.Addr, anyAgent}]; len(at) > 0 && oneTask(at) {
			a.task, a.guessed = at[0].task, true
			return
		}
	}
	if id != "" {
		a.task = w.tasks.number(id)
	}
}

// origin is the address of a request that was recorded without: that of other requests
// for the same endpoint ID, or of the same task.
func (w *who) origin(e *recording.Entry, task uint32) string {
	if id := endpointID(e); id != "" && !isCredentials(e) {
		if addr := only(w.origins, id); addr != "" {
			return addr
		}
	}
	return only(w.homes, task)
}

// candidates are the roles that a request for credentials without an ARN or ID may
// have been for.
func (w *who) candidates(e *recording.Entry) []role {
	if e.Addr == "" {
		return nil
	}
	if at := w.served[place{e.Addr, e.Agent}]; len(at) > 0 {
		return at
	}
	return w.served[place{e.Addr, anyAgent}]
}

// oneTask reports whether all roles are of one task.
func oneTask(roles []role) bool {
	for _, r := range roles {
		if r.task != roles[0].task {
			return false
		}
	}
	return true
}

// home is the name of a task that only its address tells.
func (w *who) home(e *recording.Entry) string {
	switch {
	case e.Addr == "" && e.Task != "" && w.by != ByAgent:
		return e.Task
	case e.Addr == "":
		return unknown
	case w.by == ByAgent && e.Agent != "":
		return e.Addr + " " + e.Agent
	case w.instances[e.Addr] == several && e.Instance != "":
		return lastPart(e.Instance) + "/" + e.Addr
	}
	return e.Addr
}
