package reports

import (
	"fmt"
	"math"
)

// faulty is how many requests of the first case the endpoint failed by itself,
// and how many connections it refused, by the run's own counts. The first is 0
// where the endpoint was not ours.
func (s *story) faulty() (failed, refusals uint64) {
	if t := s.base.Endpoint.Tally; t != nil {
		failed = t.Failed
	}
	for i := range s.base.Groups {
		refusals += s.base.Groups[i].Outcomes[refused]
	}
	return failed, refusals
}

// struckBy is what the endpoint did to requests apart from its limits, in parts
// of a sentence.
func (s *story) struckBy() []string {
	var parts []string
	failed, refusals := s.faulty()
	e := &s.base.Endpoint
	if failed > 0 {
		requests := plural(failed, "request", "requests")
		share := roughly(ratio(failed, max(e.Requests, failed)))
		switch behind := s.refusedBehind() != ""; {
		case behind && len(e.Faults) == 0 && e.WriteTimeoutS == 0: // see behind
		case behind:
			parts = append(parts, fmt.Sprintf("the endpoint failed %s (%s, with those refused behind it)", requests, share))
		case len(e.Faults) > 0 && e.WriteTimeoutS > 0:
			parts = append(parts, fmt.Sprintf("faults and the write timeout failed %s (%s)", requests, share))
		case len(e.Faults) > 0:
			parts = append(parts, fmt.Sprintf("faults failed %s (%s)", requests, share))
		case e.WriteTimeoutS > 0:
			parts = append(parts, fmt.Sprintf("the write timeout cut off %s (%s)", requests, share))
		default:
			parts = append(parts, fmt.Sprintf("the endpoint failed %s (%s)", requests, share))
		}
	}
	if refusals > 0 {
		verb := "were"
		if refusals == 1 {
			verb = "was"
		}
		parts = append(parts, fmt.Sprintf("%s %s refused", plural(refusals, "connection", "connections"), verb))
	}
	return parts
}

// struck says how often the endpoint itself failed, where somebody failed.
func (s *story) struck() string {
	parts := s.struckBy()
	if len(parts) == 0 || s.you.failures == 0 && s.you.own == 0 && s.them.failures == 0 {
		return ""
	}
	return capital(list(parts, "and")) + "."
}

// aftermathS is how long after a fault a failure still counts as one in its
// wake, in seconds: that is how long most clients keep trying.
const aftermathS = 10

// A fault is named beside failures if a good part of them falls into its time,
// and more than would by chance.
const (
	hitShare  = 0.2
	hitFactor = 1.5
)

// blow is a fault and your failures in its time.
type blow struct {
	fault    *Fault
	wakeS    float64 // that counts as its time after its end, if something failed in it
	from, to int     // buckets
	failures uint64
}

// hardest is the fault with most of your failures in its time, if that is worth
// a sentence; its wake counts unless that makes its time most of the run.
func (s *story) hardest(row []uint32) (most blow) {
	all := sum(row, 0, len(row))
	for i := range s.base.Endpoint.Faults {
		f := &s.base.Endpoint.Faults[i]
		for _, wakeS := range []float64{aftermathS, 0} {
			from, to := f.buckets(s.base.Series, wakeS)
			n, time := sum(row, from, to), ratio(uint64(to-from), uint64(len(row)))
			if wakeS > 0 && time > 0.5 {
				continue
			}
			if n > most.failures && ratio(n, all) >= max(hitShare, hitFactor*time) {
				most = blow{f, wakeS, from, to, n}
				if _, over := f.buckets(s.base.Series, 0); sum(row, over, to) == 0 {
					most.wakeS, most.to = 0, over
				}
			}
			break
		}
	}
	return most
}

// hit says how many of your failures fall into the time of a fault.
func (s *story) hit() string {
	series := s.base.Series
	if series == nil || len(series.Arrivals) == 0 {
		return ""
	}
	row := s.yourFailures()
	most, all := s.hardest(row), sum(row, 0, len(row))
	if most.fault == nil {
		return ""
	}
	kind := "failures"
	switch {
	case s.r.Engine == Live:
		kind = "live failures"
	case s.you.simulated:
		kind = "failures with " + s.r.ofRun()
	}
	what := fmt.Sprintf("%s of your %s %s", number(most.failures), number(all), kind)
	if most.failures == all {
		what = fmt.Sprintf("All %s of your %s", number(all), kind)
	}
	wake := ""
	switch {
	case most.wakeS == 0:
	case series.BucketS <= most.wakeS/2:
		wake = fmt.Sprintf(" or within %s of its end", span(most.wakeS))
	default:
		wake = " or soon after it"
	}
	from, to := spans(float64(most.from)*series.BucketS, float64(most.to)*series.BucketS)
	return fmt.Sprintf("%s fall between %s and %s: during the fault %q%s.", what, from, to, most.fault.called(), wake)
}

// yourFailures are the failed calls of your groups over time.
func (s *story) yourFailures() []uint32 {
	series := s.base.Series
	row := make([]uint32, len(series.Arrivals))
	for i := range series.Groups {
		for _, mine := range s.you.groups {
			if mine.Name == series.Groups[i].Name {
				addRow(row, series.Groups[i].Failures)
			}
		}
	}
	return row
}

// buckets are those in which a fault is on, or has been so many seconds ago at
// most: from the first to before the last.
func (f *Fault) buckets(s *Series, wakeS float64) (from, to int) {
	n := float64(len(s.Arrivals))
	from = int(min(math.Floor(f.FromS/s.BucketS*(1+1e-12)), n))
	to = int(min(math.Ceil((f.overS()+wakeS)/s.BucketS*(1-1e-12)), n))
	return from, max(from, to)
}

func sum(row []uint32, from, to int) (n uint64) {
	for _, v := range row[from:to] {
		n += uint64(v)
	}
	return n
}
