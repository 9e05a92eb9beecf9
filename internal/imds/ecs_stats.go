package imds

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// stats is one sample of a container's resource usage: the object of Docker's
// statistics API with the agent's network rates behind it. On EC2, fields that are
// null or empty are what an idle cgroup v2 host reports; Fargate reports a cgroup v1
// host.
// Source: amazon-ecs-agent agent/handlers/v4/stats_response.go; for Fargate a capture of
// 2024-07 (aws/amazon-ecs-agent#4285), and of 2020-01 (#2327) for the names of operations.
type stats struct {
	Read             time.Time               `json:"read"`
	Preread          time.Time               `json:"preread"`
	Pids             struct{}                `json:"pids_stats"`
	Blkio            blkio                   `json:"blkio_stats"`
	NumProcs         int                     `json:"num_procs"`
	Storage          struct{}                `json:"storage_stats"`
	CPU              cpu                     `json:"cpu_stats"`
	PreCPU           cpu                     `json:"precpu_stats"`
	Memory           memory                  `json:"memory_stats"`
	Name             string                  `json:"name"`
	ID               string                  `json:"id"`
	Networks         map[string]networkUsage `json:"networks"`
	NetworkRateStats *networkRate            `json:"network_rate_stats,omitempty"`
}

type blkio struct {
	IOServiceBytes []blkioEntry `json:"io_service_bytes_recursive"`
	IOServiced     []blkioEntry `json:"io_serviced_recursive"`
	IOQueue        []blkioEntry `json:"io_queue_recursive"`
	IOServiceTime  []blkioEntry `json:"io_service_time_recursive"`
	IOWaitTime     []blkioEntry `json:"io_wait_time_recursive"`
	IOMerged       []blkioEntry `json:"io_merged_recursive"`
	IOTime         []blkioEntry `json:"io_time_recursive"`
	Sectors        []blkioEntry `json:"sectors_recursive"`
}

// blkioEntry counts one kind of operation on a device.
type blkioEntry struct {
	Major     int    `json:"major"`
	Minor     int    `json:"minor"`
	Operation string `json:"op"`
	Value     uint64 `json:"value"`
}

// cpu is in nanoseconds since the container started.
type cpu struct {
	Usage struct {
		Total  uint64   `json:"total_usage"`
		Percpu []uint64 `json:"percpu_usage"`
		Kernel uint64   `json:"usage_in_kernelmode"`
		User   uint64   `json:"usage_in_usermode"`
	} `json:"cpu_usage"`
	System     uint64 `json:"system_cpu_usage"`
	Online     int    `json:"online_cpus"`
	Throttling struct {
		Periods   uint64 `json:"periods"`
		Throttled uint64 `json:"throttled_periods"`
		Time      uint64 `json:"throttled_time"`
	} `json:"throttling_data"`
}

// memory is in bytes.
type memory struct {
	Usage    uint64            `json:"usage"`
	MaxUsage uint64            `json:"max_usage"`
	Stats    map[string]uint64 `json:"stats"`
	Limit    uint64            `json:"limit"`
}

type networkUsage struct {
	RxBytes   uint64 `json:"rx_bytes"`
	RxPackets uint64 `json:"rx_packets"`
	RxErrors  uint64 `json:"rx_errors"`
	RxDropped uint64 `json:"rx_dropped"`
	TxBytes   uint64 `json:"tx_bytes"`
	TxPackets uint64 `json:"tx_packets"`
	TxErrors  uint64 `json:"tx_errors"`
	TxDropped uint64 `json:"tx_dropped"`
}

type networkRate struct {
	RxBytesPerSec float64 `json:"rx_bytes_per_sec"`
	TxBytesPerSec float64 `json:"tx_bytes_per_sec"`
}

// samplePeriod is how often statistics are taken. The agent answers with the
// last sample and takes none on a request. On Fargate a sample is 10 s after the one
// before it (a capture of 2024-07, aws/amazon-ecs-agent#4285).
func samplePeriod(of service.Flavour) time.Duration {
	if of == service.Fargate {
		return 10 * time.Second
	}
	return time.Second
}

// sampleAt is the number of the last sample at now. Sample 0 is at t = 0.
func sampleAt(now time.Duration, of service.Flavour) int64 { return int64(now / samplePeriod(of)) }

// newStats is a sample of a container that does the same all the time: a few
// per cent of a processor, some traffic, memory that does not grow.
func newStats(keys draw.Key, c container, began time.Time, sample int64, of service.Flavour) stats {
	const packet = 1400 // bytes
	key := keys.Name("stats").Name(c.DockerID)
	read := began.Add(time.Duration(sample) * samplePeriod(of)).UTC()
	if read.Before(*c.StartedAt) {
		read = *c.StartedAt
	}
	preread := read.Add(-samplePeriod(of))
	share := 5 + draw.Below(key.Name("cpu").Bits(), 20) // thousandths of a processor
	rx := 200 + draw.Below(key.Name("rx").Bits(), 4000) // bytes a second
	tx := 100 + draw.Below(key.Name("tx").Bits(), 2000)
	rss := 16*mebibyte + draw.Below(key.Name("memory").Bits(), 128*mebibyte)>>12<<12

	s := stats{
		Read: read, Preread: preread,
		CPU:              cpuAt(*c.StartedAt, read, share),
		PreCPU:           cpuAt(*c.StartedAt, preread, share),
		Name:             c.DockerName,
		ID:               c.DockerID,
		NetworkRateStats: &networkRate{RxBytesPerSec: float64(rx), TxBytesPerSec: float64(tx)},
	}
	const cache = 2 * mebibyte
	s.Memory = memory{
		Usage: rss + cache, MaxUsage: rss + cache + mebibyte,
		Stats: map[string]uint64{"cache": cache, "rss": rss}, Limit: taskMemory * mebibyte,
	}
	if of == service.Fargate {
		s.onFargate(key, rss, cache)
	}

	age := uint64(read.Sub(*c.StartedAt) / time.Second)
	s.Networks = map[string]networkUsage{"eth1": {
		RxBytes: rx * age, RxPackets: rx*age/packet + 1,
		TxBytes: tx * age, TxPackets: tx*age/packet + 1,
	}}
	return s
}

// processors is how many the host has.
const processors = 2

const mebibyte = 1 << 20

// cpuAt is the processor time of a container that started at started, by the
// instant at, when it uses share thousandths of a processor.
func cpuAt(started, at time.Time, share uint64) cpu {
	var c cpu
	age := uint64(max(at.Sub(started), 0))
	total := age / 1000 * share
	c.Usage.Total = total
	c.Usage.Percpu = []uint64{total / 3 * 2, total - total/3*2}
	c.Usage.Kernel = total / 10
	c.Usage.User = total - total/10
	c.System = processors * age
	c.Online = processors
	return c
}
