package evidence_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/evidence"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/trace"
)

const arn = "arn:aws:ecs:us-west-2:111122223333:task/default/"

// credentialsAt is requests of one task that came in one second, as an audit log has
// them: admitted ones, then refused ones.
func credentialsAt(second, admitted, refused int) []recording.Entry {
	var all []recording.Entry
	for i := range admitted + refused {
		e := recording.Entry{
			At: noon.Add(time.Duration(second) * time.Second), Step: time.Second, Ended: true,
			Path: service.CutCredentials, Cut: true, Status: 429, Addr: "10.0.0.1", Agent: "a",
		}
		if i < admitted {
			e.Status, e.Task = 200, arn+"one"
		}
		all = append(all, e)
	}
	return all
}

// line is an entry in short: second, status, address, user agent, task, path. A task is
// - if it is not recorded; an x after it is the execution role.
func line(t *testing.T, text string) recording.Entry {
	t.Helper()
	var second, status int
	var addr, agent, task, path string
	if _, err := fmt.Sscan(text, &second, &status, &addr, &agent, &task, &path); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	e := recording.Entry{
		At: noon.Add(time.Duration(second) * time.Second), Step: time.Second, Ended: true, Status: status,
		Agent: agent, Path: path, Cut: path == service.CutCredentials || path == service.CredentialsV1,
	}
	if addr != "-" {
		e.Addr = addr
	}
	if task != "-" {
		task, e.Execution = strings.CutSuffix(task, "x")
		e.Task = arn + task
	}
	return e
}

// Who asked follows from all that lines say.
func TestWhoIsWho(t *testing.T) {
	tests := []struct {
		name       string
		by         evidence.By
		lines      []string
		want       []string // the tasks, x after them is the execution role
		attributed int64
	}{
		{"three tasks of one address", "", []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 go B /v2/credentials", "0 200 10.0.0.1 js C /v2/credentials",
		}, []string{"A", "B", "C"}, 0},
		{"by address they are one", evidence.ByAddress, []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 js B /v2/credentials",
		}, []string{"10.0.0.1", "10.0.0.1"}, 0},
		{"by address and user agent", evidence.ByAgent, []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 js B /v2/credentials",
		}, []string{"10.0.0.1 go", "10.0.0.1 js"}, 0},
		{"the roles of a task", "", []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 go Ax /v2/credentials",
		}, []string{"A", "Ax"}, 0},
		{"a refusal goes to the only task of its user agent", "", []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 js B /v2/credentials", "1 429 10.0.0.1 go - /v2/credentials",
		}, []string{"A", "B", "A"}, 1},
		{"of a new user agent, to the one admitted last", "", []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 js B /v2/credentials", "9 429 10.0.0.1 rb - /v2/credentials",
		}, []string{"A", "B", "B"}, 1},
		{"another answer belongs to none of several", "", []string{
			"0 200 10.0.0.1 go A /v2/credentials", "0 200 10.0.0.1 go B /v2/credentials", "9 503 10.0.0.1 go - /v2/credentials",
		}, []string{"A", "B", "10.0.0.1"}, 0},
		{"an ID that a line with an ARN has", "", []string{
			"0 200 - - A /v4/e1/task", "1 200 10.0.0.2 go - /v4/e1/stats", "1 200 10.0.0.3 go - /v4/e2/stats",
		}, []string{"A", "A", "e2"}, 0},
		{"an ID that begins with a task's", "", []string{
			"0 200 10.0.0.1 go 0123 /v2/credentials", "1 200 10.0.0.2 go - /v4/0123-77/stats",
		}, []string{"0123", "0123"}, 0},
		{"an ID by itself", "", []string{
			"0 200 10.0.0.1 go - /v2/credentials/c1", "1 200 10.0.0.1 go - /v4/e1/stats", "1 429 10.0.0.1 go - /v1/credentials?id=c2",
		}, []string{"c1", "c1", "c2"}, 1},
		{"by ARN, IDs count for nothing", evidence.ByARN, []string{
			"0 200 10.0.0.1 go - /v2/credentials/c1", "1 200 10.0.0.1 go A /v2/credentials/c2",
		}, []string{"A", "A"}, 1},
		{"no address", "", []string{"0 200 - - - /v2/metadata"}, []string{"unknown"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var entries []recording.Entry
			for _, l := range tt.lines {
				entries = append(entries, line(t, l))
			}
			h, events := traceOf(t, entries, evidence.Options{By: tt.by, SpreadEvenly: true})
			var got []string
			for _, e := range events {
				if e.Execution {
					e.Task += "x"
				}
				got = append(got, e.Task)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) || h.Counts.Attributed != tt.attributed {
				t.Errorf("got %q, %d attributed, want %q, %d", got, h.Counts.Attributed, tt.want, tt.attributed)
			}
		})
	}
}

// Of several tasks at a place, a refusal goes to the one whose bucket must have been
// empty, not to the one that was admitted last.
func TestRefusalOfAnEmptyBucket(t *testing.T) {
	entries := credentialsAt(0, 60, 0)
	other := entries[0]
	other.Task = arn + "two"
	entries = append(entries, other)
	entries = append(entries, credentialsAt(0, 0, 3)...)
	h, events := traceOf(t, entries, evidence.Options{Limit: parse(t, "40,60,ip+path")})
	tasks := make(map[string]int)
	for _, e := range events {
		if e.Status == 429 {
			tasks[e.Task]++
		}
	}
	if tasks["one"] != 3 || h.Counts.Attributed != 3 || h.Placed.Misfits != 0 {
		t.Errorf("got %v, %d attributed, %d misfits, want all three of one", tasks, h.Counts.Attributed, h.Placed.Misfits)
	}
}

// Two logs of one agent are one recording: the one has the addresses, the other what was
// admitted.
func TestTwoLogsOfAnAgent(t *testing.T) {
	audit, agent := sample{file: "ecs-5-10.audit.log"}.read(t), sample{file: "ecs-5-10.agent.log"}.read(t)
	entries := sorted(append(slices.Clone(audit), agent...))
	l := parse(t, "5,10,ip+path")
	h, events := traceOf(t, entries, evidence.Options{Limit: l})
	all, c := replay(*l, events)
	if len(events) != len(entries) || h.Counts.Inferred != 0 {
		t.Errorf("got %d events of %d entries, %d inferred", len(events), len(entries), h.Counts.Inferred)
	}
	if all.differ > all.requests/100 {
		t.Errorf("got %+v, credentials %+v: want under 1 %% to differ", all, c)
	}
}

// From an audit log alone, what a bucket earned between two refusals was taken.
func TestInferredBetweenRefusals(t *testing.T) {
	var entries []recording.Entry
	for _, second := range []int{10, 11, 12, 60} {
		entries = append(entries, line(t, fmt.Sprintf("%d 429 10.0.0.1 go - /v4/e1/task", second)))
	}
	l := parse(t, "5,10,ip+path")
	h, events := traceOf(t, entries, evidence.Options{Limit: l})
	if n := h.Counts.Inferred; n < 5 || n > 15 {
		t.Errorf("got %d inferred, want about 10: 5 a second for 2 seconds", n)
	}
	for _, e := range events {
		if e.Inferred && (e.Status != 200 || e.Path != "/v4/e1/task" || e.T > 3*time.Second) {
			t.Errorf("inferred: %+v", e)
		}
	}
	if text := strings.Join(h.Redactions, "\n"); !strings.Contains(text, "2 pairs of refusals") || !strings.Contains(text, "cannot be known") {
		t.Errorf("the header does not say what is known: %s", text)
	}
	h, _ = traceOf(t, entries, evidence.Options{Limit: l, NoInferred: true})
	if text := strings.Join(h.Redactions, "\n"); h.Counts.Inferred != 0 || !strings.Contains(text, "cannot be known") {
		t.Errorf("off: %d inferred; %s", h.Counts.Inferred, text)
	}
}

// An error of the receiver ends a trace, and no entries are an error.
func TestTraceErrors(t *testing.T) {
	stop := errors.New("full")
	if _, err := evidence.Trace(list(credentialsAt(0, 3, 0)), evidence.Options{}, func(*trace.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the receiver's error", err)
	}
	if _, err := evidence.Trace(list(nil), evidence.Options{}, nil); err == nil {
		t.Error("no entries: want an error")
	}
}
