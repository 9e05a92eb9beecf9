package imds

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// cluster is the cluster of all tasks.
const cluster = "default"

// Task is one task that a server knows.
type Task struct {
	Group       string
	Index       int    // within the group
	Life        uint32 // which of the tasks of that index it is; see IdentifyLife
	Host        int
	Tenant      string
	Slot        int // dense number on the host, or −1
	GroupNumber int // dense number of the group, or −1
	// TenantNumber tells tenants apart; it need not be dense.
	TenantNumber int

	Key           draw.Key // of (group, index): what its draws descend from
	CredentialsID string   // as after service.CredentialsV2
	ExecutionID   string   // the same for the execution role, which the agent itself uses
	EndpointID    string   // as after service.MetadataV4
	ARN           string
	Place         Place      // see Config.Settle
	RoleARN       string     // "" is the role that has the name of the group
	Source        netip.Addr // its own address, if it has one
	Source6       netip.Addr // a second address, such as one of IPv6
	// Issued is when its first credentials were issued: when it started, since Began.
	// With the service IMDS it does not matter, see Instance.Started.
	Issued time.Duration
	// Hops is how far it is from the metadata service of its instance: 1 on
	// the instance itself, which 0 means too, 2 in a container on a bridge.
	Hops int
}

// Identify is a task with its key and its IDs filled in. They depend on the
// arguments only, so that two programs with the same profile agree on them. The
// credentials ID is a UUID; the endpoint ID is the task's ID followed by ten
// digits, as on Fargate.
func Identify(seed uint64, host int, group string, index int) Task {
	return IdentifyLife(seed, host, group, index, 0)
}

// IdentifyLife is Identify for the task that replaces the one of that index for the
// life-th time: it has other IDs than all before it.
func IdentifyLife(seed uint64, host int, group string, index int, life uint32) Task {
	t := Task{
		Group: group, Index: index, Life: life, Host: host, Tenant: group,
		Key: throttle.LifeKey(draw.Key(0).Name(group).With(uint64(index)), life),
	}
	identity := hostKey(draw.Seed(seed).Name("identity"), host).With(uint64(t.Key))
	id := taskID(identity)
	t.CredentialsID = uuid(identity.Name("credentials"))
	t.ExecutionID = uuid(identity.Name("execution"))
	t.EndpointID = fmt.Sprintf("%s-%010d", id, draw.Below(identity.Name("container").Bits(), 1e10))
	t.ARN = t.Place.taskARN(id)
	return t
}

// hostOf is the number of the host that the tasks of a server are on.
func hostOf(tasks []Task) int {
	if len(tasks) == 0 {
		return 0
	}
	return tasks[0].Host
}

// hostKey is the key of a host. Host 0 leaves the key as it is, so that a profile
// with one host has the same draws as one that names no hosts.
func hostKey(k draw.Key, host int) draw.Key {
	if host > 0 {
		k = k.With(uint64(host))
	}
	return k
}

// Name is the task's name at its service: its ARN for ECS, the namespace and name
// of its pod for PodIdentity, its group and index for IMDS. The seed is the
// profile's.
func (t *Task) Name(of service.Service, seed uint64) string {
	switch of {
	case service.ECS:
		return t.ARN
	case service.PodIdentity:
		return podNamespace + "/" + newPod(seed, t).self.Name
	}
	return t.family() + "-" + strconv.Itoa(t.Index)
}

// Path is a path with the task's own IDs in place of service.CredentialsID,
// service.ExecutionID and service.EndpointID.
func (t *Task) Path(path string) string {
	path = strings.ReplaceAll(path, service.CredentialsID, t.CredentialsID)
	path = strings.ReplaceAll(path, service.ExecutionID, t.ExecutionID)
	return strings.ReplaceAll(path, service.EndpointID, t.EndpointID)
}

// Env is the environment in which a task's SDKs find a server at base
// ("http://127.0.0.1:8080") and know their region, as pairs of name and value. At
// the address of the real server a service that has a variable for the path alone
// is found by that, because SDKs prefer it. For PodIdentity it lacks
// service.TokenFileVariable, which is left to callers that write that file.
func Env(of service.Service, t Task, base string) [][2]string {
	var all [][2]string
	row := of.Row()
	atHome := base == "http://"+row.IPv4 || base == "http://"+row.IPv4+":80"
	for _, v := range row.Environment {
		if atHome && v.Relative != "" {
			all = append(all, [2]string{v.Relative, t.Path(v.Path)})
			continue
		}
		all = append(all, [2]string{v.Name, base + t.Path(v.Path)})
	}
	// Botocore and the AWS CLI read the second only.
	return append(all, [2]string{"AWS_REGION", t.Place.region()}, [2]string{"AWS_DEFAULT_REGION", t.Place.region()})
}

// Environment is Env of a task at base, now. A pod's token is in a variable: a file for
// it is left to callers that write one.
func (h *Handler) Environment(t *Task, base string) [][2]string {
	all := Env(h.service, *t, base)
	if h.service == service.PodIdentity {
		token, _ := t.PodToken(h.seed, h.podTokens, h.gate.began, h.Elapsed())
		all = append(all, [2]string{service.TokenVariable, token})
	}
	return all
}

// family is the task definition's family, and the name of its container and
// role.
func (t *Task) family() string {
	if t.Group == "" {
		return "task"
	}
	return t.Group
}

// taskID is 32 hexadecimal digits, the form of a task's ID.
func taskID(k draw.Key) string { return hexDigits(k.Name("task"), 32) }
