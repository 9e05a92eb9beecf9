package recording

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"tenement/internal/words"
)

// The results of an attack of vegeta, in each of its three encodings. A timestamp is
// when a request was sent; a code of 0 is a request without an answer. They do not say
// which headers a request had; where the ECS agent answered, its answer says from
// which address it came.
//
// Source: tsenart/vegeta v12 lib/results.go.
var (
	vegetaJSON = Format{
		Name:  "vegeta-json",
		Doc:   "results of vegeta, encoded as JSON",
		Sniff: sniffVegetaJSON,
		Lines: func(Options) (LineDecoder, error) {
			l := newFiller(true)
			return func(line []byte, e *Entry) error {
				if len(line) > 0 && line[0] == '{' && line[len(line)-1] != '}' {
					return damaged(len(line), "the line is cut short: the JSON object does not end")
				}
				var r vegetaResult
				if err := json.Unmarshal(line, &r); err != nil {
					return damaged(0, "no result of vegeta: %v", err)
				}
				return r.fill(l, e)
			}, nil
		},
	}

	vegetaCSV = Format{
		Name:  "vegeta-csv",
		Doc:   "results of vegeta, encoded as CSV",
		Sniff: sniffVegetaCSV,
		Records: func(_ Options, r io.Reader) (RecordDecoder, error) {
			l, rows := newFiller(true), newRows(r)
			rows.sep = ','
			return func(e *Entry) (int, error) {
				cells, line, err := rows.next()
				if err != nil {
					return line, err
				}
				var r vegetaResult
				if err := r.fromCSV(cells); err != nil {
					return line, err
				}
				return line, r.fill(l, e)
			}, nil
		},
	}

	vegetaGob = Format{
		Name: "vegeta-gob",
		Doc:  "results of vegeta, as vegeta attack writes them",
		Sniff: func(head []byte) bool {
			head = head[:min(len(head), 400)]
			return bytes.Contains(head, []byte("\x06Result\x01")) && bytes.Contains(head, []byte("\x09Timestamp\x01")) && bytes.Contains(head, []byte("\x07Latency\x01"))
		},
		Records: func(_ Options, r io.Reader) (RecordDecoder, error) {
			f := &gobFrames{in: bufio.NewReader(r)}
			g := vegetaGobDecoder{gob: gob.NewDecoder(f), filler: newFiller(true)}
			return g.record, nil
		},
	}
)

// vegetaResult is what is read of a result. The names of the fields are those of
// vegeta, which gob goes by.
type vegetaResult struct {
	Code      uint16
	Timestamp time.Time
	Latency   time.Duration
	Method    string
	URL       string
	Headers   http.Header
}

// fill puts a result into an entry.
func (r *vegetaResult) fill(l *filler, e *Entry) error {
	switch {
	case r.URL == "":
		return &Damage{Text: "the result does not say what was asked for: it is of a vegeta before 12.8, or cut short"}
	case r.Timestamp.Year() < 1971 || r.Timestamp.Year() > 2261:
		return &Damage{Text: "timestamp: want one of 1971 to 2261"}
	case r.Latency < 0 || r.Latency > longestLatency:
		return &Damage{Text: fmt.Sprintf("latency: want 0 s to a day, got %v", r.Latency)}
	}
	var f fields
	f.set(partMethod, []byte(r.Method), -1)
	f.set(partPath, []byte(r.URL), -1)
	f.set(partStatus, strconv.AppendUint(nil, uint64(r.Code), 10), -1)
	if source := r.Headers[sourceHeader]; len(source) > 0 {
		f.set(partAddr, []byte(source[0]), -1)
	}
	e.At, e.Lat = r.Timestamp.UTC(), r.Latency
	return l.fillRequest(&f, e)
}

// sniffVegetaJSON recognises a line by how it begins, for bodies make lines long.
func sniffVegetaJSON(head []byte) bool {
	line := firstLine(head)
	return bytes.HasPrefix(line, []byte(`{"attack":`)) && bytes.Contains(line, []byte(`"seq":`)) && bytes.Contains(line, []byte(`"latency":`))
}

// sniffVegetaCSV recognises the five numbers at the start of a row.
func sniffVegetaCSV(head []byte) bool {
	line := firstLine(head)
	cells := bytes.SplitN(line, []byte{','}, 7)
	if len(cells) < 7 || len(cells[0]) != 19 {
		return false
	}
	for _, cell := range cells[:5] {
		if _, err := strconv.ParseUint(string(cell), 10, 64); err != nil {
			return false
		}
	}
	return true
}

// fromCSV reads a row: timestamp, code, latency, bytes out and in, error, body,
// attack, number, method, URL and headers.
func (r *vegetaResult) fromCSV(cells [][]byte) error {
	if len(cells) < 11 {
		return &Damage{Text: fmt.Sprintf("the line is cut short: it has %s, want 12", words.Plural(uint64(len(cells)), "column", "columns"))}
	}
	at, err := strconv.ParseInt(string(cells[0]), 10, 64)
	if err != nil {
		return &Damage{Text: "timestamp: want ns since 1970, got " + quoted(cells[0])}
	}
	code, err := strconv.ParseUint(string(cells[1]), 10, 16)
	if err != nil {
		return &Damage{Text: "code: want a number, got " + quoted(cells[1])}
	}
	latency, err := strconv.ParseInt(string(cells[2]), 10, 64)
	if err != nil {
		return &Damage{Text: "latency: want ns, got " + quoted(cells[2])}
	}
	*r = vegetaResult{
		Code: uint16(code), Timestamp: time.Unix(0, at), Latency: time.Duration(latency),
		Method: string(cells[9]), URL: string(cells[10]),
	}
	if len(cells) < 12 {
		return nil
	}
	headers, _ := base64.StdEncoding.AppendDecode(nil, cells[11]) // cut short, they are what is there
	for name, value := range headersOf(headers) {
		if string(name) == sourceHeader {
			r.Headers = http.Header{sourceHeader: {string(value)}}
		}
	}
	return nil
}
