// Package reportstest makes reports for tests: of a model of the noisy neighbour
// small enough to stand here (retries on a token bucket, in virtual time, with
// keyed draws), and of figures set by hand. The model's figures are plausible,
// not faithful.
package reportstest

import (
	"sync"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Client is how a group of the model fetches.
type Client struct {
	Attempts  int           // 0 sends nothing
	Base, Cap time.Duration // of full jitter
	Stays     bool          // keeps one answer per task for good
}

// Group is a group of the model: tasks that call at random, or once within
// the run if rate is 0.
type Group struct {
	Info   reports.GroupInfo
	Rate   float64
	Client Client
}

// Case is one case of the model.
type Case struct {
	Name, Title, Kind string
	Set               map[string]string
	Rate              string // of a token bucket
	Burst             int64
	Scope             throttle.Scope
	More              []throttle.Limit // after that one
	Changes           []throttle.Change
	Faults            []throttle.Fault
	Groups            []Group
	Duration          time.Duration
}

// Limits are all of the case.
func (c *Case) Limits() []throttle.Limit {
	rate, err := throttle.ParseRate(c.Rate)
	if err != nil {
		panic(err)
	}
	return append([]throttle.Limit{{Rate: rate, Burst: c.Burst, Scope: c.Scope}}, c.More...)
}

const drain = 30 * time.Second

// The model's distributions, tabulated so that every processor draws the same. They are
// made at their first use: test binaries that are also a command start hundreds of times.
var (
	gaps        = sync.OnceValue(func() *draw.Table { return draw.Exponential(float64(time.Second)) })
	serviceTime = sync.OnceValue(func() *draw.Table { return draw.LogNormal(500*time.Microsecond, 3*time.Millisecond) })
)

// calls are all arrivals of the case with this seed.
func (c *Case) calls(seed draw.Key) []*strategy.Call {
	var out []*strategy.Call
	for g, group := range c.Groups {
		for task := range group.Info.Tasks {
			key := seed.Name(group.Info.Name).With(uint64(task))
			at, n := time.Duration(0), uint64(0)
			for {
				u := key.With(n).Float()
				if group.Rate == 0 {
					at = time.Duration(u * float64(c.Duration) * 0.92)
				} else {
					at += time.Duration(float64(gaps().At(key.With(n).Bits())) / group.Rate)
				}
				if at >= c.Duration || group.Rate == 0 && n > 0 {
					break
				}
				out = append(out, &strategy.Call{Group: uint32(g), Task: uint32(task), N: uint32(n), Scheduled: at})
				n++
			}
		}
	}
	return out
}

// run plays the case with a seed. late is how late each call begins at most.
func (c *Case) run(seed uint64, r strategy.Observer, bucket, late time.Duration) throttle.Counts {
	root := draw.Seed(seed)
	endpoint := throttle.New(throttle.Config{
		Seed: root, Limits: c.Limits(), Changes: c.Changes, Faults: c.Faults,
		Groups: len(c.Groups), Bucket: bucket, Horizon: c.Duration + drain,
	})
	var h heap
	for _, k := range c.calls(root) {
		key := c.key(root, k)
		k.Begun = k.Scheduled + time.Duration(key.With(9).Float()*float64(late))
		h.push(event{k.Begun, key.Bits(), k})
	}
	held := map[[2]uint32]bool{}
	for len(h) > 0 {
		e := h.pop()
		k, client := e.k, c.Groups[e.k.Group].Client
		task := [2]uint32{k.Group, k.Task}
		if client.Attempts == 0 || client.Stays && held[task] {
			k.Ended, k.Served = e.at, strategy.Cached
			r.Finished(k)
			continue
		}
		key := c.key(root, k).With(uint64(k.Attempts))
		ended := e.at + time.Millisecond + serviceTime().At(key.With(1).Bits())
		o := answered(endpoint, e.at, &throttle.Request{
			Task: uint64(k.Group)<<32 | uint64(k.Task), Source: uint64(k.Group)<<32 | uint64(k.Task),
			Tenant: uint64(k.Group), Slot: -1, Group: int32(k.Group),
			Key: c.key(root, k), Route: service.CredentialsRoute,
		})
		r.Attempted(k, e.at, ended, o)
		k.Attempts++
		if !o.Good() && int(k.Attempts) < client.Attempts {
			wait := min(client.Base<<(k.Attempts-1), client.Cap)
			at := ended + time.Duration(key.With(2).Float()*float64(wait))
			h.push(event{at, key.Bits(), k})
			continue
		}
		held[task] = o.Good()
		k.Ended, k.Result = ended, o.Result()
		r.Finished(k)
	}
	return endpoint.Counts()
}

func (c *Case) key(root draw.Key, k *strategy.Call) draw.Key {
	return root.Name("attempt").With(uint64(k.Group)).With(uint64(k.Task)).With(uint64(k.N))
}

// infos are the groups as a report knows them.
func (c *Case) infos() []reports.GroupInfo {
	var out []reports.GroupInfo
	for _, g := range c.Groups {
		out = append(out, g.Info)
	}
	return out
}

// Build is the case as a report of an engine has it, estimated over so many
// seeds.
func (c *Case) Build(engine string, seed uint64, seeds int) reports.Case {
	bucket := 500 * time.Millisecond // as profiles choose it for a minute
	if c.Duration < time.Minute {
		bucket = 200 * time.Millisecond
	}
	r := reports.NewRecorder(len(c.Groups), bucket, c.Duration+drain)
	late := time.Duration(0)
	if engine == reports.Live {
		late = 400 * time.Microsecond
	}
	counts := c.run(seed, r, bucket, late)
	in := reports.CaseInput{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Set: c.Set,
		EndpointInfo: reports.EndpointInfo{Service: service.ECS.String(), Limits: c.Limits(), Changes: c.Changes, Faults: c.Faults},
		Duration:     c.Duration, Groups: c.infos(), Counts: &counts, Recorder: r,
	}
	if seeds > 0 {
		in.Estimate = reports.NewEstimate(len(c.Groups))
		first := uint64(1000)
		if engine == reports.Sim {
			first = seed
		} else {
			in.Live, in.Seed = true, seed
			in.Estimate.CountBlocks(reports.BlockingOf(first, uint64(seeds)))
		}
		for n := range seeds {
			c.run(first+uint64(n), in.Estimate.Observer(), 0, 0)
			in.Estimate.End(first + uint64(n))
		}
	}
	return reports.NewCase(in)
}
