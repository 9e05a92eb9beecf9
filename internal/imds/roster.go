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
	tasks         []*knownTask // in the order of the Config
	byCredentials map[string]*knownTask
	byExecution   map[string]*knownTask
	byEndpoint    map[string]*knownTask
	bySource      map[netip.Addr]*knownTask
	// registered holds a stand-in for each further ID, for requests that come
	// from no task.
	registered map[string]*knownTask
	// anyone is a task with its own address.
	anyone *knownTask

	// byContainer is made when it is first asked for.
	byContainer map[string]*knownTask
	once        sync.Once
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
		if t.CredentialsID != "" {
			r.byCredentials[t.CredentialsID] = task
		}
		if t.ExecutionID != "" {
			r.byExecution[t.ExecutionID] = task
		}
		if t.EndpointID != "" {
			r.byEndpoint[t.EndpointID] = task
		}
		if t.Source.IsValid() {
			r.bySource[t.Source.Unmap()] = task
			r.anyone = task
		}
		if t.Source6.IsValid() {
			r.bySource[t.Source6] = task
		}
	}
	for _, id := range c.Registered {
		r.registered[id] = newKnownTask(Task{
			Group: "registered", Slot: -1, GroupNumber: -1,
			CredentialsID: id, EndpointID: id,
			ARN: taskARN(taskID(registered.Name(id))),
		})
	}
	if r.anyone == nil {
		r.anyone = newKnownTask(Task{Group: "registered", Slot: -1, GroupNumber: -1, CredentialsID: "anyone", EndpointID: "anyone"})
	}
	return r
}

// credentials finds the task that a credentials ID belongs to, or nil; a
// registered ID belongs to the task that asks.
func (r *roster) credentials(id string, asker *knownTask) *knownTask {
	return r.owner(r.byCredentials, id, asker)
}

// holder is the task that a credentials ID belongs to, of either role, or nil.
func (r *roster) holder(id string) *knownTask {
	if t := r.byCredentials[id]; t != nil {
		return t
	}
	return r.byExecution[id]
}

// endpoint finds the task that an endpoint ID belongs to, or nil; a registered ID
// belongs to the task that asks.
func (r *roster) endpoint(id string, asker *knownTask) *knownTask {
	return r.owner(r.byEndpoint, id, asker)
}

func (r *roster) owner(by map[string]*knownTask, id string, asker *knownTask) *knownTask {
	if t := by[id]; t != nil {
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
	r.once.Do(func() {
		r.byContainer = make(map[string]*knownTask, len(r.byEndpoint))
		for _, t := range r.byEndpoint {
			r.byContainer[dockerID(containerKey(keys, &t.Task))] = t
		}
	})
	return r.byContainer[id]
}
