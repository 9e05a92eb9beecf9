package reports

import "tenement/internal/gate"

// figure is a metric of a caller of that name, or of gate.Endpoint, which is all callers.
// The second result is false where there is no such caller.
func (c *ControlPlane) figure(target, metric string) (*estimated, bool) {
	switch target {
	case gate.Endpoint:
		all := c.All()
		return all.metric(metric), true
	case TargetUnderTest:
		you := c.You()
		return you.metric(metric), true
	}
	for i := range c.Callers {
		if c.Callers[i].Name == target {
			return c.Callers[i].metric(metric), true
		}
	}
	return nil, false
}

// metric is one of gate.ControlPlane, nil without a sample.
func (c *ControlCaller) metric(name string) *estimated {
	number := func(x float64) *estimated { return &estimated{value: tidy(x)} }
	maybe := func(x *float64) *estimated {
		if x == nil {
			return nil
		}
		return number(*x)
	}
	switch name {
	case "failure_rate":
		if o := c.OverSeeds; o != nil {
			f := number(o.Mean)
			if o.CI95 != nil {
				f.interval = &Interval{o.CI95[0], o.CI95[1]}
			}
			return f
		}
		return maybe(c.NotRunningRate)
	case "throttled_share":
		return maybe(share(c.States.Throttled, c.Asked))
	case "amplification":
		return maybe(share(c.Attempts, c.Calls))
	case "calls":
		return number(float64(c.Calls))
	case "failures":
		return number(float64(c.Asked - c.States.Running))
	case "attempts":
		return number(float64(c.Attempts))
	case "throttled":
		return number(float64(c.States.Throttled))
	}
	t := c.StartMS
	if t == nil {
		return nil
	}
	times := map[string]float64{"mean": t.Mean, "p50": t.P50, "p90": t.P90, "p99": t.P99, "p99_9": t.P999, "max": t.Max}
	x, known := times[name]
	if !known {
		return nil
	}
	return number(x)
}
