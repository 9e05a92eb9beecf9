package reportstest

import (
	"cmp"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Hand is a group with figures set by hand.
type Hand struct {
	Name                             string
	Tenant                           string // the name, if empty
	You                              bool
	Tasks, Processes                 int
	Calls, Failures, Attempts, First uint64
	Cached                           uint64
	Result                           strategy.Result // of the failures; Throttled unless set
}

// Group is the group.
func (h Hand) Group() reports.Group {
	if h.Result == strategy.OK {
		h.Result = strategy.Throttled
	}
	g := reports.Group{
		Name: h.Name, Tenant: cmp.Or(h.Tenant, h.Name), UnderTest: h.You, Tasks: h.Tasks, Processes: max(h.Processes, 1), Flow: "credentials",
		Calls: h.Calls, Attempts: h.Attempts, FirstTries: h.First,
	}
	g.Results[strategy.OK] = h.Calls - h.Failures
	g.Results[h.Result] += h.Failures
	g.Served[strategy.Cached] = h.Cached
	g.Served[strategy.Fetched] = h.Calls - h.Cached
	turned := h.Attempts - min(h.Calls-h.Failures-min(h.Cached, h.Calls-h.Failures), h.Attempts)
	if h.Result != strategy.Throttled {
		turned = 0
	}
	g.Outcomes[reports.Throttled], g.Outcomes[reports.Admitted] = turned, h.Attempts-turned
	g.Derive(60)
	return g
}

// HandCase is a case of a minute of such groups.
func HandCase(title, kind string, set map[string]string, limit *reports.Limit, groups ...Hand) reports.Case {
	c := reports.Case{Name: title, Title: title, Kind: kind, Set: set, Endpoint: reports.Endpoint{Service: service.ECS.String(), Hosts: 1, Limit: limit, Tally: &throttle.Tally{}}}
	var infos []reports.GroupInfo
	for _, h := range groups {
		g := h.Group()
		c.Groups = append(c.Groups, g)
		infos = append(infos, reports.GroupInfo{Name: g.Name, Tenant: g.Tenant, UnderTest: g.UnderTest})
		c.Endpoint.Add(throttle.Tally{Requests: g.Attempts, Admitted: g.Outcomes[reports.Admitted], Throttled: g.Outcomes[reports.Throttled]})
	}
	c.Changes = reports.ChangesOf(kind, set, infos)
	c.Endpoint.Complete()
	return c
}

// HostLimit is 40/s and 60 for the host.
func HostLimit() *reports.Limit {
	return &reports.Limit{Kind: "token-bucket", RatePerS: 40, Burst: 60, Scope: "host", OnExceed: "429"}
}

// HandReport is a simulated report of a minute of such cases.
func HandReport(cases ...reports.Case) *reports.Report {
	r := &reports.Report{Version: reports.Version, Engine: reports.Sim, DurationS: 60, Cases: cases}
	return r
}

// Limit is a limit as reports have it.
func Limit(l throttle.Limit) reports.Limit {
	c := reports.NewCase(reports.CaseInput{EndpointInfo: reports.EndpointInfo{Limits: []throttle.Limit{l}}, Recorder: reports.NewRecorder(0, 0, 0)})
	return c.Endpoint.Limits[0]
}

// Limits is one limit of each kind and more, as endpoints have them.
var Limits = []throttle.Limit{
	{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60},
	{Name: "packets", Rate: throttle.Rate{Tokens: 1024, Seconds: 1}, Burst: 2048, Cost: 10, OnExceed: &throttle.OnExceed{Action: throttle.Drop}},
	{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 3, RefusalCost: 1, Scope: throttle.TaskScope},
	{Kind: throttle.FixedWindow, Count: 100, Window: 10 * time.Second, Scope: throttle.TenantScope},
	{Kind: throttle.SlidingWindow, Count: 7, Window: 500 * time.Millisecond, Scope: throttle.IPPathScope, OnExceed: &throttle.OnExceed{Status: 503}},
	{Kind: throttle.LeakyBucket, Rate: throttle.Rate{Tokens: 20, Seconds: 1}, Scope: throttle.PathScope},
	{Kind: throttle.Concurrency, Count: 8, Scope: throttle.TenantScope | throttle.IPScope, OnExceed: &throttle.OnExceed{Action: throttle.Delay}},
}

// Seeded is a case of one seed in which a group under test fails rarely, and of
// twenty in which it fails often.
func Seeded() reports.Case {
	c := HandCase("base", reports.StrategyCase, nil, HostLimit(),
		Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 2, Attempts: 420, First: 400})
	rate := 0.1
	s := &reports.Simulated{
		Seeds: 20, Calls: 8000, Failures: 800, Attempts: 12_000, FirstTries: 8000, Throttled: 4000,
		FailureRate: &rate, FailureRateCI95: &reports.Ends{0.08, 0.12},
	}
	s.Results[strategy.OK], s.Results[strategy.Throttled] = 7200, 800
	s.Served[strategy.Fetched], s.Served[strategy.Cached] = 6000, 2000
	c.Groups[0].Simulated = s
	return c
}

// Latencies is the distribution of n calls that took some milliseconds, and of
// more calls that took others.
func Latencies(n, ms, more, others int) reports.Histogram {
	r := reports.NewRecorder(1, 0, 0)
	for i := range n + more {
		took := time.Duration(ms) * time.Millisecond
		if i >= n {
			took = time.Duration(others) * time.Millisecond
		}
		r.Finished(&strategy.Call{Ended: took})
	}
	c := reports.NewCase(reports.CaseInput{Groups: []reports.GroupInfo{{Name: "g"}}, Recorder: r})
	return c.Groups[0].Histograms.Latency
}
