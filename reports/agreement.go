package reports

import (
	"fmt"
	"strings"
)

// ofRun is what the counts of a simulated report are of, whose shares are of
// many seeds: "seed 1", or of merged reports "3 runs".
func (r *Report) ofRun() string {
	if len(r.Cases) > 0 && r.Cases[0].runs() > 1 {
		return plural(uint64(r.Cases[0].runs()), "run", "runs")
	}
	return fmt.Sprintf("seed %d", r.Seed)
}

// basis says what the figures of a simulated report are of; nothing where they
// are all of the same.
func basis(r *Report) string {
	n := r.simulatedSeeds()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("shares of calls, tries and p99 are over %s; what is counted is of %s.",
		plural(n, "seed", "seeds"), strings.ReplaceAll(r.ofRun(), " ", "\u00a0"))
}

// agreement says in how many rows the live run agrees with the simulation, and
// where it does not; nothing where that was not judged.
func agreement(r *Report) string {
	judged, agree := 0, 0
	off := ""
	for i := range r.Cases {
		c := &r.Cases[i]
		seen, all := false, true
		for j := range c.Groups {
			g := &c.Groups[j]
			if g.Simulated == nil || g.Simulated.Agrees == nil {
				continue
			}
			seen = true
			if *g.Simulated.Agrees {
				continue
			}
			all = false
			if off == "" {
				n := float64(c.runs())
				off = fmt.Sprintf("; in %q %s failed %s times live, %s ± %s simulated",
					c.Title, g.Name, number(g.failures()), significant(g.Simulated.FailuresPerSeed.Mean*n, 3), significant(g.Simulated.FailuresPerSeed.SD, 2))
			}
		}
		if seen {
			judged++
			if all {
				agree++
			}
		}
	}
	if judged == 0 {
		return ""
	}
	rows := "rows"
	if judged == 1 {
		rows = "row"
	}
	return fmt.Sprintf("live agrees with the simulation in %d of %d %s%s.", agree, judged, rows, off)
}
