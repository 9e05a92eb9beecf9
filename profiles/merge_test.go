package profiles

import ("testing";"time";"tenement/internal/draw";"tenement/internal/throttle")

func BenchmarkNext(b *testing.B) {
	p, err := Load("x.yaml", []byte("version: 1\nname: x\nduration: 300d\nfleet:\n  - {group: n, tasks: 420, arrivals: {poisson: 3/s}}\n"))
	if err != nil {
		b.Fatal(err)
	}
	a := p.Plan(p.Cases()[0], 1).Arrivals(0)
	b.ReportAllocs()
	for b.Loop() {
		a.Next()
	}
}

func BenchmarkDraw(b *testing.B) {
	r := poisson(throttle.Rate{3, 1})
	k := draw.Seed(1)
	var at time.Duration
	n := uint32(0)
	for b.Loop() {
		at += r.gap.At(k.With(uint64(n)).Bits())
		n++
	}
}
