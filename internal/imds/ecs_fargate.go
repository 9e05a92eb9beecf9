package imds

import (
	"time"

	"tenement/internal/draw"
)

// onFargate turns a container into one on Fargate: its name is that in the task
// definition, its ID is the endpoint ID, its limits are the task's, its cluster is an
// ARN, and it is created when it starts.
// Source: captures of 2024-07 (aws/amazon-ecs-agent#4285) and 2025-03 (#4351); Amazon
// ECS Developer Guide, task-metadata-endpoint-v4-fargate-examples.
func (c *container) onFargate(t *Task) {
	c.DockerID, c.DockerName = t.EndpointID, c.Name
	c.Limits = limits{CPU: 2}
	c.Labels[clusterLabel] = t.Place.clusterARN()
	if c.StartedAt != nil {
		created := c.StartedAt.Add(-startup)
		c.CreatedAt, c.StartedAt = &created, &created
	}
	for i := range c.Networks {
		c.Networks[i].DomainNameServers = []string{"10.0.0.2"}
		c.Networks[i].DomainNameSearchList = []string{t.Place.network()}
	}
}

// pulls is when a task began to pull its images, and when it had them.
type pulls struct {
	PullStartedAt *time.Time `json:",omitempty"`
	PullStoppedAt *time.Time `json:",omitempty"`
}

// newPulls is the pulls of a task with one container: one that ended shortly
// before the container was created.
func newPulls(key draw.Key, c *container) pulls {
	took := 100*time.Millisecond + time.Duration(draw.Below(key.Name("pull").Bits(), uint64(5*time.Second)))
	stopped := c.born.Add(-betweenPullAndCreation)
	started := stopped.Add(-took)
	return pulls{PullStartedAt: &started, PullStoppedAt: &stopped}
}

// betweenPullAndCreation is the time from the end of the pull to the creation of
// the container.
const betweenPullAndCreation = 2*time.Millisecond + 923574*time.Nanosecond

// clockDrift is how far the clock may be off, in milliseconds.
type clockDrift struct {
	ClockErrorBound            float64
	ReferenceTimestamp         time.Time
	ClockSynchronizationStatus string
}

// ephemeralStorage is in MiB.
type ephemeralStorage struct{ Utilized, Reserved int }

// clockPeriod is the time between checks of the clock; our choice.
const clockPeriod = time.Minute

// clockAt is the number of the last check of the clock at now.
func clockAt(now time.Duration) int64 { return int64(now / clockPeriod) }

// onFargate turns the metadata of a task into that of one on Fargate after a number of
// clock checks. It has no VPC.
//
// Source: captures of 2024-07 (aws/amazon-ecs-agent#4285) and 2025-03 (#4351) for the
// order, which is that of the agent's own structs, and for the cluster's ARN; captures
// of 2026-08 (aws/containers-roadmap#2850) for the zone's ID, whose place is unseen, and
// of 2026-01 (aws/amazon-ecs-service-connect-agent#132) for the service's name; Amazon
// ECS Developer Guide, task-metadata-endpoint-v4-fargate-response, for the rest.
func (t *taskMetadata) onFargate(in Place, keys draw.Key, began time.Time, checks int64) {
	key := keys.Name("fargate").Name(t.TaskARN)
	t.Cluster, t.LaunchType, t.VPCID, t.AvailabilityZoneID = in.clusterARN(), "FARGATE", "", in.zoneID()
	t.pulls = newPulls(key, &t.Containers[0])
	t.ClockDrift = &clockDrift{
		ClockErrorBound:            0.3 + float64(draw.Below(key.Name("clock").With(uint64(checks)).Bits(), 400_000))/1e6,
		ReferenceTimestamp:         began.Add(time.Duration(checks) * clockPeriod).UTC(),
		ClockSynchronizationStatus: "SYNCHRONIZED",
	}
	t.EphemeralStorageMetrics = &ephemeralStorage{
		Utilized: 200 + int(draw.Below(key.Name("storage").Bits(), 400)),
		Reserved: 20496,
	}
}
