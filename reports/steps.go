package reports

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sync"
	"time"
)

// The geometry of steps: those of an HdrHistogram from 1 µs to 1 h with 2 digits. A
// step is 512 ns wide below 131 µs, and at most 0.8 % of its value above, so that 40
// blocks of a few groups take less room than one histogram with 3 digits.
const (
	stepBits  = 7
	firstStep = 1<<(unitBits+stepBits+1) - 1
)

// numSteps is how many steps there are.
var numSteps = stepOf(uint64(highest)) + 1

// stepOf is the step of a duration in nanoseconds.
func stepOf(ns uint64) int {
	group := bits.Len64(ns|firstStep) - (unitBits + stepBits + 1)
	return group<<stepBits + int(ns>>(uint(group)+unitBits))
}

// StepRange is where a step begins and where the next one does, in milliseconds.
func StepRange(step int) (from, to float64) {
	group := max(step>>stepBits-1, 0)
	at := uint64(step-group<<stepBits) << (group + unitBits)
	width := uint64(1) << (group + unitBits)
	return float64(at) / float64(time.Millisecond), float64(at+width) / float64(time.Millisecond)
}

// Step is how many durations are in a step.
type Step struct {
	Number uint16
	N      uint64
}

// steps counts durations by step. The nil steps have no room yet.
type steps []uint64

// record counts a duration; one outside the range counts at its end.
func (s *steps) record(took time.Duration) {
	if *s == nil {
		*s = make(steps, numSteps)
	}
	(*s)[stepOf(uint64(min(max(took, 0), time.Duration(highest))))]++
}

// take is what was counted, in order of steps, and begins again from zero.
func (s steps) take() []Step {
	var out []Step
	for i, n := range s {
		if n > 0 {
			out = append(out, Step{uint16(i), n})
			s[i] = 0
		}
	}
	return out
}

// stepsOf are the steps of a distribution, whose slots are parts of steps.
func stepsOf(d distribution) []Step {
	var out []Step
	for slot, n := range d {
		if n == 0 {
			continue
		}
		group := max(slot>>groupBits-1, 0)
		step := uint16(stepOf(uint64(slot-group<<groupBits) << (group + unitBits)))
		if last := len(out) - 1; last >= 0 && out[last].Number == step {
			out[last].N += n
		} else {
			out = append(out, Step{step, n})
		}
	}
	return out
}

// AddSteps is the steps of both, in order.
func AddSteps(a, b []Step) []Step {
	if len(a) == 0 {
		return b
	}
	out := make([]Step, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Number < b[0].Number:
			out, a = append(out, a[0]), a[1:]
		case a[0].Number > b[0].Number:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, Step{a[0].Number, a[0].N + b[0].N})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// packed is steps in few bytes: their number, then for each step how far it is after the
// last one and its count, all as varints. Nil has no step.
type packed []byte

// pack packs steps, which are in order.
func pack(steps []Step) packed {
	if len(steps) == 0 {
		return nil
	}
	return appendSteps(make([]byte, 0, 3*len(steps)), steps)
}

// appendSteps appends packed steps.
func appendSteps(b []byte, steps []Step) []byte {
	b = binary.AppendUvarint(b, uint64(len(steps)))
	last := uint16(0)
	for _, s := range steps {
		b = binary.AppendUvarint(b, uint64(s.Number-last))
		b = binary.AppendUvarint(b, s.N)
		last = s.Number
	}
	return b
}

// unpack is the reverse of pack.
func (p packed) unpack() []Step {
	steps, err := readSteps(bytes.NewReader(p))
	if p != nil && err != nil {
		panic("reports: unpacking: " + err.Error()) // pack made it
	}
	return steps
}

// plus is the steps of both.
func (p packed) plus(o packed) packed {
	switch {
	case p == nil:
		return o
	case o == nil:
		return p
	}
	return pack(AddSteps(p.unpack(), o.unpack()))
}

// errDamaged is why steps cannot be read.
var errDamaged = errors.New("it is damaged")

// readSteps reads packed steps.
func readSteps(in io.ByteReader) ([]Step, error) {
	length, err := binary.ReadUvarint(in)
	if err != nil || length > uint64(numSteps) {
		return nil, errDamaged
	}
	var steps []Step
	number, sum := uint64(0), uint64(0)
	for i := range length {
		after, err := binary.ReadUvarint(in)
		count, err2 := binary.ReadUvarint(in)
		if number += after; errors.Join(err, err2) != nil || i > 0 && after == 0 || after >= uint64(numSteps) || number >= uint64(numSteps) || count == 0 || count > mostCount {
			return nil, errDamaged
		}
		if sum += count; sum > mostCount {
			return nil, fmt.Errorf("it has more than %g samples", float64(mostCount))
		}
		steps = append(steps, Step{uint16(number), count})
	}
	return steps, nil
}

// StepTable is the steps of several blocks as text: for each block the number of its
// steps, then for each step how far it is after the last one and its count, all as
// varints; deflated, in base64. It is empty if no block has a step.
type StepTable string

// squeezers are writers for deflating, which are expensive to make.
var squeezers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.DefaultCompression)
	if err != nil {
		panic("reports: " + err.Error()) // the level is a good one
	}
	return w
}}

// tableOf is the table of blocks.
func tableOf(blocks [][]Step) StepTable {
	if !slices.ContainsFunc(blocks, func(b []Step) bool { return len(b) > 0 }) {
		return ""
	}
	var plain []byte
	for _, b := range blocks {
		plain = appendSteps(plain, b)
	}
	var out bytes.Buffer
	w := squeezers.Get().(*flate.Writer)
	defer squeezers.Put(w)
	w.Reset(&out)
	_, err := w.Write(plain)
	if err = errors.Join(err, w.Close()); err != nil {
		panic("reports: deflating: " + err.Error()) // writing to memory does not fail
	}
	return StepTable(base64.StdEncoding.EncodeToString(out.Bytes()))
}

// blocks are the steps of so many blocks. The error is a table that is none. The work
// is in proportion to the text: more than mostSqueezed times as much is refused.
func (t StepTable) blocks(n int) ([][]Step, error) {
	all := make([][]Step, n)
	if t == "" {
		return all, nil
	}
	raw, err := base64.StdEncoding.DecodeString(string(t))
	if err != nil {
		return nil, err
	}
	most := int64(len(raw)*mostSqueezed + 1<<12)
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(plain)) > most:
		return nil, fmt.Errorf("it unpacks to more than %d times its size", mostSqueezed)
	}
	in := bytes.NewBuffer(plain)
	for i := range all {
		if all[i], err = readSteps(in); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
	}
	if in.Len() > 0 {
		return nil, fmt.Errorf("there is more than %d blocks", n)
	}
	return all, nil
}

// mostSqueezed is how many bytes one byte of a table may unpack to.
const mostSqueezed = 128
