package diagnosis

import "tenement/reports"

// Sample is how far the figures of a report can be trusted.
type Sample struct {
	Late      *Late     // nil if no call was sent too late
	OneSeed   bool      // nobody knows how far the seeds of a simulated report are apart
	FewP99    *FewP99   // nil if there are samples enough for every p99
	Agreement Agreement // of a live run with its simulation
	// MissedFaults are the faults of the base that begin after the last call, at
	// LastCallS.
	MissedFaults []*reports.Fault
	LastCallS    float64
	Clamped      uint64 // durations outside the histograms' range
}

// Late is a generator that fell behind.
type Late struct {
	Cases int     // with a p99 lateness above the bound
	MS    float64 // of the worst case
	Case  *reports.Case
}

// FewP99 is cases in which the p99 of a group under test is of too few
// successes.
type FewP99 struct {
	Cases     int
	Successes uint64 // the fewest
	Case      *reports.Case
	Simulated bool // the simulation beside the live run has enough
}

// p99Samples is the least sample that bounds a p99 at 95 % confidence: 0.99²⁹⁹ < 5 %.
const p99Samples = 299

func sampleOf(r *reports.Report) Sample {
	s := Sample{Agreement: agreementOf(r), FewP99: fewP99(r)}
	if r.Engine == reports.Live {
		s.Late = late(r)
	}
	for i := range r.Cases {
		for j := range r.Cases[i].Groups {
			s.Clamped += r.Cases[i].Groups[j].Histograms.Clamped
		}
	}
	if len(r.Cases) == 0 {
		return s
	}
	s.OneSeed = r.Engine == reports.Sim && r.SimulatedSeeds() == 0
	c := &r.Cases[0]
	s.LastCallS = c.Seconds(r) / float64(c.Runs())
	for i := range c.Endpoint.Faults {
		if f := &c.Endpoint.Faults[i]; s.LastCallS > 0 && f.FromS >= s.LastCallS {
			s.MissedFaults = append(s.MissedFaults, f)
		}
	}
	return s
}

func late(r *reports.Report) *Late {
	var l Late
	for i := range r.Cases {
		ms := r.Cases[i].LateMS()
		if ms > reports.MostLateMS {
			l.Cases++
		}
		if ms > l.MS {
			l.MS, l.Case = ms, &r.Cases[i]
		}
	}
	if l.Cases == 0 {
		return nil
	}
	return &l
}

func fewP99(r *reports.Report) *FewP99 {
	few := FewP99{Simulated: r.Engine == reports.Live}
	successes := func(s *reports.Simulated) uint64 { return s.Calls - min(s.Failures, s.Calls) }
	for i := range r.Cases {
		c := &r.Cases[i]
		you, _, _ := split(r, c, false)
		small := false
		for _, g := range you.Groups {
			n := g.Successes()
			if s := r.OverSeeds(g); s != nil {
				n = successes(s)
			}
			if n == 0 || n >= p99Samples {
				continue
			}
			if few.Case == nil || n < few.Successes {
				few.Successes, few.Case = n, c
			}
			small = true
			few.Simulated = few.Simulated && g.Simulated != nil && successes(g.Simulated) >= p99Samples
		}
		if small {
			few.Cases++
		}
	}
	if few.Cases == 0 {
		return nil
	}
	return &few
}
