package experiment

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"tenement/internal/live"
	"tenement/internal/plan"
	"tenement/internal/release"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/reports"
)

// Report returns the report of what ran. The error is a gate that names a case or
// a group which does not exist.
func (x *Experiment) Report() (*reports.Report, error) {
	o := &x.options
	in := x.heading()
	in.Partial = x.stopped != nil
	in.Generator.Began, in.Generator.WallS = x.began.UTC().Format(time.RFC3339), x.wall.Seconds()
	in.Gates, in.Baseline, in.BaselineCase = o.Gates, o.Baseline, o.BaselineCase
	in.Given = reports.Given{Warnings: x.warnings()}
	if ended := (*GateEndedError)(nil); errors.As(x.stopped, &ended) {
		in.Ended = &ended.Ended
	}
	for _, c := range x.cases {
		if c.recorder == nil {
			continue // the run was stopped before its turn
		}
		in.Cases = append(in.Cases, reports.NewCase(x.input(c)))
	}
	report, err := reports.New(in)
	if err == nil && x.stolen > mostStolen && late(report) {
		report.Given.Warnings = append(report.Given.Warnings, x.disturbed())
	}
	return report, err
}

// heading is what a report says of an experiment that is known before it runs.
func (x *Experiment) heading() reports.Input {
	o := &x.options
	return reports.Input{
		Model: strategy.ModelVersion,
		Profile: reports.Profile{
			Name: o.Name, Digest: x.digest, Description: o.Description,
			Identity: o.Kept.Identity, Document: o.Kept.Document, Traces: o.Kept.Traces,
		},
		Engine: o.Engine, Seed: o.Seed, DurationS: x.cases[0].plan.Duration.Seconds(),
		Generator: reports.Generator{
			Version: release.Version(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
			CPUs: runtime.NumCPU(),
		},
	}
}

// disturbed is the warning that calls were late because the machine had no time for them.
func (x *Experiment) disturbed() string {
	return fmt.Sprintf("the hypervisor gave %s of the processors' time to other machines (steal), which makes calls late", words.Percent(x.stolen))
}

// input is a case as the report wants it.
func (x *Experiment) input(c *caseRun) reports.CaseInput {
	in := reports.CaseInput{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Set: settings(c.Case), SDKSetting: c.SDKSetting,
		EndpointInfo: reports.EndpointInfo{
			Service: c.plan.Service.String(), Limits: c.plan.Limits, Changes: c.plan.Changes, OnExceed: c.plan.OnExceed,
			Faults: c.plan.Faults, WriteTimeout: c.plan.WriteTimeout, Upstream: c.plan.Upstream,
		},
		Hosts:       cmp.Or(c.hosts, c.plan.Hosts),
		StartWithin: c.plan.StartWithin,
		Duration:    c.plan.Duration, Ran: c.ran,
		Counts: c.counts, Recorder: c.recorder, Estimate: c.estimate,
		Seed: x.options.Seed, Live: x.options.Engine == reports.Live, Blocking: x.hostBlocking(c),
	}
	for i := range c.plan.Endpoints {
		e := &c.plan.Endpoints[i]
		in.Further = append(in.Further, reports.FurtherInfo{
			Name: e.Name,
			EndpointInfo: reports.EndpointInfo{
				Service: e.Service.String(), Limits: e.Limits, Changes: e.Changes, OnExceed: e.OnExceed,
				Faults: e.Faults, WriteTimeout: e.WriteTimeout, Upstream: e.Upstream,
			},
		})
	}
	for i := range c.plan.Differ {
		d := &c.plan.Differ[i]
		in.Differ = append(in.Differ, reports.DifferInfo{Name: d.Name, Share: d.Share, Limits: d.Limits, Faults: d.Faults, Latency: d.Latency != c.plan.Latency})
	}
	for i, g := range c.plan.Groups {
		in.Groups = append(in.Groups, reports.GroupInfo{
			Name: g.Name, Tenant: g.Tenant, UnderTest: g.UnderTest,
			Tasks: g.Tasks, Placed: placedInfo(&g, in.Hosts), Processes: g.Processes, Flow: g.Flow, Recorded: recordedInfo(c.plan, g.Recorded),
			Activities: activityInfos(c.plan, i), Lives: livesInfo(&g, c.plan.Duration),
		})
	}
	return in
}

// placedInfo is where the tasks of a group are, of so many hosts.
func placedInfo(g *plan.Group, hosts int) (runs []reports.HostRun) {
	for _, run := range g.Placed {
		if run.Hosts = min(run.Hosts, hosts); run.Hosts > 0 {
			runs = append(runs, reports.HostRun(run))
		}
		hosts -= run.Hosts
	}
	return runs
}

// activityInfos are the activities of a group that has several, or a required one.
func activityInfos(p *plan.Plan, group int) (infos []reports.ActivityInfo) {
	g := &p.Groups[group]
	if g.Activities == nil || g.Activities[0].Name == "" {
		return nil
	}
	for i, a := range g.Activities {
		infos = append(infos, reports.ActivityInfo{Name: a.Name, Flow: a.Flow, Endpoint: p.Numbered(p.Asked(group, i)).Name, Required: a.Required})
	}
	return infos
}

// livesInfo is how the tasks of a group come and go in a run of this length; nil if they do not.
func livesInfo(g *plan.Group, run time.Duration) *reports.LivesInfo {
	l := &g.Lives
	info := &reports.LivesInfo{Lifetime: l.Lifetime, NoRelaunch: run > 0 && l.Relaunch.Base >= run, Reasons: g.StoppedReasons()}
	if l.Lifetime == 0 && len(l.Deploy.At) == 0 && !info.NoRelaunch && len(info.Reasons) == 0 {
		return nil
	}
	for _, at := range l.Deploy.At {
		info.Deploys = append(info.Deploys, reports.DeployInfo{At: at, Within: l.Deploy.Within, Batch: l.Deploy.Batch, Every: l.Deploy.Every})
	}
	return info
}

// settings are the paths that a case sets, and their values.
func settings(c plan.Case) map[string]string {
	set := map[string]string{}
	for _, s := range c.Set {
		set[s.Path] = s.Value
	}
	return set
}

// Warnings returns the warnings of plans, each sentence once.
func Warnings(plans []*plan.Plan) []string {
	all := []string{}
	for _, p := range plans {
		for _, w := range p.Warnings {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all
}

// warnings are those of the plans, and those that only the run can give.
func (x *Experiment) warnings() []string {
	var plans []*plan.Plan
	for _, c := range x.cases {
		plans = append(plans, c.plan)
	}
	all, o := Warnings(plans), &x.options
	if errors.Is(x.stopped, live.ErrMaxRequests) {
		all = append(all, fmt.Sprintf("the run ended at its limit of %s requests to the target", words.Number(uint64(o.MaxRequests))))
	}
	if o.Target != nil && len(x.cases) > 1 {
		all = append(all, "the cases ran one after the other against the target, and shared its buckets and credentials")
	}
	if p := x.cases[0].plan; o.Target != nil && len(p.Faults)+len(p.Changes) > 0 {
		all = append(all, "the target's scheduled faults and limit changes run from its own start, not from each case's")
	}
	if o.Engine == reports.Live && slices.ContainsFunc(plans, pullsLayers) {
		all = append(all, "live, the layers of images take their time, and no bytes")
	}
	if len(x.omitted) > 0 {
		all = append(all, "left out, because they change the endpoint and a target cannot be changed: "+strings.Join(x.omitted, "; "))
	}
	for _, err := range x.wrong {
		all = append(all, err.Error())
	}
	if x.shared {
		all = append(all, reports.WarnSharedAddresses)
	}
	for _, c := range x.cases {
		if c.hosts > 0 {
			all = append(all, fmt.Sprintf("%s: the figures are of %s of %s hosts", c.Title, words.Number(uint64(c.hosts)), words.Number(uint64(c.plan.Hosts))))
		}
	}
	if x.cutOff {
		all = append(all, x.imprecise())
	}
	if o.Engine == reports.Live && o.Seeds == 0 && o.Precision == 0 && besideSeeds(x.expected()) < 2 {
		all = append(all, "too many calls to simulate them with many seeds beside the run: how unusual its figures are is not known (--seeds 50 simulates them)")
	}
	return all
}

// pullsLayers reports whether tasks of a plan pull the layers of images.
func pullsLayers(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Endpoints, func(e plan.Endpoint) bool { return e.Service == service.S3 })
}

// imprecise is the warning that MaxTime ended the search for precision. Such a
// report depends on the speed of the machine.
func (x *Experiment) imprecise() string {
	if x.seeds == 0 {
		return "the time ran out before the precision could be judged: shares are those of one seed"
	}
	return fmt.Sprintf("the time ran out at %d seeds: failure rates are known to ±%.2g points, not to the ±%.2g asked for; another run may end at another number of seeds",
		x.seeds, 100*x.halfWidth(), 100*x.options.Precision)
}
