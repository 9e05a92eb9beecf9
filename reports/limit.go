package reports

import (
	"encoding/json"
	"fmt"
	"math"

	"tenement/internal/throttle"
)

// Limit is a limiter of one kind, with one state for each key of its scope.
// Fields that its kind does not have are null or left out.
type Limit struct {
	Name     string  `json:"name,omitempty"`     // none if it is the only one
	Kind     string  `json:"kind"`               // as in profiles; packets are the tokens of a token-bucket
	RatePerS float64 `json:"rate_per_s"`         // tokens a second, or requests of a leaky-bucket; null if there is no such rate
	Burst    int64   `json:"burst"`              // tokens of a full bucket, or requests that may wait; null if it has neither
	Count    int64   `json:"count,omitempty"`    // requests in a window, or at once
	WindowS  float64 `json:"window_s,omitempty"` // length of the window
	Cost     int64   `json:"cost,omitempty"`     // tokens that a request takes, if more than one: packets
	// RefusalCost is how many tokens a refused request takes, never more than are
	// left.
	RefusalCost int64  `json:"refusal_cost,omitempty"`
	Scope       string `json:"scope"`     // what has a state of its own, as in profiles: host, ip, task…
	OnExceed    string `json:"on_exceed"` // a status, "drop" or "delay"
}

// newLimit is a limit as reports show it; exceed is the endpoint's.
func newLimit(l throttle.Limit, exceed throttle.OnExceed) Limit {
	if l.OnExceed != nil {
		exceed = *l.OnExceed
	}
	out := Limit{
		Name: l.Name, Kind: l.Kind.String(), RefusalCost: l.RefusalCost,
		Scope: l.Scope.String(), OnExceed: exceed.String(),
	}
	if out.paced() {
		out.RatePerS, out.Burst = tidy(l.Rate.PerSecond()), l.Burst
	} else {
		out.Count, out.WindowS = l.Count, tidy(l.Window.Seconds())
	}
	if l.Cost > 1 {
		out.Cost = l.Cost
	}
	return out
}

// MarshalJSON implements json.Marshaler: a kind without a rate has null there.
func (l Limit) MarshalJSON() ([]byte, error) {
	type fields Limit
	out := struct {
		Name     string   `json:"name,omitempty"`
		Kind     string   `json:"kind"`
		RatePerS *float64 `json:"rate_per_s"`
		Burst    *int64   `json:"burst"`
		fields
	}{Name: l.Name, Kind: l.Kind, fields: fields(l)}
	if l.paced() {
		out.RatePerS, out.Burst = &l.RatePerS, &l.Burst
	}
	return json.Marshal(out)
}

// Is reports whether the limit is of a kind.
func (l *Limit) Is(kind throttle.LimitKind) bool { return l.Kind == kind.String() }

// paced reports whether it is of a kind that has a rate. A kind that this
// program does not know has none.
func (l *Limit) paced() bool {
	kind, known := throttle.LimitKindNamed(l.Kind)
	return known && kind.Paced()
}

// windowed reports whether it counts requests in windows.
func (l *Limit) windowed() bool {
	kind, known := throttle.LimitKindNamed(l.Kind)
	return known && kind.Windowed()
}

// RequestCost is how many tokens a request takes.
func (l *Limit) RequestCost() float64 { return float64(max(l.Cost, 1)) }

// Capacity is how many requests a second one key may make in the long run, or 0
// if that depends on how long requests take.
func (l *Limit) Capacity() float64 {
	switch {
	case l.paced():
		return l.RatePerS / l.RequestCost()
	case l.windowed() && l.WindowS > 0:
		return float64(l.Count) / l.WindowS
	}
	return 0
}

// Room is how many requests it admits at once, at most.
func (l *Limit) Room() float64 {
	switch {
	case l.Is(throttle.LeakyBucket):
		return float64(l.Burst) + 1 // who waits, and who goes at once
	case l.paced():
		return math.Floor(float64(l.Burst) / l.RequestCost())
	}
	return float64(l.Count)
}

// The bounds of what a report may say of a limit.
const (
	leastRate = 1e-9
	mostRate  = 1e12
	mostCount = 1e15 // still exact as a float64
)

// check refuses values that no figure can be computed with. A kind that this
// program does not know passes: its name is shown.
func (l *Limit) check() error {
	switch {
	case l.paced() && (l.RatePerS < leastRate || l.RatePerS > mostRate):
		return fmt.Errorf("rate_per_s: %g is no rate", l.RatePerS)
	case !(l.RatePerS >= 0 && l.RatePerS <= mostRate):
		return fmt.Errorf("rate_per_s: %g is no rate", l.RatePerS)
	case l.Burst < 0 || l.Burst > mostCount:
		return fmt.Errorf("burst: %d is no burst", l.Burst)
	case l.Count < 0 || l.Count > mostCount:
		return fmt.Errorf("count: %d is no count", l.Count)
	case l.Cost < 0 || l.Cost > mostCount || l.RefusalCost < 0 || l.RefusalCost > mostCount:
		return fmt.Errorf("cost: %d, and %d of a refusal, are no costs", l.Cost, l.RefusalCost)
	case !plausible(l.WindowS) || l.windowed() && l.WindowS == 0:
		return fmt.Errorf("window_s: %g is no window", l.WindowS)
	}
	return nil
}
