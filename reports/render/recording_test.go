package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tenement/internal/throttle"
	"tenement/internal/trace"
	"tenement/internal/tracestat"
)

// recorded is the statistics of some events, against a limit if one is given.
func recorded(t testing.TB, h trace.Header, limit string, events ...trace.Event) *tracestat.Stats {
	t.Helper()
	var o tracestat.Options
	if limit != "" {
		l, err := throttle.ParseLimit(limit)
		if err != nil {
			t.Fatal(err)
		}
		o.Limit = &l
	}
	s, err := tracestat.Of(h, func(yield func(*trace.Event) bool) error {
		for i := range events {
			yield(&events[i])
		}
		return nil
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// neighbours is two tasks at a bucket of 5,10: one asks 20 times a second for 2 s in
// every 10, the other once a second.
func neighbours(t testing.TB) *tracestat.Stats {
	var events []trace.Event
	add := func(at time.Duration, task, path string, refused bool) {
		e := trace.Event{T: at, Task: task, Method: "GET", Path: path, Status: 200, Lat: 900 * time.Microsecond}
		if refused {
			e.Status, e.Lat = 429, 200*time.Microsecond
		}
		events = append(events, e)
	}
	for second := range 40 {
		add(time.Duration(second)*time.Second, "arn:aws:ecs:us-west-2:111122223333:task/prod/web", "/v2/credentials/web", second%10 == 1)
		if second%10 < 2 {
			for i := range 20 {
				add(time.Duration(second)*time.Second+time.Duration(i*40+20)*time.Millisecond, "batch", "/v2/credentials/batch", second%10 == 1 && i%4 > 0)
			}
		}
	}
	h := trace.Header{Source: "a test", Start: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
	return recorded(t, h, "5,10,host", events...)
}

func recording(t testing.TB, format string, s *tracestat.Stats) string {
	t.Helper()
	var b bytes.Buffer
	if err := Recording(format, &b, "traces/neighbours.jsonl.gz", s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGoldenRecording(t *testing.T) {
	s := neighbours(t)
	golden(t, "recording.txt", []byte(recording(t, "text", s)))
	golden(t, "recording.html", []byte(recording(t, "html", s)))
	golden(t, "recording.json", []byte(recording(t, "json", s)))
}

// Whatever a recording holds, every format can be shown on a terminal of 80 columns,
// has only finite figures, and is bounded.
func TestHostileRecordings(t *testing.T) {
	ugly := "\x1b[2J\u202eevil\n" + strings.Repeat("é/", 3000)
	var many []trace.Event
	for i := range 2000 {
		many = append(many, trace.Event{T: time.Duration(i) * time.Hour, Task: fmt.Sprint(ugly, i), Path: fmt.Sprint("/", ugly, i), Status: 100 + i%900})
	}
	one := trace.Event{Task: "a", Path: "/"}
	refused := trace.Event{Task: ugly, Path: ugly, Status: 429}
	for name, s := range map[string]*tracestat.Stats{
		"none":         recorded(t, trace.Header{}, ""),
		"one":          recorded(t, trace.Header{}, "", one),
		"all at once":  recorded(t, trace.Header{}, "40,60,host", one, one, refused, refused),
		"only refused": recorded(t, trace.Header{ResolutionS: 60}, "40,60,ip+path", refused, refused),
		"imds":         recorded(t, trace.Header{Service: "imds", Source: ugly}, "", one, refused),
		"many":         recorded(t, trace.Header{ResolutionS: 1, Placed: &trace.Placed{Rule: "limit", Limit: "40,60,task"}}, "", many...),
	} {
		for _, format := range RecordingFormats() {
			text := recording(t, format, s)
			if found := noFigure.FindString(text); found != "" {
				t.Errorf("%s: got %q in %s", name, found, format)
			}
			if strings.ContainsAny(text, "\x1b\u202e") || len(text) > 3_000_000 {
				t.Errorf("%s: %s of %d bytes cannot be shown", name, format, len(text))
			}
			if format != "text" {
				continue
			}
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > screenWidth {
					t.Errorf("%s: a line of %d columns: %.200s", name, n, line)
				}
			}
		}
	}
	if err := Recording("yaml", nil, "", nil); err == nil || !strings.Contains(err.Error(), "text, json, html") {
		t.Errorf("got %v, want the known formats", err)
	}
}
