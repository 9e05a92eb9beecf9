package render

import (
	"fmt"
	"strings"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// opening is how the page of a report begins: what was run, the key figures, and the
// verdict with the gates. It holds the profile's description too, which stands at the end.
type opening struct {
	R        *reports.Report
	Headline string
	Facts    []string
	Tiles    []tile

	Lead, Rest            string // the verdict
	Assumptions, Warnings []string
	Description           []string // of the profile, paragraph by paragraph

	Agreement string
	Agrees    bool
	Basis     string // what the figures are of
	Failed    []gateLine
	Unsure    []gateLine // those that are inconclusive, or were not judged
	Held      []gateLine
	HeldTitle string // how many of how many gates hold
}

// gateLine is one gate in one case.
type gateLine struct{ Verdict, Expr, Case, Figure string }

// newOpening is that of any report; tiles and what the figures are of differ by kind.
func newOpening(d *diagnosis.Diagnosis) opening {
	r, said := d.Report, d.Sentences()
	o := opening{R: r, Headline: words.Capital(d.Headline()), Facts: facts(d)}
	lead := min(2, len(said.Verdict))
	o.Lead, o.Rest = words.Unbroken(strings.Join(said.Verdict[:lead], " ")), words.Unbroken(strings.Join(said.Verdict[lead:], " "))
	for _, paragraph := range strings.Split(r.Profile.Description, "\n\n") {
		if text := strings.Join(strings.Fields(paragraph), " "); text != "" {
			o.Description = append(o.Description, words.Unbroken(text))
		}
	}
	for _, s := range said.Assumptions {
		o.Assumptions = append(o.Assumptions, words.Unbroken(s))
	}
	for _, s := range said.Warnings {
		o.Warnings = append(o.Warnings, words.Unbroken(words.Capital(s))+".")
	}
	o.Failed, o.Unsure, o.Held = gateLines(r)
	o.HeldTitle = words.Capital(diagnosis.GatesText(r))
	return o
}

// gateLines are the gates that failed, those that another run might not meet or that were
// not judged, and the others.
func gateLines(r *reports.Report) (failed, unsure, held []gateLine) {
	for i := range r.Gates {
		g := &r.Gates[i]
		line := gateLine{"gate " + diagnosis.GateVerdict(g), g.Expr, g.Case, diagnosis.GateText(g)}
		switch {
		case !g.OK:
			failed = append(failed, line)
		case g.Inconclusive:
			unsure = append(unsure, line)
		default:
			held = append(held, line)
		}
	}
	for _, g := range r.GatesNotJudged {
		unsure = append(unsure, gateLine{"gate not judged", g.Expr, g.Case, g.Reason})
	}
	return failed, unsure, held
}

// facts are how the report came about, in a few words each.
func facts(d *diagnosis.Diagnosis) []string {
	r := d.Report
	out := []string{map[string]string{reports.Live: "live over HTTP", reports.Sim: "simulated"}[r.Engine]}
	if r.DurationS > 0 {
		out = append(out, "calls for "+words.Span(r.DurationS))
	}
	run := fmt.Sprintf("seed %d", r.Seed)
	if d.Base != nil && d.Base.Runs() > 1 {
		run = words.Plural(uint64(d.Base.Runs()), "run", "runs") + " with as many seeds"
	}
	out = append(out, run)
	if d.Base != nil {
		for _, g := range d.Base.Groups {
			if g.Simulated != nil {
				purpose := "simulated beside it"
				if r.Engine == reports.Sim {
					purpose = "for shares"
				}
				out = append(out, words.Plural(g.Simulated.Seeds, "seed", "seeds")+" "+purpose)
				break
			}
		}
	}
	if r.Partial {
		out = append(out, "interrupted")
	}
	return out
}
