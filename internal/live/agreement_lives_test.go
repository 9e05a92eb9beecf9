package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// Random profiles whose tasks come and go, do several things, and are on hosts that
// start later and differ. The seed draws all of that as well as the profile.
func TestAgreementOnRandomLives(t *testing.T) {
	n := *seeds
	if testing.Short() {
		n = min(n, 20)
	}
	for seed := *firstSeed; seed < *firstSeed+n; seed++ {
		p, err := profiles.Load(fmt.Sprintf("seed-%d.yaml", seed), []byte(drawProfile(seed)))
		if err != nil {
			t.Errorf("the grammar is wrong: %v", err)
			continue
		}
		for _, c := range p.Cases() {
			t.Run(fmt.Sprintf("%d/%s", seed, c.Name), func(t *testing.T) {
				t.Parallel()
				drawn := p.Plan(c, seed)
				r := rand.New(rand.NewPCG(seed, 1))
				lively := enliven(drawn, r)
				apart(lively)
				cutShort(lively, *most)
				agree(t, lively)
				if t.Failed() {
					for i := range lively.Groups {
						g := &lively.Groups[i]
						t.Logf("group %s: %+v, %+v", g.Name, g.Lives, g.Activities)
					}
				}
			})
		}
	}
}

// one is one of several values, all equally likely.
func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// enliven is a plan with lives, activities and hosts that it does not have. Few times
// are round, for the reason that grammar gives.
func enliven(from *plan.Plan, r *rand.Rand) *plan.Plan {
	p := *from
	p.Resources, p.Groups, p.Tenants = slices.Clip(slices.Clone(p.Resources)), nil, nil
	p.Hosts = 1 + r.IntN(3)
	p.StartWithin = one(r, 0, 0, 4*time.Second+771, 11*time.Second+3)
	if r.IntN(2) == 0 {
		d := plan.Differ{
			Share: 0.5, Limits: slices.Clone(p.Limits), OnExceed: p.OnExceed, Latency: p.Latency,
			Faults: []throttle.Fault{{Name: "other", Kind: one(r, throttle.ResetFault, throttle.HangFault, throttle.RestartFault), From: 6*time.Second + 31, For: time.Second + 17, Share: 0.4}},
		}
		if d.Faults[0].Kind == throttle.RestartFault {
			d.Faults[0].Share = 0
		}
		p.Differ = []plan.Differ{d}
	}
	// Flows come before replays, as in a plan that is compiled.
	var resources []uint32
	row := p.Service.Row()
	for _, flow := range row.Flows {
		if flow.Name != service.CredentialsFlow {
			resources = append(resources, p.AddFlow(flow.Legs))
		}
	}
	for _, g := range from.Groups {
		if _, replayed := g.Pattern.(*plan.Replay); !replayed {
			g.Lives = drawLives(r)
			g.StartWithin = one(r, 0, 0, 2*time.Second+19)
			g.Placed = one(r, nil, nil, drawPlaced(r, g.Tasks))
			g.Activities = drawActivities(r, &g, append(resources, g.Resource))
		} else {
			g.Activities = nil
		}
		p.AddGroup(g)
	}
	return &p
}

// drawPlaced is how many places of a group each host has.
func drawPlaced(r *rand.Rand, most int) []plan.Run {
	return []plan.Run{{Hosts: r.IntN(2), Tasks: most}, {Hosts: 1, Tasks: r.IntN(most + 1)}, {Hosts: 1, Tasks: most}}
}

// drawLives is how the tasks of a group come and go.
func drawLives(r *rand.Rand) plan.Lives {
	l := plan.Lives{Lifetime: one(r, 0, 0, 6*time.Second+7_001, 2*time.Second+90_007, 700*time.Millisecond+13)}
	l.Relaunch = one(r, plan.Backoff{}, plan.Backoff{Base: 300*time.Millisecond + 11, Cap: time.Second + 7})
	switch r.IntN(4) {
	case 0:
		l.Deploy = plan.Deploy{At: []time.Duration{3*time.Second + 1_003}, Within: one(r, 0, 5*time.Second+77)}
	case 1:
		l.Deploy = plan.Deploy{At: []time.Duration{2*time.Second + 5_009, 2*time.Second + 900_007, 9*time.Second + 13}, Within: one(r, 0, 700*time.Millisecond)}
	case 2:
		l.Deploy = plan.Deploy{At: []time.Duration{4*time.Second + 709, 5*time.Second + 8_009}, Batch: 1 + r.IntN(3), Every: 600*time.Millisecond + 101}
	}
	return l
}

// drawActivities is what the tasks of a group do beside what they did.
func drawActivities(r *rand.Rand, g *plan.Group, resources []uint32) []plan.Activity {
	all := []plan.Activity{{Name: "first", Flow: g.Flow, Resource: g.Resource, Pattern: g.Pattern, Required: r.IntN(2) == 0}}
	if all[0].Required && r.IntN(2) == 0 {
		all[0].Pattern = plan.Once{Within: one(r, 0, 900*time.Millisecond)}
	}
	for i := range r.IntN(3) {
		all = append(all, plan.Activity{
			Name: fmt.Sprint("more ", i), Resource: one(r, resources...), Required: r.IntN(3) == 0, After: r.IntN(i + 2),
			Pattern:  one[plan.Pattern](r, plan.Timer{Every: time.Second + 41}, plan.Once{}, plan.Burst{Calls: 3}, plan.Poisson(throttle.Rate{Tokens: 1, Seconds: 1})),
			Strategy: one(r, nil, nil, &strategy.Strategy{}, &strategy.Strategy{Cache: strategy.TTL{For: 700 * time.Millisecond}, Flight: strategy.Flight{Kind: strategy.Join}}),
		})
	}
	return all
}
