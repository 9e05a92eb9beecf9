package control

import (
	"context"
	"time"

	"tenement/internal/draw"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// run is the state of a run.
type run struct {
	plan     *Plan
	observer Observer
	now      time.Duration
	horizon  time.Duration
	queue    queue
	zones    []zone // of all regions, one after the other
	regions  []region
	clients  *strategy.Host // those of region r and caller c are client r·callers+c
	accounts int
	api      []throttle.Limiter // by region and account
	launches []throttle.Limiter
	streams  []stream
	calls    slots[call]
	jobs     slots[job]
	orders   uint64
	orderKey draw.Key
	alive    level
	cpu, mem integral // of the tasks that hold capacity
	stopped  bool     // the rollout
	result   Result
}

// region is the servers of a region, and what software it has.
type region struct {
	stations       [NumSteps]station // but for the zonal steps
	zonal          []station         // of Capacity, by zone
	fresh          bool              // it has the new software
	visits, failed uint64            // of the rollout's step, since it was last looked at
}

// MaxOpen bounds the calls and tasks that are under way at the same time, each of which
// takes up to 500 bytes.
const MaxOpen = 5_000_000

// checkEvery is how many events pass between two looks at the context.
const checkEvery = 1 << 13

// Run runs a plan to its horizon. The error is that of a context that has ended, or a
// TooManyError; then there is no result.
func Run(ctx context.Context, p *Plan, o Observer) (*Result, error) {
	r := newRun(p, o)
	for n := 0; ; n++ {
		if n%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return nil, context.Cause(ctx)
			}
			if len(r.calls.all)+len(r.jobs.all) > MaxOpen {
				return nil, r.tooMany()
			}
		}
		if !r.step() {
			break
		}
	}
	r.finish()
	return &r.result, nil
}

// step carries out the next event, and reports false if there is none before the horizon.
func (r *run) step() bool {
	if len(r.queue) == 0 || r.queue[0].at > r.horizon {
		return false
	}
	e := r.queue.take()
	r.now = e.at
	r.result.Events++
	r.act(&e)
	return true
}

func newRun(p *Plan, o Observer) *run {
	r := &run{plan: p, observer: o, horizon: p.Horizon()}
	seed := draw.Seed(p.Seed)
	r.orderKey = seed.Name("control instances")
	regions, zones := max(p.Regions, 1), max(p.Zones, 1)
	for i := range p.Callers {
		r.accounts = max(r.accounts, p.Callers[i].Account+1)
	}
	buckets := r.buckets()
	r.alive.start(0, buckets)
	r.result.Callers = make([]CallerCounts, len(p.Callers))
	r.result.Regions = make([]RegionCounts, regions)
	r.result.Series.Bucket = p.Bucket
	if buckets > 0 {
		s := &r.result.Series
		s.Asked, s.Started, s.Refused = make([]uint32, buckets), make([]uint32, buckets), make([]uint32, buckets)
		s.SlowSum = make([]time.Duration, buckets)
	}
	r.regions = make([]region, regions)
	for i := range r.regions {
		for step := range NumSteps {
			if !step.Zonal() {
				r.regions[i].stations[step] = newStation(&p.Steps[step], step.Answered())
			}
		}
		for z := range zones {
			r.regions[i].zonal = append(r.regions[i].zonal, newStation(&p.Steps[Capacity], false))
			own := newZone(p, z, r.accounts, buckets)
			r.zones = append(r.zones, own)
			r.result.Zones = append(r.result.Zones, ZoneCounts{Region: i, Zone: z, Least: own.level.n, Cells: make([]CellCounts, len(own.cells))})
		}
		for range r.accounts {
			r.api, r.launches = append(r.api, limiterOf(p.API)), append(r.launches, limiterOf(p.Launches))
		}
	}
	r.newClients(regions)
	r.newStreams(seed.Name("control"), regions)
	for i, l := range p.Losses {
		r.queue.add(event{at: l.From, what: lose, of: int32(i)})
		r.queue.add(event{at: l.From + l.For, what: restore, of: int32(i)})
		r.queue.add(event{at: l.From + l.Noticed, what: notice, of: int32(i)})
	}
	if ro := p.Rollout; ro != nil {
		for i := range regions {
			r.queue.add(event{at: ro.From + time.Duration(i)*ro.Every, what: roll, of: int32(i)})
		}
	}
	return r
}

func limiterOf(l *throttle.Limit) throttle.Limiter {
	if l == nil {
		return nil
	}
	return throttle.NewLimiter(*l)
}

func newZone(p *Plan, number, accounts, buckets int) zone {
	z := zone{number: number}
	if i := p.Instances; i != nil {
		z.order = newPacer(i.Refill)
		for _, s := range i.Sizes {
			q := pool{ready: s.Warm}
			q.idle.n = int64(s.Warm)
			z.pools = append(z.pools, q)
		}
	} else {
		z.hosts = newHosts(p.MicroVMs, accounts)
	}
	for range p.Cells.Count {
		z.cells = append(z.cells, cell{room: p.Cells.Size})
	}
	z.level.start(z.free(), buckets)
	return z
}

// buckets is how many intervals the series has.
func (r *run) buckets() int {
	if r.plan.Bucket <= 0 {
		return 0
	}
	return max(int((r.horizon+r.plan.Bucket-1)/r.plan.Bucket), 1)
}

// bucket is the interval of now.
func (r *run) bucket() int {
	return min(int(r.now/r.plan.Bucket), len(r.result.Series.Asked)-1)
}

// act carries out an event.
func (r *run) act(e *event) {
	switch e.what {
	case asks:
		r.ask(e.of)
	case begins:
		if c := r.calls.all[e.of]; c.gen == e.gen {
			r.begin(c)
		}
	case arrives:
		if c := r.calls.all[e.of]; c.gen == e.gen {
			r.arrive(c)
		}
	case wakes:
		if c := r.calls.all[e.of]; c.gen == e.gen {
			r.carry(c, c.client.Resume(r.now, &c.Call, strategy.Event{Kind: strategy.Due}))
		}
	case patience:
		if c := r.calls.all[e.of]; c.gen == e.gen {
			r.giveUp(c)
		}
	case served:
		r.served(r.jobs.all[e.of])
	case lives:
		if j := r.jobs.all[e.of]; j.gen == e.gen {
			r.end(j)
		}
	case warm:
		r.warmed(e.of)
	case lose:
		r.lose(&r.plan.Losses[e.of])
	case restore:
		r.restore(&r.plan.Losses[e.of])
	case notice:
		r.notice(&r.plan.Losses[e.of])
	case roll, watch, revert:
		r.rollOut(e)
	}
}
