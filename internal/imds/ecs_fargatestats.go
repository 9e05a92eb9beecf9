package imds

import (
	"math"

	"tenement/internal/draw"
)

// onFargate turns statistics into those of a container on Fargate: a cgroup v1 host
// counts what was read and written, and says more of memory. The container has no limit
// of its own, which cgroup v1 writes as the largest multiple of a page.
// Source: a capture of 2024-07 (aws/amazon-ecs-agent#4285).
func (s *stats) onFargate(key draw.Key, rss, cache uint64) {
	none := []blkioEntry{}
	read := 4*mebibyte + draw.Below(key.Name("read").Bits(), 64*mebibyte)>>12<<12
	s.Blkio = blkio{
		IOServiceBytes: blkioEntries(read, 0), IOServiced: blkioEntries(read>>14, 0),
		IOQueue: none, IOServiceTime: none, IOWaitTime: none, IOMerged: none, IOTime: none, Sectors: none,
	}
	s.Memory.Limit = unlimited
	own := map[string]uint64{
		"active_anon": rss, "active_file": cache / 4, "cache": cache, "dirty": 0, "inactive_anon": 0,
		"inactive_file": cache - cache/4, "mapped_file": cache / 2, "pgfault": rss >> 11, "pgmajfault": 0,
		"pgpgin": (rss + cache) >> 11, "pgpgout": (rss + cache) >> 12, "rss": rss, "rss_huge": 0,
		"unevictable": 0, "writeback": 0,
	}
	all := map[string]uint64{"hierarchical_memory_limit": taskMemory * mebibyte, "hierarchical_memsw_limit": unlimited}
	for name, value := range own {
		all[name], all["total_"+name] = value, value
	}
	s.Memory.Stats = all
}

// unlimited is how cgroup v1 writes that there is no limit, in bytes: the largest
// multiple of a page below 2⁶³.
const unlimited = math.MaxInt64 - 4095

// blkioEntries are the operations of the one device.
func blkioEntries(read, written uint64) []blkioEntry {
	var all []blkioEntry
	for _, o := range [...]struct {
		name  string
		value uint64
	}{{"Read", read}, {"Write", written}, {"Sync", read + written}, {"Async", 0}, {"Total", read + written}} {
		all = append(all, blkioEntry{Major: 202, Minor: 26368, Operation: o.name, Value: o.value})
	}
	return all
}
