package reports

import (
	"strings"
	"testing"

	"tenement/internal/strategy"
)

// with is a case after a change to it.
func with(c Case, change func(*Case)) Case {
	change(&c)
	c.Endpoint.complete()
	return c
}

// failing spreads failures of the group under test over seconds of a minute.
func failing(c Case, at map[int]uint32) Case {
	rows := func() []uint32 { return make([]uint32, 60) }
	c.Series = &Series{BucketS: 1, Arrivals: rows(), Attempts: rows(), Failures: rows()}
	for i := range c.Groups {
		g := GroupSeries{Name: c.Groups[i].Name, Arrivals: rows(), FirstTries: rows(), Retries: rows(), Failures: rows()}
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
func minutes(c Case) Case {
	c.Series.BucketS = 10
	return c
}

func TestSentencesAboutFaults(t *testing.T) {
	loud := hand{name: "neighbours", tasks: 20, calls: 3600, failures: 100, attempts: 3600, first: 3600, result: strategy.Error}
	you := hand{name: "batch", you: true, tasks: 400, calls: 400, failures: 40, attempts: 400, first: 400, result: strategy.Error}
	restart := Fault{Name: "restart", Kind: "restart", FromS: 20, ForS: 5, PendingS: 5, Share: 1}
	base := handCase("base", StrategyCase, nil, hostLimit(), loud, you)
	faulty := func(c Case, faults ...Fault) Case {
		return with(c, func(c *Case) {
			tally := *c.Endpoint.Tally
			c.Endpoint.Tally, c.Endpoint.Faults = &tally, faults
			tally.Failed = 140
			c.Groups = append([]Group{}, c.Groups...)
			c.Groups[0].Outcomes[refused] = 12
		})
	}
	upstream := func(c Case, u Upstream) Case {
		return with(c, func(c *Case) { c.Endpoint.Service, c.Endpoint.Upstream = "eks-pod-identity", &u })
	}
	fine := handCase("base", StrategyCase, nil, hostLimit(), hand{name: "batch", you: true, tasks: 4, calls: 400, attempts: 500, first: 400})
	throttledToo := handCase("base", StrategyCase, nil, hostLimit(), loud,
		hand{name: "batch", you: true, tasks: 400, calls: 400, failures: 40, attempts: 400, first: 400})
	mixed := base
	mixed.Groups = append([]Group{}, base.Groups...)
	mixed.Groups[1].Results[strategy.Refused], mixed.Groups[1].Results[strategy.Error] = 16, 24
	rows := []struct {
		name      string
		c         Case
		want, not []string
	}{
		{
			"all in the restart", failing(faulty(base, restart), map[int]uint32{20: 10, 39: 30}),
			[]string{`All 40 of your failures fall between 20 s and 40 s: during the fault "restart" or within 10 s of its end.`, "Faults failed 140 requests (3.5 %) and 12 connections were refused."},
			[]string{"emptied"},
		},
		{
			"some in the restart", failing(faulty(base, Fault{Name: "early", Kind: "hang", ForS: 1}, restart), map[int]uint32{5: 3, 19: 10, 21: 25, 40: 2}),
			[]string{`25 of your 40 failures fall between 20 s and 30 s: during the fault "restart".`}, nil,
		},
		{
			"minutes", minutes(failing(faulty(base, Fault{Name: "restart", Kind: "hang", FromS: 120, ForS: 300, Share: 1}), map[int]uint32{12: 10, 41: 30})),
			[]string{`All 40 of your failures fall between 2 min and 7 min: during the fault "restart".`}, nil,
		},
		{
			"a wake as long as the run", failing(faulty(base, Fault{Name: "early", Kind: "hang", ForS: 35}), map[int]uint32{5: 30, 34: 10}),
			[]string{`All 40 of your failures fall between 0 s and 35 s: during the fault "early".`}, nil,
		},
		{"as many as by chance", failing(faulty(base, restart), map[int]uint32{5: 10, 15: 10, 25: 10, 45: 10}), nil, []string{"fall between"}},
		{"a fault that lasts", failing(faulty(base, Fault{Name: "late", Kind: "slow", Share: 1}), map[int]uint32{5: 40}), []string{"Faults failed 140"}, []string{"fall between"}},
		{"before the fault", failing(faulty(base, restart), map[int]uint32{5: 40}), nil, []string{"fall between"}},
		{"without a series", faulty(base, restart), []string{"Faults failed"}, []string{"fall between"}},
		{"what the failures are", faulty(mixed, restart), []string{"The limit turned nobody away: 60 % of your failures are errors of the server and 40 % refused connections."}, nil},
		{"retries make up for it", faulty(fine, restart), []string{"Nothing fails: 100 requests (20 %) were throttled, faults failed 140 requests (28 %) and 12 connections were refused, and retries made up for it."}, nil},
		{
			"the write timeout", with(faulty(base), func(c *Case) { c.Endpoint.WriteTimeoutS = 5 }),
			[]string{"The write timeout cut off 140 requests (3.5 %) and 12 connections were refused."}, []string{"Faults"},
		},
		{
			"a fault and the write timeout", with(faulty(base, Fault{Name: "late", Kind: "slow", Share: 1}), func(c *Case) { c.Endpoint.WriteTimeoutS = 5 }),
			[]string{"Faults and the write timeout failed 140 requests (3.5 %)"}, []string{"befell"},
		},
		{
			"what the fault answers", with(faulty(mixed, Fault{Name: "no role", Kind: "status", Status: 404, Share: 1}), func(c *Case) {
				c.Groups[1].Results[strategy.Rejected] = 40
			}),
			[]string{"50 % of your failures are rejections such as the fault's 404"}, []string{"other than throttles"},
		},
		{
			"two such faults", with(faulty(mixed, Fault{Kind: "status", Status: 404, Share: 1}, Fault{Kind: "status", Status: 403, Share: 1}), func(c *Case) {
				c.Groups[1].Results[strategy.Rejected] = 40
			}),
			[]string{"50 % of your failures are rejections other than throttles"}, nil,
		},
		{
			"a few throttles beside many faults", with(faulty(throttledToo, restart), func(c *Case) { c.Groups[1].Results[strategy.Error] += 100 }),
			nil, []string{"emptied", "own noisy"},
		},
		{
			"an upstream that refuses", upstream(base, Upstream{Requests: 200, Throttled: 50, Failed: 10}),
			[]string{"Behind the endpoint, EKS Auth refused 50 of 200 requests (25 %) and did not answer 10 in time."}, []string{"emptied", "Faults"},
		},
		{
			"an upstream that hangs", upstream(base, Upstream{Requests: 200, Failed: 10}),
			[]string{"EKS Auth did not answer 10 of 200 requests in time (5 %)."}, nil,
		},
		{"an upstream that answers", upstream(base, Upstream{Requests: 200}), nil, []string{"EKS Auth"}},
		{
			"faults and an upstream", upstream(faulty(base, restart), Upstream{Requests: 200, Throttled: 50}),
			[]string{"The endpoint failed 140 requests (3.5 %, with those refused behind it) and 12 connections were refused."}, nil,
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { says(t, handReport(row.c).Verdict, row.want, row.not) })
	}
	tags := faulty(base, Fault{Name: "api", Kind: "tags", Share: 1})
	says(t, handReport(tags).Assumptions, []string{"An answer without tags counts as a success", `as long as the fault "api" is on`}, nil)
	says(t, handReport(faulty(base, restart)).Assumptions, nil, []string{"tags"})
	live := handReport(failing(faulty(base, restart), map[int]uint32{21: 40}))
	live.Engine = Live
	says(t, verdict(live), []string{"All 40 of your live failures fall between"}, nil)
	late := handReport(faulty(base, Fault{Name: "late", Kind: "hang", FromS: 90, ForS: 1}))
	says(t, late.Warnings, []string{`the fault "late" begins at 90 s, and calls came for 60 s`}, nil)
}

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
func bursts(c Case, requests uint32) *Report {
	c.Series = &Series{BucketS: 0.1, Arrivals: make([]uint32, 600), Attempts: make([]uint32, 600), Failures: make([]uint32, 600)}
	c.Series.Attempts[0] = requests
	return handReport(c)
}

// TestSentencesAboutLimits gives the same figures to every kind of limit.
func TestSentencesAboutLimits(t *testing.T) {
	loud := hand{name: "neighbours", tasks: 20, calls: 3600, failures: 1100, attempts: 3600, first: 3600}
	you := hand{name: "batch", you: true, tasks: 400, calls: 400, failures: 250, attempts: 400, first: 400}
	quiet := hand{name: "neighbours", tasks: 20, calls: 1800, failures: 100, attempts: 1800, first: 1800}
	even := hand{name: "batch", you: true, tasks: 400, calls: 900, failures: 100, attempts: 900, first: 900}
	timedOut, mistaken := you, you
	timedOut.result, mistaken.result = strategy.Timeout, strategy.Error
	window := Limit{Kind: "fixed-window", Count: 400, WindowS: 10, Scope: "host", OnExceed: "429"}
	leaky := Limit{Kind: "leaky-bucket", RatePerS: 40, Burst: 5, Scope: "host", OnExceed: "429"}
	packets := Limit{Kind: "token-bucket", RatePerS: 400, Burst: 600, Cost: 10, Scope: "host", OnExceed: "drop"}
	many := Limit{Kind: "concurrency", Count: 8, Scope: "host", OnExceed: "429"}
	each, eachTask := window, many
	each.Scope, eachTask.Scope = "task", "task"
	costly := *hostLimit()
	costly.RefusalCost = 2
	status := *hostLimit()
	status.OnExceed = "503"
	of := func(l Limit, groups ...hand) *Report {
		return handReport(handCase("base", StrategyCase, nil, &l, groups...))
	}
	two := with(handCase("base", StrategyCase, nil, hostLimit(), loud, you), func(c *Case) {
		second := each
		second.Name = "each"
		c.Endpoint.Limits = append(c.Endpoint.Limits, second)
	})
	changing := with(handCase("base", StrategyCase, nil, hostLimit(), quiet, even), func(c *Case) {
		c.Endpoint.Changes = []Change{{AtS: 30, Limit: 0, To: Limit{Kind: "token-bucket", RatePerS: 20, Burst: 60, Scope: "host"}}}
	})
	dropping := with(handCase("base", StrategyCase, nil, &packets, loud, timedOut), func(c *Case) { c.Endpoint.Dropped = 1350 })
	status503 := with(handCase("base", StrategyCase, nil, &status, loud, mistaken), func(c *Case) { c.Endpoint.Throttled = 1350 })
	rows := []struct {
		name      string
		r         *Report
		want, not []string
	}{
		{"a window", of(window, loud, you), []string{"The neighbours used up the window."}, []string{"bucket,", "emptied"}},
		{"a queue", of(leaky, loud, you), []string{"The neighbours filled the queue."}, []string{"emptied"}},
		{"neither alone", of(window, quiet, even), []string{"Neither would use up the window alone: the neighbours send 30/s and you 15/s, and it admits 40/s."}, nil},
		{"neither alone, a queue", of(leaky, quiet, even), []string{"and it lets 40/s go."}, nil},
		{"neither alone, packets", of(packets, quiet, even), []string{"Neither would empty the bucket alone", "it refills for 40/s"}, nil},
		{"places", of(many, loud, you), []string{"The limit, 8 at a time, turned away 1350 requests (34 %)."}, []string{"emptied", "reached"}},
		{"a window of your own", of(each, loud, you), []string{"Each task has a window of its own: you are your own noisy neighbour, and nobody else's; a task asks 0.017/s on average, against a limit of 40/s, so it is bursts, or a few of the tasks, that use up their windows."}, nil},
		{"places of your own", of(eachTask, loud, you), []string{"turned away 1350"}, []string{"on average"}},
		{
			"bursts on several hosts, beside other trouble", bursts(with(handCase("base", StrategyCase, nil, &packets,
				hand{name: "daemons", tasks: 10, calls: 2000, attempts: 2000, first: 2000},
				hand{name: "pods", you: true, tasks: 40, calls: 400, failures: 40, attempts: 800, first: 400, result: strategy.Rejected}), func(c *Case) {
				c.Endpoint.Hosts, c.Endpoint.Dropped = 2, 300
			}), 500),
			[]string{"On average 50 % of the limit is asked, 58 % with retries; it is bursts that empty the bucket: up to 500 requests within 100 ms on 2 hosts, and each bucket holds packets for 60."}, nil,
		},
		{"two limits, and which", handReport(with(two, func(c *Case) { c.Endpoint.TurnedAwayBy = []uint64{1080, 270} })),
			[]string{`The 2 limits turned away 1350 requests (34 %), of which 80 % by the first limit and 20 % by the limit "each".`}, nil},
		{"two limits, of which one", handReport(with(two, func(c *Case) { c.Endpoint.TurnedAwayBy = []uint64{0, 1350} })),
			[]string{`(34 %), all of them by the limit "each".`}, nil},
		{"two limits", handReport(two), []string{"The 2 limits turned away 1350 requests (34 %)."}, []string{"emptied", "refills"}},
		{"a limit that changes", handReport(changing), []string{"Neither would empty the bucket alone", "it refills at 30/s on average."}, nil},
		{"refusals that cost", of(costly, loud, you), []string{"Refusals take tokens too: 22/s of them, up to 2 tokens each, where 40/s come back."}, nil},
		{"drops", handReport(dropping), []string{"The limit drops requests without an answer: 100 % of your failures are timeouts."}, nil},
		{"another status", handReport(status503), []string{"The neighbours emptied", "Requests beyond the limit are answered 503: 100 % of your failures are errors of the server."}, nil},
		{"errors that no limit answers", of(*hostLimit(), loud, mistaken), nil, []string{"emptied"}},
		{"places enough", of(many, hand{name: "batch", you: true, tasks: 4, calls: 40, attempts: 40, first: 40}), []string{"Nothing fails: the limit turned nobody away."}, nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { says(t, row.r.Verdict, row.want, row.not) })
	}
}

func TestAssumptionsOfServices(t *testing.T) {
	you := hand{name: "batch", you: true, tasks: 4, calls: 40, attempts: 40, first: 40}
	packets := Limit{Kind: "token-bucket", RatePerS: 1024, Burst: 1024, Cost: 10, Scope: "host", OnExceed: "drop"}
	agent := Limit{Kind: "token-bucket", RatePerS: 1000, Burst: 500, Scope: "path", OnExceed: "429"}
	rows := []struct {
		service string
		limit   Limit
		want    string
	}{
		{"imds", packets, "AWS publishes one figure, 1024 packets a second"},
		{"imds", *hostLimit(), "The limit is an assumption: AWS publishes one figure"},
		{"eks-pod-identity", agent, "is what the EKS Pod Identity agent keeps."},
		{"eks-pod-identity", *hostLimit(), "The limit is an assumption: the EKS Pod Identity agent keeps one bucket"},
		{"ecs", packets, "any other limit is an assumption"},
		{"ecs", *hostLimit(), "The host-wide bucket is an assumption"},
		{"ecs", Limit{Kind: "concurrency", Count: 1, Scope: "host"}, "The ECS agent on EC2 has one token bucket per source address and path"},
	}
	for _, row := range rows {
		c := handCase("base", StrategyCase, nil, &row.limit, you)
		c.Endpoint.Service = row.service
		says(t, assume(handReport(c)), []string{row.want}, nil)
	}
}
