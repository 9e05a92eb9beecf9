package recording

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"tenement/internal/quantity"
)

// mostTargets bounds the targets that are gone through more than once.
const mostTargets = 100_000

// paced gives the targets of a decoder their times.
func paced(layout string, targets RecordDecoder) (RecordDecoder, error) {
	p, err := parsePace(layout)
	if err != nil {
		return nil, err
	}
	p.targets = targets
	return p.record, nil
}

// pace is targets at a rate.
type pace struct {
	targets RecordDecoder
	hits    int64         // so many
	per     time.Duration // in so long
	length  time.Duration // of the attack; 0 is each target once
	n       int64         // hits so far
	all     []target      // of the file, where it is gone through again
	ended   bool          // the file has been read
}

// target is a request, and its line.
type target struct {
	entry Entry
	line  int
}

// record is the next hit.
func (p *pace) record(e *Entry) (int, error) {
	at, ok := p.at()
	if !ok {
		return 0, io.EOF
	}
	var line int
	if !p.ended {
		var err error
		line, err = p.targets(e)
		switch {
		case errors.Is(err, io.EOF) && len(p.all) > 0:
			p.ended = true
		case err != nil:
			return line, err
		case p.length > 0 && len(p.all) == mostTargets:
			return line, fmt.Errorf("more than %d targets cannot be gone through again: leave for= out of the layout", mostTargets)
		case p.length > 0:
			p.all = append(p.all, target{*e, line})
		}
	}
	if p.ended {
		again := &p.all[p.n%int64(len(p.all))]
		*e, line = again.entry, again.line
	}
	e.At = time.Unix(0, 0).UTC().Add(at)
	p.n++
	return line, nil
}

// at is when the next hit is; ok is false when the attack is over.
func (p *pace) at() (at time.Duration, ok bool) {
	high, low := bits.Mul64(uint64(p.n), uint64(p.per))
	if high >= uint64(p.hits) {
		return 0, false // beyond centuries
	}
	quotient, _ := bits.Div64(high, low, uint64(p.hits))
	if quotient > uint64(quantity.Longest) {
		return 0, false
	}
	at = time.Duration(quotient)
	return at, p.length == 0 || at < p.length
}

// parsePace reads a layout of targets.
func parsePace(layout string) (*pace, error) {
	if layout == "" {
		return nil, errors.New("targets have no times: say at which rate to ask for them, as in --layout rate=50/s, and perhaps how long: rate=50/s,for=10s")
	}
	var p pace
	for one := range strings.SplitSeq(layout, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		switch key {
		case "rate":
			hits, unit, ok := strings.Cut(value, "/")
			if ok && unit != "" && (unit[0] < '0' || unit[0] > '9') {
				unit = "1" + unit
			}
			if !ok {
				unit = "1s"
			}
			n, err := strconv.ParseUint(hits, 10, 32)
			per, problem := quantity.Duration(unit)
			if err != nil || n == 0 || problem != quantity.None || per <= 0 {
				return nil, fmt.Errorf("layout: rate: want one such as 50/s or 300/1m, got %q", value)
			}
			p.hits, p.per = int64(n), per
		case "for":
			d, problem := quantity.Duration(value)
			if problem != quantity.None || d <= 0 {
				return nil, fmt.Errorf("layout: for: want %s, got %q", quantity.WantDuration, value)
			}
			p.length = d
		default:
			return nil, fmt.Errorf("layout: unknown key %q; targets have rate and for", key)
		}
	}
	if p.hits == 0 {
		return nil, errors.New("layout: targets need a rate, as in rate=50/s")
	}
	return &p, nil
}
