package trace

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestLength(t *testing.T) {
	for _, c := range []struct {
		name       string
		resolution float64
		last, want time.Duration
	}{
		{"exact, at the start", 0, 0, time.Second},
		{"exact, on a second", 0, 9 * time.Second, 10 * time.Second},
		{"exact, within a second", 0, 9500 * time.Millisecond, 10 * time.Second},
		{"exact, the last nanosecond", 0, 10*time.Second - 1, 10 * time.Second},
		{"seconds", 1, 9 * time.Second, 10 * time.Second},
		{"milliseconds", 0.001, 9999 * time.Millisecond, 10 * time.Second},
		{"minutes", 60, 120 * time.Second, 180 * time.Second},
		{"finer than a nanosecond", 1e-12, time.Second, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			tape := record(t, &Trace{Header: Header{ResolutionS: c.resolution}, Events: []Event{
				{Task: "a", Method: "GET", Path: "/"}, {T: c.last, Task: "a", Method: "GET", Path: "/"},
			}})
			if got := tape.Length(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// random is a trace with every feature of the format, some of them odd.
func random(r *rand.Rand) *Trace {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	tr := &Trace{Header: Header{Version: version, Source: pick("", "a test", `"quoted" <&> 🦆`)}}
	if r.IntN(2) == 0 {
		tr.Header.Start = time.Unix(r.Int64N(1<<32), r.Int64N(1e9)).UTC()
	}
	if r.IntN(2) == 0 {
		tr.Header.ResolutionS = r.Float64() * 10
	}
	for range r.IntN(3) {
		tr.Header.Redactions = append(tr.Header.Redactions, pick("paths cut", "tokens, 10 % of them"))
	}
	tr.Header.Service = pick("", "", "ecs", "imds", "eks-pod-identity")
	if r.IntN(2) == 0 {
		tr.Header.Placed = &Placed{Rule: pick("limit", "even"), Limit: pick("", "40,60,ip+path"), Fitted: r.IntN(2) == 0, Misfits: r.Int64N(3)}
	}
	if r.IntN(2) == 0 {
		tr.Header.Counts = &Counts{Lines: r.Int64N(1000), Unreadable: r.Int64N(2), Late: r.Int64N(2), Cut: r.Int64N(2), Attributed: r.Int64N(2), Inferred: r.Int64N(2)}
		if r.IntN(2) == 0 {
			tr.Header.Counts.Foreign = map[string]int64{"b <é>": r.Int64N(9), "a": 1}
		}
	}
	var at time.Duration
	for range 1 + r.IntN(20) {
		at += time.Duration(r.Int64N(1 << r.Int64N(40)))
		e := Event{
			T:      at,
			Task:   pick("10.0.0.1", "fe80::1%eth0", "naïve \"task\"", `back\slash`, "\u2028"),
			Method: pick("GET", "PUT", "M-SEARCH"),
			Path:   pick("/", "/v2/credentials/x?a=b&c=<d>", "/v4/%20%22", "//double", "/a;b=c:d@e"),
			Lat:    time.Duration(r.Int64N(1 << r.Int64N(40))),
			Addr:   pick("", "", "10.0.0.7", "::1"),
			Cut:    r.IntN(4) == 0, Execution: r.IntN(4) == 0, Inferred: r.IntN(4) == 0,
		}
		if r.IntN(2) == 0 {
			e.Status = 100 + r.IntN(900)
		}
		for i := range r.IntN(3) {
			if e.Headers == nil {
				e.Headers = make(map[string]string)
			}
			e.Headers[fmt.Sprintf("X-%d", i)] = pick("", "plain", "tab\there", `"q" & \ é`)
		}
		tr.Events = append(tr.Events, e)
	}
	return tr
}

// record puts a trace on a tape.
func record(t testing.TB, tr *Trace) *Tape {
	t.Helper()
	r := NewRecorder()
	for i := range tr.Events {
		if err := r.Add(&tr.Events[i]); err != nil {
			t.Fatal(err)
		}
	}
	tape, err := r.Tape(tr.Header)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tape.Close() })
	return tape
}
