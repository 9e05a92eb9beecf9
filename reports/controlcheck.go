package reports

import (
	"fmt"
	"slices"
)

// checkControlPlanes refuses a report of which some cases have a control plane and others have
// none, or which was not simulated.
func (r *Report) checkControlPlanes() error {
	has := func(c Case) bool { return c.ControlPlane != nil }
	if !slices.ContainsFunc(r.Cases, has) {
		return nil
	}
	if r.Engine != Sim {
		return fmt.Errorf("engine: %s: want %s, because a control plane is only simulated", r.Engine, Sim)
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		switch {
		case c.ControlPlane == nil:
			return fmt.Errorf("cases[%d].control_plane: is missing: other cases have one", i)
		case len(c.Groups) > 0:
			return fmt.Errorf("cases[%d].groups: there are %d: want none beside a control plane", i, len(c.Groups))
		}
	}
	return nil
}

// Bounds of a control plane in a report.
const (
	mostCallers = 1000
	mostZones   = 1000
	mostCells   = 10_000
)

// check refuses what renderers could not work with.
func (c *ControlPlane) check() error {
	if c == nil {
		return nil
	}
	if c.Plane != InstancePlane && c.Plane != MicroVMPlane {
		return fmt.Errorf("plane: %q: want %s or %s", c.Plane, InstancePlane, MicroVMPlane)
	}
	for _, part := range []atMost{
		{"callers", len(c.Callers), mostCallers}, {"steps", len(c.Steps), 100}, {"zones", len(c.Zones), mostZones},
		{"regions", len(c.Regions), mostZones}, {"losses", len(c.Losses), mostCallers},
	} {
		if err := part.check(); err != nil {
			return err
		}
	}
	for i := range c.Callers {
		if err := c.Callers[i].check(); err != nil {
			return fmt.Errorf("callers[%d].%w", i, err)
		}
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		if err := first(text("name", s.Name), count("visits", s.Visits), count("failed", s.Failed), count("refused", s.Refused),
			s.WaitMS.check("wait_ms"), s.TookMS.check("took_ms"), s.Histogram.holds("histogram", s.Visits),
			given("wait_ms", s.WaitMS != nil, "visits", s.Visits > 0), given("took_ms", s.TookMS != nil, "visits", s.Visits > 0)); err != nil {
			return fmt.Errorf("steps[%d].%w", i, err)
		}
	}
	for i := range c.Zones {
		z := &c.Zones[i]
		if err := first(text("name", z.Name), figure("least_free", z.Least, 0, mostCount), count("died", z.Died),
			atMost{"cells", len(z.Cells), mostCells}.check()); err != nil {
			return fmt.Errorf("zones[%d].%w", i, err)
		}
	}
	for i := range c.Regions {
		r := &c.Regions[i]
		if err := first(text("name", r.Name), count("asked", r.Asked), count("running", r.Running), count("visits", r.Visits),
			count("failed", r.Failed), maybe("from_s", r.FromS, mostSeconds), maybe("to_s", r.ToS, mostSeconds)); err != nil {
			return fmt.Errorf("regions[%d].%w", i, err)
		}
	}
	for i, l := range c.Losses {
		if err := first(text("name", l.Name), figure("at_s", l.AtS, 0, mostSeconds), figure("for_s", l.ForS, 0, mostSeconds)); err != nil {
			return fmt.Errorf("losses[%d].%w", i, err)
		}
	}
	if o := c.Rollout; o != nil {
		if err := first(text("step", o.Step), figure("fails", o.Fails, 0, 1), figure("every_s", o.EveryS, 0, mostSeconds)); err != nil {
			return fmt.Errorf("rollout.%w", err)
		}
	}
	u := &c.Capacity
	return first(count("seeds", c.Seeds), maybe("rolled_back_at_s", c.Alarm, mostSeconds),
		figure("capacity.paid_vcpu_hours", u.PaidVCPUHours, 0, mostRatePS), figure("capacity.used_vcpu_hours", u.UsedVCPUHours, 0, mostRatePS),
		figure("capacity.idle_vcpu_hours", u.IdleVCPUHours, 0, mostRatePS), figure("capacity.paid_gb_hours", u.PaidGBHours, 0, mostRatePS),
		figure("capacity.used_gb_hours", u.UsedGBHours, 0, mostRatePS), maybe("capacity.wasted_share", u.WastedShare, 1),
		given("capacity.wasted_share", u.WastedShare != nil, "paid_vcpu_hours", u.PaidVCPUHours > 0), c.Series.check())
}

func (c *ControlCaller) check() error {
	for _, row := range c.States.Rows() {
		if err := count("states."+row.Name, row.N); err != nil {
			return err
		}
	}
	for step, n := range c.FailedAt {
		if err := first(text("failed_at", step), count("failed_at", n)); err != nil {
			return err
		}
	}
	if c.States.Sum() != c.Asked {
		return fmt.Errorf("states: %d tasks in all, and %d were asked for", c.States.Sum(), c.Asked)
	}
	if o := c.OverSeeds; o != nil {
		if err := figure("over_seeds.mean", o.Mean, 0, 1); err != nil {
			return err
		}
		if o.CI95 != nil {
			if err := first(figure("over_seeds.ci95[0]", o.CI95[0], -1, 2), figure("over_seeds.ci95[1]", o.CI95[1], o.CI95[0], 2)); err != nil {
				return err
			}
		}
	}
	s := &c.Sharing
	return first(text("name", c.Name), text("account", c.Account), count("asked", c.Asked), count("calls", c.Calls), count("attempts", c.Attempts),
		count("died", c.Died), count("replaced", c.Replaced), count("replaced_running", c.ReplacedRunning), figure("cpu", float64(c.CPU), 0, mostCount), figure("memory_mib", float64(c.MemoryMiB), 0, mostCount),
		maybe("not_running_rate", c.NotRunningRate, 1), c.StartMS.check("start_ms"), c.AnswerMS.check("answer_ms"),
		given("not_running_rate", c.NotRunningRate != nil, "asked", c.Asked > 0),
		c.StartHistogram.holds("start_histogram", c.States.Running), given("start_ms", c.StartMS != nil, "states.running", c.States.Running > 0),
		c.AnswerHistogram.check("answer_histogram"), given("answer_ms", c.AnswerMS != nil, "answer_histogram", c.AnswerHistogram != ""),
		count("sharing.placed", s.Placed), maybe("sharing.alone_share", s.AloneShare, 1), maybe("sharing.own_mean", s.OwnMean, mostCount),
		maybe("sharing.others_mean", s.OthersMean, mostCount), count("sharing.most_on_host", s.MostOnHost))
}

// check refuses a histogram that cannot be decoded.
func (h Histogram) check(field string) error {
	d, err := h.decode()
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	if d != nil && (d.TotalCount() < 0 || d.TotalCount() > mostCount) {
		return fmt.Errorf("%s: %d samples: want 0 to %g", field, d.TotalCount(), float64(mostCount))
	}
	return nil
}

// holds refuses a histogram that cannot be decoded, or does not hold so many samples.
func (h Histogram) holds(field string, samples uint64) error {
	if err := h.check(field); err != nil {
		return err
	}
	n := int64(0)
	if d := h.must(); d != nil {
		n = d.TotalCount()
	}
	if uint64(n) != samples {
		return fmt.Errorf("%s: %d samples: want %d", field, n, samples)
	}
	return nil
}

// given refuses a figure that is there though nothing was counted for it, and one that is
// missing.
func given(field string, is bool, of string, counted bool) error {
	switch {
	case is && !counted:
		return fmt.Errorf("%s: is there, and %s counts nothing", field, of)
	case !is && counted:
		return fmt.Errorf("%s: is missing, and %s counts something", field, of)
	}
	return nil
}

func (s *ControlSeries) check() error {
	if s == nil {
		return nil
	}
	n := len(s.Asked)
	if s.BucketS == 0 || !plausible(s.BucketS) || n > maxBuckets {
		return fmt.Errorf("series: %d intervals of %g s: want at most %d, of more than 0 s", n, s.BucketS, maxBuckets)
	}
	if len(s.Running) != n || len(s.Refused) != n || len(s.Alive) != n || len(s.StartMS) != n {
		return fmt.Errorf("series: asked has %d intervals, and another row has more or fewer", n)
	}
	rows := append([][]float64{s.StartMS}, s.Levels...)
	if len(s.Levels) > mostZones {
		return fmt.Errorf("series.levels: %d of them: want at most %d", len(s.Levels), mostZones)
	}
	for _, row := range rows {
		if len(row) != n {
			return fmt.Errorf("series: asked has %d intervals, and another row has %d", n, len(row))
		}
		for _, x := range row {
			if err := figure("series", x, 0, mostCount); err != nil {
				return err
			}
		}
	}
	return nil
}
