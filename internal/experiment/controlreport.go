package experiment

import (
	"fmt"
	"slices"
	"time"

	"tenement/internal/control"
	"tenement/internal/stat"
	"tenement/reports"
)

// report is the case as a report has it: the counts and times are those of the run's seed.
func (c *controlRun) report(seed uint64, tested []string) reports.Case {
	out := reports.NewCase(reports.CaseInput{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Set: settings(c.Case), SDKSetting: c.SDKSetting,
		Duration: c.plan.Duration, Recorder: reports.NewRecorder(0, 0, 0),
	})
	out.Series = nil
	r := c.results[0]
	cp := &reports.ControlPlane{Plane: reports.MicroVMPlane, Seeds: uint64(len(c.results)), Events: r.Events, Steps: []reports.ControlStep{}}
	if c.plan.Instances != nil {
		cp.Plane = reports.InstancePlane
	}
	for i := range c.plan.Callers {
		cp.Callers = append(cp.Callers, c.caller(i, tested))
	}
	for s := range control.NumSteps {
		n := r.Steps[s]
		if n.Visits+n.Refused == 0 {
			continue
		}
		step := reports.ControlStep{Name: s.String(), Visits: n.Visits, Failed: n.Failed, Refused: n.Refused}
		c.recorder.Step(int(s), &step)
		cp.Steps = append(cp.Steps, step)
	}
	c.places(cp)
	cp.Series = c.series()
	const hour = 3600.
	u := r.Capacity
	cp.Capacity = reports.ControlCapacity{
		PaidVCPUHours: stat.Tidy(u.PaidCPU / 1024 / hour), UsedVCPUHours: stat.Tidy(u.UsedCPU / 1024 / hour), IdleVCPUHours: stat.Tidy(u.IdleCPU / 1024 / hour),
		PaidGBHours: stat.Tidy(u.PaidMemory / 1024 / hour), UsedGBHours: stat.Tidy(u.UsedMemory / 1024 / hour),
	}
	cp.Capacity.Derive()
	out.ControlPlane = cp
	out.Blocks = reports.NewControlBlocks(cp.Callers, seed, c.seeds())
	return out
}

// seeds are the results by seed, as replicates.
func (c *controlRun) seeds() (all []reports.ControlSeed) {
	for i, r := range c.results {
		one := reports.ControlSeed{Starts: c.starts[i]}
		for k := range r.Callers {
			n := &r.Callers[k]
			one.Asked = append(one.Asked, n.Asked)
			one.NotRunning = append(one.NotRunning, n.Asked-n.States[control.Running])
			one.Throttled = append(one.Throttled, n.States[control.Throttled])
			one.Attempts = append(one.Attempts, n.Attempts)
		}
		all = append(all, one)
	}
	return all
}

// caller is a caller and its tasks.
func (c *controlRun) caller(i int, tested []string) reports.ControlCaller {
	who, n := &c.plan.Callers[i], &c.results[0].Callers[i]
	s := &n.States
	out := reports.ControlCaller{
		Name: who.Name, Account: c.accounts[who.Account], UnderTest: slices.Contains(tested, who.Name),
		CPU: who.Task.CPU, MemoryMiB: who.Task.Memory, Asked: n.Asked,
		States: reports.ControlStates{
			Running: s[control.Running], Throttled: s[control.Throttled], NoCapacity: s[control.NoCapacity], Denied: s[control.Denied],
			Failed: s[control.Failed], Lost: s[control.Lost], TimedOut: s[control.TimedOut], Withheld: s[control.Withheld], UnderWay: s[control.UnderWay],
		},
		FailedAt: map[string]uint64{}, Calls: n.Calls, Attempts: n.Attempts, Died: n.Died, Replaced: n.Replaced, ReplacedRunning: n.Again,
		Sharing: reports.ControlSharing{Placed: n.Placed, MostOnHost: n.MostOnHost},
	}
	for step, failed := range n.FailedAt {
		if failed > 0 {
			out.FailedAt[control.Step(step).String()] = failed
		}
	}
	if n.Placed > 0 {
		of := func(x uint64) *float64 {
			share := stat.Tidy(float64(x) / float64(n.Placed))
			return &share
		}
		out.Sharing.AloneShare, out.Sharing.OwnMean, out.Sharing.OthersMean = of(n.Alone), of(n.Own), of(n.Others)
	}
	var shares []float64
	for _, r := range c.results {
		if o := &r.Callers[i]; o.Asked > 0 {
			shares = append(shares, float64(o.Asked-o.States[control.Running])/float64(o.Asked))
		}
	}
	out.OverSeeds = reports.NewControlOverSeeds(shares)
	c.recorder.Caller(i, &out)
	return out
}

// places puts the zones, the regions and what happened to them into the report.
func (c *controlRun) places(cp *reports.ControlPlane) {
	r := c.results[0]
	regions := len(r.Regions)
	for _, z := range r.Zones {
		zone := reports.ControlZone{Name: zoneName(regions, z.Region, z.Zone), Least: c.free(z.Least), Died: z.Died}
		for _, cell := range z.Cells {
			zone.Cells = append(zone.Cells, reports.ControlCell{Most: cell.Most, Died: cell.Died})
		}
		cp.Zones = append(cp.Zones, zone)
	}
	for i, g := range r.Regions {
		region := reports.ControlRegion{Name: fmt.Sprint("region ", i+1), Asked: g.Asked, Running: g.Started, Visits: g.Visits, Failed: g.Failed}
		if g.To > 0 {
			region.FromS, region.ToS = seconds(g.From), seconds(g.To)
		}
		cp.Regions = append(cp.Regions, region)
	}
	for _, l := range c.plan.Losses {
		name := zoneName(regions, l.Region, l.Zone)
		if l.Cell >= 0 {
			name = fmt.Sprintf("cell %d of %s", l.Cell+1, name)
		}
		cp.Losses = append(cp.Losses, reports.ControlLoss{Name: name, AtS: *seconds(l.From), ForS: *seconds(l.For)})
	}
	if o := c.plan.Rollout; o != nil {
		cp.Rollout = &reports.ControlRollout{Step: o.Step.String(), Fails: o.Fails, EveryS: *seconds(o.Every)}
		if r.RolledBack > 0 {
			cp.Alarm = seconds(r.RolledBack)
		}
	}
}

// zoneName is what a zone is called.
func zoneName(regions, region, zone int) string {
	name := fmt.Sprint("zone ", zone+1)
	if regions > 1 {
		name += fmt.Sprint(" of region ", region+1)
	}
	return name
}

func seconds(d time.Duration) *float64 {
	s := stat.Tidy(d.Seconds())
	return &s
}

// free is what a zone has free: warm instances, or vCPUs.
func (c *controlRun) free(n int64) float64 {
	if c.plan.MicroVMs == nil {
		return float64(n)
	}
	return stat.Tidy(float64(n) / 1024)
}

// series is what happened over time.
func (c *controlRun) series() *reports.ControlSeries {
	s := &c.results[0].Series
	if s.Bucket == 0 {
		return nil
	}
	out := &reports.ControlSeries{BucketS: *seconds(s.Bucket), Asked: s.Asked, Running: s.Started, Refused: s.Refused}
	for i := range s.Asked {
		out.Alive = append(out.Alive, uint32(s.Alive[i]))
		mean := 0.
		if s.Started[i] > 0 {
			mean = stat.Tidy(float64(s.SlowSum[i]) / float64(s.Started[i]) / float64(time.Millisecond))
		}
		out.StartMS = append(out.StartMS, mean)
	}
	for _, level := range s.Level {
		var row []float64
		for _, n := range level {
			row = append(row, c.free(n))
		}
		out.Levels = append(out.Levels, row)
	}
	return out
}
