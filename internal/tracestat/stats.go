package tracestat

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"tenement/internal/stat"
	"tenement/internal/throttle"
)

// Version is the version of the field names of Stats. Adding a field keeps it.
const Version = 1

// mostParts bounds how many tasks or paths Stats names.
const mostParts = 100

// Stats is what a recording holds. Times are seconds since the trace's start,
// rates requests a second.
type Stats struct {
	Version     int       `json:"version"`
	Source      string    `json:"source,omitempty"` // what recorded it
	Start       time.Time `json:"start,omitzero"`
	Service     string    `json:"service"`
	ResolutionS float64   `json:"resolution_s"`           // of the recorded times; 0 is exact
	PlacedBy    string    `json:"placed_by,omitempty"`    // the rule that placed times within their steps
	PlacedFor   string    `json:"placed_limit,omitempty"` // the limit that they were placed to fit

	Requests uint64  `json:"requests"`
	Tasks    int     `json:"tasks"` // distinct, as are Paths
	Paths    int     `json:"paths"`
	FirstS   float64 `json:"first_s"`
	LastS    float64 `json:"last_s"`
	PerS     float64 `json:"per_s"`    // from the first to the last request, and the step that it was recorded in
	Cut      uint64  `json:"cut"`      // requests whose path is cut
	Inferred uint64  `json:"inferred"` // requests that are in no line of the recording

	Answered     uint64            `json:"answered"` // requests whose status was recorded
	Statuses     map[string]uint64 `json:"statuses"` // of those, by status
	Refused      uint64            `json:"refused"`  // of those, by a limit
	RefusedShare *float64          `json:"refused_share"`
	LatencyMS    *Latency          `json:"latency_ms"` // where it was recorded

	Rate       Series     `json:"rate"`
	Peaks      []Peak     `json:"peaks"` // those that the recorded times can show
	Burstiness Burstiness `json:"burstiness"`
	Limit      *Limit     `json:"limit"` // null without one
	Use        *Use       `json:"use"`   // null without a limit, or without refusals

	Routes       []Part `json:"routes"`
	LargestTasks []Part `json:"largest_tasks"` // at most 100
	LargestPaths []Part `json:"largest_paths"` // at most 100
}

// Latency is the recorded latencies, in milliseconds, to 2 %.
type Latency struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

// Series is requests over time.
type Series struct {
	BeginS   float64  `json:"begin_s"`
	BucketS  float64  `json:"bucket_s"`
	Requests []uint64 `json:"requests"`
	Refused  []uint64 `json:"refused"`
}

// Peak is the busiest window of a width. Windows begin at whole milliseconds.
type Peak struct {
	WindowS  float64 `json:"window_s"`
	Requests uint64  `json:"requests"`
	AtS      float64 `json:"at_s"` // its first request
	// BucketRequests is the most requests for one bucket of the limit in a window of
	// this width, and Grants what a full bucket admits in that time; null without a limit.
	BucketRequests *uint64  `json:"bucket_requests"`
	Bucket         *Bucket  `json:"bucket"`
	BucketAtS      *float64 `json:"bucket_at_s"`
	Grants         *float64 `json:"grants"`
}

// Bucket names what shares a bucket, as far as the limit's scope tells it apart.
type Bucket struct {
	Task   string `json:"task,omitempty"`
	Source string `json:"source,omitempty"`
	Path   string `json:"path,omitempty"`
	// OwnPath says that the path was cut, and is taken for the task's own.
	OwnPath bool `json:"own_path,omitempty"`
}

// Burstiness is how irregular the arrivals are, all tasks together.
type Burstiness struct {
	// CV is the coefficient of variation of the gaps between requests: 1 of a Poisson
	// process, 0 of a timer. null where times are too coarse, or equal.
	CV *float64 `json:"cv"`
	// Dispersion is the variance of the requests in a second over their mean: 1 of a
	// Poisson process. null of less than three seconds.
	Dispersion *float64 `json:"dispersion"`
}

// Where a limit is from.
const (
	FromYou      = "you"      // the caller named it
	FromHeader   = "header"   // the times of the trace were placed for it
	FromRefusals = "refusals" // the same, and it was inferred from the refusals
	FromService  = "service"  // published for the service: an assumption
)

// Limit is a token bucket, and what it does to the requests as they were recorded.
type Limit struct {
	Limit string `json:"limit"` // as RATE,BURST,SCOPE
	From  string `json:"from"`
	// Buckets is how many there are.
	Buckets int `json:"buckets"`
	// BurstNeeded is the burst with which the busiest bucket, at this rate, refuses
	// nothing; null where times are too coarse.
	BurstNeeded   *float64 `json:"burst_needed"`
	BurstBucket   *Bucket  `json:"burst_bucket"`
	BurstNeededAt *float64 `json:"burst_needed_at_s"`
	// WouldRefuse is how many of the requests the limit refuses at their recorded
	// times; null where times are too coarse.
	WouldRefuse *uint64 `json:"would_refuse"`
}

// Use is who had used the bucket when requests were refused. A refusal is divided
// among the tasks that the bucket admitted in the WindowS before it, the time in
// which it fills up, in proportion to their requests.
type Use struct {
	WindowS  float64 `json:"window_s"`
	Refusals uint64  `json:"refusals"`
	// Unexplained are refusals before which the recording has no admitted request of
	// that bucket in that time.
	Unexplained uint64 `json:"unexplained"`
	// Shared are refusals before which another task had used the bucket too.
	Shared uint64 `json:"shared"`
	// OwnShare is the share of the tokens that the refused tasks had used themselves,
	// null if all refusals are unexplained.
	OwnShare *float64  `json:"own_share"`
	Tasks    []UseTask `json:"tasks"` // the largest, at most 100
}

// UseTask is one task's part. The sum over all tasks is the number of refusals that
// are explained.
type UseTask struct {
	Task     string  `json:"task"`
	OfOthers float64 `json:"of_others"` // refusals of other tasks that its requests stand for
	OfItself float64 `json:"of_itself"`
}

// Part is the requests of one task, or for one path or route.
type Part struct {
	Name         string   `json:"name"`
	Requests     uint64   `json:"requests"`
	Share        float64  `json:"share"` // of all requests
	Refused      uint64   `json:"refused"`
	RefusedShare *float64 `json:"refused_share"` // of those whose status was recorded
}

// stats is what was counted.
func (c *counter) stats() *Stats {
	step := c.header.Step()
	s := &Stats{
		Version: Version, Source: c.header.Source, Start: c.header.Start, Service: c.service.String(), ResolutionS: c.header.ResolutionS,
		Requests: c.n, Tasks: len(c.tasks.all), Paths: len(c.paths.all),
		FirstS: c.first.Seconds(), LastS: c.last.Seconds(), Cut: c.cut, Inferred: c.inferred,
		Answered: c.all.Answered, Statuses: statuses(c.statuses), Refused: c.all.Refused, RefusedShare: ratio(c.all.Refused, c.all.Answered),
		Peaks: []Peak{}, Routes: []Part{},
	}
	if took := c.last - c.first + step; took > 0 {
		s.PerS = stat.Tidy(float64(c.n) / took.Seconds())
	}
	if p := c.header.Placed; p != nil {
		s.PlacedBy, s.PlacedFor = p.Rule, p.Limit
		step = 0 // placed times are taken as they are
	}
	if n := c.latency.Count; n > 0 {
		q := func(q float64) float64 { return milliseconds(min(c.latency.Quantile(q), c.slowest)) }
		s.LatencyMS = &Latency{Count: uint64(n), P50: q(0.5), P90: q(0.9), P99: q(0.99), Max: milliseconds(c.slowest)}
	}
	c.rate.atLeast(step)
	s.Rate = Series{c.rate.begin.Seconds(), widths[c.rate.width].Seconds(), orEmpty(c.rate.requests), orEmpty(c.rate.refused)}
	c.addPeaks(s, step)
	if cv, ok := c.gaps.cv(); ok && step <= time.Millisecond {
		cv = stat.Tidy(cv)
		s.Burstiness.CV = &cv
	}
	if index, _, ok := c.gaps.dispersion(); ok && step <= time.Second {
		index = stat.Tidy(index)
		s.Burstiness.Dispersion = &index
	}
	if c.limit != nil && c.n > 0 {
		s.Limit = c.against(step)
		s.Use = c.use()
	}
	for _, name := range slices.Sorted(maps.Keys(c.routes)) {
		label := "other"
		if names := name.Names(); len(names) > 0 {
			label = names[0]
		}
		s.Routes = append(s.Routes, c.part(label, c.routes[name]))
	}
	slices.SortStableFunc(s.Routes, func(a, b Part) int { return cmp.Compare(b.Requests, a.Requests) })
	s.LargestTasks = c.parts(c.taskParts, c.tasks.all)
	s.LargestPaths = c.parts(c.pathParts, c.paths.all)
	return s
}

// parts are the largest of many.
func (c *counter) parts(all []part, names []string) []Part {
	out := []Part{}
	for _, i := range largest(all, mostParts) {
		out = append(out, c.part(names[i], &all[i]))
	}
	return out
}

func (c *counter) part(name string, p *part) Part {
	return Part{name, p.Requests, stat.Tidy(stat.Ratio(p.Requests, c.n)), p.Refused, ratio(p.Refused, p.Answered)}
}

// addPeaks adds the windows that times in such steps can show.
func (c *counter) addPeaks(s *Stats, step time.Duration) {
	if c.n == 0 {
		return
	}
	w := &c.windows
	for i, width := range w.widths {
		if step > width {
			continue
		}
		p := Peak{WindowS: width.Seconds(), Requests: w.peaks[i].n, AtS: w.peaks[i].at.Seconds()}
		if c.limit != nil {
			b := &w.busiest[i]
			n, at := b.n, b.at.Seconds()
			grants := stat.Tidy(float64(c.limit.limit.Burst) + float64(c.limit.limit.Rate.PerSecond()*width.Seconds()))
			p.BucketRequests, p.BucketAtS, p.Bucket, p.Grants = &n, &at, c.name(int(b.bucket)), &grants
		}
		s.Peaks = append(s.Peaks, p)
	}
}

// against is the requests against the limit.
func (c *counter) against(step time.Duration) *Limit {
	d := c.limit
	l := &Limit{Limit: d.limit.Line(), From: d.from, Buckets: len(d.buckets)}
	if step > time.Millisecond {
		return l
	}
	best := d.busiest()
	needed, at, refuses := stat.Tidy(d.buckets[best].most), d.buckets[best].mostAt.Seconds(), d.refuses
	l.BurstNeeded, l.BurstNeededAt, l.BurstBucket, l.WouldRefuse = &needed, &at, c.name(best), &refuses
	return l
}

// name names a bucket.
func (c *counter) name(bucket int) *Bucket {
	d := c.limit
	p, b := d.places[bucket], &Bucket{}
	if p.task >= 0 && d.limit.Scope&throttle.TaskScope != 0 {
		b.Task = c.tasks.all[p.task]
	}
	if p.source >= 0 {
		b.Source = c.addresses.all[p.source]
	}
	if p.path >= 0 {
		b.Path = c.plain.all[p.path]
	}
	if p.owner >= 0 {
		b.Task, b.OwnPath = c.tasks.all[p.owner/2], true
	}
	return b
}

// use is who used the buckets; nil if nothing was refused.
func (c *counter) use() *Use {
	u := c.used
	if u.refusals == 0 {
		return nil
	}
	u.finish()
	out := &Use{WindowS: u.width.Seconds(), Refusals: u.refusals, Unexplained: u.unexplained, Shared: u.shared, Tasks: []UseTask{}}
	own := 0.0
	order := make([]int, 0, len(u.tasks))
	for i := range u.tasks {
		own += u.tasks[i].own
		if u.tasks[i].all > 0 {
			order = append(order, i)
		}
	}
	if explained := u.refusals - u.unexplained; explained > 0 {
		share := stat.Tidy(own / float64(explained))
		out.OwnShare = &share
	}
	others := func(i int) float64 { return tenthousandths(u.tasks[i].all - u.tasks[i].own) }
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(others(b), others(a)), cmp.Compare(u.tasks[b].own, u.tasks[a].own))
	})
	for _, i := range order[:min(mostParts, len(order))] {
		out.Tasks = append(out.Tasks, UseTask{c.tasks.all[i], others(i), tenthousandths(u.tasks[i].own)})
	}
	return out
}
