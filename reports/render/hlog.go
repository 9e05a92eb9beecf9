package render

import (
	"io"
	"math"
	"net/url"
	"time"

	"tenement/reports"
	"tenement/reports/diagnosis"
)

// writeHLOG writes every distribution of the report as an HdrHistogram log, in
// nanoseconds. The tag of each is CASE/GROUP/FIELD, the field as in JSON; what is no
// letter, digit, dot, dash or tilde in a name is escaped as in an address.
func writeHLOG(w io.Writer, d *diagnosis.Diagnosis) error {
	r := d.Report
	began, err := time.Parse(time.RFC3339, r.Generator.Began)
	if err != nil || began.Year() < 1970 {
		began = time.Time{} // a simulated report has none
	}
	var all []reports.Tagged
	for i := range r.Cases {
		c := &r.Cases[i]
		for j := range c.Groups {
			g := &c.Groups[j]
			tag := url.QueryEscape(c.Name) + "/" + url.QueryEscape(g.Name) + "/"
			all = append(all,
				reports.Tagged{Tag: tag + "latency", Histogram: g.Histograms.Latency},
				reports.Tagged{Tag: tag + "failure_latency", Histogram: g.Histograms.FailureLatency},
				reports.Tagged{Tag: tag + "attempt_latency", Histogram: g.Histograms.AttemptLatency},
				reports.Tagged{Tag: tag + "lateness", Histogram: g.Histograms.Lateness})
			if g.Simulated != nil {
				all = append(all, reports.Tagged{Tag: tag + "simulated", Histogram: g.Simulated.Histogram})
			}
		}
	}
	length := time.Duration(min(r.DurationS, math.MaxInt64/2/1e9) * float64(time.Second))
	return reports.WriteHistogramLog(w, began, length, all)
}
