package reports

import (
	"testing"

	"tenement/internal/strategy"
)

// play lets a seed of an estimate have so many calls and failures.
func play(e *Estimate, seed uint64, calls, failures int) {
	w := e.Observer()
	for i := range calls {
		k := &strategy.Call{Ended: second}
		if i < failures {
			k.Result = strategy.Throttled
		}
		w.Attempted(k, 0, second, ok)
		k.Attempts++
		w.Attempted(k, 0, second, ok)
		w.Finished(k)
	}
	e.End(seed)
}

func TestEstimateCountsSeedBySeed(t *testing.T) {
	one, parts := NewEstimate(1), []*Estimate{NewEstimate(1), NewEstimate(1)}
	for i := range 60 {
		failures := 30 + i%3*10 // 30, 40, 50
		play(one, uint64(i), 100, failures)
		play(parts[i%2], uint64(i), 100-i/2, failures)
		play(parts[1-i%2], uint64(i), i/2, 0) // the same seed's other hosts
	}
	s := one.simulated(0)
	if s.Seeds != 60 || s.Calls != 6000 || s.Failures != 2400 || s.Attempts != 12_000 || s.FirstTries != 6000 {
		t.Errorf("got %+v", *s)
	}
	if *s.FailureRate != 0.4 || *s.Amplification != 2 {
		t.Errorf("got failure rate %v and amplification %v, want 0.4 and 2", *s.FailureRate, *s.Amplification)
	}
	// Of 30, 40 and 50, each 20 times: mean 40, variance 200/3·60/59.
	if s.FailuresPerSeed.Mean != 40 || s.FailuresPerSeed.SD < 8.233 || s.FailuresPerSeed.SD > 8.235 {
		t.Errorf("got %+v, want mean 40, sd 8.234", s.FailuresPerSeed)
	}
	if ci := s.FailureRateCI95; ci[0] < 0.3787 || ci[0] > 0.3788 || ci[1] < 0.4212 || ci[1] > 0.4213 {
		t.Errorf("got %v, want 0.4 ± 2.001·0.08234/√60", *ci)
	}
	parts[0].Merge(parts[1])
	if diff := differing(parts[0].simulated(0), s); diff != "" || parts[0].simulated(0).Seeds != 60 {
		t.Errorf("merging is not counting together:\n%s", diff)
	}
	play(parts[0], 60, 100, 40)
	if got := parts[0].simulated(0); got.Failures != 2440 || got.Seeds != 61 {
		t.Errorf("a seed after a merge: got %d failures in %d seeds", got.Failures, got.Seeds)
	}
}

func TestAgrees(t *testing.T) {
	yes, no := true, false
	rows := []struct {
		name     string
		seeds    uint64
		mean, sd float64
		failures uint64
		runs     int
		want     *bool
	}{
		{"in the middle", 50, 40, 8, 40, 1, &yes},
		{"four standard deviations off", 50, 40, 8, 72, 1, &yes},
		{"further off", 50, 40, 8, 73, 1, &no},
		{"further off below", 50, 40, 8, 7, 1, &no},
		{"one, where none ever fails", 200, 0, 0, 1, 1, &yes},
		{"two, where none ever fails", 200, 0, 0, 2, 1, &no},
		{"four runs together", 50, 40, 8, 224, 4, &yes},
		{"four runs together, off", 50, 40, 8, 225, 4, &no},
		{"too few seeds to say", 49, 40, 8, 40, 1, nil},
	}
	for _, row := range rows {
		s := Simulated{Seeds: row.seeds, FailuresPerSeed: PerSeed{row.mean, row.sd}}
		g := Group{Calls: 400}
		g.Results[strategy.Throttled] = row.failures
		s.judge(&g, row.runs)
		switch {
		case (s.Agrees == nil) != (row.want == nil):
			t.Errorf("%s: got %v, want %v", row.name, s.Agrees, row.want)
		case s.Agrees != nil && *s.Agrees != *row.want:
			t.Errorf("%s: got %v, want %v", row.name, *s.Agrees, *row.want)
		}
	}
}

// BenchmarkEstimateSeed is what a seed costs beyond its calls.
func BenchmarkEstimateSeed(b *testing.B) {
	e := NewEstimate(2)
	for b.Loop() {
		e.End(1)
	}
}
