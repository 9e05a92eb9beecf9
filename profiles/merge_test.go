package profiles

import "testing"

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
