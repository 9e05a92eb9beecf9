package reports

import (
	"fmt"
	"math"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Fault is something that goes wrong at the endpoint for a while.
type Fault struct {
	Name   string   `json:"name"`   // as in the profile
	Kind   string   `json:"kind"`   // as in profiles
	FromS  float64  `json:"from_s"` // since the run began
	ForS   float64  `json:"for_s"`  // 0 is to the end; of a restart, how long connections are refused
	Share  float64  `json:"share"`  // of the requests that it can affect
	Routes []string `json:"routes"` // that it affects; empty is all that its kind can affect

	LatencyMS *Quantiles `json:"latency_ms,omitempty"` // by how much answers are later
	PendingS  float64    `json:"pending_s,omitempty"`  // of a restart: how long there are no credentials after it
	AfterS    float64    `json:"after_s,omitempty"`    // of a cut: since the request's arrival
	Status    int        `json:"status,omitempty"`     // that is answered
	ShiftS    float64    `json:"shift_s,omitempty"`    // of an expiry; negative is earlier
	Field     string     `json:"field,omitempty"`      // of the credentials that is missing
	Answers   []string   `json:"answers,omitempty"`    // that requests get one after another
	Stay      bool       `json:"stay,omitempty"`       // the last of them stays
	Count     int        `json:"count,omitempty"`      // of requests that it strikes; 0 is any number
	Skip      int        `json:"skip,omitempty"`       // requests that it leaves alone first
	Scope     string     `json:"scope,omitempty"`      // what count, skip and answers are for: task; empty is all requests together
}

func newFault(f *throttle.Fault) Fault {
	out := Fault{
		Name: f.Name, Kind: f.Kind.String(),
		FromS: tidy(f.From.Seconds()), ForS: tidy(f.For.Seconds()), Share: f.Share, Routes: []string{},
		Status: f.Status, ShiftS: tidy(f.Shift.Seconds()), Field: f.Field, Stay: f.Stay,
		Count: f.Count, Skip: f.Skip,
	}
	if f.Scope != throttle.HostScope {
		out.Scope = f.Scope.String()
	}
	for _, a := range f.Answers {
		out.Answers = append(out.Answers, a.String())
	}
	if out.Share == 0 {
		out.Share = 1
	}
	out.Routes = append(out.Routes, f.Routes.Names()...)
	if f.Kind == throttle.RestartFault {
		out.PendingS = tidy(f.After.Seconds())
	} else {
		out.AfterS = tidy(f.After.Seconds())
	}
	if f.Latency != nil {
		out.LatencyMS = &Quantiles{quantile(f.Latency, medianBits), quantile(f.Latency, p99Bits)}
	}
	return out
}

// The median and the 99th percentile as the uniform bits that draw them.
const (
	medianBits = 1 << 63
	p99Bits    = 1 << 64 / 100 * 99
)

// quantile is in milliseconds, rounded to the microsecond, which is the table's
// precision.
func quantile(t *draw.Table, at uint64) float64 {
	return math.Round(float64(t.At(at))/1e3) / 1e3
}

// Is reports whether the fault is of a kind.
func (f *Fault) Is(kind throttle.FaultKind) bool { return f.Kind == kind.String() }

// OverS is when a fault ends, its consequences included, in seconds since the run
// began. It is infinite for a fault that lasts.
func (f *Fault) OverS() float64 {
	if f.ForS == 0 {
		return math.Inf(1)
	}
	return f.FromS + f.ForS + f.PendingS
}

func (f *Fault) check() error {
	for _, t := range []struct {
		name    string
		seconds float64
	}{{"from_s", f.FromS}, {"for_s", f.ForS}, {"pending_s", f.PendingS}, {"after_s", f.AfterS}, {"shift_s", math.Abs(f.ShiftS)}} {
		if !plausible(t.seconds) {
			return fmt.Errorf("%s: %g is no time of a fault", t.name, t.seconds)
		}
	}
	if f.Share < 0 || f.Share > 1 {
		return fmt.Errorf("share: %g: want 0 to 1", f.Share)
	}
	if len(f.Answers) > mostParts {
		return fmt.Errorf("answers: %d of them: want at most %d", len(f.Answers), mostParts)
	}
	if l := f.LatencyMS; l != nil {
		if err := first(figure("latency_ms.p50", l.P50, 0, mostMS), figure("latency_ms.p99", l.P99, 0, mostMS)); err != nil {
			return err
		}
	}
	if err := first(figure("count", float64(f.Count), 0, math.MaxInt32), figure("skip", float64(f.Skip), 0, math.MaxInt32)); err != nil {
		return err
	}
	return figure("status", float64(f.Status), 0, 999)
}
