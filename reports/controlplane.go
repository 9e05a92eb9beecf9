package reports

import (
	"fmt"
	"slices"
)

// ControlPlane is what a control plane did: who asked for tasks, what became of them, and
// what each step took. A case that has one has no groups.
type ControlPlane struct {
	Plane    string          `json:"plane"`                      // instances, one for each task, or microvms
	Callers  []ControlCaller `json:"callers"`                    // who asked for tasks
	Steps    []ControlStep   `json:"steps"`                      // those that were taken, in their order
	Zones    []ControlZone   `json:"zones"`                      // of all regions, one after the other
	Regions  []ControlRegion `json:"regions"`                    // where the callers asked, each on its own
	Capacity ControlCapacity `json:"capacity"`                   // what was paid for and what was used
	Seeds    uint64          `json:"seeds"`                      // over which shares over_seeds are
	Events   uint64          `json:"events"`                     // of the simulation of the report's seed
	Alarm    *float64        `json:"rolled_back_at_s,omitempty"` // when a rollout was stopped; absent if it was not
	Losses   []ControlLoss   `json:"losses,omitempty"`           // of zones and cells
	Rollout  *ControlRollout `json:"rollout,omitempty"`          // of new software
	Series   *ControlSeries  `json:"series"`                     // what happened over time; null where it was not kept
}

// ControlCaller is a caller and its tasks.
type ControlCaller struct {
	Name      string            `json:"name"`       // of the caller
	Account   string            `json:"account"`    // whose limits it shares
	UnderTest bool              `json:"under_test"` // the strategies are tried on it
	CPU       int               `json:"cpu"`        // of a task, in CPU units: 1024 are a vCPU
	MemoryMiB int               `json:"memory_mib"` // of a task
	Asked     uint64            `json:"asked"`      // tasks; each is in exactly one of the states that follow
	States    ControlStates     `json:"states"`     // at the end of the run
	FailedAt  map[string]uint64 `json:"failed_at"`  // tasks that failed, by step
	Calls     uint64            `json:"calls"`      // of RunTask
	Attempts  uint64            `json:"attempts"`   // with retries
	Died      uint64            `json:"died"`       // tasks that were RUNNING when their zone or cell was lost
	Replaced  uint64            `json:"replaced"`   // tasks that were asked for in the place of lost ones

	NotRunningRate  *float64          `json:"not_running_rate"`     // of the tasks asked for, those in another state than running
	OverSeeds       *ControlOverSeeds `json:"over_seeds,omitempty"` // that rate over the seeds; absent with one seed
	StartMS         *Latency          `json:"start_ms"`             // from the call to RUNNING
	AnswerMS        *Latency          `json:"answer_ms"`            // from the call until its caller has an answer or gives up
	StartHistogram  Histogram         `json:"start_histogram"`      // what StartMS is taken from
	AnswerHistogram Histogram         `json:"answer_histogram"`     // what AnswerMS is taken from
	Sharing         ControlSharing    `json:"sharing"`              // whom its tasks share a host with
}

// ControlStates are how many tasks are in which state at the end of a run.
type ControlStates struct {
	Running    uint64 `json:"running"`     // became RUNNING; they may have ended since
	Throttled  uint64 `json:"throttled"`   // a limit of the API or of launches, or a full queue, refused them
	NoCapacity uint64 `json:"no_capacity"` // no zone had capacity
	Denied     uint64 `json:"denied"`      // IAM refused them
	Failed     uint64 `json:"failed"`      // a step failed
	Lost       uint64 `json:"lost"`        // their zone or cell was lost before they were RUNNING
	TimedOut   uint64 `json:"timed_out"`   // their caller had no more time
	Withheld   uint64 `json:"withheld"`    // a policy of their caller refused to ask again
	UnderWay   uint64 `json:"under_way"`   // still under way when the run ended
}

// ControlOverSeeds is a share over several seeds.
type ControlOverSeeds struct {
	Mean float64     `json:"mean"` // of the seeds
	CI95 *[2]float64 `json:"ci95"` // of the mean
}

// ControlSharing is whom the tasks of a caller share a host with, when they are put there.
type ControlSharing struct {
	Placed     uint64   `json:"placed"`       // tasks that got capacity
	AloneShare *float64 `json:"alone_share"`  // of those, the ones that had their host to themselves
	OwnMean    *float64 `json:"own_mean"`     // other tasks of their account on the host
	OthersMean *float64 `json:"others_mean"`  // tasks of other accounts on the host
	MostOnHost uint64   `json:"most_on_host"` // tasks on one host, at most
}

// ControlStep is a step.
type ControlStep struct {
	Name      string    `json:"name"`      // of the step
	Visits    uint64    `json:"visits"`    // that ended
	Failed    uint64    `json:"failed"`    // of those
	Refused   uint64    `json:"refused"`   // by a limit, or by a full queue
	WaitMS    *Latency  `json:"wait_ms"`   // for a server or a limit
	TookMS    *Latency  `json:"took_ms"`   // with that wait
	Histogram Histogram `json:"histogram"` // what TookMS is taken from
}

// ControlZone is a zone of a region.
type ControlZone struct {
	Name  string        `json:"name"`            // such as zone 1
	Least float64       `json:"least_free"`      // of its capacity: warm instances, or vCPUs of its hosts
	Died  uint64        `json:"died"`            // tasks that were lost with it or with one of its cells
	Cells []ControlCell `json:"cells,omitempty"` // in the order in which they are filled
}

// ControlCell is a VPC of a zone.
type ControlCell struct {
	Most uint64 `json:"most"` // tasks at one time
	Died uint64 `json:"died"` // tasks that were lost with it
}

// ControlRegion is a region.
type ControlRegion struct {
	Name    string   `json:"name"`    // such as region 1
	Asked   uint64   `json:"asked"`   // tasks
	Running uint64   `json:"running"` // of those, the ones that became RUNNING
	Visits  uint64   `json:"visits"`  // of the rollout's step, with the new software
	Failed  uint64   `json:"failed"`  // of those
	FromS   *float64 `json:"from_s"`  // when it got the new software; null is never
	ToS     *float64 `json:"to_s"`    // until when it had that; null is never
}

// ControlCapacity is what was paid for and what was used. What is neither used nor idle is
// what a task does not fill of its instance.
type ControlCapacity struct {
	PaidVCPUHours float64  `json:"paid_vcpu_hours"` // of instances from their order to their end, or of hosts
	UsedVCPUHours float64  `json:"used_vcpu_hours"` // of tasks, from their capacity to their end
	IdleVCPUHours float64  `json:"idle_vcpu_hours"` // of instances that boot or wait, or of hosts where nothing is
	PaidGBHours   float64  `json:"paid_gb_hours"`   // of memory
	UsedGBHours   float64  `json:"used_gb_hours"`   // of memory
	WastedShare   *float64 `json:"wasted_share"`    // of the paid vCPU hours, those not used
}

// ControlLoss is a zone or a cell that is lost.
type ControlLoss struct {
	Name string  `json:"name"`  // such as zone 1
	AtS  float64 `json:"at_s"`  // when
	ForS float64 `json:"for_s"` // how long
}

// ControlRollout is a rollout of new software.
type ControlRollout struct {
	Step   string  `json:"step"`    // that the software is of
	Fails  float64 `json:"fails"`   // the share of its visits that fail with it
	EveryS float64 `json:"every_s"` // from region to region; 0 is all at once
}

// ControlSeries is what happened over time, in intervals.
type ControlSeries struct {
	BucketS float64     `json:"bucket_s"` // width of an interval
	Asked   []uint32    `json:"asked"`    // tasks
	Running []uint32    `json:"running"`  // tasks that became RUNNING
	Refused []uint32    `json:"refused"`  // tasks of which it became clear that they will not
	Alive   []uint32    `json:"alive"`    // tasks that were RUNNING at the same time, at most
	StartMS []float64   `json:"start_ms"` // mean time to RUNNING of those that became so
	Levels  [][]float64 `json:"levels"`   // by zone, what it had free at the least: warm instances, or vCPUs
}

// Rows are the states with their names, in their order.
func (s *ControlStates) Rows() []ControlState {
	return []ControlState{
		{"running", s.Running}, {"throttled", s.Throttled}, {"no capacity", s.NoCapacity}, {"denied", s.Denied},
		{"failed", s.Failed}, {"lost", s.Lost}, {"timed out", s.TimedOut}, {"withheld", s.Withheld}, {"under way", s.UnderWay},
	}
}

// ControlState is a state, and how many tasks are in it.
type ControlState struct {
	Name string
	N    uint64
}

// Add adds the counts of other tasks.
func (s *ControlStates) Add(o *ControlStates) {
	s.Running += o.Running
	s.Throttled += o.Throttled
	s.NoCapacity += o.NoCapacity
	s.Denied += o.Denied
	s.Failed += o.Failed
	s.Lost += o.Lost
	s.TimedOut += o.TimedOut
	s.Withheld += o.Withheld
	s.UnderWay += o.UnderWay
}

// Sum is the number of all tasks.
func (s *ControlStates) Sum() (sum uint64) {
	for _, row := range s.Rows() {
		sum += row.N
	}
	return sum
}

// Tested reports whether strategies are tried on a caller.
func (c *ControlPlane) Tested() bool {
	return slices.ContainsFunc(c.Callers, func(o ControlCaller) bool { return o.UnderTest })
}

// All is all callers together: the counts, the times and the sharing that add up.
func (c *ControlPlane) All() ControlCaller { return c.sum(false) }

// You are the callers under test together, or all of them if none is.
func (c *ControlPlane) You() ControlCaller { return c.sum(c.Tested()) }

// sum is all callers together, or those under test.
func (c *ControlPlane) sum(tested bool) ControlCaller {
	all := ControlCaller{FailedAt: map[string]uint64{}}
	var alone, own, others float64
	for i := range c.Callers {
		o := &c.Callers[i]
		if tested && !o.UnderTest {
			continue
		}
		all.Asked += o.Asked
		all.Calls += o.Calls
		all.Attempts += o.Attempts
		all.Died += o.Died
		all.Replaced += o.Replaced
		all.States.Add(&o.States)
		for step, n := range o.FailedAt {
			all.FailedAt[step] += n
		}
		all.StartHistogram = all.StartHistogram.Add(o.StartHistogram)
		all.AnswerHistogram = all.AnswerHistogram.Add(o.AnswerHistogram)
		s := &o.Sharing
		all.Sharing.Placed += s.Placed
		all.Sharing.MostOnHost = max(all.Sharing.MostOnHost, s.MostOnHost)
		if s.Placed > 0 && s.AloneShare != nil && s.OwnMean != nil && s.OthersMean != nil {
			n := float64(s.Placed)
			alone, own, others = alone+float64(*s.AloneShare*n), own+float64(*s.OwnMean*n), others+float64(*s.OthersMean*n)
		}
	}
	if n := float64(all.Sharing.Placed); n > 0 {
		a, b, c := tidy(alone/n), tidy(own/n), tidy(others/n)
		all.Sharing.AloneShare, all.Sharing.OwnMean, all.Sharing.OthersMean = &a, &b, &c
	}
	all.Derive()
	return all
}

// Derive computes what follows from the counts.
func (c *ControlCaller) Derive() {
	c.NotRunningRate = share(c.Asked-min(c.States.Running, c.Asked), c.Asked)
	c.StartMS, c.AnswerMS = c.StartHistogram.figures(), c.AnswerHistogram.figures()
}

// Derive computes what follows from the figures.
func (c *ControlCapacity) Derive() {
	c.WastedShare = nil
	if c.PaidVCPUHours > 0 {
		x := tidy(max(0, 1-c.UsedVCPUHours/c.PaidVCPUHours))
		c.WastedShare = &x
	}
}

// ControlPlane reports whether the report is of a control plane.
func (r *Report) ControlPlane() bool { return len(r.Cases) > 0 && r.Cases[0].ControlPlane != nil }

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
			s.WaitMS.check("wait_ms"), s.TookMS.check("took_ms"), s.Histogram.check("histogram")); err != nil {
			return fmt.Errorf("steps[%d].%w", i, err)
		}
	}
	for i := range c.Zones {
		z := &c.Zones[i]
		if err := first(text("name", z.Name), figure("least_free", z.Least, -mostCount, mostCount), count("died", z.Died),
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
	return first(text("plane", c.Plane), count("seeds", c.Seeds), maybe("rolled_back_at_s", c.Alarm, mostSeconds),
		figure("capacity.paid_vcpu_hours", u.PaidVCPUHours, 0, mostRatePS), figure("capacity.used_vcpu_hours", u.UsedVCPUHours, 0, mostRatePS),
		figure("capacity.idle_vcpu_hours", u.IdleVCPUHours, 0, mostRatePS), figure("capacity.paid_gb_hours", u.PaidGBHours, 0, mostRatePS),
		figure("capacity.used_gb_hours", u.UsedGBHours, 0, mostRatePS), maybe("capacity.wasted_share", u.WastedShare, 1), c.Series.check())
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
			if err := first(figure("over_seeds.ci95", o.CI95[0], -1, 2), figure("over_seeds.ci95", o.CI95[1], -1, 2)); err != nil {
				return err
			}
		}
	}
	s := &c.Sharing
	return first(text("name", c.Name), text("account", c.Account), count("asked", c.Asked), count("calls", c.Calls), count("attempts", c.Attempts),
		count("died", c.Died), count("replaced", c.Replaced), figure("cpu", float64(c.CPU), 0, mostCount), figure("memory_mib", float64(c.MemoryMiB), 0, mostCount),
		maybe("not_running_rate", c.NotRunningRate, 1), c.StartMS.check("start_ms"), c.AnswerMS.check("answer_ms"),
		c.StartHistogram.check("start_histogram"), c.AnswerHistogram.check("answer_histogram"),
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
			if err := figure("series", x, -mostCount, mostCount); err != nil {
				return err
			}
		}
	}
	return nil
}
