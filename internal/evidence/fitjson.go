package evidence

import (
	"encoding/json"
	"math"
)

// MarshalJSON writes a fit for programs. What cannot be told is null.
func (f Fit) MarshalJSON() ([]byte, error) {
	type interval *[2]*float64
	v := struct {
		Answers       int64    `json:"answers"`
		Refused       int64    `json:"refused"`
		ResolutionS   float64  `json:"resolution_s"` // of the recorded times; 0 is exact
		Limit         *string  `json:"limit"`        // as --limit reads it
		Rate          *float64 `json:"rate_per_s"`
		RateInterval  interval `json:"rate_per_s_interval"`
		Burst         *int64   `json:"burst"`
		BurstInterval interval `json:"burst_interval"`
		Scopes        []string `json:"scopes"`
		Misfits       *int64   `json:"misfits"`
		Full          bool     `json:"full_at_start,omitempty"` // assumed
	}{Answers: f.Answers, Refused: f.Refused, ResolutionS: f.Step.Seconds(), Scopes: []string{}, Full: f.Full}
	if f.Told {
		line, rate := f.Limit.Line(), f.Limit.Rate.PerSecond()
		v.Limit, v.Rate, v.Burst, v.Misfits = &line, &rate, &f.Limit.Burst, &f.Misfits
		v.RateInterval, v.BurstInterval = f.Rate.rounded(), f.Burst.rounded()
		for _, s := range f.Scopes {
			v.Scopes = append(v.Scopes, s.String())
		}
	}
	return json.Marshal(v)
}

// rounded is the interval with its ends rounded outwards to four digits; an end that
// nothing bounds is nil.
func (v Interval) rounded() *[2]*float64 {
	to := func(x float64, round func(float64) float64) *float64 {
		unit := math.Pow(10, math.Floor(math.Log10(x))-3)
		y := math.Round(round(x/unit)*unit*1e6) / 1e6
		return &y
	}
	if v.open() {
		return &[2]*float64{to(v.Low, math.Floor), nil}
	}
	return &[2]*float64{to(v.Low, math.Floor), to(v.High, math.Ceil)}
}
