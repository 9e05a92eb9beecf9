package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"tenement/internal/service"
)

// Reader reads the entries of one recording, whatever it is packed and wrapped in.
type Reader struct {
	// Format is the name of the recording's format.
	Format string
	// Wrapped are what was undone around the lines, from the outside: how the file is
	// packed and encoded, then wrappers.
	Wrapped []string

	lines   source      // of a format of lines
	decode  LineDecoder // of its lines
	others  []other     // formats that stray lines may be of, made when one comes
	options Options
	records RecordDecoder
	over    bool // nothing further can be read of it
	from    *origin
	read    int64
	paths   map[string]error // of each distinct path, whether it can be sent
	method  string           // the last one that is sound
}

// NewReader finds out what a recording is and prepares to read it. format is the name
// of its format; if it is empty, the content tells. The error says what is likely
// wrong with the file; a *Damage is about its first line.
func NewReader(r io.Reader, format string, o Options) (*Reader, error) {
	var only *Format
	if format != "" {
		var err error
		if only, err = Named(format); err == nil {
			err = only.takes(o)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := laid(o.Layout); err != nil {
		return nil, err
	}
	d, err := decode(r)
	if err != nil {
		return nil, d.fault(err)
	}
	head, err := d.in.Peek(headSize) // reading on returns the error again
	if len(head) == 0 && (d.from.err != nil || err != nil && !errors.Is(err, io.EOF)) {
		return nil, d.fault(err)
	}
	if l := sample(head); only == nil && len(l) > 0 && looksLikeTrace(l[0]) {
		return nil, ErrTrace
	}
	if only == nil && o.Layout != "" {
		if name := layoutFormat(o.Layout, sample(head)); name != "" {
			only, _ = Named(name) // it is one
		}
	}
	if only != nil {
		if only, err = only.laidOut(o); err != nil {
			return nil, err
		}
	}
	is, ok := detect(head, only, maxDepth, true)
	long := 0
	if !ok && longLine(head) {
		head = bytes.Clone(head) // for what is said if the rest is not known either
		var rest []byte
		if long, rest = d.skipLong(); len(rest) > 0 {
			is, ok = detect(rest, only, maxDepth, true)
			ok = ok && is.format.Lines != nil && (len(is.wrappers) == 0 || is.wrappers[0].open == nil)
		}
	}
	if !ok {
		if err := misfit(only, o, sample(head)); err != nil {
			return nil, err
		}
		if only == nil && o.Layout != "" { // it is no mapping, or only would be set
			if _, err := parseMapping(o.Layout); err != nil {
				return nil, err
			}
		}
		return nil, unknown(head, only)
	}
	if err := is.format.takes(o); err != nil {
		return nil, err
	}
	out := &Reader{Format: is.format.Name, Wrapped: d.names, from: d.from, paths: make(map[string]error)}
	text := newPhysical(d.in, d.from)
	text.skipped = long
	var lines source = text
	for i := range is.wrappers {
		w := &is.wrappers[i]
		out.Wrapped = append(out.Wrapped, w.name)
		if i == 0 && w.open != nil {
			lines = w.open(d.in)
		} else {
			lines = w.within(lines)
		}
	}
	switch f := is.format; {
	case f.Lines != nil:
		out.lines, out.options = lines, o
		out.strays(f.Name)
		out.decode, err = f.Lines(o)
	case len(is.wrappers) == 0:
		out.records, err = f.Records(o, d.in)
	default:
		out.records, err = f.Records(o, &joined{in: lines})
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// record is Next where the recording is no list of lines. Where nothing further can be
// read, and something was, the rest is one damaged record.
func (r *Reader) record(e *Entry) (int, error) {
	if r.over {
		return 0, io.EOF
	}
	n, err := r.records(e)
	d := (*Damage)(nil)
	_, foreign := IsForeign(err)
	switch {
	case err == nil:
		err = r.check(e)
	case foreign || errors.As(err, &d):
	case r.from.err != nil:
		return n, r.from.err
	case errors.Is(err, io.EOF):
		return n, io.EOF
	case r.read > 0:
		r.over = true
		err = &Damage{Text: err.Error() + "; what was before is read"}
	default:
		return n, err
	}
	r.read++
	return n, err
}

// maxDepth is how many wrappers may be around a line, one in another.
const maxDepth = 3

// Lines is how many lines, or records, were read.
func (r *Reader) Lines() int64 { return r.read }

// Next reads the next entry and returns its line. io.EOF ends the recording; a Foreign
// or a *Damage skips one line; any other error means that nothing further can be read.
func (r *Reader) Next(e *Entry) (int, error) {
	*e = Entry{}
	if r.records != nil {
		return r.record(e)
	}
	l, err := r.lines.next()
	if err != nil {
		if r.from.err != nil {
			err = r.from.err
		}
		return l.n, err
	}
	r.read++
	switch {
	case l.err != nil:
		return l.n, l.err
	case len(l.text) == 0:
		return l.n, Foreign("empty line")
	}
	if err := r.decode(l.text, e); err != nil {
		if _, foreign := IsForeign(err); foreign {
			return l.n, err
		}
		if d := (*Damage)(nil); !errors.As(err, &d) {
			err = &Damage{Text: err.Error()}
		}
		if err = r.stray(l.text, e, err); err != nil {
			return l.n, err
		}
	}
	if e.At.IsZero() && !l.noted.IsZero() {
		e.At, e.Ended = l.noted, true
	}
	return l.n, r.check(e)
}

// other is a format of lines, and its decoder once it was needed.
type other struct {
	format Format
	decode LineDecoder
}

// strays notes the formats that are not the recording's own and can be told by a line.
func (r *Reader) strays(own string) {
	for _, f := range Formats() {
		if f.Name != own && f.Lines != nil && f.Sniff != nil {
			r.others = append(r.others, other{format: f})
		}
	}
}

// stray reads a line that the recording's own format cannot read: two logs may have
// gone to one file. If no format claims the line, the error stands.
func (r *Reader) stray(text []byte, e *Entry, err error) error {
	for i := range r.others {
		o := &r.others[i]
		if !o.format.Sniff(text) {
			continue
		}
		if o.decode == nil {
			var cannot error
			if o.decode, cannot = o.format.Lines(r.options); cannot != nil {
				continue
			}
		}
		*e = Entry{}
		found := o.decode(text, e)
		if _, foreign := IsForeign(found); found == nil || foreign {
			return found
		}
	}
	return err
}

// check completes an entry and checks that a trace can hold it.
func (r *Reader) check(e *Entry) error {
	if e.At.IsZero() {
		return &Damage{Text: "no time: neither the line nor what is around it has one"}
	}
	if y := e.At.Year(); y < 1970 || y > 2199 {
		return &Damage{Text: "time: the year " + strconv.Itoa(y) + " cannot be"}
	}
	if e.Status != 0 && (e.Status < 100 || e.Status > 999) {
		return &Damage{Text: "status: " + strconv.Itoa(e.Status) + " is not a status code"}
	}
	if e.Method != "" && e.Method != r.method {
		if len(e.Method) > 64 || !token([]byte(e.Method)) {
			return &Damage{Text: "method: " + quoted([]byte(e.Method)) + " is no HTTP method"}
		}
		r.method = e.Method
	}
	if e.Lat < 0 || e.Lat > longestLatency {
		return &Damage{Text: "latency: want 0 s to a day, got " + e.Lat.String()}
	}
	err, known := r.paths[e.Path]
	if !known {
		if err = checkPath(e.Path); err == nil || len(r.paths) < 1<<16 {
			r.paths[e.Path] = err
		}
	}
	if err != nil {
		return err
	}
	if e.Service == service.ECS {
		e.Service = serviceOf(e.Path, e.Cut)
	}
	return nil
}

// checkPath checks a request target: that it fits a request line and can be parsed.
func checkPath(s string) error {
	if s == "" || s[0] != '/' {
		return &Damage{Text: "path: " + quoted([]byte(s)) + " does not start with /"}
	}
	if len(s) > maxPath {
		return &Damage{Text: fmt.Sprintf("path: longer than %d bytes", maxPath)}
	}
	for i := range len(s) {
		if unsendable(s[i]) {
			return &Damage{Text: fmt.Sprintf("path: %s has the byte %q, which must be escaped", quoted([]byte(s)), s[i:i+1])}
		}
	}
	if _, err := url.ParseRequestURI(s); err != nil {
		if in := (*url.Error)(nil); errors.As(err, &in) {
			err = in.Err // without the path
		}
		return &Damage{Text: fmt.Sprintf("path: %s cannot be sent: %v", quoted([]byte(s)), err)}
	}
	return nil
}

// maxPath is how long a path may be, in bytes: servers read no longer request lines.
const maxPath = 64 << 10
