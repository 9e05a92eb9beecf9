package evidence

import (
	"strings"

	"tenement/internal/recording"
)

// By is what tells the tasks of a recording apart.
type By string

// What tells tasks apart.
const (
	ByEvidence By = "evidence" // all that the lines say; "" is the same
	ByARN      By = "arn"      // the task's ARN, or else the source address
	ByID       By = "id"       // the ID in the path, or else the source address
	ByAddress  By = "address"  // the source address
	ByAgent    By = "agent"    // the source address and the user agent
)

// Bys are all ways to tell tasks apart, the default one first.
func Bys() []By { return []By{ByEvidence, ByARN, ByID, ByAddress, ByAgent} }

// unknown is the task of requests that say nothing of who asked.
const unknown = "unknown"

// role is one set of credentials of a task: that of its task role or that of its
// execution role.
type role struct {
	task      uint32
	execution bool
}

// place is where requests came from.
type place struct {
	addr  string
	agent string
}

// servedAt is that the credentials of a role were served at a place.
type servedAt struct {
	place
	role
}

// who tells who asked. It learns from all entries first: an ARN in one line says
// whose an ID, an address or a container instance is in another.
type who struct {
	by    By
	tasks names // as they are called in the trace
	// short holds the ARN that goes by the name of its last part.
	short map[string]string

	credentials map[string]role   // whose a credentials ID is
	endpoints   map[string]uint32 // whose an endpoint ID is; noTask if it is not known
	instances   map[string]string // of an address; several if it was seen on several
	homes       map[uint32]string // the only address of a task; several if it has several
	origins     map[string]string // the only address that an endpoint ID was asked for from

	// served are the roles whose credentials were served at a place, or at an address
	// whatever the user agent, which is then "*".
	served map[place][]role
	known  map[servedAt]bool // what served holds
	// alone is the credentials ID of a task that nothing else tells.
	alone map[uint32]string
}

const (
	several  = "\x00several"
	noTask   = ^uint32(0)
	anyAgent = "*"
)

func newWho(by By) *who {
	return &who{
		by: by, short: make(map[string]string),
		credentials: make(map[string]role), endpoints: make(map[string]uint32),
		instances: make(map[string]string), homes: make(map[uint32]string), origins: make(map[string]string),
		served: make(map[place][]role), alone: make(map[uint32]string), known: make(map[servedAt]bool),
	}
}

// usesARN and usesID report which evidence counts.
func (w *who) usesARN() bool { return w.by == ByEvidence || w.by == ByARN || w.by == "" }
func (w *who) usesID() bool  { return w.by == ByEvidence || w.by == ByID || w.by == "" }

// learn takes in what an entry says of who is who.
func (w *who) learn(e *recording.Entry) {
	if w.by == ByAddress || w.by == ByAgent {
		return
	}
	once(w.instances, e.Addr, e.Instance)
	task := noTask
	if w.usesARN() && e.Task != "" {
		task = w.tasks.number(w.called(e.Task))
	}
	switch {
	case isCredentials(e):
		w.learnCredentials(e, task)
	case w.usesID() && endpointID(e) != "":
		id := endpointID(e)
		once(w.origins, id, e.Addr)
		if known, ok := w.endpoints[id]; !ok || known == noTask {
			w.endpoints[id] = task
		}
	}
	if task != noTask {
		once(w.homes, task, e.Addr)
	}
}

// learnCredentials takes in a request for credentials, of a task if that is known.
func (w *who) learnCredentials(e *recording.Entry, task uint32) {
	id := ""
	if w.usesID() {
		id = credentialsID(e)
	}
	switch {
	case task != noTask:
		if id != "" {
			w.credentials[id] = role{task, e.Execution}
		}
		w.serve(e, role{task, e.Execution})
	case id != "" && e.Status < 400:
		r, ok := w.credentials[id]
		if !ok {
			r = role{w.tasks.number(id), e.Execution}
			w.credentials[id], w.alone[r.task] = r, id
		}
		w.serve(e, r)
	}
}

// serve notes that the credentials of a role were asked for from the entry's place.
func (w *who) serve(e *recording.Entry, r role) {
	for _, p := range [...]place{{e.Addr, e.Agent}, {e.Addr, anyAgent}} {
		if !w.known[servedAt{p, r}] {
			w.known[servedAt{p, r}] = true
			w.served[p] = append(w.served[p], r)
		}
	}
}

// settle ends the learning. It links endpoint IDs that begin with the ID of a task, as
// those of Fargate do, and credentials IDs whose ARN came later.
func (w *who) settle() {
	clear(w.known)
	for p, roles := range w.served {
		kept := roles[:0]
		for _, r := range roles {
			if id, ok := w.alone[r.task]; ok {
				r = w.credentials[id]
			}
			if !w.known[servedAt{p, r}] {
				w.known[servedAt{p, r}] = true
				kept = append(kept, r)
			}
		}
		w.served[p] = kept
	}
	w.known = nil
	for id, task := range w.endpoints {
		if task != noTask {
			continue
		}
		if of := strings.LastIndexByte(id, '-'); of > 0 {
			if w.short[id[:of]] != "" {
				w.endpoints[id] = w.tasks.number(id[:of])
			}
		}
	}
}

// called is what a task is called in the trace: the last part of its ARN, or the
// whole ARN if another task has that name.
func (w *who) called(arn string) string {
	name := lastPart(arn)
	if name == "" {
		return arn
	}
	if owner, taken := w.short[name]; taken && owner != arn {
		return arn
	}
	w.short[name] = arn
	return name
}

// once sets a key's value, or says that it has several.
func once[K comparable](m map[K]string, key K, value string) {
	if value == "" {
		return
	}
	if old, ok := m[key]; ok && old != value {
		value = several
	}
	m[key] = value
}

// only is the value of a key if it has only one.
func only[K comparable](m map[K]string, key K) string {
	if v := m[key]; v != several {
		return v
	}
	return ""
}

// lastPart is what follows the last slash.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
