package reports

import (
	"fmt"
)

// WarnSharedAddresses is the warning of a live run in which tasks had no source
// address each: on a system without 127.0.0.0/8, at a target beyond it, or with
// more tasks than addresses.
const WarnSharedAddresses = "the tasks shared one source address: limits by address count them as one"

// Bounds beyond which figures are not to be taken at face value.
const (
	lateMS     = 5   // p99 lateness of a generator that keeps up
	p99Samples = 299 // least sample that bounds a p99 at 95 % confidence: 0.99²⁹⁹ < 5 %
)

// warn is what a reader must know before believing the figures.
func warn(r *Report) []string {
	var out []string
	if r.Partial {
		sentence := "the run was interrupted: its figures are of what ran"
		if len(r.Gates) == 0 {
			sentence += ", and no gate was judged"
		}
		out = append(out, sentence)
	}
	if r.Engine == Live {
		out = append(out, warnLate(r)...)
	}
	out = append(out, warnSeeds(r)...)
	out = append(out, warnSample(r)...)
	out = append(out, warnFaults(r)...)
	if n := clamped(r); n > 0 {
		out = append(out, fmt.Sprintf("%s outside the histograms' range of 1 h counted at its end", plural(n, "duration", "durations")))
	}
	return out
}

// warnSeeds says that nobody knows how far the seeds of a simulated report are
// apart.
func warnSeeds(r *Report) []string {
	if r.Engine != Sim || len(r.Cases) == 0 || r.simulatedSeeds() > 0 {
		return nil
	}
	return []string{fmt.Sprintf("simulated with %s only: another seed can differ by more than the intervals say, which take calls as independent",
		plural(uint64(r.Cases[0].runs()), "seed", "seeds"))}
}

// warnFaults says which faults of the first case came after the last call.
func warnFaults(r *Report) []string {
	if len(r.Cases) == 0 {
		return nil
	}
	var out []string
	c := &r.Cases[0]
	ran := c.ran(r) / float64(c.runs())
	for i := range c.Endpoint.Faults {
		if f := &c.Endpoint.Faults[i]; ran > 0 && f.FromS >= ran {
			out = append(out, fmt.Sprintf("the fault %q begins at %s, and calls came for %s", f.called(), span(f.FromS), span(ran)))
		}
	}
	return out
}

// warnLate convicts the generator.
func warnLate(r *Report) []string {
	worst, name, cases := 0.0, "", 0
	for i := range r.Cases {
		late := 0.0
		for j := range r.Cases[i].Groups {
			if l := r.Cases[i].Groups[j].LatenessMS; l != nil {
				late = max(late, l.P99)
			}
		}
		if late > lateMS {
			cases++
		}
		if late > worst {
			worst, name = late, r.Cases[i].Title
		}
	}
	if cases == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the generator fell behind in %d of %s: p99 lateness up to %s (%s), which latencies include",
		cases, plural(uint64(len(r.Cases)), "case", "cases"), long(worst), name)}
}

// warnSample says where the p99 of a group under test is of too few calls.
func warnSample(r *Report) []string {
	cases, fewest, name, estimated := 0, uint64(0), "", true
	for i := range r.Cases {
		c := &r.Cases[i]
		you, _ := r.sides(c)
		small := false
		for _, g := range you.groups {
			n := g.successes()
			if m := r.seeds(g); m != nil {
				n = m.Calls - min(m.Failures, m.Calls)
			}
			if n == 0 || n >= p99Samples {
				continue
			}
			if cases == 0 && !small || n < fewest {
				fewest, name = n, c.Title
			}
			small = true
			estimated = estimated && g.Simulated != nil && g.Simulated.Calls-min(g.Simulated.Failures, g.Simulated.Calls) >= p99Samples
		}
		if small {
			cases++
		}
	}
	if cases == 0 {
		return nil
	}
	sentence := fmt.Sprintf("too small a sample for a p99 (fewer than %d successes) in %d of %s, the fewest %d (%s)",
		p99Samples, cases, plural(uint64(len(r.Cases)), "case", "cases"), fewest, name)
	if estimated && r.Engine == Live {
		sentence = "live, " + sentence + "; the simulated p99 has enough"
	}
	return []string{sentence}
}

func clamped(r *Report) (n uint64) {
	for i := range r.Cases {
		for j := range r.Cases[i].Groups {
			n += r.Cases[i].Groups[j].Histograms.Clamped
		}
	}
	return n
}
