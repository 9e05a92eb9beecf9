package reports

import (
	"math"
	"testing"

	"tenement/internal/draw"
	"tenement/internal/stat"
)

// TestSpreadIntervalIsOfTheMean draws seeds whose failures vary more than
// independent calls would. The interval must be that of the seeds: the calls'
// own is too narrow, and it must cover the truth about 95 times in 100.
func TestSpreadIntervalIsOfTheMean(t *testing.T) {
	const trials, seeds, calls = 400, 60, 400
	covered, narrow := 0, 0
	for trial := range uint64(trials) {
		var s spread
		for n := range uint64(seeds) {
			u := draw.Seed(trial).With(n).Float()
			// Failures from 0 to 80 per cent of the calls: mean 40 %.
			s.see(uint64(math.Round(u*0.8*calls)), calls)
		}
		ci := s.interval()
		if ci[0] <= 0.4 && 0.4 <= ci[1] {
			covered++
		}
		plain := stat.Wilson(s.x, s.n)
		if plain[0] <= 0.4 && 0.4 <= plain[1] {
			narrow++
		}
	}
	if covered < trials*91/100 || covered > trials*99/100 {
		t.Errorf("covers the mean %d of %d times, want about 95 %%", covered, trials)
	}
	if narrow > trials/2 {
		t.Errorf("the calls' own interval covers it %d times: this test shows nothing", narrow)
	}
}

func TestSpreadEnds(t *testing.T) {
	var none, all, one, alike, burst spread
	for range 50 {
		none.see(0, 400)
		all.see(400, 400)
		alike.see(7, 300)
	}
	one.see(3, 400)
	burst.see(20, 400)
	for range 49 {
		burst.see(0, 400)
	}
	if ci := alike.interval(); ci[0] != ci[1] || ci[0] != tidy(7.0/300) {
		t.Errorf("seeds that do not differ: got %v", *ci)
	}
	// One seed in fifty has a burst: one in nine may have, and still show one in
	// fifty.
	if ci := burst.interval(); ci[0] > 20.0/400/1000 || ci[1] < 20.0/400/10 || ci[1] > 20.0/400/8 {
		t.Errorf("a burst with one seed: got %v", *ci)
	}
	if ci := none.interval(); ci[0] != 0 || ci[1] != stat.Wilson(0, 20_000)[1] {
		t.Errorf("no failure: got %v", *ci)
	}
	if ci := all.interval(); ci[1] != 1 || ci[0] != stat.Wilson(20_000, 20_000)[0] {
		t.Errorf("only failures: got %v", *ci)
	}
	if ci := one.interval(); *ci != *stat.Wilson(3, 400) {
		t.Errorf("one seed: got %v", *ci)
	}
	if (&spread{}).interval() != nil {
		t.Error("an interval of no seed")
	}
}
