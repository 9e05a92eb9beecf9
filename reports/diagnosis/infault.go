package diagnosis

import (
	"fmt"
	"math"

	"tenement/internal/stat"
	"tenement/internal/words"
	"tenement/reports"
)

// FailuresInFault is the fault with most of your failures in its time.
type FailuresInFault struct {
	Fault      *reports.Fault
	Endpoint   string // of a further endpoint; "" is the host's own
	Failures   uint64 // in its time
	All        uint64 // your failures that the run counted
	FromS, ToS float64
	// AfterS is how many seconds after its end count as its time; 0 if nothing
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
	all := sum(row)
	for _, of := range d.faults() {
		f := of.fault
		from, over := faultBuckets(f, series, 0)
		_, to := faultBuckets(f, series, afterFaultS)
		if part := stat.Ratio(uint64(to-from), uint64(len(row))); part > 0.5 {
			to = over // with the time after it, it would be most of the run
		}
		n, part := sum(row[from:to]), stat.Ratio(uint64(to-from), uint64(len(row)))
		if n == 0 || d.InFault != nil && n <= d.InFault.Failures || stat.Ratio(n, all) < max(hitShare, chanceFactor*part) {
			continue
		}
		after := float64(afterFaultS)
		if to == over || sum(row[over:to]) == 0 {
			after, to = 0, over
		}
		d.InFault = &FailuresInFault{
			Fault: f, Endpoint: of.endpoint, Failures: n, All: all, AfterS: after, Coarse: series.BucketS > after/2,
			FromS: float64(from) * series.BucketS, ToS: float64(to) * series.BucketS,
		}
	}
}

// placedFault is a fault of the host's own endpoint, or of a further one.
type placedFault struct {
	fault    *reports.Fault
	endpoint string
}

// faults are those of all endpoints of the base.
func (d *Diagnosis) faults() (all []placedFault) {
	for i := range d.Base.Endpoint.Faults {
		all = append(all, placedFault{&d.Base.Endpoint.Faults[i], ""})
	}
	for i := range d.Base.Endpoints {
		for j := range d.Base.Endpoints[i].Faults {
			all = append(all, placedFault{&d.Base.Endpoints[i].Faults[j], d.Base.Endpoints[i].Name})
		}
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
	subject := fmt.Sprintf("%s of your %s %s", words.Number(in.Failures), words.Number(in.All), kind)
	if in.Failures == in.All {
		subject = fmt.Sprintf("All %s of your %s", words.Number(in.All), kind)
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
	of := ""
	if in.Endpoint != "" {
		of = " of " + in.Endpoint
	}
	return fmt.Sprintf("%s fall between %s and %s, during the fault %q%s%s.", subject, from, to, FaultName(in.Fault), of, after)
}
