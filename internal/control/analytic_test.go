package control_test

import (
	"math"
	"testing"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
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

// The pool of a size is a loss system: an instance is missing from its order until it is
// warm. Erlang B holds for every distribution of that time.
func TestPoolIsErlangB(t *testing.T) {
	small := control.Pair{CPU: 256, Memory: 512}
	for name, boot := range map[string]*draw.Table{"exponential": exponential(10 * time.Second), "constant": constant(10 * time.Second)} {
		lost(t, "boot "+name, erlangB(20, 18), func(p *control.Plan) {
			p.Callers = []control.Caller{poisson(1.8, constant(time.Second))}
			p.Instances = &control.Instances{Sizes: []control.Size{{Name: "small", Pair: small, Warm: 20}}, Boot: boot}
		})
	}
}

// Hosts for tasks of one size are a loss system too: a place is taken while its task lives.
func TestHostsAreErlangB(t *testing.T) {
	lost(t, "hosts", erlangB(24, 20), func(p *control.Plan) {
		p.Callers = []control.Caller{poisson(2, exponential(10*time.Second))}
		p.MicroVMs = &control.MicroVMs{Hosts: 6, Host: control.Pair{CPU: 1024, Memory: 2048}}
	})
}

// lost compares the share of tasks without capacity with what it should be.
func lost(t *testing.T, what string, want float64, set func(*control.Plan)) {
	t.Helper()
	var samples []float64
	for seed := range uint64(seeds) {
		p := &control.Plan{Seed: seed + 1, Duration: span, Bucket: span / 5}
		set(p)
		s := run(t, p, new(waits)).Series
		asked, refused := 0., 0.
		for i := 1; i < len(s.Asked); i++ {
			asked += float64(s.Asked[i])
			refused += float64(s.Refused[i])
		}
		samples = append(samples, refused/asked)
	}
	within4(t, what, samples, want)
}

// A step with c servers and exponential service is M/M/c; with constant service and one
// server it is M/D/1, and with c servers M/D/c, whose wait is known as a sum.
func TestStepsAreQueues(t *testing.T) {
	rows := []struct {
		name    string
		servers int
		rate    float64
		service *draw.Table
		want    float64 // mean wait, s
	}{
		{"M/M/1", 1, 7, exponential(100 * time.Millisecond), 0.1 * 0.7 / 0.3},
		{"M/M/4", 4, 34, exponential(100 * time.Millisecond), erlangC(4, 3.4) * 0.1 / 0.6},
		{"M/D/1", 1, 8, constant(100 * time.Millisecond), 0.1 * 0.8 / (2 * 0.2)},
		{"M/D/3", 3, 25.5, constant(100 * time.Millisecond), mdc(3, 2.55) * 0.1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var mean []float64
			for seed := range uint64(seeds) {
				p := &control.Plan{
					Seed: seed + 1, Duration: span / 2, Callers: []control.Caller{poisson(row.rate, nil)},
					MicroVMs: &control.MicroVMs{Hosts: 1, Host: control.Pair{CPU: 1 << 40, Memory: 1 << 40}},
				}
				p.Steps[control.ClusterManager] = control.StepPlan{Latency: row.service, Servers: row.servers}
				w := &waits{step: control.ClusterManager, from: span / 10}
				run(t, p, w)
				mean = append(mean, w.sum/w.n)
			}
			within4(t, "mean wait", mean, row.want)
		})
	}
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
