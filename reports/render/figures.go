package render

import (
	"math"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// figures is what the page's script reads: the numbers behind the drawings. Without the
// script, the tables and drawings show them. Text in it is visible already.
type figures struct {
	Times  []timeFigures  `json:"times,omitempty"`
	Curves *curveFigures  `json:"curves,omitempty"`
	Shares *shareFigures  `json:"shares,omitempty"`
	Edges  []edgeFigures  `json:"edges,omitempty"`
	Heats  []*heatFigures `json:"heats,omitempty"`
	Front  *frontFigures  `json:"front,omitempty"`
	Planes []planeFigures `json:"planes,omitempty"`
}

// timeFigures is one case over time, in counts per bucket of the series.
type timeFigures struct {
	Label     string   `json:"label"`
	StepS     float64  `json:"step_s"` // the width of a bucket
	Runs      int      `json:"runs"`   // that the counts are the sum of
	Sent      []uint32 `json:"sent"`
	Admitted  []uint32 `json:"admitted"` // null where the endpoint was not ours, or they are not the point
	Throttled []uint32 `json:"throttled"`
	Failures  []uint32 `json:"failures"`
	// BeyondLimits is whether Sent is not the sum of Admitted and Throttled.
	BeyondLimits bool          `json:"beyond_limits"`
	Limits       [][2]float64  `json:"limits"` // from which second, how many a second
	Peak         float64       `json:"peak"`   // the highest rate, a second
	Level        []float64     `json:"level"`  // left in the bucket; null if there is none
	Burst        int64         `json:"burst"`
	Faults       []faultTime   `json:"faults"`
	Groups       []groupFigure `json:"groups"`
}

// groupFigure is one group's part of a case over time.
type groupFigure struct {
	Name     string   `json:"name"`
	You      bool     `json:"you"`
	Sent     []uint64 `json:"sent"`
	Failures []uint32 `json:"failures"`
}

// timeFiguresOf is the series of a case; most is the highest of its rates that are drawn.
func timeFiguresOf(w diagnosis.Row, most float64) timeFigures {
	s, e := w.Case.Series, &w.Case.Endpoint
	t := timeFigures{
		Label: words.Visible(w.Label), StepS: s.BucketS, Runs: w.Case.Runs(),
		Sent: s.Attempts, Admitted: s.Admitted, Throttled: s.Throttled, Failures: s.Failures,
		BeyondLimits: s.Admitted != nil && beyondLimits(w.Case), Peak: stat.Tidy(most),
		Faults: faultTimes(e, s.BucketS*float64(len(s.Arrivals))), Groups: []groupFigure{},
	}
	if !ours(w.Case) {
		t.Admitted, t.Throttled, t.BeyondLimits = nil, nil, false
	}
	none := make([]uint32, len(s.Arrivals))
	for _, row := range []*[]uint32{&t.Sent, &t.Throttled, &t.Failures} {
		if *row == nil {
			*row = none
		}
	}
	for _, c := range ceilingsOf(w.Case) {
		t.Limits = append(t.Limits, [2]float64{c.FromS, stat.Tidy(c.PerSecond)})
	}
	if left, burst := levels(w.Case, 1, len(s.Arrivals)); burst > 0 {
		digits := 100.0
		if burst >= 10 {
			digits = 10
		}
		for i := range left {
			left[i] = math.Round(left[i]*digits)/digits + 0
		}
		t.Level, t.Burst = left, burst
	}
	you := map[string]bool{}
	for i := range w.Case.Groups {
		you[w.Case.Groups[i].Name] = w.Case.Groups[i].UnderTest
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		line := groupFigure{Name: words.Visible(g.Name), You: you[g.Name], Sent: make([]uint64, len(s.Arrivals)), Failures: g.Failures}
		for _, row := range [][]uint32{g.FirstTries, g.Retries} {
			for j, n := range row {
				line.Sent[j] += uint64(n)
			}
		}
		if line.Failures == nil {
			line.Failures = none
		}
		t.Groups = append(t.Groups, line)
	}
	return t
}

// beyondLimits reports whether more is sent than the host's own endpoint admits and its
// limits turn away: its faults do so too, and what goes to further endpoints.
func beyondLimits(c *reports.Case) bool {
	return len(c.Endpoint.Faults) > 0 || c.Endpoint.WriteTimeoutS > 0 || len(c.Endpoints) > 0
}

// curveFigures is the percentile plot. Percentiles are given as nines, the logarithm to
// base 10 of 1/(1−q): 1 is 90 %, 2 is 99 %.
type curveFigures struct {
	Nines   []float64     `json:"nines"`
	LeastMS float64       `json:"least_ms"` // the y axis
	MostMS  float64       `json:"most_ms"`
	Cases   []curveFigure `json:"cases"`
}

// curveFigure is one case's latency at those percentiles, as far as it has samples.
type curveFigure struct {
	Label  string    `json:"label"`
	P99    string    `json:"p99"`
	Colour int       `json:"colour"`
	MS     []float64 `json:"ms"`
}

// ninesStep is the distance of the percentiles that the script can read.
const ninesStep = 0.025

// curveFiguresOf is the distributions, on axes of these ends in powers of ten.
func curveFiguresOf(all []sampled, reach, bottom, top float64) *curveFigures {
	f := &curveFigures{LeastMS: math.Pow(10, bottom), MostMS: math.Pow(10, top)}
	for i := 0; ; i++ {
		nines := float64(i) * ninesStep
		f.Nines = append(f.Nines, math.Round(nines*1000)/1000)
		if i == 12 {
			f.Nines = append(f.Nines, math.Log10(2)) // the median
		}
		if nines >= reach {
			break
		}
	}
	for i, s := range all {
		line := curveFigure{Label: words.Visible(s.row.Label), P99: slowest(&s.row.You), Colour: i}
		for _, nines := range f.Nines {
			line.MS = append(line.MS, s.at(100*(1-math.Pow(10, -nines))))
			if nines >= s.nines {
				break
			}
		}
		f.Cases = append(f.Cases, line)
	}
	return f
}

// shareFigures is the bars of who uses the limit.
type shareFigures struct {
	Scale  float64       `json:"scale"` // the end of the axis, requests a second
	Groups []shareName   `json:"groups"`
	Bars   []shareFigure `json:"bars"`
}

// shareName is a group and its class in the style sheet.
type shareName struct {
	Name  string `json:"name"`
	Class string `json:"class"`
}

// shareFigure is one case's bar.
type shareFigure struct {
	Label string      `json:"label"`
	Limit float64     `json:"limit"` // 0 is none
	Parts []shareRate `json:"parts"`
}

// shareRate is the first tries or the retries of a group, by its place among the groups.
type shareRate struct {
	Group   int     `json:"group"`
	Retries bool    `json:"retries"`
	Rate    float64 `json:"rate"` // a second
}
