package control_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// waits sums the waits for the servers of a step.
type waits struct {
	step control.Step
	from time.Duration // what ends before is not counted
	n    float64
	sum  float64 // in seconds
	none float64 // visits that did not wait
}

func (w *waits) Stepped(step int, now, waited, _ time.Duration) {
	if step != int(w.step) || now < w.from {
		return
	}
	w.n++
	w.sum += waited.Seconds()
	if waited == 0 {
		w.none++
	}
}

func (*waits) Answered(int, time.Duration, time.Duration) {}
func (*waits) Started(int, time.Duration, time.Duration)  {}

// run runs a plan, which must not fail.
func run(tb testing.TB, p *control.Plan, o control.Observer) *control.Result {
	tb.Helper()
	r, err := control.Run(tb.Context(), p, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// meanOf is the mean of samples and its standard error.
func meanOf(all []float64) (mean, se float64) {
	for _, x := range all {
		mean += x / float64(len(all))
	}
	for _, x := range all {
		se += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(se / float64(len(all)-1) / float64(len(all)))
}

// within4 fails if the mean of samples is more than 4 standard errors from what it should be.
func within4(t *testing.T, what string, samples []float64, want float64) {
	t.Helper()
	mean, se := meanOf(samples)
	t.Logf("%s: %.5f ± %.5f, closed form %.5f (%+.1f standard errors)", what, mean, se, want, (mean-want)/se)
	if math.Abs(mean-want) > 4*se {
		t.Errorf("%s: got %.5f ± %.5f, want %.5f", what, mean, se, want)
	}
}

// erlangB is the share of calls that find all of n servers busy, at an offered load.
func erlangB(n int, load float64) float64 {
	b := 1.
	for i := 1; i <= n; i++ {
		b = load * b / (float64(i) + load*b)
	}
	return b
}

// erlangC is the share of calls that wait for one of n servers.
func erlangC(n int, load float64) float64 {
	b, rho := erlangB(n, load), load/float64(n)
	return b / (1 - rho*(1-b))
}

// poisson is a caller of a rate per second.
func poisson(rate float64, life *draw.Table) control.Caller {
	return control.Caller{
		Name: "caller", Task: control.Pair{CPU: 256, Memory: 512}, Lifetime: life,
		Rates: []control.Rate{{Mean: draw.Exponential(1e9 / rate)}},
	}
}

func exponential(mean time.Duration) *draw.Table { return draw.Exponential(float64(mean)) }

func constant(d time.Duration) *draw.Table { return draw.LogNormal(d, d) }

const (
	seeds = 12
	span  = 600 * time.Second // of a run; what comes in its first fifth is not counted
)

// Steps with servers and exponential service are a chain of M/M/c: what leaves one at
// random comes to the next at random (Burke 1956). The calls of a region are divided
// among the capacity managers of its zones.
func TestEveryStepIsMMc(t *testing.T) {
	const rate, zones = 20., 2
	var service [control.NumSteps]time.Duration
	var all [control.NumSteps]waits
	mean := [control.NumSteps][]float64{}
	for seed := range uint64(seeds) {
		c := poisson(rate, constant(time.Second))
		c.EKS = true
		p := &control.Plan{
			Seed: seed + 1, Duration: span / 2, Callers: []control.Caller{c}, Zones: zones,
			MicroVMs: &control.MicroVMs{Hosts: 1, Host: control.Pair{CPU: 1 << 40, Memory: 1 << 40}},
		}
		for s := range control.NumSteps {
			servers := 1 + int(s)%4
			service[s] = time.Duration(0.8 * float64(servers) / rate * 1e9) // four fifths of the time
			if s.Zonal() {
				service[s] *= zones
			}
			p.Steps[s] = control.StepPlan{Latency: exponential(service[s]), Servers: servers}
			all[s] = waits{step: s, from: span / 10}
		}
		run(t, p, each{&all})
		for s := range all {
			mean[s] = append(mean[s], all[s].sum/all[s].n)
		}
	}
	for s := range control.NumSteps {
		servers := 1 + int(s)%4
		within4(t, fmt.Sprintf("wait for %s, %d servers", s, servers), mean[s], erlangC(servers, 0.8*float64(servers))*service[s].Seconds()/(0.2*float64(servers)))
	}
}

// each observes every step.
type each struct {
	all *[control.NumSteps]waits
}

func (e each) Stepped(step int, now, waited, took time.Duration) {
	e.all[step].Stepped(step, now, waited, took)
}
func (each) Answered(int, time.Duration, time.Duration) {}
func (each) Started(int, time.Duration, time.Duration)  {}

// A step with c servers and exponential service is M/M/c; with constant service and one
// server it is M/D/1, and with c servers M/D/c, whose wait is known as a sum. A limit of one
// token that lets a task wait is a server that takes the time of a token.
func TestStepsAreQueues(t *testing.T) {
	tenth := 100 * time.Millisecond
	limit := func(rate int64) control.StepPlan {
		return control.StepPlan{Limit: &throttle.Limit{Rate: throttle.Rate{Tokens: rate, Seconds: 1}, Burst: 1}}
	}
	rows := []struct {
		name string
		step control.Step
		plan control.StepPlan
		rate float64
		want float64 // mean wait, s
	}{
		{"M/M/1", control.ClusterManager, control.StepPlan{Latency: exponential(tenth), Servers: 1}, 7, 0.1 * 0.7 / 0.3},
		{"M/M/4", control.Capacity, control.StepPlan{Latency: exponential(tenth), Servers: 4}, 34, erlangC(4, 3.4) * 0.1 / 0.6},
		{"M/M/16", control.Containers, control.StepPlan{Latency: exponential(tenth), Servers: 16}, 144, erlangC(16, 14.4) * 0.1 / 1.6},
		{"M/D/1", control.ClusterManager, control.StepPlan{Latency: constant(tenth), Servers: 1}, 8, 0.1 * 0.8 / (2 * 0.2)},
		{"M/D/1, half of the time", control.Agent, control.StepPlan{Latency: constant(tenth), Servers: 1}, 5, 0.1 * 0.5 / (2 * 0.5)},
		{"M/D/3", control.Capacity, control.StepPlan{Latency: constant(tenth), Servers: 3}, 25.5, mdc(3, 2.55) * 0.1},
		{"M/D/8", control.Report, control.StepPlan{Latency: constant(tenth), Servers: 8}, 72, mdc(8, 7.2) * 0.1},
		{"a limit", control.Agent, limit(10), 8, 0.1 * 0.8 / (2 * 0.2)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var mean []float64
			for seed := range uint64(seeds) {
				p := &control.Plan{
					Seed: seed + 1, Duration: time.Duration(3000 / row.rate * 1e9), Callers: []control.Caller{poisson(row.rate, nil)},
					MicroVMs: &control.MicroVMs{Hosts: 1, Host: control.Pair{CPU: 1 << 40, Memory: 1 << 40}},
				}
				p.Steps[row.step] = row.plan
				w := &waits{step: row.step, from: p.Duration / 5}
				run(t, p, w)
				mean = append(mean, w.sum/w.n)
			}
			within4(t, "mean wait", mean, row.want)
		})
	}
}

// What finds a full queue is throttled, M/M/c/c+q; so is what finds no token, of which
// there is one: Erlang B for one server.
func TestFullQueuesThrottle(t *testing.T) {
	tenth := 100 * time.Millisecond
	for _, row := range []struct {
		name string
		step control.Step
		plan control.StepPlan
		rate float64
		want float64
	}{
		{"M/M/1/3", control.FrontEnd, control.StepPlan{Latency: exponential(tenth), Servers: 1, Queue: 2}, 9, mmck(1, 2, 0.9)},
		{"M/M/4/6", control.IAM, control.StepPlan{Latency: exponential(4 * tenth), Servers: 4, Queue: 2}, 7.5, mmck(4, 2, 3)},
		{"M/M/2/12", control.ClusterManager, control.StepPlan{Latency: exponential(4 * tenth), Servers: 2, Queue: 10}, 4, mmck(2, 10, 1.6)},
		{"a token", control.ClusterManager, control.StepPlan{Limit: &throttle.Limit{Rate: throttle.Rate{Tokens: 10, Seconds: 1}, Burst: 1}}, 8, erlangB(1, 0.8)},
	} {
		lost(t, row.name, row.want, func(p *control.Plan) {
			p.Callers = []control.Caller{poisson(row.rate, nil)}
			p.MicroVMs = &control.MicroVMs{Hosts: 1, Host: control.Pair{CPU: 1 << 40, Memory: 1 << 40}}
			p.Steps[row.step] = row.plan
		})
	}
}

// mmck is the share of calls that find c servers busy and q waiting, at an offered load.
func mmck(c, q int, load float64) float64 {
	term, sum := 1., 1.
	for i := 1; i <= c+q; i++ {
		term *= load / float64(min(i, c))
		sum += term
	}
	return term / sum
}

// mdc is the mean wait of M/D/c in services, after Crommelin (1932): the sum over k ≥ 1 of
// P(N ≥ kc)-like terms of Poisson variables of mean k·load.
func mdc(c int, load float64) float64 {
	wait := 0.
	for k := 1; k < 2000; k++ {
		mean, n := float64(k)*load, k*c
		// E[(N − n)⁺]/(kc) with N Poisson of that mean, summed by its terms.
		lg, _ := math.Lgamma(float64(n + 1))
		term := math.Exp(-mean + float64(n)*math.Log(mean) - lg)
		excess := 0.
		for i := n; term > 1e-18 || i == n; i++ {
			excess += float64(i-n) * term
			term *= mean / float64(i+1)
		}
		wait += excess / float64(k)
		if k > 20 && excess < 1e-14 {
			break
		}
	}
	return wait / load
}
