package reports

import (
	"maps"
	"time"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// The kinds of case.
const (
	StrategyCase = "strategy" // a strategy on the groups under test
	WhatIfCase   = "what_if"  // the first strategy, with something else changed
)

// Case is the profile with one thing changed: a row of the report.
type Case struct {
	Name       string            `json:"name"`                  // of the case, unique
	Title      string            `json:"title"`                 // as tables show it
	Kind       string            `json:"kind"`                  // strategy or what_if
	Set        map[string]string `json:"set"`                   // path → value; written sorted by path
	SDKSetting string            `json:"sdk_setting,omitempty"` // what to set in which SDK to get its strategy
	Changes    Changes           `json:"changes"`               // what Set changes
	Seeds      []uint64          `json:"seeds,omitempty"`       // of the runs merged into this one; else the report's own
	RanS       float64           `json:"ran_s,omitempty"`       // of an interrupted run: how far it came
	Endpoint   Endpoint          `json:"endpoint"`              // what answered: the host's own endpoint
	Endpoints  []Further         `json:"endpoints,omitempty"`   // what else answered, which activities name
	Groups     []Group           `json:"groups"`                // who asked
	Series     *Series           `json:"series"`                // what happened over time; null where it was not kept
	Blocks     *Blocks           `json:"blocks,omitempty"`      // what comparing needs; none of an interrupted run
	// ControlPlane is what a control plane did, in a case that has one.
	ControlPlane *ControlPlane `json:"control_plane,omitempty"`
}

// CaseInput is what NewCase makes a case of.
type CaseInput struct {
	Name, Title string // an empty title is the name
	Kind        string
	Set         map[string]string
	SDKSetting  string // what to set in which SDK to get its strategy

	EndpointInfo
	Hosts       int           // 0 is 1
	StartWithin time.Duration // that the hosts start in
	Differ      []DifferInfo  // hosts that differ
	Further     []FurtherInfo // further endpoints, in the order of Counts.Further

	Duration time.Duration // bound on arrivals
	Ran      time.Duration // how far an interrupted run came; 0 is to its end

	Groups   []GroupInfo
	Counts   *throttle.Counts // nil where the endpoint was not ours
	Recorder *Recorder        // of all workers, merged
	Estimate *Estimate        // the same case simulated over many seeds, or nil
	Seed     uint64           // of what Recorder counted
	Live     bool             // it was counted live: the run is one round
	Blocking Blocking         // of the hosts, if Recorder keeps blocks
}

// EndpointInfo is what a report says of an endpoint besides its figures.
type EndpointInfo struct {
	Service  string // the name of a service.Service
	Limits   []throttle.Limit
	Changes  []throttle.Change // of limits, in order of time
	OnExceed throttle.OnExceed
	Faults   []throttle.Fault
	// WriteTimeout is after which an answer is cut off; 0 is never.
	WriteTimeout time.Duration
	Upstream     *throttle.Upstream // that the endpoint asks itself; nil is none
}

// GroupInfo is what a report says of a group besides its figures. Groups stand
// in the order of their dense numbers.
type GroupInfo struct {
	Name, Tenant string
	UnderTest    bool
	Tasks        int       // per host
	Placed       []HostRun // of a placement; Tasks is the most of a host then
	Processes    int       // per task; 0 is 1
	Flow         string    // what it asks for, as in profiles; or empty
	Activities   []ActivityInfo
	Lives        *LivesInfo    // nil where every task lives from its start to its group's stop
	Recorded     *RecordedInfo // of a replay; nil is not known
}

// NewCase is the case with these counts. It keeps nothing of its input but
// strings.
func NewCase(in CaseInput) Case {
	c := Case{
		Name: in.Name, Title: in.Title, Kind: in.Kind, Set: map[string]string{}, SDKSetting: in.SDKSetting,
		Changes:  ChangesOf(in.Kind, in.Set, in.Groups),
		RanS:     tidy(in.Ran.Seconds()),
		Endpoint: newEndpoint(&in), Endpoints: newFurther(&in),
		Groups: []Group{},
	}
	if c.Title == "" {
		c.Title = c.Name
	}
	maps.Copy(c.Set, in.Set)
	ran := in.Duration
	if in.Ran > 0 {
		ran = min(in.Ran, in.Duration)
	}
	for i, info := range in.Groups {
		g := newGroup(info, &in.Recorder.groups[i], ran.Seconds())
		if in.Counts != nil {
			for _, n := range append([]throttle.Counts{*in.Counts}, in.Counts.Further...) {
				if i < len(n.ByGroup) {
					g.Outcomes[Dropped] += n.ByGroup[i].Dropped
				}
			}
		}
		if in.Estimate != nil {
			g.Simulated = in.Estimate.simulated(i)
		}
		if info.Recorded != nil {
			g.Recorded = newRecorded(info.Recorded, &in.Recorder.groups[i], in.Estimate, i)
		}
		c.Groups = append(c.Groups, g)
	}
	c.Series = newSeries(in, ran)
	switch {
	case in.Ran > 0:
	case in.Live:
		c.Blocks = newRound(in.Recorder, in.Groups, in.Seed)
	case in.Estimate != nil:
		c.Blocks = in.Estimate.blocks(in.Groups)
	default:
		c.Blocks = newBlocks(ByHosts, in.Recorder, in.Groups, in.Blocking, uint64(max(in.Hosts, 1)))
	}
	return c
}

// Runs is how many runs the case's counts are of.
func (c *Case) Runs() int { return max(len(c.Seeds), 1) }

// seeds is the seeds of those runs, in a report with this seed.
func (c *Case) seeds(seed uint64) []uint64 {
	if len(c.Seeds) > 0 {
		return c.Seeds
	}
	return []uint64{seed}
}

// Seconds is the time that calls came for, over all runs, in seconds. A report that
// was read may hold any number.
func (c *Case) Seconds(r *Report) float64 {
	one := r.DurationS
	if c.RanS > 0 {
		one = min(c.RanS, one)
	}
	return one * float64(c.Runs())
}

// MostLateMS is the p99 of the generator's own lateness, in milliseconds, beyond which it
// fell behind: then the figures say as much of its machine as of the profile.
const MostLateMS = 5

// LateMS is the p99 of the generator's own lateness in milliseconds, of the group for
// which it was the largest; 0 where none is known.
func (c *Case) LateMS() (ms float64) {
	for i := range c.Groups {
		if l := c.Groups[i].LatenessMS; l != nil {
			ms = max(ms, l.P99)
		}
	}
	return ms
}

// Engines report to a Recorder.
var _ strategy.Observer = (*Recorder)(nil)
