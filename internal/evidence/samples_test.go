package evidence_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/throttle"
	"tenement/internal/trace"
)

// traces is the folder of the whole recordings, of which testdata has parts.
var traces = flag.String("traces", "testdata", "`folder` of recordings to test with")

// long asks for the tests that take longer than tests should.
var long = flag.Bool("long", false, "run the long forms of tests")

// sample is a recording of known limit.
type sample struct {
	file   string
	limit  string
	coarse bool // its times are whole seconds
}

var samples = []sample{
	{"ecs-5-10.truth.jsonl", "5,10,ip+path", false},
	{"nginx-40-60.timed.log", "40,60,ip+path", false},
	{"ecs-40-60.audit.log", "40,60,ip+path", true},
	{"ecs-5-10.audit.log", "5,10,ip+path", true},
	{"nginx-40-60.combined.log", "40,60,ip+path", true},
	{"vegeta-40-60.audit.log", "40,60,ip+path", true},
}

// whole are samples that are there in whole only.
var whole = []sample{
	{"ecs-40-60.truth.jsonl", "40,60,ip+path", false},
	{"nginx-40-60.truth.jsonl", "40,60,ip+path", false},
	{"vegeta-40-60.truth.jsonl", "40,60,ip+path", false},
	{"goreplay-40-60.with-responses.gor", "40,60,ip+path", false},
	{"vegeta-over.results.jsonl", "40,60,ip+path", false},
	{"nginx-40-60.audit.log", "40,60,ip+path", true},
}

// known are the samples of the folder.
func known() []sample {
	if *traces == "testdata" {
		return samples
	}
	return append(slices.Clone(samples), whole...)
}

// timed is the format of the sample of that name.
const timed = `$msec $remote_addr:$remote_port $status $request_time $upstream_response_time $body_bytes_sent ` +
	`$connection:$connection_requests "$request_method" "$request_uri" "$http_user_agent"`

// read reads the sample's entries.
func (s sample) read(t testing.TB) []recording.Entry {
	t.Helper()
	path := filepath.Join(*traces, s.file)
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		f, err = os.Open(path + ".gz")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []recording.Entry
	if strings.Contains(s.file, ".truth.") {
		all = readTruth(t, f)
	} else {
		var format string
		var o recording.Options
		if strings.Contains(s.file, ".timed.") {
			format, o.Layout = "nginx", timed
		}
		r, err := recording.NewReader(f, format, o)
		if err != nil {
			t.Fatal(err)
		}
		for {
			var e recording.Entry
			_, err := r.Next(&e)
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				all = append(all, e)
			} else if _, ok := recording.IsForeign(err); !ok {
				t.Fatal(err)
			}
		}
	}
	return sorted(all)
}

func sorted(all []recording.Entry) []recording.Entry {
	slices.SortStableFunc(all, func(a, b recording.Entry) int { return a.At.Compare(b.At) })
	return all
}

// readTruth reads what a server itself noted, with exact times.
func readTruth(t testing.TB, f *os.File) (all []recording.Entry) {
	t.Helper()
	var r io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		var err error
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	for d := json.NewDecoder(r); ; {
		var l struct {
			T                            float64
			Src, Method, Path, Query, UA string
			Status                       int
			Latency                      float64 `json:"latency_us"`
		}
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		e := recording.Entry{
			At: noon.Add(time.Duration(l.T * 1e9)), Lat: time.Duration(l.Latency * 1e3),
			Method: l.Method, Path: l.Path, Status: l.Status, Agent: l.UA,
			Addr: netip.MustParseAddrPort(l.Src).Addr().String(),
		}
		if l.Query != "" {
			e.Path += "?" + l.Query
		}
		all = append(all, e)
	}
}

// noon is when made-up recordings begin.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// list is a Source of entries in memory.
func list(entries []recording.Entry) evidence.Source {
	return func(yield func(*recording.Entry) bool) error {
		for i := range entries {
			if e := entries[i]; !yield(&e) {
				return nil
			}
		}
		return nil
	}
}

// traceOf is the trace of entries; its events are in order.
func traceOf(t testing.TB, entries []recording.Entry, o evidence.Options) (trace.Header, []trace.Event) {
	t.Helper()
	var events []trace.Event
	h, err := evidence.Trace(list(entries), o, func(e *trace.Event) error {
		events = append(events, *e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(events); i++ {
		if events[i].T < events[i-1].T {
			t.Fatalf("event %d comes at %v, after one at %v", i, events[i].T, events[i-1].T)
		}
	}
	return h, events
}

// parse is a limit of a text.
func parse(t testing.TB, text string) *throttle.Limit {
	t.Helper()
	l, err := throttle.ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return &l
}
