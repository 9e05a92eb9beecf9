package imds

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"tenement/internal/draw"
)

// container is the metadata of a container, version 4, with the fields in the
// agent's order. Fields that the agent omits for such a simple container are not
// declared.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v4/state/response.go and
// ecs-agent/tmds/handlers/response/response.go.
type container struct {
	containerHead
	LogDriver    string
	ContainerARN string
	Networks     []network
	Snapshotter  string
}

// containerHead is how the metadata of a container begins in every version.
type containerHead struct {
	DockerID      string `json:"DockerId"`
	Name          string
	DockerName    string
	Image         string
	ImageID       string
	Labels        map[string]string
	DesiredStatus string
	KnownStatus   string
	Limits        limits
	CreatedAt     *time.Time `json:",omitempty"`
	StartedAt     *time.Time `json:",omitempty"`
	Type          string

	born time.Time // when it is created, whether it was yet or not
}

// limits are in CPU shares for a container, in vCPU for a task, and in MiB.
type limits struct {
	CPU    float64
	Memory int `json:",omitempty"`
}

// network is how a container is attached in network mode awsvpc.
type network struct {
	NetworkMode              string
	IPv4Addresses            []string
	AttachmentIndex          int
	MACAddress               string
	IPv4SubnetCIDRBlock      string
	DomainNameServers        []string `json:",omitempty"`
	DomainNameSearchList     []string `json:",omitempty"`
	PrivateDNSName           string
	SubnetGatewayIPv4Address string `json:"SubnetGatewayIpv4Address"`
}

// taskMetadata is the metadata of a task, version 4, with the fields in the
// agent's order, of whatever flavour it is. The document with tags adds the tags; the
// agent omits the fields if there are none.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v4/state/response.go; captures of
// Fargate have the same order, see onFargate.
type taskMetadata struct {
	taskHead
	Limits limits
	pulls
	AvailabilityZone string
	tags
	LaunchType              string
	Errors                  []metadataError `json:",omitempty"`
	Containers              []container
	VPCID                   string            `json:",omitempty"`
	ServiceName             string            `json:",omitempty"`
	ClockDrift              *clockDrift       `json:",omitempty"`
	EphemeralStorageMetrics *ephemeralStorage `json:",omitempty"`
	FaultInjectionEnabled   bool
	AvailabilityZoneID      string `json:",omitempty"`
}

// taskHead is how the metadata of a task begins in every version.
type taskHead struct {
	Cluster       string
	TaskARN       string
	Family        string
	Revision      string
	DesiredStatus string
	KnownStatus   string
}

// What all tasks have in common.
const (
	revision     = "1"
	running      = "RUNNING"
	clusterLabel = "com.amazonaws.ecs.cluster"
	taskCPU      = 0.25 // vCPU, 256 shares
	taskMemory   = 512  // MiB
	oldestTask   = time.Hour
	youngestTask = time.Minute
)

// The network they are in.
const (
	vpcID   = "vpc-0123456789abcdef0"
	vpcCIDR = "10.0.0.0/16"
)

// newContainer is the one container of a task. Before the task starts it has been
// pulled, and nothing else.
// Source: a capture of 2025-03 (aws/amazon-ecs-agent#4351) for a container before its
// start; captures of 2024-07, 2025-03 and 2025-07 for its ARN, of both flavours.
func newContainer(keys draw.Key, t *Task, began time.Time, isStarted bool) container {
	key := containerKey(keys, t)
	family := t.family()
	started := began.Add(t.Issued).UTC()
	if t.Issued == 0 {
		started = began.Add(startup - youngestTask - time.Duration(draw.Below(key.Name("created").Bits(), uint64(oldestTask-youngestTask)))).UTC()
	}
	ip := address(t, key)
	created := started.Add(-startup)
	c := container{
		containerHead: containerHead{
			DockerID:   dockerID(key),
			Name:       family,
			DockerName: fmt.Sprintf("ecs-%s-%s-%s-%s", family, revision, family, hexDigits(key.Name("name"), 20)),
			Image:      t.Place.account() + ".dkr.ecr." + t.Place.region() + "." + t.Place.domain() + "/" + family + ":latest",
			ImageID:    "sha256:" + hexDigits(keys.Name("image").Name(family), 64),
			Labels: map[string]string{
				clusterLabel:                                cluster,
				"com.amazonaws.ecs.container-name":          family,
				"com.amazonaws.ecs.task-arn":                t.ARN,
				"com.amazonaws.ecs.task-definition-family":  family,
				"com.amazonaws.ecs.task-definition-version": revision,
			},
			DesiredStatus: running,
			KnownStatus:   "PULLED",
			Limits:        limits{CPU: taskCPU * 1024, Memory: taskMemory},
			Type:          "NORMAL",
			born:          created,
		},
		LogDriver:    "awslogs",
		ContainerARN: strings.Replace(t.ARN, ":task/", ":container/", 1) + "/" + uuid(key.Name("arn")),
		Networks: []network{{
			NetworkMode:              "awsvpc",
			IPv4Addresses:            []string{ip},
			MACAddress:               pairs("0e" + hexDigits(key.Name("mac"), 10)),
			IPv4SubnetCIDRBlock:      vpcCIDR,
			PrivateDNSName:           t.Place.privateName(ip),
			SubnetGatewayIPv4Address: "10.0.0.1/16",
		}},
		Snapshotter: "overlayfs",
	}
	if isStarted {
		c.KnownStatus, c.CreatedAt, c.StartedAt = running, &created, &started
	}
	return c
}

// containerKey keys the values of a task's container.
func containerKey(keys draw.Key, t *Task) draw.Key { return keys.Name("container").Name(t.ARN) }

// dockerID is the ID of the container whose key is given.
func dockerID(container draw.Key) string { return hexDigits(container.Name("docker"), 64) }

// startup is from the creation of a container to its start.
const startup = 441*time.Millisecond + 647014*time.Nanosecond

// tags are what the documents with tags add.
type tags struct {
	TaskTags              map[string]string `json:",omitempty"`
	ContainerInstanceTags map[string]string `json:",omitempty"`
}

// metadataError says which part of a task's metadata, version 4, ECS did not
// return, and why.
type metadataError struct {
	ErrorField, ErrorCode, ErrorMessage string
	StatusCode                          int
	RequestID                           string `json:"RequestId"`
	ResourceARN                         string
}

// tagErrors is the error in the metadata when ECS throttles the request for the
// tags. Versions before 4 have none.
// Source: Amazon ECS Developer Guide, task-metadata-endpoint-v4-response.
func (s *ecs) tagErrors(owner *knownTask) []metadataError {
	fail := func(name, arn string) metadataError {
		return metadataError{
			ErrorField: name, ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded",
			StatusCode: http.StatusBadRequest, ResourceARN: arn,
			RequestID: uuid(s.keys.Name("request").Name(name).Name(owner.ARN)),
		}
	}
	return []metadataError{fail("ContainerInstanceTags", s.instance), fail("TaskTags", owner.ARN)}
}

// newTaskMetadata is the metadata of a task with its one container.
func newTaskMetadata(t *Task, c container) taskMetadata {
	known := running
	if c.StartedAt == nil {
		known = "NONE"
	}
	return taskMetadata{
		taskHead: taskHead{
			Cluster:       cluster,
			TaskARN:       t.ARN,
			Family:        t.family(),
			Revision:      revision,
			DesiredStatus: running,
			KnownStatus:   known,
		},
		Limits:           limits{CPU: taskCPU, Memory: taskMemory},
		AvailabilityZone: t.Place.zone(),
		LaunchType:       "EC2",
		Containers:       []container{c},
		VPCID:            vpcID,
		ServiceName:      t.family(),
	}
}

// address is the task's address in its subnet: by its number if it has one,
// drawn otherwise.
func address(t *Task, key draw.Key) string {
	// AWS keeps the first four addresses of a subnet, and the last.
	const first, size = 4, 1<<16 - 5
	n := uint64(t.Slot)
	if t.Slot < 0 {
		n = key.Name("address").Bits()
	}
	n = first + n%size
	return fmt.Sprintf("10.0.%d.%d", n>>8, n&0xff)
}

// pairs puts a colon between pairs of digits.
func pairs(digits string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}
