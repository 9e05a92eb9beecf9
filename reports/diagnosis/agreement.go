package diagnosis

import (
	"fmt"
	"math"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// RunName is what the counts of a report are of: "seed 1", or "3 runs" if reports were
// merged.
func (d *Diagnosis) RunName() string {
	if d.Base != nil && d.Base.Runs() > 1 {
		return words.Plural(uint64(d.Base.Runs()), "run", "runs")
	}
	return fmt.Sprintf("seed %d", d.Report.Seed)
}

// ofRun puts in front of a sentence which run its counts, and their shares, are of, where the
// shares in other sentences are means over many seeds.
func (d *Diagnosis) ofRun(sentence string) string {
	switch {
	case !d.You.Simulated:
		return sentence
	case d.Report.Engine == reports.Live:
		return "in the live run, " + sentence
	case d.Base.Runs() > 1:
		return "in " + d.RunName() + ", " + sentence
	}
	return "with " + d.RunName() + ", " + sentence
}

// Basis says which engine and which seeds the figures are of; nothing if there is only
// one seed.
func (d *Diagnosis) Basis() string {
	if n := d.besideSeeds(); n > 0 {
		of := "Sentences are about the simulation, which is surer than one run."
		if d.Measured {
			of = "Sentences are about the live run."
		}
		calls := ""
		if n := d.yourCalls(); n > 0 {
			calls = words.Plural(n, "call", "calls") + " of yours, "
		}
		return fmt.Sprintf("Live: %s%s. Simulated: mean of %s. %s", calls, strings.ReplaceAll(d.RunName(), " ", "\u00a0"), words.Plural(n, "seed", "seeds"), of)
	}
	n := d.Report.SimulatedSeeds()
	if n == 0 {
		return ""
	}
	shares, counts := "Shares", "Counts"
	if d.Starting() {
		counts = "Counts, and the table of starts"
		if starts := StartsOf(&d.You); starts.Decided > 0 && !starts.OfSeeds() { // an older report
			shares, counts = "Shares of calls", "Counts and starts"
		}
	}
	return fmt.Sprintf("Simulated. %s, tries and p99: mean of %s. %s: %s.",
		shares, words.Plural(n, "seed", "seeds"), counts, strings.ReplaceAll(d.RunName(), " ", "\u00a0"))
}

// yourCalls is how many calls of yours a run counted, 0 if that differs from row to row.
func (d *Diagnosis) yourCalls() uint64 {
	n := d.Rows[0].You.RunCalls
	for i := range d.Rows {
		if d.Rows[i].You.RunCalls != n {
			return 0
		}
	}
	return n
}

// besideSeeds is how many seeds were simulated beside a live run, 0 if none.
func (d *Diagnosis) besideSeeds() (n uint64) {
	for i := range d.Rows {
		if s := d.Rows[i].Simulated; s != nil {
			for _, g := range s.You.Groups {
				n = max(n, g.Simulated.Seeds)
			}
		}
	}
	return n
}

// Agreement is in how many rows a live run agrees with its simulation, and in what.
type Agreement struct {
	Judged, Agree int
	// NoTries and NoLatency are the rows in which tries, and the latency of a group with
	// successes, could not be compared.
	NoTries, NoLatency int
	Off                []Disagreement // in the report's order
}

// Disagreement is a figure of a group that is not what seeds would show.
type Disagreement struct {
	Case  *reports.Case
	Group *reports.Group
	Of    Disagreeing
}

// Disagreeing is what live and simulation do not agree in.
type Disagreeing int

// What they may not agree in.
const (
	InFailures Disagreeing = iota
	InTries
	InP50
	InP99
)

// agreementOf is the agreement of a report.
func agreementOf(r *reports.Report) (a Agreement) {
	for i := range r.Cases {
		c := &r.Cases[i]
		judged, noTries, noLatency, off := false, false, false, len(a.Off)
		for j := range c.Groups {
			g := &c.Groups[j]
			if g.Simulated == nil || g.Simulated.Agrees == nil {
				continue
			}
			judged = true
			in := g.Simulated.Agreement
			if in == nil { // of an old version
				in = &reports.Agreement{Failures: g.Simulated.Agrees}
			}
			noTries = noTries || in.Tries == nil
			noLatency = noLatency || in.P99 == nil && (g.Successes() > 0 || g.Simulated.Failures < g.Simulated.Calls)
			for of, agrees := range []*bool{in.Failures, in.Tries, in.P50, in.P99} {
				latencies := g.LatencyMS != nil && g.Simulated.LatencyMS != nil // a report that was read may say anything
				if agrees != nil && !*agrees && (latencies || Disagreeing(of) < InP50) {
					a.Off = append(a.Off, Disagreement{c, g, Disagreeing(of)})
				}
			}
		}
		if !judged {
			continue
		}
		a.Judged++
		if off == len(a.Off) {
			a.Agree++
		}
		if noTries {
			a.NoTries++
		}
		if noLatency {
			a.NoLatency++
		}
	}
	return a
}

// mostOff is how many disagreements are named.
const mostOff = 3

// AgreementText says in how many rows live and simulation agree, in what, and by how much
// they do not; nothing where that was not judged.
func (d *Diagnosis) AgreementText() string {
	a := &d.Sample.Agreement
	if a.Judged == 0 {
		return ""
	}
	text := fmt.Sprintf("Live and simulation agree in %d of %s (%s).", a.Agree, words.Plural(uint64(a.Judged), "row", "rows"), a.covers())
	for i := range a.Off[:min(len(a.Off), mostOff)] {
		o := &a.Off[i]
		text += fmt.Sprintf(" In %q %s.", o.Case.Title, o.words())
	}
	if n := len(a.Off) - mostOff; n > 0 {
		text += fmt.Sprintf(" %s.", words.Plural(uint64(n), "further figure parts", "further figures part"))
	}
	return text
}

// covers names what was compared, and what was not.
func (a *Agreement) covers() string {
	compared, without := []string{"failures"}, []string(nil)
	for _, part := range []struct {
		name string
		no   int
	}{{"tries", a.NoTries}, {"latency", a.NoLatency}} {
		switch {
		case part.no < a.Judged:
			compared = append(compared, part.name)
			if part.no > 0 {
				without = append(without, fmt.Sprintf("%s of %s", part.name, words.Plural(uint64(part.no), "row", "rows")))
			}
		default:
			without = append(without, part.name)
		}
	}
	text := "compared: " + words.List(compared, "and")
	if without != nil {
		text += "; not compared: " + words.List(without, "and")
	}
	return text
}

// words says by how much live and simulation part.
func (o *Disagreement) words() string {
	g, s := o.Group, o.Group.Simulated
	switch o.Of {
	case InTries:
		return fmt.Sprintf("%s made %s tries per call live; the simulation expects %s", g.Name,
			words.Significant(stat.Ratio(g.Attempts, g.Calls), 3), words.Significant(stat.Ratio(s.Attempts, s.Calls), 3))
	case InP50:
		return fmt.Sprintf("the median success of %s took %s live; the simulation expects %s", g.Name,
			words.Milliseconds(g.LatencyMS.P50), words.Milliseconds(s.LatencyMS.P50))
	case InP99:
		return fmt.Sprintf("one success of %s in a hundred took over %s live; the simulation expects %s", g.Name,
			words.Milliseconds(g.LatencyMS.P99), words.Milliseconds(s.LatencyMS.P99))
	}
	runs := float64(o.Case.Runs())
	return fmt.Sprintf("%s failed %s times live; the simulation expects %s ± %s", g.Name, words.Number(g.Failures()),
		words.Significant(s.FailuresPerSeed.Mean*runs, 3), words.Significant(s.FailuresPerSeed.SD*math.Sqrt(runs), 2))
}

// sayParted says that the live run is not what the simulation expects, and that the
// sentences after it are about the run.
func (d *Diagnosis) sayParted() string {
	if !d.Measured {
		return ""
	}
	o := &d.Sample.Agreement.Off[0]
	for i := range d.Sample.Agreement.Off { // the worst of the first case that parts
		if next := &d.Sample.Agreement.Off[i]; next.Case == o.Case && next.Group.UnderTest && !o.Group.UnderTest {
			o = next
		}
	}
	return fmt.Sprintf("The live run is not what the simulation expects, and what follows is about the run: in %q %s.", o.Case.Title, o.words())
}
