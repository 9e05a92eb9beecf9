package reports

import (
	"bytes"
	"encoding/json"
	"strconv"

	"tenement/internal/strategy"
)

// Results counts calls by how they ended, indexed by strategy.Result. In JSON
// it is an object of names in that order.
type Results [strategy.NumResults]uint64

// MarshalJSON implements json.Marshaler. Stopped and Withheld are there only if there are
// any, so that reports of runs in which no task stops and no policy refuses are as they
// always were.
func (r Results) MarshalJSON() ([]byte, error) {
	n := len(r)
	for n > int(strategy.Stopped) && r[n-1] == 0 {
		n--
	}
	return marshalCounts(r[:n], resultName)
}

// UnmarshalJSON implements json.Unmarshaler. Unknown names are ignored.
func (r *Results) UnmarshalJSON(b []byte) error {
	return unmarshalCounts(b, r[:], resultName)
}

func resultName(i int) string  { return strategy.Result(i).String() }
func servedName(i int) string  { return strategy.Served(i).String() }
func outcomeName(i int) string { return outcomeNames[i] }

// OutcomeNames are the names of the outcomes, in the order of Outcomes.
func OutcomeNames() []string { return outcomeNames[:] }

// Total is how many calls were counted.
func (r Results) Total() uint64 { return total(r[:]) }

// Failures is how many calls failed.
func (r Results) Failures() (n uint64) {
	for i, v := range r {
		if strategy.Result(i).Failed() {
			n += v
		}
	}
	return n
}

// Served counts calls by where their answer came from, indexed by
// strategy.Served.
type Served [strategy.NumServed]uint64

// MarshalJSON implements json.Marshaler.
func (s Served) MarshalJSON() ([]byte, error) {
	return marshalCounts(s[:], servedName)
}

// UnmarshalJSON implements json.Unmarshaler. Unknown names are ignored.
func (s *Served) UnmarshalJSON(b []byte) error {
	return unmarshalCounts(b, s[:], servedName)
}

// Outcomes counts attempts by how they ended, as the client sees it. Dropped is
// the exception: the endpoint counts it, and the client counts the same attempt
// as a timeout. So the attempts are the sum of all others.
type Outcomes [numOutcomes]uint64

// The outcomes of an attempt: indices of Outcomes. Only those that other packages
// read are exported.
const (
	Admitted = iota
	Throttled
	Dropped
	rejected
	timeout
	Refused
	reset
	truncated
	malformed
	errored
	unfinished
	numOutcomes
)

var outcomeNames = [numOutcomes]string{
	"admitted", "throttled", "dropped", "rejected", "timeout", "refused",
	"reset", "truncated", "malformed", "error", "unfinished",
}

// became is how an attempt ended: an index of Outcomes. It is inlined, because most are
// good, and most others refused with a 429.
func became(o *strategy.Outcome) uint8 {
	switch {
	case o.Good():
		return Admitted
	case o.Status == 429 && o.Err == strategy.NoFailure:
		return Throttled
	}
	return becameBad(o)
}

// becameBad is how an attempt ended that is not good.
func becameBad(o *strategy.Outcome) uint8 {
	if o.Status == 0 && o.Err == strategy.NoFailure {
		return unfinished
	}
	return outcomeOf[o.Result()]
}

// outcomeOf is the outcome of an attempt that would end a call with a result.
var outcomeOf = [strategy.NumResults]uint8{
	strategy.OK: Admitted, strategy.Throttled: Throttled, strategy.Rejected: rejected,
	strategy.Timeout: timeout, strategy.Refused: Refused, strategy.Reset: reset,
	strategy.Truncated: truncated, strategy.Malformed: malformed, strategy.Error: errored, strategy.Unfinished: unfinished,
}

// MarshalJSON implements json.Marshaler.
func (o Outcomes) MarshalJSON() ([]byte, error) {
	return marshalCounts(o[:], outcomeName)
}

// UnmarshalJSON implements json.Unmarshaler. Unknown names are ignored.
func (o *Outcomes) UnmarshalJSON(b []byte) error {
	return unmarshalCounts(b, o[:], outcomeName)
}

// attempts is how many attempts the outcomes are of.
func (o Outcomes) attempts() uint64 { return total(o[:]) - o[Dropped] }

func total(counts []uint64) (n uint64) {
	for _, v := range counts {
		n += v
	}
	return n
}

func add(to, from []uint64) {
	for i, v := range from {
		to[i] += v
	}
}

// marshalCounts writes an object of names in order of their index. The names
// are identifiers and need no escaping.
func marshalCounts(counts []uint64, name func(int) string) ([]byte, error) {
	b := []byte{'{'}
	for i, n := range counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, name(i))
		b = append(b, ':')
		b = strconv.AppendUint(b, n, 10)
	}
	return append(b, '}'), nil
}

func unmarshalCounts(b []byte, counts []uint64, name func(int) string) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	for i := range counts {
		counts[i] = 0
		if v, ok := m[name(i)]; ok {
			if err := json.Unmarshal(v, &counts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
