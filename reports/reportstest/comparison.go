package reportstest

import "tenement/reports"

// Comparison is a comparison with one of everything: each result, each scale, each
// reason why nothing can be said, a case without a difference and one without a
// counterpart.
func Comparison() *reports.Comparison {
	pair := func(low, high float64) *reports.Ends { return &reports.Ends{low, high} }
	value := func(x float64) *float64 { return &x }
	share := reports.Threshold{Ratio: 0.1, Points: 0.001}
	latency := func(metric string, base, current, shift, low, high, p float64, r reports.Result) reports.FigureComparison {
		f := reports.FigureComparison{
			Metric: metric, Target: reports.TargetUnderTest, Base: value(base), Current: value(current), Scale: reports.Ratio, Shift: value(shift),
			Interval: pair(low, high), P: value(p), PHolm: value(min(4*p, 1)), Threshold: reports.Threshold{Ratio: 0.1}, Result: r,
		}
		if r == reports.Inconclusive {
			f.Reason, f.Needed = reports.TooWide, 34
		}
		return f
	}
	alike := func(metric string, x float64, scale string) reports.FigureComparison {
		return reports.FigureComparison{
			Metric: metric, Target: reports.TargetUnderTest, Base: value(x), Current: value(x), Scale: scale, Shift: value(1), Interval: pair(1, 1),
			P: value(1), PHolm: value(1), Threshold: reports.Threshold{Ratio: 0.1}, Result: reports.Equivalent, Identical: true,
		}
	}
	return &reports.Comparison{
		Version: reports.ComparisonVersion, Result: reports.Regression, Model: 3,
		Base:    reports.Side{Name: "baseline.json", Profile: "noisy-neighbour", Digest: "3a7f", Identity: "91c0", Version: "v0.1.0", Seed: 1, Replicates: 40},
		Current: reports.Side{Name: "mine.yaml", Profile: "noisy-neighbour", Digest: "b211", Identity: "77d2", Version: "v0.2.0", Seed: 1, Replicates: 40},
		Design:  reports.Design{Engine: reports.Sim, Of: reports.BySeeds, Seeds: 400, Paired: true, Level: 0.99},
		Differences: []reports.Difference{
			{Path: "strategies.full-jitter.retry.exponential.attempts", Base: "8", Current: "7"},
			{Path: "strategies.full-jitter.title", Base: "", Current: "full jitter"},
		},
		Cases: []reports.CaseComparison{
			{
				Base: "full-jitter", Current: "full-jitter", Title: "full jitter, 8 tries", Result: reports.Regression,
				Figures: []reports.FigureComparison{
					{
						Metric: "failure_rate", Target: reports.TargetUnderTest, Base: value(0.223), Current: value(0.290), Scale: reports.Odds, Shift: value(1.42),
						Interval: pair(1.30, 1.55), PointsInterval: pair(0.051, 0.083), P: value(1e-6), PHolm: value(7e-6), Threshold: share, Result: reports.Regression,
					},
					{
						Metric: "throttled_share", Target: reports.TargetUnderTest, Base: value(0.75), Current: value(0.748), Scale: reports.Odds, Shift: value(0.99),
						Interval: pair(0.97, 1.01), PointsInterval: pair(-0.004, 0.002), P: value(0.304), PHolm: value(0.304), Threshold: share, Result: reports.Equivalent,
					},
					latency("p50", 94, 74, 0.80, 0.78, 0.82, 1e-5, reports.Improvement),
					latency("p95", 3900, 4100, 1.05, 0.94, 1.18, 0.03, reports.Inconclusive),
					latency("p99", 8300, 8350, 1.01, 0.99, 1.02, 0.4, reports.Equivalent),
					{
						Metric: "failure_rate", Target: reports.TargetNeighbours, Base: value(0.406), Current: value(0.398), Scale: reports.Points, Shift: value(-0.0084),
						Interval: pair(-0.0092, -0.0076), P: value(1e-6), PHolm: value(7e-6), Threshold: reports.Threshold{Points: 0.001}, Result: reports.Improvement,
					},
				},
			},
			{
				Base: "botocore", Current: "botocore", Title: "botocore", Result: reports.Equivalent,
				Figures: []reports.FigureComparison{alike("failure_rate", 0.01, reports.Odds), alike("p99", 120, reports.Ratio)},
			},
			{
				Base: "static", Current: "static-keys", Title: "static keys", Result: reports.Inconclusive,
				Figures: []reports.FigureComparison{
					{Metric: "failure_rate", Target: "batch", Base: value(0), Current: nil, Scale: reports.Odds, Threshold: share, Result: reports.Inconclusive, Reason: reports.NoFigure},
					{
						Metric: "p99", Target: "batch", Base: value(1), Current: value(2), Scale: reports.Ratio, Shift: value(2), Threshold: reports.Threshold{Ratio: 0.1},
						P: value(0.2), PHolm: value(0.2), Result: reports.Inconclusive, Reason: reports.TooFew, Needed: 5,
					},
				},
			},
		},
		BaseOnly: []string{"80,120"}, CurrentOnly: []string{"90,130"},
	}
}

// LiveComparison is the same of live rounds.
func LiveComparison() *reports.Comparison {
	c := Comparison()
	c.Design = reports.Design{Engine: reports.Live, Of: reports.ByRounds, Paired: true, Level: 0.99, Interleaved: true, Repeated: 2}
	c.Base.Replicates, c.Current.Replicates = 10, 10
	return c
}
