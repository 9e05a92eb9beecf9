package diagnosis

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// with is a case after a change to it.
func with(c reports.Case, change func(*reports.Case)) reports.Case {
	change(&c)
	c.Endpoint.Complete()
	return c
}

// failing spreads failures of the group under test over seconds of a minute.
func failing(c reports.Case, at map[int]uint32) reports.Case {
	rows := func() []uint32 { return make([]uint32, 60) }
	c.Series = &reports.Series{BucketS: 1, Arrivals: rows(), Attempts: rows(), Failures: rows()}
	for i := range c.Groups {
		g := reports.GroupSeries{Name: c.Groups[i].Name, Arrivals: rows(), FirstTries: rows(), Retries: rows(), Failures: rows()}
		for second, n := range at {
			if c.Groups[i].UnderTest {
				g.Failures[second] = n
			} else {
				g.Failures[second] = 1000 // nobody asks for the neighbours'
			}
		}
		c.Series.Groups = append(c.Series.Groups, g)
	}
	return c
}

// minutes makes ten seconds of each second of the series.
func minutes(c reports.Case) reports.Case {
	c.Series.BucketS = 10
	return c
}

func TestSentencesAboutFaults(t *testing.T) {
	loud := reportstest.Hand{Name: "neighbours", Tasks: 20, Calls: 3600, Failures: 100, Attempts: 3600, First: 3600, Result: strategy.Error}
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 40, Attempts: 400, First: 400, Result: strategy.Error}
	restart := reports.Fault{Name: "restart", Kind: "restart", FromS: 20, ForS: 5, PendingS: 5, Share: 1}
	base := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, you)
	faulty := func(c reports.Case, faults ...reports.Fault) reports.Case {
		return with(c, func(c *reports.Case) {
			tally := *c.Endpoint.Tally
			c.Endpoint.Tally, c.Endpoint.Faults = &tally, faults
			tally.Failed = 140
			c.Groups = append([]reports.Group{}, c.Groups...)
			c.Groups[0].Outcomes[reports.Refused] = 12
		})
	}
	upstream := func(c reports.Case, u reports.Upstream) reports.Case {
		return with(c, func(c *reports.Case) { c.Endpoint.Service, c.Endpoint.Upstream = "eks-pod-identity", &u })
	}
	fine := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 400, Attempts: 500, First: 400})
	throttledToo := reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud,
		reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 40, Attempts: 400, First: 400})
	mixed := base
	mixed.Groups = append([]reports.Group{}, base.Groups...)
	mixed.Groups[1].Results[strategy.Refused], mixed.Groups[1].Results[strategy.Error] = 16, 24
	rows := []struct {
		name      string
		c         reports.Case
		want, not []string
	}{
		{
			"all in the restart", failing(faulty(base, restart), map[int]uint32{20: 10, 39: 30}),
			[]string{`All 40 of your failures fall between 20 s and 40 s, during the fault "restart" or within 10 s after it.`, "Faults failed 140 requests (3.5 %) and 12 connections were refused."},
			[]string{"emptied"},
		},
		{
			"some in the restart", failing(faulty(base, reports.Fault{Name: "early", Kind: "hang", ForS: 1}, restart), map[int]uint32{5: 3, 19: 10, 21: 25, 40: 2}),
			[]string{`25 of your 40 failures fall between 20 s and 30 s, during the fault "restart".`}, nil,
		},
		{
			"minutes", minutes(failing(faulty(base, reports.Fault{Name: "restart", Kind: "hang", FromS: 120, ForS: 300, Share: 1}), map[int]uint32{12: 10, 41: 30})),
			[]string{`All 40 of your failures fall between 2 min and 7 min, during the fault "restart".`}, nil,
		},
		{
			"a wake as long as the run", failing(faulty(base, reports.Fault{Name: "early", Kind: "hang", ForS: 35}), map[int]uint32{5: 30, 34: 10}),
			[]string{`All 40 of your failures fall between 0 s and 35 s, during the fault "early".`}, nil,
		},
		{"as many as by chance", failing(faulty(base, restart), map[int]uint32{5: 10, 15: 10, 25: 10, 45: 10}), nil, []string{"fall between"}},
		{"a fault that lasts", failing(faulty(base, reports.Fault{Name: "late", Kind: "slow", Share: 1}), map[int]uint32{5: 40}), []string{"Faults failed 140"}, []string{"fall between"}},
		{"before the fault", failing(faulty(base, restart), map[int]uint32{5: 40}), nil, []string{"fall between"}},
		{"without a series", faulty(base, restart), []string{"Faults failed"}, []string{"fall between"}},
		{"what the failures are", faulty(mixed, restart), []string{"The limit turned no request away. 60 % of your failures are server errors and 40 % are refused connections."}, nil},
		{"retries make up for it", faulty(fine, restart), []string{"Nothing fails: 100 requests (20 %) were throttled, faults failed 140 requests (28 %) and 12 connections were refused, but retries made up for it."}, nil},
		{
			"the write timeout", with(faulty(base), func(c *reports.Case) { c.Endpoint.WriteTimeoutS = 5 }),
			[]string{"The write timeout cut off 140 requests (3.5 %) and 12 connections were refused."}, []string{"Faults"},
		},
		{
			"a fault and the write timeout", with(faulty(base, reports.Fault{Name: "late", Kind: "slow", Share: 1}), func(c *reports.Case) { c.Endpoint.WriteTimeoutS = 5 }),
			[]string{"Faults and the write timeout failed 140 requests (3.5 %)"}, []string{"befell"},
		},
		{
			"what the fault answers", with(faulty(mixed, reports.Fault{Name: "no role", Kind: "status", Status: 404, Share: 1}), func(c *reports.Case) {
				c.Groups[1].Results[strategy.Rejected] = 40
			}),
			[]string{"50 % of your failures are rejections such as the fault's 404"}, []string{"other than throttles"},
		},
		{
			"two such faults", with(faulty(mixed, reports.Fault{Kind: "status", Status: 404, Share: 1}, reports.Fault{Kind: "status", Status: 403, Share: 1}), func(c *reports.Case) {
				c.Groups[1].Results[strategy.Rejected] = 40
			}),
			[]string{"50 % of your failures are rejections other than throttles"}, nil,
		},
		{
			"a few throttles beside many faults", with(faulty(throttledToo, restart), func(c *reports.Case) { c.Groups[1].Results[strategy.Error] += 100 }),
			nil, []string{"emptied", "own noisy"},
		},
		{
			"an upstream that refuses", upstream(base, reports.Upstream{Requests: 200, Throttled: 50, Failed: 10}),
			[]string{"EKS Auth refused 50 of the endpoint's 200 requests (25 %) and left 10 unanswered."}, []string{"emptied", "Faults"},
		},
		{
			"an upstream that hangs", upstream(base, reports.Upstream{Requests: 200, Failed: 10}),
			[]string{"EKS Auth left 10 of the endpoint's 200 requests unanswered (5 %)."}, nil,
		},
		{"an upstream that answers", upstream(base, reports.Upstream{Requests: 200}), nil, []string{"EKS Auth"}},
		{
			"faults and an upstream", upstream(faulty(base, restart), reports.Upstream{Requests: 200, Throttled: 50}),
			[]string{"The endpoint failed 140 requests (3.5 %, including those that failed upstream) and 12 connections were refused."}, nil,
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { says(t, said(reportstest.HandReport(row.c)).Verdict, row.want, row.not) })
	}
	tags := faulty(base, reports.Fault{Name: "api", Kind: "tags", Share: 1})
	says(t, said(reportstest.HandReport(tags)).Assumptions, []string{"An answer without tags counts as a success", `While the fault "api" is on`}, nil)
	says(t, said(reportstest.HandReport(faulty(base, restart))).Assumptions, nil, []string{"tags"})
	live := reportstest.HandReport(failing(faulty(base, restart), map[int]uint32{21: 40}))
	live.Engine = reports.Live
	says(t, said(live).Verdict, []string{"All 40 of your live failures fall between"}, nil)
	late := reportstest.HandReport(faulty(base, reports.Fault{Name: "late", Kind: "hang", FromS: 90, ForS: 1}))
	says(t, said(late).Warnings, []string{`the fault "late" begins at 90 s, after the last call at 60 s`}, nil)
}

// said is what is said of a report.
func said(r *reports.Report) reports.Sentences { return Of(r).Sentences() }

func says(t *testing.T, sentences, want, not []string) {
	t.Helper()
	got := strings.Join(sentences, " ")
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("got %s\nwant %s", got, w)
		}
	}
	for _, n := range not {
		if strings.Contains(got, n) {
			t.Errorf("got %s\nwant nothing like %q", got, n)
		}
	}
}

// bursts lets so many requests of a case come within a tenth of a second.
func bursts(c reports.Case, requests uint32) *reports.Report {
	c.Series = &reports.Series{BucketS: 0.1, Arrivals: make([]uint32, 600), Attempts: make([]uint32, 600), Failures: make([]uint32, 600)}
	c.Series.Attempts[0] = requests
	return reportstest.HandReport(c)
}

// TestSentencesAboutLimits gives the same figures to every kind of limit.
func TestSentencesAboutLimits(t *testing.T) {
	loud := reportstest.Hand{Name: "neighbours", Tasks: 20, Calls: 3600, Failures: 1100, Attempts: 3600, First: 3600}
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 400, Failures: 250, Attempts: 400, First: 400}
	quiet := reportstest.Hand{Name: "neighbours", Tasks: 20, Calls: 1800, Failures: 100, Attempts: 1800, First: 1800}
	even := reportstest.Hand{Name: "batch", You: true, Tasks: 400, Calls: 900, Failures: 100, Attempts: 900, First: 900}
	timedOut, mistaken := you, you
	timedOut.Result, mistaken.Result = strategy.Timeout, strategy.Error
	window := reports.Limit{Kind: "fixed-window", Count: 400, WindowS: 10, Scope: "host", OnExceed: "429"}
	leaky := reports.Limit{Kind: "leaky-bucket", RatePerS: 40, Burst: 5, Scope: "host", OnExceed: "429"}
	packets := reports.Limit{Kind: "token-bucket", RatePerS: 400, Burst: 600, Cost: 10, Scope: "host", OnExceed: "drop"}
	many := reports.Limit{Kind: "concurrency", Count: 8, Scope: "host", OnExceed: "429"}
	each, eachTask := window, many
	each.Scope, eachTask.Scope = "task", "task"
	costly := *reportstest.HostLimit()
	costly.RefusalCost = 2
	status := *reportstest.HostLimit()
	status.OnExceed = "503"
	of := func(l reports.Limit, groups ...reportstest.Hand) *reports.Report {
		return reportstest.HandReport(reportstest.HandCase("base", reports.StrategyCase, nil, &l, groups...))
	}
	two := with(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), loud, you), func(c *reports.Case) {
		second := each
		second.Name = "each"
		c.Endpoint.Limits = append(c.Endpoint.Limits, second)
	})
	changing := with(reportstest.HandCase("base", reports.StrategyCase, nil, reportstest.HostLimit(), quiet, even), func(c *reports.Case) {
		c.Endpoint.Changes = []reports.Change{{AtS: 30, Limit: 0, To: reports.Limit{Kind: "token-bucket", RatePerS: 20, Burst: 60, Scope: "host"}}}
	})
	dropping := with(reportstest.HandCase("base", reports.StrategyCase, nil, &packets, loud, timedOut), func(c *reports.Case) { c.Endpoint.Dropped = 1350 })
	status503 := with(reportstest.HandCase("base", reports.StrategyCase, nil, &status, loud, mistaken), func(c *reports.Case) { c.Endpoint.Throttled = 1350 })
	rows := []struct {
		name      string
		r         *reports.Report
		want, not []string
	}{
		{"a window", of(window, loud, you), []string{"The neighbours used up the window."}, []string{"bucket,", "emptied"}},
		{"a queue", of(leaky, loud, you), []string{"The neighbours filled the queue."}, []string{"emptied"}},
		{"neither alone", of(window, quiet, even), []string{"You and the neighbours used up the window together: they send 30/s, you send 15/s, and it admits 40/s."}, nil},
		{"neither alone, a queue", of(leaky, quiet, even), []string{"and it serves 40/s."}, nil},
		{"neither alone, packets", of(packets, quiet, even), []string{"You and the neighbours emptied the bucket together", "it refills for 40/s"}, nil},
		{"places", of(many, loud, you), []string{"The limit, 8 at a time, turned away 1350 requests (34 %)."}, []string{"emptied", "reached"}},
		{"a window of your own", of(each, loud, you), []string{"Each task has its own window, so only you can use up yours. A task sends 0.017/s on average, and its limit is 40/s. Bursts, or a few of the tasks, use up their windows."}, nil},
		{"places of your own", of(eachTask, loud, you), []string{"turned away 1350"}, []string{"on average"}},
		{
			"bursts on several hosts, beside other trouble", bursts(with(reportstest.HandCase("base", reports.StrategyCase, nil, &packets,
				reportstest.Hand{Name: "daemons", Tasks: 10, Calls: 2000, Attempts: 2000, First: 2000},
				reportstest.Hand{Name: "pods", You: true, Tasks: 40, Calls: 400, Failures: 40, Attempts: 800, First: 400, Result: strategy.Rejected}), func(c *reports.Case) {
				c.Endpoint.Hosts, c.Endpoint.Dropped = 2, 300
			}), 500),
			[]string{"Bursts empty the bucket: up to 500 requests within 100 ms on 2 hosts, and each bucket holds packets for 60. The average load is 50 % of the limit, 58 % with retries."}, nil,
		},
		{"two limits, and which", reportstest.HandReport(with(two, func(c *reports.Case) { c.Endpoint.TurnedAwayBy = []uint64{1080, 270} })),
			[]string{`The 2 limits turned away 1350 requests (34 %): 80 % by the first limit and 20 % by the limit "each".`}, nil},
		{"two limits, of which one", reportstest.HandReport(with(two, func(c *reports.Case) { c.Endpoint.TurnedAwayBy = []uint64{0, 1350} })),
			[]string{`(34 %), all of them by the limit "each".`}, nil},
		{"two limits", reportstest.HandReport(two), []string{"The 2 limits turned away 1350 requests (34 %)."}, []string{"emptied", "refills"}},
		{"a limit that changes", reportstest.HandReport(changing), []string{"You and the neighbours emptied the bucket together", "it refills at 30/s on average."}, nil},
		{"refusals that cost", of(costly, loud, you), []string{"Refusals take tokens too: 22/s, up to 2 tokens each, while the bucket refills at 40/s."}, nil},
		{"drops", reportstest.HandReport(dropping), []string{"The limit drops requests without an answer. All your failures are timeouts."}, nil},
		{"another status", reportstest.HandReport(status503), []string{"The neighbours emptied", "The limit answers excess requests with 503. All your failures are server errors."}, nil},
		{"errors that no limit answers", of(*reportstest.HostLimit(), loud, mistaken), nil, []string{"emptied"}},
		{"places enough", of(many, reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 40, Attempts: 40, First: 40}), []string{"Nothing fails: the limit turned no request away."}, nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { says(t, said(row.r).Verdict, row.want, row.not) })
	}
}

func TestAssumptionsOfServices(t *testing.T) {
	you := reportstest.Hand{Name: "batch", You: true, Tasks: 4, Calls: 40, Attempts: 40, First: 40}
	packets := reports.Limit{Kind: "token-bucket", RatePerS: 1024, Burst: 1024, Cost: 10, Scope: "host", OnExceed: "drop"}
	agent := reports.Limit{Kind: "token-bucket", RatePerS: 1000, Burst: 500, Scope: "path", OnExceed: "429"}
	rows := []struct {
		service string
		limit   reports.Limit
		want    string
	}{
		{"imds", packets, "AWS publishes one figure, 1024 packets per second"},
		{"imds", *reportstest.HostLimit(), "The limit is an assumption. AWS publishes one figure"},
		{"eks-pod-identity", agent, "The EKS Pod Identity agent has one bucket for all pods of a node: 1000/s, burst 500."},
		{"eks-pod-identity", *reportstest.HostLimit(), "The limit is an assumption. The EKS Pod Identity agent has one bucket"},
		{"ecs", packets, "The limit is an assumption. The ECS agent on EC2 has one token bucket"},
		{"ecs", *reportstest.HostLimit(), "The host-wide bucket is an assumption"},
		{"ecs", reports.Limit{Kind: "concurrency", Count: 1, Scope: "host"}, "The ECS agent on EC2 has one token bucket per source address and path"},
	}
	for _, row := range rows {
		c := reportstest.HandCase("base", reports.StrategyCase, nil, &row.limit, you)
		c.Endpoint.Service = row.service
		says(t, said(reportstest.HandReport(c)).Assumptions, []string{row.want}, nil)
	}
}
