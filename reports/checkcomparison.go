package reports

import "fmt"

// mostApart bounds shifts and their intervals.
const mostApart = 1e300

// check refuses a comparison that renderers could not work with.
func (c *Comparison) check() error {
	if c.Version != ComparisonVersion {
		return fmt.Errorf("version: %d: this program reads version %d", c.Version, ComparisonVersion)
	}
	figures := 0
	for i := range c.Cases {
		figures += len(c.Cases[i].Figures)
	}
	for _, part := range []atMost{
		{"cases", len(c.Cases), mostCases}, {"figures of all cases", figures, mostGates}, {"differences", len(c.Differences), mostGiven},
		{"base_only", len(c.BaseOnly), mostCases}, {"current_only", len(c.CurrentOnly), mostCases},
	} {
		if err := part.check(); err != nil {
			return err
		}
	}
	for _, s := range []*Side{&c.Base, &c.Current} {
		if err := first(text("name", s.Name), text("profile", s.Profile), figure("replicates", float64(s.Replicates), 0, mostSeeds)); err != nil {
			return err
		}
	}
	for i := range c.Differences {
		d := &c.Differences[i]
		if err := first(text("path", d.Path)); err != nil {
			return fmt.Errorf("differences[%d].%w", i, err)
		}
	}
	for i := range c.Cases {
		one := &c.Cases[i]
		if err := first(text("base", one.Base), text("current", one.Current), text("title", one.Title)); err != nil {
			return fmt.Errorf("cases[%d].%w", i, err)
		}
		for j := range one.Figures {
			if err := one.Figures[j].check(); err != nil {
				return fmt.Errorf("cases[%d].figures[%d].%w", i, j, err)
			}
		}
	}
	return nil
}

func (f *FigureComparison) check() error {
	if f.Shift != nil {
		if err := figure("shift", *f.Shift, -mostApart, mostApart); err != nil {
			return err
		}
	}
	for _, ends := range []*Ends{f.Interval, f.PointsInterval} {
		if ends != nil && !(ends[0] <= ends[1] && ends[0] >= -mostApart && ends[1] <= mostApart) {
			return fmt.Errorf("interval: %g to %g is none", ends[0], ends[1])
		}
	}
	return first(
		text("metric", f.Metric), text("target", f.Target), maybe("base", f.Base, mostApart), maybe("current", f.Current, mostApart),
		maybe("p", f.P, 1), maybe("p_holm", f.PHolm, 1), figure("needed", float64(f.Needed), 0, mostCount),
		figure("threshold.ratio", f.Threshold.Ratio, 0, mostCount), figure("threshold.points", f.Threshold.Points, 0, 1),
	)
}
