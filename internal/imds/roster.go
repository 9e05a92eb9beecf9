package imds

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// knownTask is a task that a server knows, with its rendered documents and its
// protection. The rest is read-only.
type knownTask struct {
	Task
	request  throttle.Request // all of it but Source and Path
	rendered [numDocuments]atomic.Pointer[rendering]
	// protection is from scaling in; nil is none.
	protection atomic.Pointer[protection]
}

// rendering is a document as bytes. It is valid for one epoch; what an epoch is
// depends on the document.
type rendering struct {
	epoch int64
	body  []byte
}

// render returns a document as bytes. It calls compose if the kept bytes are of
// another epoch. Concurrent calls compose the same bytes.
func (t *knownTask) render(d document, epoch int64, compose func() []byte) []byte {
	if r := t.rendered[d].Load(); r != nil && r.epoch == epoch {
		return r.body
	}
	r := &rendering{epoch: epoch, body: compose()}
	t.rendered[d].Store(r)
	return r.body
}

func newKnownTask(t Task) *knownTask {
	return &knownTask{
		Task: t,
		request: throttle.Request{
			Task: uint64(t.Key), Tenant: uint64(t.TenantNumber),
			Slot: int32(t.Slot), Group: int32(t.GroupNumber), Key: t.Key,
		},
	}
}

// roster is the tasks of a server, by their IDs and addresses.
type roster struct {
	tasks []*knownTask // those of the Config, in its order

	mu            sync.RWMutex // guards the maps up to bySource, and byContainer
	byCredentials map[string]*knownTask
	byExecution   map[string]*knownTask
	byEndpoint    map[string]*knownTask
	bySource      map[netip.Addr]*knownTask
	// registered holds a stand-in for each further ID, for requests that come
	// from no task.
	registered map[string]*knownTask
	// anyone is a task with its own address.
	anyone *knownTask

	// byContainer is made when it is first asked for, and again after a change.
	byContainer map[string]*knownTask
}

func newRoster(c Config) *roster {
	r := &roster{
		byCredentials: make(map[string]*knownTask, len(c.Tasks)),
		byExecution:   make(map[string]*knownTask, len(c.Tasks)),
		byEndpoint:    make(map[string]*knownTask, len(c.Tasks)),
		bySource:      make(map[netip.Addr]*knownTask),
		registered:    make(map[string]*knownTask, len(c.Registered)),
	}
	registered := draw.Seed(c.Seed).Name("registered")
	for _, t := range c.Tasks {
		task := newKnownTask(t)
		r.tasks = append(r.tasks, task)
		r.add(task)
		if t.Source.IsValid() {
			r.anyone = task
		}
	}
	for _, id := range c.Registered {
		r.registered[id] = newKnownTask(Task{
			Group: "registered", Slot: -1, GroupNumber: -1,
			CredentialsID: id, EndpointID: id,
			ARN: c.Place.taskARN(taskID(registered.Name(id))), Place: c.Place,
		})
	}
	if r.anyone == nil {
		r.anyone = newKnownTask(Task{Group: "registered", Slot: -1, GroupNumber: -1, CredentialsID: "anyone", EndpointID: "anyone"})
	}
	return r
}

// add adds a task.
func (r *roster) add(t *knownTask) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.CredentialsID != "" {
		r.byCredentials[t.CredentialsID] = t
	}
	if t.ExecutionID != "" {
		r.byExecution[t.ExecutionID] = t
	}
	if t.EndpointID != "" {
		r.byEndpoint[t.EndpointID] = t
	}
	if t.Source.IsValid() {
		r.bySource[t.Source.Unmap()] = t
	}
	if t.Source6.IsValid() {
		r.bySource[t.Source6] = t
	}
	r.byContainer = nil
}

// remove removes a task. An address that another has meanwhile stays with that.
func (r *roster) remove(t *Task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byCredentials, t.CredentialsID)
	delete(r.byExecution, t.ExecutionID)
	delete(r.byEndpoint, t.EndpointID)
	for _, source := range [...]netip.Addr{t.Source.Unmap(), t.Source6} {
		if known := r.bySource[source]; known != nil && known.Key == t.Key {
			delete(r.bySource, source)
		}
	}
	r.byContainer = nil
}

// unprotect takes the protection from all tasks.
func (r *roster) unprotect() {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, t := range r.byEndpoint {
		t.protection.Store(nil)
	}
	for _, t := range r.registered {
		t.protection.Store(nil)
	}
}

// find finds a task in one of the maps, or nil.
func (r *roster) find(by map[string]*knownTask, id string) *knownTask {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return by[id]
}

// source finds the task with an address, or nil.
func (r *roster) source(a netip.Addr) *knownTask {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.bySource[a]
}

// credentials finds the task that a credentials ID belongs to, or nil; a
// registered ID belongs to the task that asks.
func (r *roster) credentials(id string, asker *knownTask) *knownTask {
	return r.owner(r.byCredentials, id, asker)
}

// holder is the task that a credentials ID belongs to, of either role, or nil.
func (r *roster) holder(id string) *knownTask {
	if t := r.find(r.byCredentials, id); t != nil {
		return t
	}
	return r.find(r.byExecution, id)
}

// endpoint finds the task that an endpoint ID belongs to, or nil; a registered ID
// belongs to the task that asks.
func (r *roster) endpoint(id string, asker *knownTask) *knownTask {
	return r.owner(r.byEndpoint, id, asker)
}

func (r *roster) owner(by map[string]*knownTask, id string, asker *knownTask) *knownTask {
	if t := r.find(by, id); t != nil {
		return t
	}
	standIn := r.registered[id]
	if standIn != nil && asker != nil {
		return asker
	}
	return standIn
}

// container finds the task whose container has a Docker ID, or nil.
func (r *roster) container(keys draw.Key, id string) *knownTask {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byContainer == nil {
		r.byContainer = make(map[string]*knownTask, len(r.byEndpoint))
		for _, t := range r.byEndpoint {
			r.byContainer[dockerID(containerKey(keys, &t.Task))] = t
		}
	}
	return r.byContainer[id]
}
