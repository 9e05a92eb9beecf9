package recording

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// jsonDocument are JSON documents whose lists hold lines: what `aws logs
// get-log-events` and `filter-log-events` print (`events`), with or without a --query
// for the messages; results of CloudWatch Logs Insights from the CLI (`results`) and
// from the console, a list of objects; what a subscription delivers (`logEvents`);
// and `journalctl -o json-pretty`. Several documents may follow one another.
//
// Sources: CloudWatch Logs API Reference, GetLogEvents, FilterLogEvents and
// GetQueryResults; User Guide, SubscriptionFilters.
var jsonDocument = wrapper{
	name: "a JSON document of log events",
	claims: func(head []byte) bool {
		i := blanks(head, 0)
		if i == len(head) || head[i] != '{' && head[i] != '[' {
			return false
		}
		for _, key := range [...]string{`"events"`, `"results"`, `"logEvents"`, `"@message"`, `"message"`, `"MESSAGE"`} {
			if bytes.Contains(head, []byte(key)) {
				return true
			}
		}
		i = blanks(head, i+1)
		return head[0] == '[' && i < len(head) && head[i] == '"'
	},
	open: func(in *bufio.Reader) source {
		d := &jsonSource{at: &newlines{in: in}}
		d.dec = json.NewDecoder(d.at)
		return d
	},
}

// jsonSource finds lines in JSON documents.
type jsonSource struct {
	dec    *json.Decoder
	at     *newlines
	inside bool // a list of events
	ended  bool
}

// eventLists are the members whose lists hold events.
var eventLists = map[string]bool{"events": true, "results": true, "logEvents": true}

// next implements source.
func (d *jsonSource) next() (line, error) {
	for !d.ended {
		if d.inside {
			if d.dec.More() {
				return d.event()
			}
			d.inside = false
		}
		token, err := d.dec.Token()
		if err != nil {
			return d.broken(err)
		}
		switch token := token.(type) {
		case json.Delim:
			d.inside = token == '['
			if token == '{' && d.dec.More() {
				continue
			}
		case string:
			switch {
			case eventLists[token]: // its list follows
			case token == "MESSAGE" || token == "message": // of an object that is an event itself
				return d.event()
			default:
				var skipped json.RawMessage
				if err := d.dec.Decode(&skipped); err != nil {
					return d.broken(err)
				}
			}
		}
		d.at.passed(d.dec.InputOffset())
	}
	return line{}, io.EOF
}

// broken is the end of a document that cannot be read on.
func (d *jsonSource) broken(err error) (line, error) {
	d.ended = true
	if errors.Is(err, io.EOF) {
		return line{}, io.EOF
	}
	n := d.at.passed(d.dec.InputOffset())
	text := "JSON: " + err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		text = "the JSON document is cut short"
	}
	return line{n: n, err: &Damage{Text: text + "; what was before is read"}}, nil
}

// event reads the next value of a list.
func (d *jsonSource) event() (line, error) {
	var raw json.RawMessage
	if err := d.dec.Decode(&raw); err != nil {
		return d.broken(err)
	}
	n := d.at.passed(d.dec.InputOffset())
	if s, ok := text(raw); ok {
		return line{text: bytes.TrimRight(s, "\r\n"), n: n}, nil
	}
	var all []member
	var err error
	if len(raw) > 0 && raw[0] == '[' {
		all, err = fieldList(raw)
	} else {
		all, err = members(raw, nil)
	}
	if err != nil {
		return line{n: n, err: err}, nil //nolint:nilerr // the line carries it
	}
	s, ok := jsonMessage(all)
	if !ok {
		// The console shows a message that is JSON as JSON.
		if s = valueOf(all, "@message"); s == nil {
			return line{n: n, err: Foreign("log events without a message")}, nil
		}
	}
	return line{text: bytes.TrimRight(s, "\r\n"), n: n, noted: jsonTime(all)}, nil
}

// fieldList is a row of Insights: a list of objects of a field and its value.
func fieldList(raw []byte) ([]member, error) {
	var fields []struct{ Field, Value string }
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, &Damage{Text: "want a list of fields and values: " + err.Error()}
	}
	all := make([]member, len(fields))
	for i, f := range fields {
		value, _ := json.Marshal(f.Value) // of a string: no error
		all[i] = member{[]byte(f.Field), value}
	}
	return all, nil
}

// newlines counts the lines of a text as they are passed, and bounds how far ahead of
// that it is read.
type newlines struct {
	in     *bufio.Reader
	read   int64
	ends   []int64 // offsets of line feeds that were read and not passed
	n      int     // line feeds passed
	offset int64   // passed so far
}

// Read implements io.Reader.
func (l *newlines) Read(b []byte) (int, error) {
	if l.read-l.offset > 4*maxLine {
		return 0, fmt.Errorf("an event is longer than %d bytes", 4*maxLine)
	}
	n, err := l.in.Read(b)
	for i := range n {
		if b[i] == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// passed says that the text was used up to an offset, and returns the number of the
// line there.
func (l *newlines) passed(offset int64) int {
	l.offset = offset
	i := 0
	for i < len(l.ends) && l.ends[i] < offset {
		i++
	}
	l.n += i
	l.ends = l.ends[i:]
	return l.n + 1
}

// journalExport is the journal as `journalctl -o export` writes it: a field a line, an
// empty line between entries; a field that is not text has its length first.
// Source: systemd, Journal Export Formats.
var journalExport = wrapper{
	name:   "an export of the journal",
	claims: func(head []byte) bool { return bytes.HasPrefix(head, []byte("__CURSOR=")) },
	open:   func(in *bufio.Reader) source { return &journalSource{lines: newPhysical(in, nil)} },
}

// journalSource finds the messages of an export.
type journalSource struct {
	lines *physical
	noted time.Time
}

// next implements source.
func (j *journalSource) next() (line, error) {
	for {
		l, err := j.lines.next()
		if err != nil || l.err != nil {
			return l, err
		}
		key, value, is := bytes.Cut(l.text, []byte("="))
		switch {
		case len(l.text) == 0:
			j.noted = time.Time{}
		case is && string(key) == "__REALTIME_TIMESTAMP":
			if us, err := strconv.ParseInt(string(value), 10, 64); err == nil {
				j.noted = time.UnixMicro(us)
			}
		case is && string(key) == "MESSAGE":
			return line{text: value, n: l.n, noted: j.noted}, nil
		case is:
		default:
			message := string(key) == "MESSAGE"
			text, err := j.binary()
			if err != nil {
				return line{n: l.n, err: &Damage{Text: "the export is cut short, or a field's length is wrong"}}, nil //nolint:nilerr // likewise
			}
			if message {
				return line{text: text, n: l.n, noted: j.noted}, nil
			}
		}
	}
}

// binary reads a value that has its length first.
func (j *journalSource) binary() ([]byte, error) {
	var size [8]byte
	if _, err := io.ReadFull(j.lines.in, size[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(size[:])
	if n > maxLine {
		return nil, errors.New("too long")
	}
	value := make([]byte, n)
	if _, err := io.ReadFull(j.lines.in, value); err != nil {
		return nil, err
	}
	_, err := j.lines.in.ReadByte() // the line feed after it
	j.lines.n += bytes.Count(value, []byte("\n"))
	return value, err
}
