package reportstest

import (
	"fmt"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/reports"
)

// Large is a simulated report with 12 cases of 6 groups each, over 600 s, as a tool's
// largest usual page: series in steps of a second, distributions, limits that change, and
// faults. Its figures are drawn, not played.
func Large(t testing.TB) *reports.Report {
	const cases, groups, length = 12, 6, 600 * time.Second
	in := Input(reports.Sim)
	in.Profile.Name, in.DurationS = "large", length.Seconds()
	for n := range cases {
		key := draw.Seed(uint64(n))
		r := reports.NewRecorder(groups, time.Second, length+drain)
		counts := throttle.Counts{Series: throttle.Series{Bucket: time.Second, LevelHosts: 1}}
		var infos []reports.GroupInfo
		for g := range groups {
			infos = append(infos, reports.GroupInfo{Name: fmt.Sprintf("group-%d", g), Tenant: fmt.Sprintf("tenant-%d", g), UnderTest: g == 0, Tasks: 20, Flow: "credentials"})
			counts.ByGroup = append(counts.ByGroup, throttle.Tally{})
		}
		for second := range int(length / time.Second) {
			turned := uint32(0)
			for g := range groups {
				for i := range draw.Below(key.With(uint64(second)).With(uint64(g)).Bits(), 20) {
					one := key.With(uint64(second)).With(uint64(g)).With(i)
					at := time.Duration(second)*time.Second + time.Duration(one.Float()*float64(time.Second))
					k := strategy.Call{Group: uint32(g), Scheduled: at, Begun: at, Ended: at + serviceTime().At(one.With(1).Bits())*time.Duration(1+n)}
					o := strategy.Outcome{Status: 200}
					if one.With(2).Float() < 0.2 {
						o, k.Result = strategy.Outcome{Status: 429, Body: strategy.BodyText}, strategy.Throttled
						turned++
					}
					r.Attempted(&k, at, k.Ended, &o)
					r.Finished(&k)
					counts.Requests++
				}
			}
			counts.Series.Admitted = append(counts.Series.Admitted, 40+uint32(second)%7)
			counts.Series.Throttled = append(counts.Series.Throttled, turned)
			counts.Series.Level = append(counts.Series.Level, int64(draw.Below(key.With(uint64(second)).Bits(), 60_000)))
		}
		counts.Admitted = counts.Requests
		lower := Limits[0]
		lower.Rate.Tokens = 20
		in.Cases = append(in.Cases, reports.NewCase(reports.CaseInput{
			Name: fmt.Sprintf("case-%d", n), Title: fmt.Sprintf("the case number %d", n), Kind: reports.StrategyCase,
			EndpointInfo: reports.EndpointInfo{
				Service: service.ECS.String(), Limits: Limits[:1], Changes: []throttle.Change{{At: 400 * time.Second, To: lower}},
				Faults: []throttle.Fault{{Name: "restart", Kind: throttle.RestartFault, From: 200 * time.Second, For: 20 * time.Second}},
			},
			Duration: length, Groups: infos, Counts: &counts, Recorder: r,
		}))
	}
	return MustNew(t, in)
}
