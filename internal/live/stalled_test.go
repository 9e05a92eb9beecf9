package live

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/plan"
	"tenement/internal/sim"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// stalled is a memory whose server stands still for a while: what is sent then reaches it
// only afterwards.
type stalled struct {
	*memory
	from, to time.Duration
}

func (s *stalled) attempt(run context.Context, k *strategy.Call, r strategy.Request) (strategy.Outcome, progress) {
	if now := time.Since(s.began); now >= s.from && now < s.to && !sleepUntil(run, s.began.Add(s.to)) {
		return strategy.Outcome{}, unsent
	}
	return s.memory.attempt(run, k, r)
}

const calm = `
version: 1
name: calm
description: a limit that nobody reaches
duration: 12s
endpoint: {service: ecs, limit: {rate: 400/s, burst: 600, scope: host}}
fleet: [{group: mine, tasks: 10, client: per-call, arrivals: {poisson: 2/s}, under_test: true}]
gates: [mine.p99 < 100ms]
`

// A server stands still for 3 s of a run of 12 s. No call fails, and the simulation knows
// nothing of it. The report must not say what the simulation expects as if it had been
// measured.
func TestReportOfAServerThatStandsStill(t *testing.T) {
	profile, err := profiles.Load("calm.yaml", []byte(calm))
	if err != nil {
		t.Fatal(err)
	}
	c := profile.Cases()[0]
	measure := func(from, to time.Duration) *diagnosis.Diagnosis {
		p := profile.Plan(c, 1)
		recorder := reports.NewRecorder(len(p.Groups), p.SeriesBucket(), p.Horizon())
		synctest.Test(t, func(t *testing.T) {
			e := Engine{Wait: Timer{}, world: func(e *Engine, p *plan.Plan, began time.Time, stop func(error)) (world, error) {
				w, err := newMemory(e, p, began, stop)
				if err != nil {
					return nil, err
				}
				return &stalled{w.(*memory), from, to}, nil
			}}
			if _, err := e.Run(context.Background(), p, recorder); err != nil {
				t.Fatal(err)
			}
		})
		const first, seeds = 2, 50
		estimate := reports.NewEstimate(len(p.Groups))
		estimate.CountBlocks(reports.BlockingOf(first, seeds))
		for seed := uint64(first); seed < first+seeds; seed++ {
			p := profile.Plan(c, seed)
			if _, err := sim.Run(t.Context(), p, sim.AllHosts(p), estimate.Observer()); err != nil {
				t.Fatal(err)
			}
			estimate.End(seed)
		}
		r, err := reports.New(reports.Input{
			Engine: reports.Live, Seed: 1, DurationS: p.Duration.Seconds(), Gates: profile.Gates,
			Cases: []reports.Case{reports.NewCase(reports.CaseInput{
				Name: c.Name, Title: c.Title, Kind: c.Kind, EndpointInfo: reports.EndpointInfo{Service: p.Service.String(), Limits: p.Limits}, Duration: p.Duration, Live: true,
				Groups: []reports.GroupInfo{{Name: "mine", UnderTest: true, Tasks: 10}}, Recorder: recorder, Estimate: estimate,
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		return diagnosis.Of(r)
	}

	calm, still := measure(0, 0), measure(4*time.Second, 7*time.Second)
	if got := calm.AgreementText(); got != "Live and simulation agree in 1 of 1 row (compared: failures, tries and latency)." {
		t.Errorf("nothing stands still: got %s", got)
	}
	if len(calm.Report.Failed()) > 0 {
		t.Errorf("nothing stands still: got %+v", calm.Report.Gates)
	}
	for _, want := range []string{"agree in 0 of 1 row (compared: failures, tries and latency).", "one success of mine in a hundred took over 2.8 s live; the simulation expects "} {
		if got := still.AgreementText(); !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	said := still.Sentences().Verdict
	if !strings.HasPrefix(said[0], "The live run is not what the simulation expects, and what follows is about the run: ") || !strings.Contains(said[0], "over 2.8 s live") {
		t.Errorf("the verdict begins %q", said[0])
	}
	if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "Nothing fails") }) {
		t.Errorf("no call failed: got %q", said)
	}
	row := still.Rows[0]
	if p99 := *row.You.P99; row.You.Simulated || p99 < 2700 || p99 != *row.Live.You.P99 {
		t.Errorf("sentences are about a p99 of %g ms, simulated %t", p99, row.You.Simulated)
	}
	if p99 := *row.Simulated.You.P99; p99 > 100 {
		t.Errorf("the simulation has a p99 of %g ms", p99)
	}
	if failed := still.Report.Failed(); len(failed) != 1 || failed[0].Inconclusive {
		t.Errorf("gates: got %+v", still.Report.Gates)
	} else if got := diagnosis.GateText(&failed[0]); !strings.HasPrefix(got, "2.8 s, 2.7 s above 100 ms") {
		t.Errorf("gate: got %s", got)
	}
}
