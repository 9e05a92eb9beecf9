package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/strategy"
	"tenement/reports"
)

// played is what a fake of rounds was asked for: the side and the seed, in order.
type played []string

// fake makes rounds of a minute that call nothing. disturbed says of the n-th whether it
// was.
func fake(all *played, disturbed func(n int) bool) func(context.Context, *Side, uint64, func(Progress)) (*reports.Report, bool, error) {
	return func(ctx context.Context, s *Side, seed uint64, tell func(Progress)) (*reports.Report, bool, error) {
		tell(Progress{Doing: "1 of 1 case live", Of: 60})
		select {
		case <-ctx.Done():
			return nil, false, context.Cause(ctx)
		case <-time.After(time.Minute):
		}
		*all = append(*all, fmt.Sprint(s.Name, seed))
		r := reports.NewRecorder(1, 0, 0)
		r.Finished(&strategy.Call{Ended: time.Millisecond})
		c := reports.NewCase(reports.CaseInput{Name: "c", Kind: reports.StrategyCase, Groups: []reports.GroupInfo{{Name: "g"}}, Duration: time.Minute, Recorder: r, Seed: seed, Live: true})
		report, err := reports.New(reports.Input{Engine: reports.Live, Seed: seed, DurationS: 60, Cases: []reports.Case{c}})
		return report, disturbed(len(*all) - 1), err
	}
}

// rounds are some rounds of two sides, from seed 1 on.
func rounds(n int, all *played, disturbed ...int) *Rounds {
	return &Rounds{
		Sides: []Side{{Name: "a", Options: Options{Seed: 1}}, {Name: "b", Options: Options{Seed: 1}}}, N: n,
		run: fake(all, func(n int) bool { return slices.Contains(disturbed, n) }),
	}
}

// Sides take turns as ABBA, the warm-up apart, and a disturbed round is run again with
// its seed. What is told names the round and the side.
func TestRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all played
		told := map[string]bool{}
		r := rounds(4, &all, 0, 3, 6, 7)
		r.Progress = func(p Progress) { told[p.Doing] = true }
		p, err := r.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// The warm-up is disturbed, which does not matter; then b1 is, and b3 twice.
		want := played{"a5", "b5", "a1", "b1", "b1", "b2", "a2", "a2", "a3", "b3", "b4", "a4"}
		if !slices.Equal(all, want) {
			t.Errorf("got %v, want %v", all, want)
		}
		if p.Rounds != 4 || p.Repeated != 2 || p.Disturbed != 1 || p.Stopped != nil {
			t.Errorf("got %+v", p)
		}
		for i, r := range p.Reports {
			if b := r.Cases[0].Blocks; b.Of != reports.ByRounds || !slices.Equal(b.First, []uint64{1, 2, 3, 4}) {
				t.Errorf("side %d: got %+v", i, b)
			}
		}
		if !told["round 2 of 4, b: 1 of 1 case live"] || !told["warming up, a: 1 of 1 case live"] {
			t.Errorf("got %v", told)
		}
	})
}

// Rounds end in time, and count as far as they came.
func TestRoundsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all played
		r := rounds(10, &all)
		r.MaxTime = 9 * time.Minute // the warm-up takes two, as each pair
		p, err := r.Run(t.Context())
		if err != nil || p.Rounds != 3 {
			t.Errorf("got %+v, %v, want 3 rounds", p, err)
		}
	})
}

// Interrupted rounds count by whole pairs, and without one there is nothing to report.
func TestRoundsInterrupted(t *testing.T) {
	for after, want := range map[time.Duration]int{9*time.Minute + 30*time.Second: 3, 3 * time.Minute: 0} {
		synctest.Test(t, func(t *testing.T) {
			var all played
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			time.AfterFunc(after, cancel)
			p, err := rounds(10, &all).Run(ctx)
			switch {
			case want == 0 && !errors.Is(err, ErrNoRound):
				t.Errorf("got %v, want ErrNoRound", err)
			case want > 0 && (err != nil || p.Rounds != want || !errors.Is(p.Stopped, context.Canceled)):
				t.Errorf("got %+v, %v, want %d rounds", p, err, want)
			}
		})
	}
}

// The length of rounds is that of their cases, side by side.
func TestRoundsLength(t *testing.T) {
	x := open(t, "fork-bomb", Options{})
	r := Rounds{Sides: []Side{{Profile: x.profile, Options: Options{Engine: reports.Live}}, {Profile: x.profile, Options: Options{Engine: reports.Live}}}, N: 10}
	all, pair, err := r.Length()
	if err != nil || all != 11*pair || pair < 2*x.cases[0].plan.Duration {
		t.Errorf("got %s in all and %s a pair, %v", all, pair, err)
	}
}

func TestStolen(t *testing.T) {
	before, now := stolen{10, 1000}, stolen{40, 2000}
	if got := now.since(before); got != 0.03 {
		t.Errorf("got %g, want 0.03", got)
	}
	if got := (stolen{}).since(stolen{}); got != 0 {
		t.Errorf("not known: got %g, want 0", got)
	}
	stolenNow() // whatever the system is
}

// A run that was late on a machine whose time others had says so.
func TestDisturbedRun(t *testing.T) {
	for _, row := range []struct {
		stolen float64
		late   time.Duration
		want   bool
	}{{0.051, 6 * time.Millisecond, true}, {0.051, 4 * time.Millisecond, false}, {0.01, 6 * time.Millisecond, false}} {
		x := open(t, "fork-bomb", Options{Seeds: 1})
		if err := x.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		x.stolen = row.stolen
		for range 10 {
			x.cases[0].recorder.Finished(&strategy.Call{Begun: row.late, Ended: row.late})
		}
		r, err := x.Report()
		if err != nil {
			t.Fatal(err)
		}
		const says = "the hypervisor gave 5.1 % of the processors' time to other machines (steal), which makes calls late"
		if got := slices.Contains(r.Given.Warnings, says); got != row.want {
			t.Errorf("%+v: got %q", row, r.Given.Warnings)
		}
	}
}
