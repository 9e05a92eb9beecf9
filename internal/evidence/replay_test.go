package evidence_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"tenement/internal/draw"
	"tenement/internal/evidence"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/trace"
)

// tally counts requests.
type tally struct{ requests, recorded, replayed, differ int }

// replay plays events on the buckets of a limit, as a server would: all that have an
// answer, and of those the ones for credentials.
func replay(l throttle.Limit, events []trace.Event) (all, credentials tally) {
	e := throttle.New(throttle.Config{Limits: []throttle.Limit{l}})
	name := func(s string) uint64 { return uint64(draw.Key(0).Name(s)) }
	for i := range events {
		v := &events[i]
		if v.Status == 0 {
			continue
		}
		addr := v.Addr
		if addr == "" {
			addr = v.Task
		}
		path, _, _ := strings.Cut(v.Path, "?")
		if path == service.CutCredentials {
			path += fmt.Sprint(v.Task, v.Execution)
		}
		var got throttle.Verdict
		e.Decide(v.T, &throttle.Request{Source: name(addr), Path: name(path), Task: name(v.Task), Slot: -1, Group: -1}, &got)
		all.add(v.Status == 429, !got.Kind.Served())
		if strings.Contains(v.Path, "/credentials") {
			credentials.add(v.Status == 429, !got.Kind.Served())
		}
	}
	return all, credentials
}

func (c *tally) add(recorded, replayed bool) {
	c.requests++
	if recorded {
		c.recorded++
	}
	if replayed {
		c.replayed++
	}
	if recorded != replayed {
		c.differ++
	}
}

// A replay of a sample refuses, of the requests for credentials, the share that was
// recorded, within a point; and the header says how many answers differ.
func TestReplayRefusesWhatWasRecorded(t *testing.T) {
	for _, s := range known() {
		t.Run(s.file, func(t *testing.T) {
			began := time.Now()
			l := parse(t, s.limit)
			h, events := traceOf(t, s.read(t), evidence.Options{Limit: l})
			all, c := replay(*l, events)
			if off := 100 * float64(c.replayed-c.recorded) / float64(max(1, c.requests)); math.Abs(off) > 1 {
				t.Errorf("of %d requests for credentials: recorded %d refused, replayed %d: %+.1f points", c.requests, c.recorded, c.replayed, off)
			}
			misfits := int64(0)
			if h.Placed != nil {
				misfits = h.Placed.Misfits
			}
			if h.Counts.Inferred == 0 && h.Placed != nil && misfits != int64(all.differ) {
				t.Errorf("header: %d answers do not fit; replayed, %d differ", misfits, all.differ)
			}
			if s.coarse && misfits > int64(len(events)/200) {
				t.Errorf("%d of %d answers do not fit", misfits, len(events))
			}
			t.Logf("credentials %+v, all %+v, misfits %d, inferred %d, %v", c, all, misfits, h.Counts.Inferred, time.Since(began).Round(time.Millisecond))
		})
	}
}

// What was recorded is kept: every request once, those of a bucket in their order, within
// the second in which they came; and a second import gives the same.
func TestPlacingKeepsOrderAndSteps(t *testing.T) {
	entries := sample{file: "ecs-40-60.audit.log"}.read(t)
	o := evidence.Options{Limit: parse(t, "40,60,ip+path")}
	_, events := traceOf(t, entries, o)
	if len(events) != len(entries) {
		t.Fatalf("got %d events of %d entries", len(events), len(entries))
	}
	type bucket struct{ addr, task string }
	type answer struct {
		step   time.Duration
		status int
	}
	recorded, placed := make(map[bucket][]answer), make(map[bucket][]answer)
	_, even := traceOf(t, entries, evidence.Options{Limit: o.Limit, SpreadEvenly: true})
	for _, e := range even { // in the recorded order
		b := bucket{e.Addr, e.Task}
		recorded[b] = append(recorded[b], answer{e.T.Truncate(time.Second), e.Status})
	}
	for _, e := range events {
		b := bucket{e.Addr, e.Task}
		placed[b] = append(placed[b], answer{e.T.Truncate(time.Second), e.Status})
	}
	for b, want := range recorded {
		if got := placed[b]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: answers in another order or second", b)
		}
	}
	_, again := traceOf(t, entries, o)
	for i := range events {
		if events[i].T != again[i].T || events[i].Task != again[i].Task {
			t.Fatalf("event %d: got %v of %s, then %v of %s", i, events[i].T, events[i].Task, again[i].T, again[i].Task)
		}
	}
}

// Refusals of one second mean a burst, spread evenly they would mean nothing.
func TestBurstWithinASecond(t *testing.T) {
	entries := credentialsAt(0, 60, 40)
	l := parse(t, "40,60,ip+path")
	h, events := traceOf(t, entries, evidence.Options{Limit: l})
	if _, c := replay(*l, events); c.replayed != 40 || c.differ != 0 || h.Placed.Misfits != 0 {
		t.Errorf("got %+v, misfits %d, want 40 refused and no misfit", c, h.Placed.Misfits)
	}
	if took := events[99].T - events[0].T; took > time.Second/40 {
		t.Errorf("the burst took %v: the bucket has another token after 25ms", took)
	}
	h, events = traceOf(t, entries, evidence.Options{Limit: l, SpreadEvenly: true})
	if _, c := replay(*l, events); c.replayed > 5 || h.Placed.Rule != "even" {
		t.Errorf("spread evenly: got %+v, rule %s", c, h.Placed.Rule)
	}
}

// A burst that goes on in the next second comes at the end of its own: the bucket is
// still empty.
func TestBurstAcrossSeconds(t *testing.T) {
	entries := append(credentialsAt(0, 60, 20), credentialsAt(1, 0, 30)...)
	l := parse(t, "40,60,ip+path")
	h, events := traceOf(t, entries, evidence.Options{Limit: l})
	if _, c := replay(*l, events); c.differ != 0 || h.Placed.Misfits != 0 {
		t.Errorf("got %+v, misfits %d, want none", c, h.Placed.Misfits)
	}
	if first, last := events[0].T, events[len(events)-1].T; last-first > time.Second/40 {
		t.Errorf("from %v to %v: longer than a token takes", first, last)
	}
}

// A second of many requests takes no longer than as many seconds of one.
func TestLargeSteps(t *testing.T) {
	entries := credentialsAt(0, 20_000, 20_000)
	began := time.Now()
	h, _ := traceOf(t, entries, evidence.Options{Limit: parse(t, "40,20000,ip+path")})
	if took := time.Since(began); took > 5*time.Second || h.Placed.Misfits != 0 {
		t.Errorf("took %v, misfits %d", took, h.Placed.Misfits)
	}
}
