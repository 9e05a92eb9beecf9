package history

import (
	"fmt"
	"math"
	"testing"

	"tenement/internal/draw"
	"tenement/reports"
	"tenement/reports/reportstest"
)

// noise is a factor around 1 with this relative spread, by key.
func noise(key draw.Key, spread float64) float64 {
	// The sum of twelve uniform numbers is normal enough.
	sum := -6.0
	for i := range 12 {
		sum += key.With(uint64(i)).Float()
	}
	return math.Exp(spread * sum)
}

// TestFalseAlarms is of histories in which nothing changes.
func TestFalseAlarms(t *testing.T) {
	const histories = 2000
	for _, n := range []int{6, 12, 40} {
		marked := 0
		for trial := range histories {
			values := make([]float64, n)
			for i := range values {
				values[i] = 0.1 * noise(draw.Seed(1).With(uint64(trial)).With(uint64(i)), 0.15)
			}
			if len(changes(values)) > 0 {
				marked++
			}
		}
		if share := float64(marked) / histories; share > 0.012 {
			t.Errorf("of histories of %d reports %.1f %% have a mark, want at most 1 %%", n, 100*share)
		}
	}
}

// TestChangesAreFound is of histories in which the figure rises, and falls back.
func TestChangesAreFound(t *testing.T) {
	const histories = 200
	exact := 0
	for trial := range histories {
		values := make([]float64, 30)
		for i := range values {
			values[i] = 0.1 * noise(draw.Seed(2).With(uint64(trial)).With(uint64(i)), 0.05)
			if i >= 10 && i < 20 {
				values[i] *= 1.3
			}
		}
		if got := changes(values); len(got) == 2 && got[0].at == 10 && got[1].at == 20 {
			exact++
		}
	}
	if exact < histories*9/10 {
		t.Errorf("both changes are found where they are in %d of %d histories", exact, histories)
	}
}

func TestChanges(t *testing.T) {
	for _, row := range []struct {
		name   string
		values []float64
		want   string
	}{
		{"the same", []float64{1, 1, 1, 1, 1, 1, 1, 1}, "[]"},
		{"a simulation that changed", []float64{0.3, 0.3, 0.3, 0.2, 0.2, 0.2}, "[{3 0.3 0.2 0}]"},
		{"too few", []float64{1, 1, 9, 9, 9}, "[]"},
		{"none", nil, "[]"},
		{"one odd one", []float64{1, 1.1, 0.9, 1, 5, 1, 1.1, 0.9, 1, 1}, "[]"},
	} {
		if got := fmt.Sprint(changes(row.values)); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

// run is a report with this many failures of 400 calls.
func run(name string, model int, failures uint64) Report {
	r := reportstest.HandReport(reportstest.HandCase("a", reports.StrategyCase, nil, nil,
		reportstest.Hand{Name: "mine", You: true, Tasks: 1, Calls: 400, Failures: failures, Attempts: 400, First: 400}))
	r.Model = model
	r.Profile.Name = "p"
	return Report{name, r}
}

func TestOf(t *testing.T) {
	all := []Report{run("1", 1, 40), run("2", 1, 40), run("3", 1, 40), run("4", 1, 80), run("5", 1, 80), run("6", 1, 80), run("7", 2, 20), run("8", 2, 20)}
	h, err := Of(all, "failure_rate", reports.TargetUnderTest, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Lines) != 1 || len(h.Lines[0].Values) != 8 || *h.Lines[0].Values[3] != 0.2 {
		t.Errorf("got %+v", h)
	}
	// What another model moves is no change.
	if got := fmt.Sprint(h.Lines[0].Changes); got != "[{3 0.1 0.2 0}]" {
		t.Errorf("got %s", got)
	}
	lacking := run("9", 1, 1)
	lacking.Cases = nil
	if h, err = Of([]Report{all[0], lacking, all[1]}, "calls", "mine", nil); err != nil || h.Lines[0].Values[1] != nil || *h.Lines[0].Values[2] != 400 {
		t.Errorf("a report without the case: got %+v, %v", h, err)
	}
	other, live := run("10", 1, 1), run("11", 1, 1)
	other.Profile.Name = "q"
	live.Engine = reports.Live
	for name, wrong := range map[string]func() error{
		"another profile": func() error { _, err := Of([]Report{all[0], other}, "calls", "mine", nil); return err },
		"another engine":  func() error { _, err := Of([]Report{all[0], live}, "calls", "mine", nil); return err },
		"no such group":   func() error { _, err := Of(all, "calls", "theirs", nil); return err },
		"no such metric":  func() error { _, err := Of(all, "speed", "mine", nil); return err },
		"no such case":    func() error { _, err := Of(all, "calls", "mine", []string{"b"}); return err },
		"none":            func() error { _, err := Of(nil, "calls", "mine", nil); return err },
	} {
		if wrong() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
