package reports

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Ends are the two ends of an interval, the lower one first.
type Ends [2]float64

// UnmarshalJSON implements json.Unmarshaler. Unlike that of an array it takes no more and no
// fewer numbers than two.
func (e *Ends) UnmarshalJSON(b []byte) error {
	ends, err := twoNumbers(b, reflect.TypeFor[Ends]())
	if err != nil || ends == nil {
		return err
	}
	if ends[0] == nil || ends[1] == nil {
		return notEnds("array with null", reflect.TypeFor[Ends]())
	}
	*e = Ends{*ends[0], *ends[1]}
	return nil
}

// twoNumbers are two numbers of which each may be null; nil is null. of is the type that wants
// them.
func twoNumbers(b []byte, of reflect.Type) ([]*float64, error) {
	var ends []*float64
	if err := json.Unmarshal(b, &ends); err != nil {
		return nil, notEnds("value", of)
	}
	if ends != nil && len(ends) != 2 {
		return nil, notEnds(fmt.Sprintf("array of %d", len(ends)), of)
	}
	return ends, nil
}

// notEnds is an error of the JSON decoder, which adds the path of the field. It does not know
// the place in the file.
func notEnds(got string, of reflect.Type) error {
	return &json.UnmarshalTypeError{Value: got, Type: of, Offset: noOffset}
}
