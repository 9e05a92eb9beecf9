package recording

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tenement/internal/service"
)

// part is what a field of a line says about the request.
type part uint8

// The parts. Latency comes in several units.
const (
	partTime      part = iota // when the request began
	partEnd                   // when it was answered
	partRequest               // request line: method, target and protocol
	partMethod                //
	partPath                  // request target, with its query if the format knows it
	partURI                   // path, decoded, without its query
	partQuery                 // without ?
	partStatus                //
	partLatency               // with its unit
	partLatencyS              // in seconds
	partLatencyMS             //
	partLatencyUS             //
	partLatencyNS             //
	partAddr                  // address, perhaps with a port
	partForwarded             // X-Forwarded-For: the first address is the client's
	partAgent                 //
	partHost                  // of the request: whom it was for
	partAuth                  // Authorization: only that there is one
	partTask                  //
	partInstance              //
	partID                    //
	parts
)

// fields are the parts of one line; nil is not recorded. at is the offset of each in
// the line, -1 if unknown.
type fields struct {
	text [parts][]byte
	at   [parts]int
	ttl  []byte // lifetime that was asked for a session token, in s
}

// set notes a field.
func (f *fields) set(p part, text []byte, at int) { f.text[p], f.at[p] = text, at }

// filler turns fields into entries, and keeps what lines have in common.
type filler struct {
	clock clock
	kept  texts
	paths texts                        // as sent, of targets as recorded
	uris  texts                        // the same of decoded paths
	addrs texts                        // without ports, of addresses as recorded
	ttls  map[string]map[string]string // headers, by what fields.ttl was
	// queries says that targets are recorded with their queries.
	queries bool
}

// newFiller is a filler of nothing yet.
func newFiller(queries bool) *filler {
	return &filler{kept: texts{}, paths: texts{}, uris: texts{}, addrs: texts{}, ttls: map[string]map[string]string{}, queries: queries}
}

// fill puts the fields into an entry. The first mistake is its error.
func (l *filler) fill(f *fields, e *Entry) error {
	if err := l.fillRequest(f, e); err != nil {
		return err
	}
	return l.when(f, e)
}

// fillRequest is fill without the times, which the caller has read itself.
func (l *filler) fillRequest(f *fields, e *Entry) error {
	err := l.target(f, e)
	if err != nil {
		return err
	}
	if e.Status, err = status(f.text[partStatus]); err != nil {
		return f.damaged(partStatus, "status", err)
	}
	e.Addr = l.address(f.text[partForwarded], f.text[partAddr])
	e.Agent = l.agent(f.text[partAgent])
	e.Task, e.Instance, e.ID = l.name(f.text[partTask]), l.name(f.text[partInstance]), l.name(f.text[partID])
	if n, ok := number(f.ttl, 1e6); ok {
		e.Headers = l.ttl(strconv.Itoa(n))
	}
	l.whose(e, f.text[partHost], len(f.text[partAuth]) > 0)
	return nil
}

// damaged says which part is wrong.
func (f *fields) damaged(p part, name string, err error) error {
	if _, foreign := IsForeign(err); foreign {
		return err
	}
	return &Damage{Col: f.at[p] + 1, Text: name + ": " + err.Error()}
}

// when sets the times. A latency takes an end back to the beginning.
func (l *filler) when(f *fields, e *Entry) error {
	p := partTime
	if f.text[p] == nil {
		p, e.Ended = partEnd, true
	}
	if f.text[p] == nil {
		return &Damage{Text: "the line has no time"}
	}
	var err error
	if e.At, e.Step, err = l.clock.read(f.text[p]); err != nil {
		return f.damaged(p, "time", err)
	}
	for p := partLatency; p <= partLatencyNS; p++ {
		if absent(f.text[p]) {
			continue
		}
		lat, err := latency(f.text[p], units[p-partLatency])
		if err != nil {
			return f.damaged(p, "latency", err)
		}
		if e.Ended { // and a log of whole seconds stays one of whole seconds
			e.At, e.Ended = e.At.Add(-lat.Truncate(e.Step)), false
		}
		e.Lat = max(lat, least)
		break
	}
	return nil
}

// least stands for a latency that is recorded as 0, because it is below the step of
// the log; 0 would be one that is not recorded.
const least = time.Microsecond

// units are those of partLatency and the following parts; 0 is told by the text.
var units = [...]time.Duration{0, time.Second, time.Millisecond, time.Microsecond, time.Nanosecond}

// latency reads a number of units, or a duration with its unit as Go writes it. Of
// several, as nginx writes them where it asked several servers, it is the sum.
func latency(text []byte, unit time.Duration) (time.Duration, error) {
	var sum time.Duration
	for one := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == ':' }) {
		if absent(one) {
			continue
		}
		d, err := time.ParseDuration(string(one))
		if err != nil || string(one) == "0" {
			x, err := strconv.ParseFloat(string(one), 64)
			if err != nil {
				return 0, fmt.Errorf("want a number, got %s", quoted(one))
			}
			if unit == 0 && x != 0 {
				return 0, fmt.Errorf("the unit of %s is not known: say latency_s, latency_ms, latency_us or latency_ns in the layout", quoted(one))
			}
			if !(x*float64(unit) <= float64(longestLatency)) {
				return 0, fmt.Errorf("longer than a day: %s", quoted(one))
			}
			d = time.Duration(x*float64(unit) + .5)
		}
		if sum += d; d < 0 || d > longestLatency || sum > longestLatency {
			return 0, fmt.Errorf("want 0 s to a day, got %s", quoted(one))
		}
	}
	return sum, nil
}

// status reads a status code; "-", 0 and 000 are none.
func status(text []byte) (int, error) {
	if absent(text) {
		return 0, nil
	}
	n, ok := number(text, 999)
	if !ok || n != 0 && n < 100 {
		return 0, fmt.Errorf("want a number of three digits, got %s", quoted(text))
	}
	return n, nil
}

// ttl is the headers of a request for a session token, one map for equal ones.
func (l *filler) ttl(seconds string) map[string]string {
	h := l.ttls[seconds]
	if h == nil {
		h = map[string]string{service.TokenTTLHeader: seconds}
		l.ttls[seconds] = h
	}
	return h
}

// whose sets the service that a request was for. The address that it was sent to
// tells, where that is recorded; a token makes credentials a pod's; else the path
// decides.
func (l *filler) whose(e *Entry, host []byte, authorised bool) {
	e.Service = serviceOf(e.Path, e.Cut)
	to, _ := parseAddress(host)
	for _, s := range service.All() {
		if row := s.Row(); to != "" && (to == row.IPv4 || to == row.IPv6) {
			e.Service = s
			return
		}
	}
	if authorised && strings.HasPrefix(e.Path, service.CredentialsV1) {
		e.Service = service.PodIdentity
	}
}
