package compare

import (
	"fmt"
	"slices"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// figure is what is compared of a target. More is worse, for all of them.
type figure struct {
	metric    string
	scale     string
	threshold reports.Threshold
	// share and of are the counts of a share, or of a ratio. A latency has a quantile
	// instead, and what it is of.
	share, of count
	quantile  float64
	latency   latency
}

// figures are those of the groups under test. Thresholds are those of failures,
// medians and tails that a between-round variation of 5 to 15 % still resolves.
var figures = []figure{
	{metric: "failure_rate", scale: reports.Odds, threshold: reports.Threshold{Ratio: 0.10, Points: 0.001}, share: failures, of: calls},
	{metric: "throttled_share", scale: reports.Odds, threshold: reports.Threshold{Ratio: 0.10, Points: 0.001}, share: throttled, of: attempts},
	{metric: "p50", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.05}, quantile: 0.50},
	{metric: "p95", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.10}, quantile: 0.95},
	{metric: "p99", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.10}, quantile: 0.99},
	{metric: "amplification", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.05}, share: attempts, of: calls},
	{metric: "failed_start_rate", scale: reports.Odds, threshold: reports.Threshold{Ratio: 0.10, Points: 0.001}, share: failedStarts, of: starts},
	{metric: "start_p50", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.05}, quantile: 0.50, latency: ofStarts},
	{metric: "start_p99", scale: reports.Ratio, threshold: reports.Threshold{Ratio: 0.10}, quantile: 0.99, latency: ofStarts},
}

// aboutStarts reports whether a figure is of starts of tasks.
func (f *figure) aboutStarts() bool { return f.of == starts || f.latency == ofStarts }

// neighbours is what is compared of everybody else.
var neighbours = figure{metric: "failure_rate", scale: reports.Points, threshold: reports.Threshold{Points: 0.001}, share: failures, of: calls}

// ofControlPlane are the figures of callers of a control plane: shares are of tasks, and
// times are those to RUNNING. A task has no tries of its own, one that does not start
// is what failure_rate counts, and p50 is how long a start takes.
func ofControlPlane() (all []figure) {
	for _, f := range figures {
		switch {
		case f.metric == "throttled_share":
			f.of = calls
		case f.metric == "amplification", f.aboutStarts():
			continue
		}
		all = append(all, f)
	}
	return all
}

// Figures are the metrics that can be picked.
func Figures() []string { return metricsOf(figures) }

func metricsOf(figures []figure) []string {
	names := make([]string, len(figures))
	for i := range figures {
		names[i] = figures[i].metric
	}
	return names
}

// asked is a figure of a target.
type asked struct {
	figure
	target string
}

// name is that under which a user gives the figure's threshold.
func (a *asked) name() string {
	if a.scale == reports.Points {
		return reports.TargetNeighbours
	}
	return a.metric
}

// asks are those of the figures that the options pick.
func (o *Options) asks(figures []figure, hasNeighbours bool) ([]asked, error) {
	for _, name := range o.Figures {
		if !slices.Contains(Figures(), name) {
			return nil, fmt.Errorf("unknown figure %q: want one of %s", name, strings.Join(Figures(), ", "))
		}
		if !slices.ContainsFunc(figures, func(f figure) bool { return f.metric == name }) {
			return nil, fmt.Errorf("%s is no figure of a control plane: want one of %s", name, strings.Join(metricsOf(figures), ", "))
		}
	}
	targets := distinct(o.Groups)
	if len(targets) == 0 {
		targets = []string{reports.TargetUnderTest}
	}
	var all []asked
	for _, target := range targets {
		for _, f := range figures {
			if len(o.Figures) == 0 || slices.Contains(o.Figures, f.metric) {
				if t, ok := o.Thresholds[f.metric]; ok {
					f.threshold = t
				}
				all = append(all, asked{f, target})
			}
		}
	}
	if hasNeighbours && len(o.Groups) == 0 && (len(o.Figures) == 0 || slices.Contains(o.Figures, neighbours.metric)) {
		f := neighbours
		if t, ok := o.Thresholds[reports.TargetNeighbours]; ok {
			f.threshold = t
		}
		all = append(all, asked{f, reports.TargetNeighbours})
	}
	return all, nil
}

// distinct are names, each once.
func distinct(names []string) (all []string) {
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// asksOf are the figures that are asked for of two cases.
func (o *Options) asksOf(a, b *reports.Case) ([]asked, error) {
	own := figures
	if a.ControlPlane != nil {
		own = ofControlPlane()
	}
	all, err := o.asks(own, len(a.Places(reports.TargetNeighbours)) > 0 && len(b.Places(reports.TargetNeighbours)) > 0)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		for _, c := range []*reports.Case{a, b} {
			if len(c.Places(f.target)) == 0 {
				return nil, fmt.Errorf("no group of the case %q is called %q: its groups are %s", c.Name, f.target, strings.Join(words.Some(c.GroupNames()), ", "))
			}
		}
	}
	return all, nil
}

// compareCase compares two cases. The figures that were compared are added to used, by the
// names of their thresholds.
func (o *Options) compareCase(base, current *reports.Report, p Pair, used *[]string) (*reports.CaseComparison, error) {
	a, b, err := casesOf(base, current, p)
	if err != nil {
		return nil, err
	}
	all, err := o.asksOf(a, b)
	if err != nil {
		return nil, err
	}
	out := &reports.CaseComparison{Base: a.Name, Current: b.Name, Title: b.Title}
	samples := map[string][2]*sample{}
	for _, f := range all {
		s, known := samples[f.target]
		if !known {
			s = [2]*sample{newSample(base, a, f.target), newSample(current, b, f.target)}
			samples[f.target] = s
		}
		if s[0].lacks(&f.figure) || s[1].lacks(&f.figure) {
			continue
		}
		*used = append(*used, f.name())
		out.Figures = append(out.Figures, compareFigure(f, s[0], s[1]))
	}
	adjust(out.Figures)
	out.Result = reports.Equivalent
	for i := range out.Figures {
		out.Result = out.Result.Grave(out.Figures[i].Result)
	}
	return out, nil
}

// adjust fills in the chances that are adjusted for the family: all figures of a case.
func adjust(all []reports.FigureComparison) {
	var p []float64
	for i := range all {
		if all[i].P != nil {
			p = append(p, *all[i].P)
		}
	}
	holm := stat.Holm(p)
	for i := range all {
		if all[i].P != nil {
			all[i].PHolm, holm = &holm[0], holm[1:]
		}
	}
}
