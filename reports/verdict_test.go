package reports

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// hand is a group with figures set by hand.
type hand struct {
	name                             string
	you                              bool
	tasks, processes                 int
	calls, failures, attempts, first uint64
	cached                           uint64
	result                           strategy.Result // of the failures; Throttled unless set
}

func (h hand) group() Group {
	if h.result == strategy.OK {
		h.result = strategy.Throttled
	}
	g := Group{
		Name: h.name, Tenant: h.name, UnderTest: h.you, Tasks: h.tasks, Processes: max(h.processes, 1), Flow: "credentials",
		Calls: h.calls, Attempts: h.attempts, FirstTries: h.first,
	}
	g.Results[strategy.OK] = h.calls - h.failures
	g.Results[h.result] += h.failures
	g.Served[strategy.Cached] = h.cached
	g.Served[strategy.Fetched] = h.calls - h.cached
	turned := h.attempts - min(h.calls-h.failures-min(h.cached, h.calls-h.failures), h.attempts)
	if h.result != strategy.Throttled {
		turned = 0
	}
	g.Outcomes[throttled], g.Outcomes[admitted] = turned, h.attempts-turned
	g.derive(60)
	return g
}

// handCase is a case of a minute of such groups.
func handCase(title, kind string, set map[string]string, limit *Limit, groups ...hand) Case {
	c := Case{Name: title, Title: title, Kind: kind, Set: set, Endpoint: Endpoint{Service: "ecs", Hosts: 1, Limit: limit, Tally: &throttle.Tally{}}}
	for _, h := range groups {
		g := h.group()
		c.Groups = append(c.Groups, g)
		c.Endpoint.Add(throttle.Tally{Requests: g.Attempts, Admitted: g.Outcomes[admitted], Throttled: g.Outcomes[throttled]})
	}
	c.Endpoint.complete()
	return c
}

func hostLimit() *Limit {
	return &Limit{Kind: "token-bucket", RatePerS: 40, Burst: 60, Scope: "host", OnExceed: "429"}
}

func handReport(cases ...Case) *Report {
	r := &Report{Version: Version, Engine: Sim, DurationS: 60, Cases: cases}
	r.conclude(nil, nil)
	return r
}

func TestVerdictSentences(t *testing.T) {
	const (
		you  = "batch"
		them = "neighbours"
	)
	quiet := hand{name: you, you: true, tasks: 400, calls: 400, failures: 250, attempts: 400, first: 400}
	loud := hand{name: them, tasks: 20, calls: 3600, failures: 1100, attempts: 8000, first: 3600}
	failures := func(n uint64) hand {
		return hand{name: you, you: true, tasks: 400, calls: 400, failures: n, attempts: 400, first: 400}
	}
	slow := func(c Case, p99 float64) Case {
		for i := range c.Groups {
			c.Groups[i].LatencyMS = &Latency{P99: p99}
		}
		return c
	}
	ipPath := &Limit{RatePerS: 40, Burst: 60, Scope: "ip+path"}
	rows := []struct {
		name   string
		report *Report
		want   []string // in the verdict
		not    []string
	}{
		{
			"the neighbours' retries", handReport(handCase("base", StrategyCase, nil, hostLimit(), loud, quiet)),
			[]string{"You sent 4.8 % of the requests.", "The neighbours emptied the bucket, and over half of their load is their own retries.", "it asks once"},
			[]string{"own noisy neighbour", "without those"},
		},
		{
			"without their retries", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("they stop", WhatIfCase, map[string]string{"fleet.neighbours.strategy.retry": "none"}, hostLimit(),
					hand{name: them, tasks: 20, calls: 3600, failures: 1100, attempts: 3600, first: 3600},
					hand{name: you, you: true, tasks: 400, calls: 400, failures: 130, attempts: 400, first: 400})),
			[]string{": without those you fail 32 %, not 62 %."}, nil,
		},
		{
			"they do not retry to begin with", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: them, tasks: 20, calls: 3600, failures: 1100, attempts: 3600, first: 3600}, quiet)),
			[]string{"You sent 10 % of the requests. The neighbours emptied the bucket."}, []string{"retries"},
		},
		{
			"neither alone", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: them, tasks: 20, calls: 2100, failures: 100, attempts: 2100, first: 2100},
				hand{name: you, you: true, tasks: 400, calls: 900, failures: 100, attempts: 900, first: 900})),
			[]string{"Neither would empty the bucket alone: the neighbours send 35/s and you 15/s, and it refills at 40/s."}, []string{"emptied"},
		},
		{
			"bursts", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: them, tasks: 20, calls: 1200, failures: 100, attempts: 1200, first: 1200},
				hand{name: you, you: true, tasks: 400, calls: 600, failures: 100, attempts: 600, first: 600})),
			[]string{"On average 75 % of the limit is asked; it is bursts that empty the bucket."}, []string{"emptied", "own noisy"},
		},
		{
			"you over-ask", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: them, tasks: 20, calls: 600, failures: 300, attempts: 600, first: 600},
				hand{name: you, you: true, tasks: 10, calls: 6000, failures: 4000, attempts: 9000, first: 6000})),
			[]string{
				"You sent 94 % of the requests.",
				"You are your own noisy neighbour: you ask for 100/s where 40/s is given, and 33 % of your load is your own retries.",
				"A cache in your task can help: each process asks 600 times.",
			},
			[]string{"The neighbours emptied"},
		},
		{
			"you are alone", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: you, you: true, tasks: 10, calls: 6000, failures: 4000, attempts: 6000, first: 6000})),
			[]string{"You sent all of the requests.", "You are your own noisy neighbour"}, []string{"neighbours"},
		},
		{
			"a cache that several processes share", handReport(handCase("base", StrategyCase, nil, hostLimit(), loud,
				hand{name: you, you: true, tasks: 50, processes: 8, calls: 400, failures: 250, attempts: 400, first: 400})),
			[]string{"A cache in a process cannot help, for each asks once; one that the 8 processes of a task share can."}, nil,
		},
		{
			"a cache at work", handReport(handCase("base", StrategyCase, nil, hostLimit(), loud,
				hand{name: you, you: true, tasks: 50, calls: 1000, failures: 100, attempts: 200, first: 200, cached: 800})),
			[]string{"A cache answers 80 % of your calls already."}, []string{"cannot help"},
		},
		{
			"retrying helps", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("jitter", StrategyCase, nil, hostLimit(),
					hand{name: them, tasks: 20, calls: 3600, failures: 1136, attempts: 8000, first: 3600},
					hand{name: you, you: true, tasks: 400, calls: 400, failures: 20, attempts: 1200, first: 400})),
			[]string{`Retrying helps you: with "jitter" you fail 5 %, not 62 %, and costs the neighbours 1 point.`}, nil,
		},
		{
			"nothing helps", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("one", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("two", StrategyCase, nil, hostLimit(), loud,
					hand{name: you, you: true, tasks: 400, calls: 400, failures: 399, attempts: 400, first: 400})),
			[]string{
				`None of the other strategies helps you; the best, "one", still leaves you failing 62 %.`,
				`With "two" it gets worse: you fail over 99 %, not 62 %.`,
			}, nil,
		},
		{
			"static keys", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("static", StrategyCase, nil, hostLimit(), loud, hand{name: you, you: true, tasks: 400, calls: 400, cached: 400})),
			[]string{`With "static" you never ask, and so cannot fail; somebody else has to renew what you hold.`}, []string{"helps"},
		},
		{
			"what would end it", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("limit 80", WhatIfCase, map[string]string{"endpoint.limit.rate": "80/s"}, hostLimit(), loud,
					hand{name: you, you: true, tasks: 400, calls: 400, attempts: 400, first: 400})),
			[]string{`You did not fail once with "limit 80".`}, nil,
		},
		{
			"which limits break you", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("60,90", WhatIfCase, map[string]string{"endpoint.limit.rate": "60/s"}, hostLimit(), loud, failures(3)),
				handCase("20,30", WhatIfCase, map[string]string{"endpoint.limit.rate": "20/s"}, hostLimit(), loud, failures(300)),
				handCase("10,15", WhatIfCase, map[string]string{"endpoint.limit.rate": "10/s"}, hostLimit(), loud, failures(360)),
				handCase("100,150", WhatIfCase, map[string]string{"endpoint.limit.rate": "100/s"}, hostLimit(), loud, failures(0))),
			[]string{`Of the other limits, you fail 90 % with "10,15" and 75 % with "20,30"; less than 1 % with "60,90"; not once with "100,150".`},
			[]string{"did not fail once", "you would fail"},
		},
		{
			"limits beside another change", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("10,15", WhatIfCase, map[string]string{"endpoint.limit.rate": "10/s"}, hostLimit(), loud, failures(360)),
				handCase("100,150", WhatIfCase, map[string]string{"endpoint.limit.rate": "100/s"}, hostLimit(), loud, failures(0)),
				handCase("they stop", WhatIfCase, map[string]string{"fleet.neighbours.tasks": "1"}, hostLimit(), loud, failures(0))),
			[]string{`You did not fail once with "they stop" or the limit "100,150". With the limit "10,15" you would fail 90 %.`},
			[]string{"Of the other limits"},
		},
		{
			"a slower success, where successes are slow", handReport(
				slow(handCase("base", StrategyCase, nil, hostLimit(), loud, quiet), 4600),
				slow(handCase("jitter", StrategyCase, nil, hostLimit(), loud, failures(20)), 18_800)),
			[]string{"(but one success in a hundred takes over 18.8 s)"}, nil,
		},
		{
			"no slower a success", handReport(
				slow(handCase("base", StrategyCase, nil, hostLimit(), loud, quiet), 4600),
				slow(handCase("jitter", StrategyCase, nil, hostLimit(), loud, failures(20)), 5200)),
			[]string{`with "jitter" you fail 5 %, not 62 %`}, []string{"one success in a hundred"},
		},
		{
			"what would be worse", handReport(
				handCase("base", StrategyCase, nil, ipPath, loud, hand{name: you, you: true, tasks: 400, calls: 400, attempts: 400, first: 400}),
				handCase("one for the host", WhatIfCase, map[string]string{"endpoint.limit.scope": "host"}, hostLimit(), loud, quiet)),
			[]string{`With the limit "one for the host" you would fail 62 %.`}, []string{"You would not fail"},
		},
		{
			"nothing is left to fail", handReport(
				handCase("base", StrategyCase, nil, hostLimit(), loud, quiet),
				handCase("jitter", StrategyCase, nil, hostLimit(), loud, hand{name: you, you: true, tasks: 400, calls: 400, attempts: 1200, first: 400})),
			[]string{`with "jitter" none of your calls fails, instead of 62 %, and costs the neighbours nothing.`}, nil,
		},
		{
			"nothing fails", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: them, tasks: 20, calls: 600, attempts: 600, first: 600},
				hand{name: you, you: true, tasks: 400, calls: 600, attempts: 600, first: 600})),
			[]string{"Nothing fails: 50 % of the limit is asked, 50 % of it by you."}, []string{"emptied", "cache"},
		},
		{
			"retries make up for it", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: you, you: true, tasks: 400, calls: 600, attempts: 640, first: 600})),
			[]string{"Nothing fails: 40 requests (6.2 %) were throttled, and retries made up for it."}, nil,
		},
		{
			"only they fail", handReport(handCase("base", StrategyCase, nil, hostLimit(), loud,
				hand{name: you, you: true, tasks: 400, calls: 400, cached: 400})),
			[]string{"You do not fail; the neighbours do, 31 % of their calls. You sent 0 % of the requests. The neighbours emptied the bucket"},
			[]string{"without those"},
		},
		{
			"no limit", handReport(handCase("base", StrategyCase, nil, nil,
				hand{name: you, you: true, tasks: 4, calls: 400, attempts: 400, first: 400})),
			[]string{"Nothing fails: there is no limit."}, nil,
		},
		{
			"no call", handReport(handCase("base", StrategyCase, nil, hostLimit(), loud, hand{name: you, you: true, tasks: 4})),
			[]string{"No call was made under test"}, nil,
		},
		{
			"a bucket of your own", handReport(handCase("base", StrategyCase, nil, ipPath, loud,
				hand{name: you, you: true, tasks: 2, calls: 9600, failures: 4000, attempts: 9600, first: 9600})),
			[]string{"Each source address and path has a bucket of its own: you are your own noisy neighbour, and nobody else's; a task asks 80/s on average, against a limit of 40/s."},
			[]string{"You sent", "emptied"},
		},
		{
			"their own buckets", handReport(handCase("base", StrategyCase, nil, ipPath, loud,
				hand{name: you, you: true, tasks: 400, calls: 400, attempts: 400, first: 400})),
			[]string{"Each source address and path has a bucket of its own: the neighbours starve only themselves."}, []string{"own noisy"},
		},
		{
			"another tenant's bucket", handReport(handCase("base", StrategyCase, nil, &Limit{RatePerS: 40, Burst: 60, Scope: "tenant"}, loud,
				hand{name: you, you: true, tasks: 2, calls: 9600, failures: 4000, attempts: 9600, first: 9600})),
			[]string{"You sent all of the requests. You are your own noisy neighbour: you ask for 160/s where 40/s is given."}, []string{"emptied"},
		},
		{
			"not the limit's doing", handReport(handCase("base", StrategyCase, nil, hostLimit(),
				hand{name: you, you: true, tasks: 400, calls: 400, failures: 40, attempts: 400, first: 400, result: strategy.Timeout})),
			[]string{"The limit turned nobody away: 100 % of your failures are timeouts."}, []string{"You sent", "emptied"},
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := strings.Join(row.report.Verdict, " ")
			for _, want := range row.want {
				if !strings.Contains(got, want) {
					t.Errorf("got %s\nwant %s", got, want)
				}
			}
			for _, not := range row.not {
				if strings.Contains(got, not) {
					t.Errorf("got %s\nwant nothing like %q", got, not)
				}
			}
		})
	}
}

// TestSentencesAreAlive changes the model of the noisy neighbour under the
// report, and expects every sentence about it to change or go.
func TestSentencesAreAlive(t *testing.T) {
	verdictOf := func(change func(*fakeCase)) []string {
		return reportOf(t, Sim, noisyNeighbour(change)[:6]).Verdict
	}
	before := verdictOf(nil)
	rows := []struct {
		name   string
		change func(*fakeCase)
		want   string
	}{
		{"the limit is 400/s", func(c *fakeCase) { c.limit, c.burst = "400/s", 600 }, "Nothing fails: 17 % of the limit is asked, 10 % of it by you."},
		{"the neighbours are silent", func(c *fakeCase) { c.groups = append([]fakeGroup{}, c.groups...); c.groups[0].info.Tasks = 0 }, "Nothing fails: 17 % of the limit is asked."},
		{"the task under test over-asks", func(c *fakeCase) {
			c.groups = append([]fakeGroup{}, c.groups...)
			c.groups[1].info.Tasks, c.groups[1].rate = 10, 40
		}, "You are your own noisy neighbour: you ask for 400/s where 40/s is given."},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			after := verdictOf(row.change)
			if !strings.Contains(strings.Join(after, " "), row.want) {
				t.Errorf("got %q\nwant %q", after, row.want)
			}
			for _, sentence := range before {
				// That who never asks cannot fail is true of every model in
				// which anybody fails.
				if strings.Contains(strings.Join(after, "\n"), sentence) && !strings.Contains(sentence, "never ask") {
					t.Errorf("still says: %s", sentence)
				}
			}
		})
	}
}

func TestAssumptionsFollowTheScope(t *testing.T) {
	you := hand{name: "batch", you: true, tasks: 4, calls: 400, attempts: 400, first: 400}
	at := func(scope string, rate float64) string {
		return strings.Join(handReport(handCase("base", StrategyCase, nil, &Limit{RatePerS: rate, Burst: 60, Scope: scope}, you)).Assumptions, " ")
	}
	for _, c := range []struct{ name, got, want string }{
		{"host", at("host", 40), "The host-wide bucket is an assumption"},
		{"ip+path", at("ip+path", 40), "is what the ECS agent on EC2 keeps"},
		{"tenant", at("tenant", 40), "One bucket per tenant is an assumption"},
		{"another rate", at("host", 20), "20/s with a burst of 60 is an assumption too"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if r := handReport(handCase("base", StrategyCase, nil, nil, you)); len(r.Assumptions) != 0 {
		t.Errorf("no limit: got %q, want nothing", r.Assumptions)
	}
}
