package tracestat

import (
	"time"

	"tenement/internal/throttle"
)

// demand is the requests of each bucket of a limit against what the limit grants.
type demand struct {
	limit    throttle.Limit
	from     string
	ids      map[place]int32
	places   []place
	buckets  []backlog
	endpoint *throttle.Endpoint
	refuses  uint64
}

// place is what a bucket's key may be made of, by number; −1 is not of the scope.
type place struct{ source, task, path, owner int32 }

// backlog is a bucket that refuses nothing: how many requests are above the rate,
// now and at most. The most is the burst that would have admitted all of them.
type backlog struct {
	now, most float64
	at        time.Duration
	mostAt    time.Duration
}

func newDemand(l throttle.Limit, from string) *demand {
	return &demand{
		limit: l, from: from, ids: make(map[place]int32),
		endpoint: throttle.New(throttle.Config{Limits: []throttle.Limit{l}}),
	}
}

// bucket is the number of the bucket of a request.
func (d *demand) bucket(p place) int32 {
	if d.limit.Scope&throttle.IPScope == 0 {
		p.source = -1
	}
	if d.limit.Scope&throttle.TaskScope == 0 {
		p.task = -1
	}
	if d.limit.Scope&throttle.PathScope == 0 {
		p.path, p.owner = -1, -1
	}
	id, known := d.ids[p]
	if !known {
		id = int32(len(d.places))
		d.ids[p] = id
		d.places, d.buckets = append(d.places, p), append(d.buckets, backlog{})
	}
	return id
}

// see takes in a request of a bucket.
func (d *demand) see(now time.Duration, bucket int32) {
	b := &d.buckets[bucket]
	b.now = max(b.now-float64(d.limit.Rate.PerSecond()*(now-b.at).Seconds()), 0) + 1
	b.at = now
	if b.now > b.most {
		b.most, b.mostAt = b.now, now
	}
	p := uint64(bucket)
	var v throttle.Verdict
	d.endpoint.Decide(now, &throttle.Request{Source: p, Path: p, Task: p, Tenant: p, Slot: -1, Group: -1}, &v)
	if !v.Kind.Served() {
		d.refuses++
	}
}

// busiest is the bucket that would need the largest burst, −1 if there is none.
func (d *demand) busiest() int {
	best := -1
	for i := range d.buckets {
		if best < 0 || d.buckets[i].most > d.buckets[best].most {
			best = i
		}
	}
	return best
}
