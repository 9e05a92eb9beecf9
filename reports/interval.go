package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
)

// Interval is a 95 % interval of a figure, in the figure's unit. In JSON it is an array
// of two numbers. The second is null where samples are too few to bound the figure, such
// as the p99 of 50 calls; High is then +Inf.
type Interval struct{ Low, High float64 }

// MarshalJSON implements json.Marshaler.
func (i Interval) MarshalJSON() ([]byte, error) {
	high := &i.High
	if math.IsInf(i.High, 1) {
		high = nil
	}
	return json.Marshal([2]*float64{&i.Low, high})
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *Interval) UnmarshalJSON(b []byte) error {
	ends, err := twoNumbers(b, reflect.TypeFor[Interval]())
	if err != nil || ends == nil {
		return err
	}
	if ends[0] == nil {
		return notEnds("array that begins with null", reflect.TypeFor[Interval]())
	}
	*i = Interval{*ends[0], math.Inf(1)}
	if ends[1] != nil {
		i.High = *ends[1]
	}
	return nil
}

// check checks an interval of figures from 0 to most.
func (i *Interval) check(field string, most float64) error {
	if i == nil {
		return nil
	}
	err := figure(field+"[0]", i.Low, 0, most)
	if !math.IsInf(i.High, 1) {
		err = first(err, figure(field+"[1]", i.High, 0, most))
	}
	if err == nil && !(i.Low <= i.High) {
		err = fmt.Errorf("%s: %g is above %g", field, i.Low, i.High)
	}
	return err
}
