package trace

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// long makes TestMemoryIsFlat long.
var long = flag.Bool("long", false, "read ten million events in TestMemoryIsFlat")

// A tape gives back what was put on it, from any event on, and writes what a Writer
// writes.
func TestTapesKeepEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 200 {
		tr := random(r)
		tape := record(t, tr)
		if got := inMemory(t, tape); !reflect.DeepEqual(got, tr) {
			t.Fatalf("got  %+v\nwant %+v", got, tr)
		}
		var direct, taped bytes.Buffer
		if err := errors.Join(tr.Write(&direct), tape.Write(&taped)); err != nil || direct.String() != taped.String() {
			t.Fatalf("got %s, %v\nwant %s", taped.String(), err, direct.String())
		}
		if tape.Len() != int64(len(tr.Events)) {
			t.Fatalf("got %d events, want %d", tape.Len(), len(tr.Events))
		}
		calls := make(map[string]uint32)
		for i := range tr.Events {
			var v Record
			if err := tape.From(int64(i)).Next(&v); err != nil || !reflect.DeepEqual(tape.Event(&v), tr.Events[i]) {
				t.Fatalf("event %d: got %+v, %v", i, v, err)
			}
			if name := tape.Tasks()[v.Task]; v.N != calls[name] {
				t.Fatalf("event %d: got number %d of the task %s, want %d", i, v.N, name, calls[name])
			}
			calls[tr.Events[i].Task]++
			before := 0
			for before < len(tr.Events) && tr.Events[before].T < tr.Events[i].T {
				before++
			}
			if got, err := tape.Index(tr.Events[i].T); err != nil || got != int64(before) {
				t.Fatalf("got %d events before %v, %v, want %d", got, tr.Events[i].T, err, before)
			}
		}
		if err := tape.From(tape.Len()).Next(new(Record)); !errors.Is(err, io.EOF) {
			t.Fatalf("got %v after the last event", err)
		}
	}
}

func TestTasksInOrderOfAppearance(t *testing.T) {
	tr := &Trace{}
	for _, task := range []string{"b", "a", "b", "c"} {
		tr.Events = append(tr.Events, Event{Task: task, Method: "GET", Path: "/"})
	}
	tape := record(t, tr)
	if got, want := tape.Tasks(), []string{"b", "a", "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := tape.Requests(), []Request{{Method: "GET", Path: "/"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRecorderRefuses(t *testing.T) {
	r := NewRecorder()
	if _, err := r.Tape(Header{}); errorText(err) != "recording a trace: no events" {
		t.Errorf("no events: got %v", err)
	}
	if err := r.Add(&Event{Task: "a", Method: "GET", Path: "x"}); errorText(err) != `recording a trace: event 1: path: "x" does not start with /` {
		t.Errorf("got %v", err)
	}
	if err := r.Add(&Event{Task: "a", Method: "GET", Path: "/"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Tape(Header{Service: "s3"}); err == nil || !strings.HasPrefix(err.Error(), "recording a trace: header: service: unknown service") {
		t.Errorf("got %v", err)
	}
}

// Files of version 1 have no cut: paths of credentials without an ID are.
func TestVersion1(t *testing.T) {
	const event = `{"t":0,"task":"a","method":"GET","path":"%s","status":%d}` + "\n"
	in := `{"version":1,"source":"old"}` + "\n" + fmt.Sprintf(event, "/v2/credentials", 200) + fmt.Sprintf(event, "/v1/credentials", 429) +
		fmt.Sprintf(event, "/v1/credentials", 400) + fmt.Sprintf(event, "/v1/credentials?id=a", 200) + fmt.Sprintf(event, "/v2/credentials", 429)
	tape, err := ReadTape("x", strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	var cut []bool
	for _, e := range inMemory(t, tape).Events {
		cut = append(cut, e.Cut)
	}
	if want := []bool{true, true, false, false, true}; !reflect.DeepEqual(cut, want) {
		t.Errorf("got cut %v, want %v", cut, want)
	}
	if tape.Header.Version != 2 {
		t.Errorf("got version %d", tape.Header.Version)
	}
	for _, field := range []string{`"addr":"b"`, `"cut":true`, `"execution":true`, `"inferred":true`} {
		_, err := read("x", strings.NewReader(`{"version":1}`+"\n"+`{"t":0,"task":"a","method":"GET","path":"/",`+field+"}\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "x:2:45: unknown field") {
			t.Errorf("%s: got %v", field, err)
		}
	}
	for _, field := range []string{`"service":"ecs"`, `"placed":{"rule":"even"}`, `"counts":{"lines":1}`} {
		_, err := read("x", strings.NewReader(`{"version":1,`+field+"}\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "x:1:14: unknown field") {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestSummary(t *testing.T) {
	at := func(s float64, task, path string, status int, lat time.Duration) Event {
		return Event{T: time.Duration(s * float64(time.Second)), Task: task, Method: "GET", Path: path, Status: status, Lat: lat, Inferred: status == 0}
	}
	tape := record(t, &Trace{Events: []Event{
		at(0, "a", "/v2/credentials", 200, 0),
		at(1, "a", "/v2/credentials/x", 200, time.Millisecond),
		at(2, "b", "/v4/x/task/stats", 429, 3*time.Millisecond),
		at(2.5, "b", "/v1/credentials?id=x", 0, 0),
		at(3, "a", "/v4/x/task", 200, time.Second),
	}})
	s, err := tape.Summary(time.Second, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if s.All.Events != 3 || s.All.Inferred != 1 || !reflect.DeepEqual(s.All.Status, map[int]int64{0: 1, 200: 1, 429: 1}) || s.All.Latency.Count != 2 {
		t.Errorf("all: got %+v", s.All)
	}
	if s.Tasks[0].Events != 1 || s.Tasks[1].Events != 2 {
		t.Errorf("tasks: got %+v", s.Tasks)
	}
	if len(s.Routes) != 2 || s.Routes[service.CredentialsRoute].Events != 2 || s.Routes[service.StatsRoute].Events != 1 {
		t.Errorf("routes: got %+v", s.Routes)
	}
	if tape.Route(0) != service.CredentialsRoute {
		t.Error("a path that was cut is not of credentials")
	}
}

// A quantile is within 2 % of the true one.
func TestLatency(t *testing.T) {
	var l Latency
	if l.Quantile(0.5) != 0 {
		t.Error("a quantile of nothing")
	}
	for i := 1000; i > 0; i-- {
		l.Add(time.Duration(i) * 17 * time.Microsecond)
	}
	l.Add(longest)
	l.Add(1)
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99} {
		want := 17_000_000 * q
		if got := float64(l.Quantile(q)); got < want*0.98 || got > want*1.02 {
			t.Errorf("%v: got %v, want about %v", q, time.Duration(got), time.Duration(want))
		}
	}
	if l.Quantile(0) != 1 || l.Quantile(1) < longest*98/100 {
		t.Errorf("got %v to %v", l.Quantile(0), l.Quantile(1))
	}
	for b := range 1700 {
		if middle(b) > 0 && bucket(middle(b)) != b {
			t.Fatalf("the middle of bucket %d is in %d", b, bucket(middle(b)))
		}
	}
}

// events is the text of a trace of n events of a hundred tasks, made as it is read.
func events(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		out, err := NewWriter(w, Header{Source: "a test"})
		for i := 0; i < n && err == nil; i++ {
			e := Event{
				T: time.Duration(i) * 100 * time.Microsecond, Task: "task-" + string(rune('a'+i%23)), Method: "GET", Status: 200,
				Path: "/v4/0123456789abcdef-" + string(rune('a'+i%7)) + "/task", Lat: time.Duration(i%1000) * time.Microsecond,
			}
			err = out.Write(&e)
		}
		w.CloseWithError(errors.Join(err, out.Flush()))
	}()
	return r
}

// TestMemoryIsFlat reads traces of different lengths: the memory that a tape holds is
// the same.
func TestMemoryIsFlat(t *testing.T) {
	n := 300_000
	if *long {
		n = 10_000_000
	}
	tape, err := ReadTape("x", events(n))
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var with, without runtime.MemStats
	runtime.ReadMemStats(&with)
	if tape.Len() != int64(n) {
		t.Errorf("got %d events", tape.Len())
	}
	if err := tape.Close(); err != nil {
		t.Error(err)
	}
	runtime.GC() // the tape is used no more
	runtime.ReadMemStats(&without)
	if held := int64(with.HeapAlloc) - int64(without.HeapAlloc); held > 1<<20 {
		t.Errorf("a tape of %d events holds %d bytes, want less than a MiB", n, held)
	}
}

// The distinct texts of a trace are bounded.
func TestDistinctTextsAreBounded(t *testing.T) {
	var in strings.Builder
	in.WriteString(header)
	for i := range 20 {
		fmt.Fprintf(&in, `{"t":1,"task":"task-%d","method":"GET","path":"/"}`+"\n", i)
	}
	small := streamed
	small.distinct = 1000
	_, err := readWithin("x", strings.NewReader(in.String()), small)
	if want := "x:13:15: task: too many distinct tasks, paths and headers for memory"; errorText(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func BenchmarkTape(b *testing.B) {
	text, err := io.ReadAll(events(100_000))
	if err != nil {
		b.Fatal(err)
	}
	tape, err := ReadTape("x", bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	defer tape.Close()
	lines := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "lines/s")
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			in, err := NewReader("x", bytes.NewReader(text))
			if err != nil {
				b.Fatal(err)
			}
			var e Event
			for err == nil {
				err = in.Next(&e)
			}
			if !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
		}
		lines(b)
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			tape, err := ReadTape("x", bytes.NewReader(text))
			if err != nil {
				b.Fatal(err)
			}
			_ = tape.Close()
		}
		lines(b)
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if err := tape.Write(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
		lines(b)
	})
	b.Run("play", func(b *testing.B) {
		for b.Loop() {
			var r Record
			for c := tape.From(0); c.Next(&r) == nil; {
			}
		}
		lines(b)
	})
}
