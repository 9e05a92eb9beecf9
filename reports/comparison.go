package reports

// ComparisonVersion is the version of the field names of a Comparison. Adding a
// field keeps it; readers ignore fields they do not know.
const ComparisonVersion = 1

// Result is how a figure of one run compares with the same figure of another.
type Result string

// The results, the gravest first. Only a regression fails a comparison, and if
// asked for an inconclusive figure too.
const (
	Regression   Result = "regression"   // worse by more than the threshold, beyond doubt
	Inconclusive Result = "inconclusive" // neither is shown
	Improvement  Result = "improvement"  // better by more than the threshold, beyond doubt
	Equivalent   Result = "equivalent"   // apart by less than the threshold, beyond doubt
	// Identical is the result of a whole comparison of simulated runs in which every
	// count is the same. A figure of it is equivalent.
	Identical Result = "identical"
)

// Comparison is two runs beside each other, case by case and figure by figure:
// what `compare -f json` writes, and what a report with a baseline holds.
type Comparison struct {
	Version int    `json:"version"` // of these field names: 1
	Result  Result `json:"result"`  // the gravest of all figures
	Model   int    `json:"model"`   // of both runs
	Base    Side   `json:"base"`    // the run that was before
	Current Side   `json:"current"` // the run that is judged
	Design  Design `json:"design"`  // how the runs were made
	// Differences are the keys of the two profiles that differ. Null means that they
	// are not known: a report of an older version keeps no profile.
	Differences []Difference     `json:"differences"`
	Cases       []CaseComparison `json:"cases"` // that both sides have
	// BaseOnly and CurrentOnly are cases without a counterpart; they are not compared.
	BaseOnly    []string `json:"base_only,omitempty"`
	CurrentOnly []string `json:"current_only,omitempty"` // cases of the current run without a counterpart
}

// Side is one of the runs.
type Side struct {
	Name     string `json:"name"`               // a file, or a profile, as the user named it
	Profile  string `json:"profile"`            // its name
	Digest   string `json:"digest"`             // of the profile
	Identity string `json:"identity,omitempty"` // of the profile, apart from the seed
	Version  string `json:"version"`            // of the program that ran it
	Seed     uint64 `json:"seed"`               // the first
	// Replicates is how many blocks of seeds, hosts or rounds the intervals stand on.
	Replicates int `json:"replicates"`
}

// Design is how the runs were made, and what the intervals stand on.
type Design struct {
	Engine string `json:"engine"` // Live or Sim
	// Of is what a replicate is: a block of BySeeds or ByHosts, or one of ByRounds.
	// It is empty if a side has no replicates.
	Of     string  `json:"of,omitempty"`
	Seeds  uint64  `json:"seeds,omitempty"` // simulated in all, a side
	Paired bool    `json:"paired"`          // the replicates of both sides have the same arrivals, one by one
	Level  float64 `json:"level"`           // of the intervals: 0.99
	// Repeated is how many live rounds were disturbed and run again.
	Repeated int `json:"repeated,omitempty"`
	// Interleaved is whether live rounds of both sides took turns, so that a slow
	// change of the machine hits both.
	Interleaved bool `json:"interleaved,omitempty"`
}

// Difference is a key of a profile that has another value on each side. A value is
// JSON in one line; "" is a key that one side does not have.
type Difference struct {
	Path    string `json:"path"`    // of the key
	Base    string `json:"base"`    // JSON; empty if the base lacks the key
	Current string `json:"current"` // JSON; empty if the current profile lacks the key
}

// CaseComparison is a case of the base beside its counterpart.
type CaseComparison struct {
	Base    string             `json:"base"`    // the names of the cases
	Current string             `json:"current"` // the same of the current run
	Title   string             `json:"title"`   // of the current one
	Result  Result             `json:"result"`  // the gravest of its figures
	Figures []FigureComparison `json:"figures"` // what was compared
}

// The scales of a shift.
const (
	Odds   = "odds_ratio" // of a share: the odds of the current run over those of the base
	Ratio  = "ratio"      // current over base
	Points = "points"     // of a share: current minus base, as a fraction
)

// The targets of a figure that are not the name of a group.
const (
	TargetUnderTest  = "under_test" // all groups under test together; without one, all groups
	TargetNeighbours = "neighbours" // all groups of other tenants together
)

// FigureComparison is a figure of a case on both sides.
type FigureComparison struct {
	Metric  string   `json:"metric"`  // a metric of package gate
	Target  string   `json:"target"`  // TargetUnderTest, TargetNeighbours, or the name of a group
	Base    *float64 `json:"base"`    // in the metric's unit; null without a sample
	Current *float64 `json:"current"` // the same of the current run

	Scale string `json:"scale"` // of Shift and Interval: Odds, Ratio or Points
	// Shift is how far apart the sides are. No difference is 1 of a ratio and 0 of points. It is
	// the median of the differences between rounds (Hodges and Lehmann), or of simulated
	// runs the difference of the figures themselves, so it need not equal what Base and
	// Current show to the last digit.
	Shift    *float64 `json:"shift"`
	Interval *Ends    `json:"interval"` // of Shift, at the level of the design, not adjusted; null with too few replicates
	// PointsInterval is, on the scale Odds, the interval of current minus base as a
	// fraction.
	PointsInterval *Ends `json:"points_interval,omitempty"`

	P     *float64 `json:"p"`      // that such a difference comes by chance, two-sided
	PHolm *float64 `json:"p_holm"` // the same, adjusted for all figures of the case (Holm)

	Threshold Threshold `json:"threshold"`           // beyond which a change counts
	Result    Result    `json:"result"`              // what follows
	Identical bool      `json:"identical,omitempty"` // simulated: every count behind it is the same
	// Reason is why the result is inconclusive: NoFigure, NoBlocks, TooFew or TooWide.
	Reason string `json:"reason,omitempty"`
	// Needed is how many replicates a side could give a result, if that is why it is
	// inconclusive and a number can be told.
	Needed int `json:"needed,omitempty"`
}

// Why a result is inconclusive.
const (
	NoFigure = "no_figure" // a side has no sample
	NoBlocks = "no_blocks" // a side keeps no replicates: an older report, or an interrupted run
	TooFew   = "too_few"   // no result is possible with so few replicates
	TooWide  = "too_wide"  // the interval reaches across a threshold
)

// Threshold is the least change that counts.
type Threshold struct {
	// Ratio is relative: 0.1 is a ratio, or odds, beyond 1.1. 0 is no such bound.
	Ratio float64 `json:"ratio,omitempty"`
	// Points is absolute, of a share, as a fraction: 0.001 is 0.1 percentage points. With
	// Ratio both must be exceeded.
	Points float64 `json:"points,omitempty"`
}

// Counts is how many figures of all cases have a result.
func (c *Comparison) Counts() map[Result]int {
	n := map[Result]int{}
	for i := range c.Cases {
		for j := range c.Cases[i].Figures {
			n[c.Cases[i].Figures[j].Result]++
		}
	}
	return n
}

// Grave is the graver of two results.
func (r Result) Grave(o Result) Result {
	for _, one := range []Result{Regression, Inconclusive, Improvement, Equivalent} {
		if r == one || o == one {
			return one
		}
	}
	return Identical
}
