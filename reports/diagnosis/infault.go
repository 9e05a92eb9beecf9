package diagnosis

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/stat"
	"tenement/internal/throttle"
	"tenement/internal/words"
	"tenement/reports"
)

// FailuresInFault is the time of a fault with most of your failures in it. Faults that
// follow each other without a pause are one time: a network that fails for one cause and
// then for another is several faults, and one outage.
type FailuresInFault struct {
	Faults     []*reports.Fault // one after another
	Endpoints  []string         // that have them, further ones by name; "" is the host's own
	Failures   uint64           // in their time
	All        uint64           // your failures that the run counted
	FromS, ToS float64
	// AfterS is how many seconds after their end count as their time; 0 if nothing
	// failed then.
	AfterS float64
	Coarse bool // the series is too coarse to tell AfterS
}

// afterFaultS is how many seconds after a fault a failure still counts as caused by
// it: most clients keep trying for that long.
const afterFaultS = 10

// chanceFactor is how many times more failures than by chance must fall into the
// time of a fault.
const chanceFactor = 1.5

func (d *Diagnosis) findFailuresInFault() {
	series := d.Base.Series
	if series == nil || len(series.Arrivals) == 0 {
		return
	}
	row := d.yourFailures()
	failed := false // the endpoint of InFault has failed a request
	for _, of := range d.faultsOfEndpoints() {
		fails := of.tally != nil && of.tally.Failed > 0
		for _, o := range outages(of.faults, row, series) {
			in := failuresIn(of.faults, o, row, series)
			if in == nil {
				continue
			}
			in.Endpoints = []string{of.name}
			best := d.InFault
			switch {
			case best == nil || in.Failures > best.Failures:
			case in.Failures < best.Failures || failed && !fails:
				continue
			case fails && !failed: // of endpoints with such a fault, the one that was asked
			case in.FromS == best.FromS && in.ToS == best.ToS && slices.Equal(in.names(), best.names()):
				if !slices.Contains(best.Endpoints, of.name) {
					best.Endpoints = append(best.Endpoints, of.name)
				}
				continue
			case len(in.Faults) <= len(best.Faults):
				continue
			}
			d.InFault, failed = in, fails
		}
	}
}

// faultRange is from a fault of a list, included, to before another one.
type faultRange struct{ first, over int }

// follows reports whether a fault begins as the one before it ends.
func follows(faults []reports.Fault, i int) bool {
	return i > 0 && i < len(faults) && faults[i].FromS == faults[i-1].OverS()
}

// outages are each fault by itself, and all that follow each other without a pause, with
// failures in the time of each.
func outages(faults []reports.Fault, row []uint32, series *reports.Series) (all []faultRange) {
	first := 0 // of those without a pause
	for i := range faults {
		all = append(all, faultRange{i, i + 1})
		if !follows(faults, i) || !hit(&faults[i], row, series) || !hit(&faults[i-1], row, series) {
			first = i
		}
		if i > first && (!follows(faults, i+1) || !hit(&faults[i+1], row, series)) {
			all = append(all, faultRange{first, i + 1})
		}
	}
	return all
}

// hit reports whether failures fall into the time of a fault.
func hit(f *reports.Fault, row []uint32, series *reports.Series) bool {
	from, to := faultBuckets(f, series, 0)
	return sum(row[from:to]) > 0
}

// failuresIn are those in the time of faults that follow each other; nil if they are no good
// part of all.
func failuresIn(faults []reports.Fault, of faultRange, row []uint32, series *reports.Series) *FailuresInFault {
	in := FailuresInFault{All: sum(row)}
	for i := of.first; i < of.over; i++ {
		in.Faults = append(in.Faults, &faults[i])
	}
	last := &faults[of.over-1]
	from, _ := faultBuckets(&faults[of.first], series, 0)
	_, over := faultBuckets(last, series, 0)
	_, to := faultBuckets(last, series, afterFaultS)
	if part := stat.Ratio(uint64(to-from), uint64(len(row))); part > 0.5 || follows(faults, of.over) {
		to = over // with the time after it, it would be most of the run, or the next fault's
	}
	n, part := sum(row[from:to]), stat.Ratio(uint64(to-from), uint64(len(row)))
	if n == 0 || stat.Ratio(n, in.All) < max(hitShare, chanceFactor*part) {
		return nil
	}
	in.Failures, in.AfterS = n, float64(afterFaultS)
	if to == over || sum(row[over:to]) == 0 {
		in.AfterS, to = 0, over
	}
	in.Coarse = series.BucketS > in.AfterS/2
	in.FromS, in.ToS = float64(from)*series.BucketS, float64(to)*series.BucketS
	return &in
}

// names are those of the faults.
func (f *FailuresInFault) names() (all []string) {
	for _, fault := range f.Faults {
		all = append(all, FaultName(fault))
	}
	return all
}

// faulty are the faults of the host's own endpoint, or of a further one.
type faulty struct {
	name   string // "" is the host's own
	faults []reports.Fault
	tally  *throttle.Tally
}

// faultsOfEndpoints are those of all endpoints of the base.
func (d *Diagnosis) faultsOfEndpoints() []faulty {
	all := []faulty{{"", d.Base.Endpoint.Faults, d.Base.Endpoint.Tally}}
	for i := range d.Base.Endpoints {
		f := &d.Base.Endpoints[i]
		all = append(all, faulty{f.Name, f.Faults, f.Tally})
	}
	return all
}

// yourFailures are the failed calls of your groups over time.
func (d *Diagnosis) yourFailures() []uint32 {
	series := d.Base.Series
	row := make([]uint32, len(series.Arrivals))
	for i := range series.Groups {
		for _, mine := range d.You.Groups {
			if mine.Name == series.Groups[i].Name {
				for j, n := range series.Groups[i].Failures {
					row[j] += n
				}
			}
		}
	}
	return row
}

// faultBuckets are those in which a fault is on, or has been so many seconds ago
// at most: from the first to before the last.
func faultBuckets(f *reports.Fault, s *reports.Series, afterS float64) (from, to int) {
	n := float64(len(s.Arrivals))
	from = int(min(math.Floor(f.FromS/s.BucketS*(1+1e-12)), n))
	to = int(min(math.Ceil((f.OverS()+afterS)/s.BucketS*(1-1e-12)), n))
	return from, max(from, to)
}

func sum(row []uint32) (n uint64) {
	for _, v := range row {
		n += uint64(v)
	}
	return n
}

// sayFailuresInFault says how many of your failures fall into the time of a
// fault.
func (d *Diagnosis) sayFailuresInFault() string {
	in := d.InFault
	if in == nil {
		return ""
	}
	kind := "failures"
	switch {
	case d.Report.Engine == reports.Live:
		kind = "live failures"
	case d.You.Simulated:
		kind = "failures with " + d.RunName()
	}
	subject, fall := fmt.Sprintf("%s of your %s %s", words.Number(in.Failures), words.Number(in.All), kind), "fall"
	switch {
	case in.All == 1:
		subject, fall = "Your one "+strings.Replace(kind, "failures", "failure", 1), "falls"
	case in.Failures == in.All:
		subject = fmt.Sprintf("All %s of your %s", words.Number(in.All), kind)
	case in.Failures == 1:
		fall = "falls"
	}
	after := ""
	switch {
	case in.AfterS == 0:
	case in.Coarse:
		after = " or soon after it"
	default:
		after = fmt.Sprintf(" or within %s after it", words.Span(in.AfterS))
	}
	from, to := words.Spans(in.FromS, in.ToS)
	var names []string
	for _, name := range in.names() {
		names = append(names, strconv.Quote(name))
	}
	during := "during the fault " + names[0]
	if len(names) > 1 {
		during = "during the faults " + words.List(words.Some(names), "and")
	}
	if !slices.Contains(in.Endpoints, "") {
		during += " of " + words.List(words.Some(in.Endpoints), "and")
	}
	return fmt.Sprintf("%s %s between %s and %s, %s%s.", subject, fall, from, to, during, after)
}
