package tracestat

import (
	"math"
	"time"

	"tenement/internal/throttle"
)

// usage says who had used a bucket when a request was refused there.
//
// A bucket is empty because of what it admitted in the time in which it fills up:
// burst/rate. So a refusal is divided among the tasks that were admitted there in
// that time before it, in proportion to their requests. All refusals count alike.
//
// Dividing each refusal among all tasks of its bucket would take time in proportion
// to both. Instead a bucket keeps the sum of 1/admitted over its refusals; when the
// number of a task's requests changes, the task is credited with that number times
// what the sum has grown by.
type usage struct {
	width   time.Duration // of the time before a refusal
	step    time.Duration // in which that time moves
	buckets []usedBucket
	ids     map[user]int32
	users   []using
	free    []int32
	entries []userEntry
	head    int // of the entries: those before it have expired
	dropped int // entries that have been dropped from the front
	tasks   []taskUse

	refusals, unexplained uint64
	shared                uint64 // refusals where another task had used the bucket too
}

// user is a task at a bucket.
type user struct{ bucket, task int32 }

// using is a user whose requests are in the time kept.
type using struct {
	user
	n       uint32  // its requests
	settled float64 // the bucket's sum when it was credited last
	last    int     // the number of its last entry, plus 1
}

// userEntry is the requests of one user in one step.
type userEntry struct {
	slot int64
	id   int32
	n    uint32
}

// usedBucket is one bucket.
type usedBucket struct {
	admitted uint64 // in the time kept
	sum      float64
}

// taskUse is refusals, or parts of them.
type taskUse struct {
	all float64 // for which the task had used the bucket: its own and those of others
	own float64 // of these, its own
}

// usageSteps is how many steps the time kept has.
const usageSteps = 1000

func newUsage(l throttle.Limit) *usage {
	seconds := float64(l.Burst) / l.Rate.PerSecond()
	width := time.Duration(min(max(math.Round(seconds*1e9), usageSteps), float64(366*24*time.Hour)))
	return &usage{width: width, step: max(width/usageSteps, 1), ids: make(map[user]int32)}
}

// see takes in a request of a task at a bucket.
func (u *usage) see(now time.Duration, bucket, task int32, refused bool) {
	for int(bucket) >= len(u.buckets) {
		u.buckets = append(u.buckets, usedBucket{})
	}
	for int(task) >= len(u.tasks) {
		u.tasks = append(u.tasks, taskUse{})
	}
	slot := int64(now / u.step)
	u.expire(slot - int64(u.width/u.step))
	b := &u.buckets[bucket]
	if !refused {
		u.admit(slot, user{bucket, task}, b)
		return
	}
	u.refusals++
	if b.admitted == 0 {
		u.unexplained++
		return
	}
	b.sum += 1 / float64(b.admitted)
	var mine uint32
	if id, known := u.ids[user{bucket, task}]; known {
		mine = u.users[id].n
		u.tasks[task].own += float64(mine) / float64(b.admitted)
	}
	if uint64(mine) < b.admitted {
		u.shared++
	}
}

// admit counts a request that took a token.
func (u *usage) admit(slot int64, who user, b *usedBucket) {
	id, known := u.ids[who]
	if !known {
		if n := len(u.free); n > 0 {
			id, u.free = u.free[n-1], u.free[:n-1]
		} else {
			id = int32(len(u.users))
			u.users = append(u.users, using{})
		}
		u.ids[who] = id
		u.users[id] = using{user: who, settled: b.sum}
	}
	w := &u.users[id]
	u.settle(w, b)
	w.n++
	b.admitted++
	if at := w.last - 1 - u.dropped; at >= u.head && u.entries[at].slot == slot {
		u.entries[at].n++
		return
	}
	u.entries = append(u.entries, userEntry{slot, id, 1})
	w.last = u.dropped + len(u.entries)
}

// settle credits a user with its part of the refusals since the last time.
func (u *usage) settle(w *using, b *usedBucket) {
	u.tasks[w.task].all += float64(float64(w.n) * (b.sum - w.settled))
	w.settled = b.sum
}

// expire forgets the requests up to a step.
func (u *usage) expire(upTo int64) {
	for u.head < len(u.entries) && u.entries[u.head].slot <= upTo {
		e := &u.entries[u.head]
		w := &u.users[e.id]
		b := &u.buckets[w.bucket]
		u.settle(w, b)
		w.n -= e.n
		b.admitted -= uint64(e.n)
		if w.n == 0 {
			delete(u.ids, w.user)
			u.free = append(u.free, e.id)
		}
		u.head++
	}
	if u.head > 64 && u.head > len(u.entries)/2 {
		u.entries = append(u.entries[:0], u.entries[u.head:]...)
		u.dropped += u.head
		u.head = 0
	}
}

// finish credits everybody.
func (u *usage) finish() {
	for i := range u.users {
		w := &u.users[i]
		u.settle(w, &u.buckets[w.bucket]) // of one that is free, nothing
	}
}
