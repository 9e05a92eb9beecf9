package diagnosis

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

func TestVerdictSentences(t *testing.T) {
	const (
		you  = "batch"
		them = "neighbours"
	)
	quiet := reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: 250, Attempts: 400, First: 400}
	loud := reportstest.Hand{Name: them, Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 8000, First: 3600}
	failures := func(n uint64) reportstest.Hand {
		return reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: n, Attempts: 400, First: 400}
	}
	slow := func(c reports.Case, p99 float64) reports.Case {
		for i := range c.Groups {
			c.Groups[i].LatencyMS = &reports.Latency{P99: p99}
		}
		return c
	}
	ipPath := &reports.Limit{RatePerS: 40, Burst: 60, Scope: "ip+path"}
	rows := []struct {
		name   string
		report *reports.Report
		want   []string // in the verdict
		not    []string
	}{
		{
			"the neighbours' retries", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet)),
			[]string{"You sent 4.8 % of the requests.", "The neighbours emptied the bucket. Over half of their load is retries.", "asks only once"},
			[]string{"own noisy neighbour", "without them"},
		},
		{
			"without their retries", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("they stop", reports.WhatIfCase, map[string]string{"fleet.neighbours.strategy.retry": "none"}, reportstest.HostLimit(),
					reportstest.Hand{Name: them, Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 3600, First: 3600},
					reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: 130, Attempts: 400, First: 400})),
			[]string{"; without them you fail 32 %, not 62 %."}, nil,
		},
		{
			"they do not retry to begin with", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: them, Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 3600, First: 3600}, quiet)),
			[]string{"You sent 10 % of the requests. The neighbours emptied the bucket."}, []string{"retries"},
		},
		{
			"neither alone", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: them, Tasks: 20, Calls: 2100, Failures: 100, Attempts: 2100, First: 2100},
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 900, Failures: 100, Attempts: 900, First: 900})),
			[]string{"You and the neighbours emptied the bucket together: they send 35/s, you send 15/s, and it refills at 40/s."}, []string{"The neighbours emptied"},
		},
		{
			"bursts", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: them, Tasks: 20, Calls: 1200, Failures: 100, Attempts: 1200, First: 1200},
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 600, Failures: 100, Attempts: 600, First: 600})),
			[]string{"Bursts empty the bucket. The average load is 75 % of the limit."}, []string{"emptied", "own noisy"},
		},
		{
			"you over-ask", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: them, Tasks: 20, Calls: 600, Failures: 300, Attempts: 600, First: 600},
				reportstest.Hand{Name: you, You: true, Tasks: 10, Calls: 6000, Failures: 4000, Attempts: 9000, First: 6000})),
			[]string{
				"You sent 94 % of the requests.",
				"You are your own noisy neighbour: your first tries are 100/s, and the limit is 40/s. 33 % of your load is retries.",
				"A cache in your task can help: each process asks 600 times.",
			},
			[]string{"The neighbours emptied"},
		},
		{
			"you are alone", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: you, You: true, Tasks: 10, Calls: 6000, Failures: 4000, Attempts: 6000, First: 6000})),
			[]string{"You sent all requests.", "You are your own noisy neighbour"}, []string{"neighbours"},
		},
		{
			"a cache that several processes share", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud,
				reportstest.Hand{Name: you, You: true, Tasks: 50, Processes: 8, Calls: 400, Failures: 250, Attempts: 400, First: 400})),
			[]string{"A cache in each process cannot help, because a process asks only once. A cache that the 8 processes of a task share can."}, nil,
		},
		{
			"a cache at work", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud,
				reportstest.Hand{Name: you, You: true, Tasks: 50, Calls: 1000, Failures: 100, Attempts: 200, First: 200, Cached: 800})),
			[]string{"A cache already answers 80 % of your calls."}, []string{"cannot help"},
		},
		{
			"retrying helps", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("jitter", reports.StrategyCase, nil, reportstest.HostLimit(),
					reportstest.Hand{Name: them, Tasks: 20, Calls: 3600, Failures: 1136, Attempts: 8000, First: 3600},
					reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: 20, Attempts: 1200, First: 400})),
			[]string{`Retrying helps: with "jitter" you fail 5 %, not 62 %. It costs the neighbours 1 percentage point.`}, nil,
		},
		{
			"nothing helps", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("one", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("two", reports.StrategyCase, nil, reportstest.HostLimit(), loud,
					reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: 399, Attempts: 400, First: 400})),
			[]string{
				`No other strategy helps: with the best, "one", you still fail 62 %.`,
				`"two" makes it worse: you fail over 99 %, not 62 %.`,
			}, nil,
		},
		{
			"static keys", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("static", reports.StrategyCase, nil, reportstest.HostLimit(), loud, reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Cached: 400})),
			[]string{`With "static" you send no request, so you cannot fail; somebody else must renew your credentials.`}, []string{"helps"},
		},
		{
			"what would end it", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("limit 80", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "80/s"}, reportstest.HostLimit(), loud,
					reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Attempts: 400, First: 400})),
			[]string{`None of your calls fails with "limit 80".`}, nil,
		},
		{
			"which limits break you", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("60,90", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "60/s"}, reportstest.HostLimit(), loud, failures(3)),
				reportstest.HandCase("20,30", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "20/s"}, reportstest.HostLimit(), loud, failures(300)),
				reportstest.HandCase("10,15", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "10/s"}, reportstest.HostLimit(), loud, failures(360)),
				reportstest.HandCase("100,150", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "100/s"}, reportstest.HostLimit(), loud, failures(0))),
			[]string{`With other limits you fail 90 % ("10,15") and 75 % ("20,30"); less than 1 % with "60,90"; nothing with "100,150".`},
			[]string{"None of your calls", "you would fail"},
		},
		{
			"limits beside another change", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("10,15", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "10/s"}, reportstest.HostLimit(), loud, failures(360)),
				reportstest.HandCase("100,150", reports.WhatIfCase, map[string]string{"endpoint.limit.rate": "100/s"}, reportstest.HostLimit(), loud, failures(0)),
				reportstest.HandCase("they stop", reports.WhatIfCase, map[string]string{"fleet.neighbours.tasks": "1"}, reportstest.HostLimit(), loud, failures(0))),
			[]string{`None of your calls fails with "they stop" or the limit "100,150". With the limit "10,15" you would fail 90 %.`},
			[]string{"With other limits"},
		},
		{
			"a slower success, where successes are slow", reportstest.HandReport(
				slow(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet), 4600),
				slow(reportstest.HandCase("jitter", reports.StrategyCase, nil, reportstest.HostLimit(), loud, failures(20)), 18_800)),
			[]string{"(but one success in a hundred takes over 18.8 s)"}, nil,
		},
		{
			"no slower a success", reportstest.HandReport(
				slow(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet), 4600),
				slow(reportstest.HandCase("jitter", reports.StrategyCase, nil, reportstest.HostLimit(), loud, failures(20)), 5200)),
			[]string{`with "jitter" you fail 5 %, not 62 %`}, []string{"one success in a hundred"},
		},
		{
			"what would be worse", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, ipPath, loud, reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Attempts: 400, First: 400}),
				reportstest.HandCase("one for the host", reports.WhatIfCase, map[string]string{"endpoint.limit.scope": "host"}, reportstest.HostLimit(), loud, quiet)),
			[]string{`With the limit "one for the host" you would fail 62 %.`}, []string{"None of your calls"},
		},
		{
			"nothing is left to fail", reportstest.HandReport(
				reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, quiet),
				reportstest.HandCase("jitter", reports.StrategyCase, nil, reportstest.HostLimit(), loud, reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Attempts: 1200, First: 400})),
			[]string{`with "jitter" none of your calls fails, instead of 62 %. It costs the neighbours nothing.`}, nil,
		},
		{
			"nothing fails", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: them, Tasks: 20, Calls: 600, Attempts: 600, First: 600},
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 600, Attempts: 600, First: 600})),
			[]string{"Nothing fails: the load is 50 % of the limit; you send 50 % of it."}, []string{"emptied", "cache"},
		},
		{
			"retries make up for it", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 600, Attempts: 640, First: 600})),
			[]string{"Nothing fails: 40 requests (6.2 %) were throttled, but retries made up for it."}, nil,
		},
		{
			"only they fail", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud,
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Cached: 400})),
			[]string{"You do not fail. The neighbours fail 31 % of their calls. You sent 0 % of the requests. The neighbours emptied the bucket"},
			[]string{"without them"},
		},
		{
			"no limit", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, nil,
				reportstest.Hand{Name: you, You: true, Tasks: 4, Calls: 400, Attempts: 400, First: 400})),
			[]string{"Nothing fails: there is no limit."}, nil,
		},
		{
			"no call", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, reportstest.Hand{Name: you, You: true, Tasks: 4})),
			[]string{"No call was made under test"}, nil,
		},
		{
			"a bucket of your own", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, ipPath, loud,
				reportstest.Hand{Name: you, You: true, Tasks: 2, Calls: 9600, Failures: 4000, Attempts: 9600, First: 9600})),
			[]string{"Each source address and path has its own bucket, so only you can empty yours. A task sends 80/s on average, and its limit is 40/s."},
			[]string{"You sent", "emptied"},
		},
		{
			"their own buckets", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, ipPath, loud,
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Attempts: 400, First: 400})),
			[]string{"Each source address and path has its own bucket, so the neighbours affect only themselves."}, []string{"own noisy"},
		},
		{
			"another tenant's bucket", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, &reports.Limit{RatePerS: 40, Burst: 60, Scope: "tenant"}, loud,
				reportstest.Hand{Name: you, You: true, Tasks: 2, Calls: 9600, Failures: 4000, Attempts: 9600, First: 9600})),
			[]string{"You sent all requests. You are your own noisy neighbour: your first tries are 160/s, and the limit is 40/s."}, []string{"emptied"},
		},
		{
			"not the limit's doing", reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(),
				reportstest.Hand{Name: you, You: true, Tasks: 400, Calls: 400, Failures: 40, Attempts: 400, First: 400, Result: strategy.Timeout})),
			[]string{"The limit turned no request away. All your failures are timeouts."}, []string{"You sent", "emptied"},
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := strings.Join(said(row.report).Verdict, " ")
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
	verdictOf := func(change func(*reportstest.Case)) []string {
		in := reportstest.Input(reports.Sim)
		for _, c := range reportstest.NoisyNeighbour(change)[:6] {
			in.Cases = append(in.Cases, c.Build(reports.Sim, in.Seed, 2))
		}
		return said(reportstest.MustNew(t, in)).Verdict
	}
	before := verdictOf(nil)
	rows := []struct {
		name   string
		change func(*reportstest.Case)
		want   string
	}{
		{"the limit is 400/s", func(c *reportstest.Case) { c.Rate, c.Burst = "400/s", 600 }, "Nothing fails: the load is 17 % of the limit; you send 10 % of it."},
		{"the neighbours are silent", func(c *reportstest.Case) {
			c.Groups = append([]reportstest.Group{}, c.Groups...)
			c.Groups[0].Info.Tasks = 0
		}, "Nothing fails: the load is 17 % of the limit."},
		{"the task under test over-asks", func(c *reportstest.Case) {
			c.Groups = append([]reportstest.Group{}, c.Groups...)
			c.Groups[1].Info.Tasks, c.Groups[1].Rate = 10, 40
		}, "You are your own noisy neighbour: your first tries are 402/s, and the limit is 40/s."},
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
				if strings.Contains(strings.Join(after, "\n"), sentence) && !strings.Contains(sentence, "send no request") {
					t.Errorf("still says: %s", sentence)
				}
			}
		})
	}
}

func TestAssumptionsFollowTheScope(t *testing.T) {
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 400, Attempts: 400, First: 400}
	at := func(scope string, rate float64) string {
		return strings.Join(said(reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, &reports.Limit{RatePerS: rate, Burst: 60, Scope: scope}, you))).Assumptions, " ")
	}
	for _, c := range []struct{ name, got, want string }{
		{"host", at("host", 40), "The host-wide bucket is an assumption"},
		{"ip+path", at("ip+path", 40), "The ECS agent on EC2 has one bucket per source address and path;"},
		{"tenant", at("tenant", 40), "One bucket per tenant is an assumption"},
		{"another rate", at("host", 20), "20/s with a burst of 60 is also an assumption"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if r := said(reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, nil, you))); len(r.Assumptions) != 0 {
		t.Errorf("no limit: got %q, want nothing", r.Assumptions)
	}
}

// Behind a because stands why a limit of each task's own is used up, and not whose it is.
func TestBecauseOfOwnLimits(t *testing.T) {
	ipPath := &reports.Limit{RatePerS: 40, Burst: 60, Scope: "ip+path"}
	for _, row := range []struct {
		calls uint64
		want  string
	}{
		{9600, "a task sends 80/s on average, and its limit is 40/s"},
		{600, "bursts, or a few of the tasks, empty their buckets"},
	} {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, ipPath,
			reportstest.Hand{Name: "you", You: true, Tasks: 2, Calls: row.calls, Failures: 400, Attempts: row.calls, First: row.calls})
		if got := Of(reportstest.HandReport(c)).Because(); got != row.want {
			t.Errorf("%d calls: got %q, want %q", row.calls, got, row.want)
		}
	}
}

// A load that is hardly above the limit is told apart from it.
func TestAboveTheLimit(t *testing.T) {
	for _, row := range []struct {
		rate, limit float64
		want        string
	}{
		{42.3, 40, "42/s"}, {40.4, 40, "40.4/s"}, {40.02, 40, "40.02/s"}, {39.9, 40, "40/s"}, {40, 40, "40/s"}, {1.24, 1.2, "1.24/s"}, {12_000.4, 12_000, "12,000/s"},
	} {
		if got := above(row.rate, row.limit); got != row.want {
			t.Errorf("%v with a limit of %v: got %q, want %q", row.rate, row.limit, got, row.want)
		}
	}
}

// Where the limit of a task changes, what is told is its mean.
func TestOwnLimitThatChanges(t *testing.T) {
	c := reportstest.HandCase("base", reports.StrategyCase, nil, &reports.Limit{RatePerS: 40, Burst: 60, Scope: "task"},
		reportstest.Hand{Name: "you", You: true, Tasks: 2, Calls: 600, Attempts: 600, First: 600})
	d := Of(reportstest.HandReport(c))
	for varies, want := range map[bool]string{
		false: "a task sends 5/s on average, and its limit is 40/s",
		true:  "a task sends 5/s on average, and its limit is 40/s on average",
	} {
		d.Limit.Varies = varies
		if got := d.perTask(); got != want {
			t.Errorf("varies %v: got %q, want %q", varies, got, want)
		}
	}
}
