package diagnosis

import (
	"fmt"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
)

// RunName is what the counts of a simulated report are of: "seed 1", or "3 runs" if
// reports were merged.
func (d *Diagnosis) RunName() string {
	if d.Base != nil && d.Base.Runs() > 1 {
		return words.Plural(uint64(d.Base.Runs()), "run", "runs")
	}
	return fmt.Sprintf("seed %d", d.Report.Seed)
}

// Basis says which seeds the figures of a simulated report are of; nothing if all
// are of the same seeds.
func (d *Diagnosis) Basis() string {
	n := d.Report.SimulatedSeeds()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Shares, tries and p99: mean of %s. Counts: %s.",
		words.Plural(n, "seed", "seeds"), strings.ReplaceAll(d.RunName(), " ", "\u00a0"))
}

// Agreement is in how many rows a live run agrees with its simulation.
type Agreement struct {
	Judged, Agree int
	Off           *Disagreement // the first; nil if there is none
}

// Disagreement is a group that failed more or less often than seeds would show.
type Disagreement struct {
	Case     *reports.Case
	Group    *reports.Group
	Mean, SD float64 // of the simulated failures
}

// agreementOf is the agreement of a report.
func agreementOf(r *reports.Report) (a Agreement) {
	for i := range r.Cases {
		c := &r.Cases[i]
		judged, agrees := false, true
		for j := range c.Groups {
			g := &c.Groups[j]
			if g.Simulated == nil || g.Simulated.Agrees == nil {
				continue
			}
			judged = true
			if *g.Simulated.Agrees {
				continue
			}
			agrees = false
			if a.Off == nil {
				f := g.Simulated.FailuresPerSeed
				a.Off = &Disagreement{c, g, f.Mean * float64(c.Runs()), f.SD}
			}
		}
		if judged {
			a.Judged++
			if agrees {
				a.Agree++
			}
		}
	}
	return a
}

// AgreementText says in how many rows live and simulation agree, and where they
// do not; nothing where that was not judged.
func (d *Diagnosis) AgreementText() string {
	a := &d.Sample.Agreement
	if a.Judged == 0 {
		return ""
	}
	text := fmt.Sprintf("Live and simulation agree in %d of %s.", a.Agree, words.Plural(uint64(a.Judged), "row", "rows"))
	if o := a.Off; o != nil {
		text += fmt.Sprintf(" In %q %s failed %s times live; the simulation expects %s ± %s.", o.Case.Title, o.Group.Name,
			words.Number(o.Group.Failures()), words.Significant(o.Mean, 3), words.Significant(o.SD, 2))
	}
	return text
}
