package diagnosis

import (
	"fmt"

	"tenement/internal/words"
	"tenement/reports"
)

// interrupted says of a partial report what it covers.
func interrupted(r *reports.Report) string {
	const sentence = "the run was interrupted: the figures cover what ran"
	switch {
	case len(r.Gates) == 0:
		return sentence + ", and no gate was judged"
	case r.Gates[0].EndedRunS > 0:
		return "a gate ended the run: the figures cover what ran, and no other gate was judged"
	}
	return sentence
}

// warnings is what a reader must know before believing the figures.
func (d *Diagnosis) warnings() []string {
	r, s := d.Report, &d.Sample
	var out []string
	if r.Partial {
		out = append(out, interrupted(r))
	}
	cases := words.Plural(uint64(len(r.Cases)), "case", "cases")
	if l := s.Late; l != nil {
		out = append(out, fmt.Sprintf("calls were sent more than %d ms late (p99) in %d of %s, up to %s in %q; latencies include that",
			reports.MostLateMS, l.Cases, cases, words.Milliseconds(l.MS), l.Case.Title))
	}
	if s.OneSeed {
		out = append(out, fmt.Sprintf("simulated with %s only: intervals assume independent calls, and other seeds can differ by more; --seeds 20 shows by how much",
			words.Plural(uint64(d.Base.Runs()), "seed", "seeds")))
	}
	if f := s.FewP99; f != nil {
		p99, but := "p99", ""
		if f.Simulated {
			p99, but = "the live p99", "; the simulated p99 has enough"
		}
		out = append(out, fmt.Sprintf("%s is uncertain in %d of %s: fewer than %d successes, %d in %q%s",
			p99, f.Cases, cases, p99Samples, f.Successes, f.Case.Title, but))
	}
	out = append(out, d.warnReplayed()...)
	for _, f := range s.MissedFaults {
		out = append(out, fmt.Sprintf("the fault %q begins at %s, after the last call at %s", FaultName(f), words.Span(f.FromS), words.Span(s.LastCallS)))
	}
	if s.Clamped > 0 {
		verb := "are"
		if s.Clamped == 1 {
			verb = "is"
		}
		out = append(out, fmt.Sprintf("%s %s outside the histograms' range of 1 h and counted at its end", words.Plural(s.Clamped, "duration", "durations"), verb))
	}
	return out
}
