package trace

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestWrite(t *testing.T) {
	tr := &Trace{
		Header: Header{Source: "a <test>", Start: time.Date(2026, 1, 1, 13, 0, 0, 0, time.FixedZone("", 3600)), ResolutionS: 1, Redactions: []string{"a & b"}},
		Events: []Event{
			{Task: "10.0.0.1", Method: "GET", Path: "/?a=1&b=<2>"},
			{T: 1*time.Second + 1, Task: "é", Method: "PUT", Path: "/", Status: 429, Lat: 1234567, Headers: map[string]string{"B": "x", "A": `"`}},
		},
	}
	want := `{"version":2,"source":"a <test>","start":"2026-01-01T12:00:00Z","resolution_s":1,"redactions":["a & b"]}
{"t":0,"task":"10.0.0.1","method":"GET","path":"/?a=1&b=<2>"}
{"t":1.000000001,"task":"é","method":"PUT","path":"/","status":429,"lat_us":1234.567,"headers":{"A":"\"","B":"x"}}
`
	var got bytes.Buffer
	if err := tr.Write(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got.String(), want)
	}
	if tr.Header.Version != 0 {
		t.Error("Write changed the trace")
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Trace)
		want   string
	}{
		{"no events", func(tr *Trace) { tr.Events = nil }, "no events"},
		{"version", func(tr *Trace) { tr.Header.Version = 1 }, "header: version 1, want 2"},
		{"resolution", func(tr *Trace) { tr.Header.ResolutionS = -1 }, "header: resolution_s: want 0..86400 seconds"},
		{"start", func(tr *Trace) { tr.Header.Start = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
			"header: start: the year 10000 cannot be written"},
		{"source", func(tr *Trace) { tr.Header.Source = "\xff" }, `header: source: "\xff" is not UTF-8`},
		{"redactions", func(tr *Trace) { tr.Header.Redactions = []string{"a\nb"} }, `header: redactions: "a\nb" has a control character`},
		{"order", func(tr *Trace) { tr.Events[1].T = 0 }, "event 2: t: 0s is before the previous event, at 1s"},
		{"early", func(tr *Trace) { tr.Events[0].T = -1 }, "event 1: t: must not be negative"},
		{"late", func(tr *Trace) { tr.Events[1].T = longest + 1 }, "event 2: t: must be at most a year"},
		{"latency", func(tr *Trace) { tr.Events[1].Lat = -1 }, "event 2: lat_us: must not be negative"},
		{"task", func(tr *Trace) { tr.Events[0].Task = "" }, "event 1: task: must not be empty"},
		{"method", func(tr *Trace) { tr.Events[0].Method = "" }, `event 1: method: "" is not an HTTP method`},
		{"path", func(tr *Trace) { tr.Events[0].Path = "/é" }, `event 1: path: "/é" has the byte "\xc3", which must be escaped`},
		{"status", func(tr *Trace) { tr.Events[0].Status = 1000 }, "event 1: status: 1000 is not a status code, want 100..999"},
		{"header", func(tr *Trace) { tr.Events[0].Headers = map[string]string{"A": "b\r\nC: d"} },
			`event 1: headers: A: "b\r\nC: d" has a control character`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := &Trace{Events: []Event{
				{T: time.Second, Task: "a", Method: "GET", Path: "/"},
				{T: time.Second, Task: "a", Method: "GET", Path: "/"},
			}}
			c.change(tr)
			var b bytes.Buffer
			if err := tr.Write(&b); errorText(err) != "writing trace: "+c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestTracesSurviveWriting(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		rewrite(t, random(r))
	}
}

func TestWriteReportsTheWriter(t *testing.T) {
	tr := random(rand.New(rand.NewPCG(13, 14)))
	if err := tr.Write(fullDisk{}); err == nil || !strings.Contains(err.Error(), errFull.Error()) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}

var errFull = errors.New("the disk is full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
