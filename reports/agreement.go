package reports

import "fmt"

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
