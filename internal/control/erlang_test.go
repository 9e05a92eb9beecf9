package control_test

import (
	"fmt"
	"testing"
	"time"

	"tenement/internal/control"
	"tenement/internal/draw"
)

// The pool of a size is a loss system: an instance is missing from its order until it is
// warm. Erlang B holds for every distribution of that time.
func TestPoolIsErlangB(t *testing.T) {
	task := control.Pair{CPU: 256, Memory: 512}
	size := func(name string, warm int) control.Size { return control.Size{Name: name, Pair: task, Warm: warm} }
	exp10, const10 := exponential(10*time.Second), constant(10*time.Second)
	rows := []struct {
		name      string
		want      float64
		rate      float64
		boot      *draw.Table
		zones     int
		instances []control.Size
	}{
		{"almost always enough", erlangB(14, 7), 0.7, exp10, 1, []control.Size{size("small", 14)}},
		{"exponential boot", erlangB(20, 18), 1.8, exp10, 1, []control.Size{size("small", 20)}},
		{"constant boot", erlangB(20, 18), 1.8, const10, 1, []control.Size{size("small", 20)}},
		{"far too few", erlangB(5, 20), 2, const10, 1, []control.Size{size("small", 5)}},
		// Whoever finds none tries the next zone: together they are one pool.
		{"three zones", erlangB(21, 18), 1.8, const10, 3, []control.Size{size("small", 7)}},
		// What the first size lacks, the second has.
		{"a larger size", erlangB(20, 18), 1.8, exp10, 1, []control.Size{size("small", 8), size("large", 12)}},
	}
	for _, row := range rows {
		lost(t, row.name, row.want, func(p *control.Plan) {
			p.Callers = []control.Caller{poisson(row.rate, constant(time.Second))}
			p.Zones, p.Fallback = row.zones, true
			p.Instances = &control.Instances{Sizes: row.instances, Boot: row.boot, Larger: true}
		})
	}
	// Where no other zone is asked, each has a third of the calls for itself.
	lost(t, "three zones apart", erlangB(7, 6), func(p *control.Plan) {
		p.Callers = []control.Caller{poisson(1.8, constant(time.Second))}
		p.Zones = 3
		p.Instances = &control.Instances{Sizes: []control.Size{size("small", 7)}, Boot: const10}
	})
}

// Hosts for tasks of one size are a loss system too: a place is taken while its task lives.
// So are cells, whose places are those of their tasks.
func TestHostsAreErlangB(t *testing.T) {
	for _, row := range []struct {
		rate float64
		life *draw.Table
	}{{1.6, exponential(10 * time.Second)}, {2, exponential(10 * time.Second)}, {4, constant(10 * time.Second)}} {
		for name, spread := range map[string]bool{"packed": false, "spread": true} {
			lost(t, fmt.Sprintf("hosts, %s, %g/s", name, row.rate), erlangB(24, 10*row.rate), func(p *control.Plan) {
				p.Callers = []control.Caller{poisson(row.rate, row.life)}
				p.MicroVMs = &control.MicroVMs{Hosts: 6, Host: control.Pair{CPU: 1024, Memory: 2048}, Spread: spread}
			})
		}
	}
	lost(t, "cells", erlangB(18, 20), func(p *control.Plan) {
		p.Callers = []control.Caller{poisson(2, exponential(10*time.Second))}
		p.Cells = control.Cells{Count: 3, Size: 6}
		p.Instances = &control.Instances{Sizes: []control.Size{{Pair: p.Callers[0].Task, Warm: 1000}}}
	})
}

// A host for tasks of several sizes loses more of the larger ones: Kaufman (1981) and
// Roberts (1981).
func TestHostOfTwoSizesIsKaufmanRoberts(t *testing.T) {
	life := exponential(10 * time.Second)
	small, large := poisson(0.8, life), poisson(0.3, life)
	large.Name, large.Task = "large", control.Pair{CPU: 1024, Memory: 2048}
	want := kaufmanRoberts(24, []int{1, 4}, []float64{8, 3})
	shares := [2][]float64{}
	for seed := range uint64(seeds) {
		r := run(t, &control.Plan{
			Seed: seed + 1, Duration: 3 * span, Callers: []control.Caller{small, large},
			MicroVMs: &control.MicroVMs{Hosts: 1, Host: control.Pair{CPU: 24 * 256, Memory: 24 * 512}},
		}, new(waits))
		for i := range shares {
			n := &r.Callers[i]
			shares[i] = append(shares[i], float64(n.States[control.NoCapacity])/float64(n.Asked))
		}
	}
	within4(t, "small tasks", shares[0], want[0])
	within4(t, "large tasks", shares[1], want[1])
}

// kaufmanRoberts is the share of tasks of each size that find no room in n places.
func kaufmanRoberts(n int, sizes []int, loads []float64) []float64 {
	q := make([]float64, n+1)
	q[0] = 1
	sum := 1.
	for j := 1; j <= n; j++ {
		for k, size := range sizes {
			if j >= size {
				q[j] += loads[k] * float64(size) * q[j-size] / float64(j)
			}
		}
		sum += q[j]
	}
	out := make([]float64, len(sizes))
	for k, size := range sizes {
		for j := n - size + 1; j <= n; j++ {
			out[k] += q[j] / sum
		}
	}
	return out
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
