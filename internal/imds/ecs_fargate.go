package imds

import (
	"time"

	"tenement/internal/draw"
)

// onFargate turns a container into one on Fargate: its name is that in the task
// definition, its ID is the endpoint ID, and its limits are the task's.
func (c *container) onFargate(t *Task) {
	c.DockerID, c.DockerName = t.EndpointID, c.Name
	c.Limits = limits{CPU: 2}
	for i := range c.Networks {
		c.Networks[i].DomainNameServers = []string{"10.0.0.2"}
		c.Networks[i].DomainNameSearchList = []string{t.Place.network()}
	}
}

// taskFargate is the metadata of a task on Fargate, version 4, in the order of
// the documented example. It has no VPC and, as there, no service.
type taskFargate struct {
	taskHead
	Limits limits
	pulls
	AvailabilityZone        string
	Containers              []container
	LaunchType              string
	ClockDrift              clockDrift
	EphemeralStorageMetrics ephemeralStorage
	FaultInjectionEnabled   bool
}

// pulls is when a task began to pull its images, and when it had them.
type pulls struct {
	PullStartedAt time.Time
	PullStoppedAt time.Time
}

// newPulls is the pulls of a task with one container: one that ended shortly
// before the container was created.
func newPulls(key draw.Key, c *container) pulls {
	took := 100*time.Millisecond + time.Duration(draw.Below(key.Name("pull").Bits(), uint64(5*time.Second)))
	stopped := c.CreatedAt.Add(-betweenPullAndCreation)
	return pulls{PullStartedAt: stopped.Add(-took), PullStoppedAt: stopped}
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

// onFargate is the metadata of a task on Fargate after a number of clock checks.
func (t *taskMetadata) onFargate(keys draw.Key, began time.Time, checks int64) taskFargate {
	key := keys.Name("fargate").Name(t.TaskARN)
	return taskFargate{
		taskHead: t.taskHead, Limits: t.Limits, pulls: newPulls(key, &t.Containers[0]), AvailabilityZone: t.AvailabilityZone,
		Containers: t.Containers, LaunchType: "FARGATE",
		ClockDrift: clockDrift{
			ClockErrorBound:            0.3 + float64(draw.Below(key.Name("clock").With(uint64(checks)).Bits(), 400_000))/1e6,
			ReferenceTimestamp:         began.Add(time.Duration(checks) * clockPeriod).UTC(),
			ClockSynchronizationStatus: "SYNCHRONIZED",
		},
		EphemeralStorageMetrics: ephemeralStorage{
			Utilized: 200 + int(draw.Below(key.Name("storage").Bits(), 400)),
			Reserved: 20496,
		},
	}
}
