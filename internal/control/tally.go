package control

import "time"

// integral is a number that changes, and its sum over time.
type integral struct {
	n    int64
	sum  float64 // in n × seconds
	last time.Duration
}

// move changes the number at now.
func (i *integral) move(now time.Duration, by int64) {
	i.sum += float64(float64(i.n) * (now - i.last).Seconds()) // not fused with the sum, so that it is the same everywhere
	i.n, i.last = i.n+by, now
}

// level is a number that changes, and its least and largest value in each interval.
type level struct {
	n         int64
	bucket    int // that low and high end with
	low, high []int64
}

// start begins the level at a number.
func (l *level) start(n int64, buckets int) {
	l.n = n
	if buckets > 0 {
		l.low, l.high = make([]int64, buckets), make([]int64, buckets)
		l.low[0], l.high[0] = n, n
	}
}

// move changes the number now.
func (l *level) move(r *run, by int64) {
	if l.low == nil {
		l.n += by
		return
	}
	l.reach(r.bucket())
	l.n += by
	l.low[l.bucket], l.high[l.bucket] = min(l.low[l.bucket], l.n), max(l.high[l.bucket], l.n)
}

// reach fills the intervals up to one.
func (l *level) reach(bucket int) {
	for l.bucket < bucket {
		l.bucket++
		l.low[l.bucket], l.high[l.bucket] = l.n, l.n
	}
}

// Result is what a run has counted.
type Result struct {
	Callers    []CallerCounts // by number
	Steps      [NumSteps]StepCounts
	Zones      []ZoneCounts // of all regions, one after the other
	Regions    []RegionCounts
	Series     Series
	Capacity   CapacityUse
	RolledBack time.Duration // when the rollout was stopped; 0 is never
	Events     uint64
}

// CallerCounts are those of a caller, in all regions.
type CallerCounts struct {
	Asked    uint64 // tasks
	States   [NumStates]uint64
	FailedAt [NumSteps]uint64 // the tasks that failed, by step
	Calls    uint64
	Attempts uint64
	Died     uint64 // tasks that were RUNNING when their zone or cell was lost
	Replaced uint64 // tasks that were asked for in the place of lost ones
	Again    uint64 // of those, the ones that became RUNNING
	// Of the tasks that got capacity: those that had their host to themselves when they
	// were put there, and sums of how many others were there, of the same account and of
	// others; and the most of all together.
	Placed, Alone, Own, Others, MostOnHost uint64
}

// StepCounts are those of a step.
type StepCounts struct{ Visits, Failed, Refused uint64 }

// ZoneCounts are those of a zone.
type ZoneCounts struct {
	Region, Zone int
	Least        int64  // of what was free
	Died         uint64 // tasks that were lost with it or with one of its cells, RUNNING or not
	Cells        []CellCounts
}

// CellCounts are those of a cell.
type CellCounts struct {
	Most uint64 // tasks at one time
	Died uint64
}

// RegionCounts are those of a region.
type RegionCounts struct {
	Asked, Started uint64
	Visits, Failed uint64        // of the step of the rollout, while it had the new software
	From, To       time.Duration // when it had that; both 0 is never
}

// Series is what happened over time, in intervals of a width. Level is what each zone had
// free at least: warm instances, or CPU units of its hosts.
type Series struct {
	Bucket                  time.Duration
	Asked, Started, Refused []uint32        // tasks
	SlowSum                 []time.Duration // of the times to RUNNING of those that started
	Alive                   []int64         // tasks that were RUNNING, at most
	Level                   [][]int64       // by zone
}

// CapacityUse is what was paid for and what was used, in CPU-unit seconds and MiB seconds.
// Idle is what waited warm or was booting; the rest of what was not used is what tasks did
// not fill.
type CapacityUse struct {
	PaidCPU, UsedCPU, IdleCPU          float64
	PaidMemory, UsedMemory, IdleMemory float64
}
