package render

import (
	"fmt"
	"io"

	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// writeHGRM writes the latency of your successes as a percentile distribution of the
// HdrHistogram tools. Such a file holds one distribution: that of the first case.
// Comments say what it is of, and where the others are.
func writeHGRM(w io.Writer, d *diagnosis.Diagnosis) error {
	if d.Base == nil {
		_, err := fmt.Fprintln(w, "# no cases")
		return err
	}
	h, basis := yourLatency(d)
	fmt.Fprintf(w, "# %s: latency of the successes of %s in %q, in ms, from the scheduled instant\n",
		words.Visible(d.Report.Profile.Name), words.Visible(words.List(words.Some(d.You.Names()), "and")), words.Visible(d.Base.Title))
	fmt.Fprintf(w, "# %s\n", basis)
	if n := len(d.Rows) - 1; n > 0 {
		fmt.Fprintf(w, "# %s: loadgen report FILE --case NAME -f hgrm, or -f hlog for all\n", words.Plural(uint64(n), "further case", "further cases"))
	}
	return h.WritePercentiles(w)
}

// yourLatency is the latency of the successes of the groups under test in the first
// case, and what it was counted in. Of a simulated report it is over all seeds, as in
// its table; of a live report it is the run's own.
func yourLatency(d *diagnosis.Diagnosis) (h reports.Histogram, basis string) {
	basis = "engine " + d.Report.Engine + ", " + d.RunName()
	for _, g := range d.You.Groups {
		if s := d.Report.OverSeeds(g); s != nil {
			h = h.Add(s.Histogram)
			basis = "engine " + d.Report.Engine + ", " + words.Plural(s.Seeds, "seed", "seeds")
			continue
		}
		h = h.Add(g.Histograms.Latency)
	}
	return h, basis
}
