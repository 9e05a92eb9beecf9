package evidence_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/trace"
)

// tally counts requests for credentials.
type tally struct{ requests, recorded, replayed, differ int }

// replay plays events on buckets of a limit, as a server would.
func replay(l throttle.Limit, events []trace.Event) (credentials, all tally) {
	l.OnExceed = nil
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{l}})
	name := func(s string) uint64 { return uint64(draw.Key(0).Name(s)) }
	for i := range events {
		v := &events[i]
		addr := v.Addr
		if addr == "" {
			addr = v.Task
		}
		path, _, _ := strings.Cut(v.Path, "?")
		if path == service.CutCredentials {
			path += fmt.Sprint(v.Task, v.Execution)
		}
		r := throttle.Request{Source: name(addr), Path: name(path), Task: name(v.Task), Slot: -1, Group: -1}
		if v.Status == 0 {
			continue
		}
		var got throttle.Verdict
		e.Decide(v.T, &r, &got)
		counts := []*tally{&all}
		if strings.Contains(v.Path, "/credentials") {
			counts = append(counts, &credentials)
		}
		for _, c := range counts {
			c.requests++
			if v.Status == 429 {
				c.recorded++
			}
			if !got.Kind.Served() {
				c.replayed++
			}
			if got.Kind.Served() == (v.Status == 429) {
				c.differ++
			}
		}
	}
	return credentials, all
}

// traceOf is the trace of entries.
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

func limit(rate, burst float64) *throttle.Limit {
	return &throttle.Limit{Rate: throttle.Rate{Tokens: int64(rate), Seconds: 1}, Burst: int64(burst), Scope: throttle.IPPathScope}
}

func TestReplayWholeSamples(t *testing.T) {
	if *traces == "" {
		t.Skip("without -traces")
	}
	for _, s := range samples {
		entries := readSample(t, *traces, s.name, s.read)
		for _, even := range []bool{false, true} {
			began := time.Now()
			l := limit(s.rate, s.burst)
			h, events := traceOf(t, entries, evidence.Options{Limit: l, SpreadEvenly: even})
			took := time.Since(began)
			c, all := replay(*l, events)
			fmt.Printf("%-26s cred %+v all %+v placed %+v counts %+v %v\n", s.name, c, all, h.Placed, *h.Counts, took)
			if !even {
				fmt.Println(strings.Join(h.Redactions, "\n"))
			}
		}
	}
}
