package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// harFormat is an HTTP Archive, version 1.1 or 1.2: one JSON document that browsers
// and proxies export. It is read entry by entry; bodies are dropped. A request was
// sent when it had been blocked, its name looked up and a connection made; what
// followed is its latency. It does not say from which address it came.
//
// Source: HAR 1.2 (softwareishard.com/blog/har-12-spec), entries and timings.
var harFormat = Format{
	Name: "har",
	Doc:  "HTTP Archive (HAR), as browsers export it",
	Sniff: func(head []byte) bool {
		head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")
		for _, next := range [...]string{"{", `"log"`, ":"} {
			var found bool
			if head, found = bytes.CutPrefix(head, []byte(next)); !found {
				return false
			}
			head = bytes.TrimLeft(head, " \t\r\n")
		}
		return !bytes.HasPrefix(head, []byte(`"`)) // a log collector's line has a text there
	},
	Records: func(_ Options, r io.Reader) (RecordDecoder, error) {
		counted := &trimmed{in: r}
		h := harDecoder{in: counted, json: json.NewDecoder(counted), filler: newFiller(true)}
		return h.record, nil
	},
}

// harDecoder reads one archive.
type harDecoder struct {
	in     *trimmed
	json   *json.Decoder
	begun  bool
	ended  bool // nothing further can be read
	filler *filler
}

// harEntry is what is read of an entry. Times are in ms, -1 is none.
type harEntry struct {
	Started string   `json:"startedDateTime"`
	Time    *float64 `json:"time"`
	Request struct {
		Method  string    `json:"method"`
		URL     string    `json:"url"`
		Headers []harPair `json:"headers"`
	} `json:"request"`
	Response struct {
		Status int `json:"status"`
	} `json:"response"`
	Server  string `json:"serverIPAddress"`
	Timings *struct {
		Blocked, DNS, Connect float64
		Send, Wait, Receive   float64
	} `json:"timings"`
}

// harPair is a header.
type harPair struct{ Name, Value string }

// record reads the next entry.
func (h *harDecoder) record(e *Entry) (int, error) {
	if h.ended {
		return h.line(), io.EOF
	}
	if !h.begun {
		if err := h.begin(); err != nil {
			return h.line(), h.broken(err)
		}
		h.begun = true
	}
	h.in.left = longestEntry
	if !h.json.More() {
		if _, err := h.json.Token(); err != nil {
			return h.line(), h.broken(err)
		}
		return h.line(), io.EOF // what follows the entries says nothing of requests
	}
	line := h.line()
	var he harEntry
	if err := h.json.Decode(&he); err != nil {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			return line, &Damage{Text: fmt.Sprintf("entry: %s cannot be %s", wrong.Field, wrong.Value)}
		}
		return line, h.broken(err)
	}
	return line, h.entry(&he, e)
}

// begin reads up to the entries.
func (h *harDecoder) begin() error {
	h.in.left = longestEntry
	for _, name := range [...]string{"log", "entries"} {
		if t, err := h.json.Token(); err != nil {
			return err
		} else if t != json.Delim('{') {
			return fmt.Errorf("want an object with %q", name)
		}
		for {
			if !h.json.More() {
				return fmt.Errorf("no %q: is it an HTTP Archive?", name)
			}
			t, err := h.json.Token()
			if err != nil {
				return err
			}
			if t == name {
				break
			}
			var skipped skip
			if err := h.json.Decode(&skipped); err != nil {
				return err
			}
		}
	}
	if t, err := h.json.Token(); err != nil {
		return err
	} else if t != json.Delim('[') {
		return errors.New("log.entries: want a list")
	}
	return nil
}

// skip is a JSON value of which nothing is kept.
type skip struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*skip) UnmarshalJSON([]byte) error { return nil }

// broken is the error of a document that cannot be read on: damage, if there were
// entries before.
func (h *harDecoder) broken(err error) error {
	text := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		text = "the file is cut short: the JSON document does not end"
	}
	if h.begun {
		h.ended = true
		return &Damage{Text: text + "; what was before is read"}
	}
	return fmt.Errorf("line %d: %s", h.line(), text)
}

// line is the line up to which the document has been read.
func (h *harDecoder) line() int {
	ahead := 0
	if b, ok := h.json.Buffered().(*bytes.Reader); ok {
		text := make([]byte, b.Len())
		if _, err := io.ReadFull(b, text); err == nil {
			ahead = bytes.Count(text, []byte{'\n'})
		}
	}
	return 1 + h.in.lines - ahead
}

// entry turns an entry of the archive into one of ours.
func (h *harDecoder) entry(he *harEntry, e *Entry) error {
	var f fields
	f.set(partTime, []byte(he.Started), -1)
	f.set(partMethod, []byte(he.Request.Method), -1)
	f.set(partPath, []byte(he.Request.URL), -1)
	if he.Response.Status > 0 { // 0 is none; some write -1
		f.set(partStatus, fmt.Appendf(nil, "%d", he.Response.Status), -1)
	}
	for _, header := range he.Request.Headers {
		noteHeader(&f, header.Name, []byte(header.Value))
	}
	if he.Server != "" {
		f.set(partHost, []byte(he.Server), -1)
	}
	if err := h.filler.fill(&f, e); err != nil {
		return err
	}
	var before, after float64
	switch t := he.Timings; {
	case t != nil && t.Wait >= 0:
		before = max(t.Blocked, 0) + max(t.DNS, 0) + max(t.Connect, 0)
		after = max(t.Send, 0) + t.Wait + max(t.Receive, 0)
	case he.Time != nil:
		after = max(*he.Time, 0)
	}
	const most = float64(longestLatency / time.Millisecond)
	if !(before <= most && after <= most) {
		return &Damage{Text: "timings: longer than a day"}
	}
	e.At = e.At.Add(time.Duration(before * float64(time.Millisecond)))
	if e.Lat = time.Duration(after * float64(time.Millisecond)); e.Lat == 0 && he.Response.Status > 0 && (he.Timings != nil || he.Time != nil) {
		e.Lat = least
	}
	return nil
}
