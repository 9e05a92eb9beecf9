package intake

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/evidence"
	"tenement/internal/imds"
	"tenement/internal/throttle"
	"tenement/internal/trace"
)

// TestLiveRun sends requests to the mock, whose audit log is imported, replays what was
// imported at its times to another mock, and imports that one's log: the traces are the
// same: of each task and path the same requests in the same seconds and order, with the
// same answers. (Where in a second a request came the log does not say.) All requests
// are for credentials: of others an audit log has the refusals only.
func TestLiveRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tasks []imds.Task
		for i := range 5 {
			task := imds.Identify(1, 0, "app", i)
			task.Source = netip.AddrFrom4([4]byte{10, 0, 0, byte(i + 1)})
			tasks = append(tasks, task)
		}
		limit, err := throttle.ParseLimit("20,10,ip+path")
		if err != nil {
			t.Fatal(err)
		}
		var first []shot
		for i := range 600 {
			task := &tasks[i*i%5]
			path := "/v2/credentials/" + task.CredentialsID
			if i%7 == 2 {
				path = "/v1/credentials?id=" + task.CredentialsID
			}
			at := time.Duration(i) * 11 * time.Millisecond
			first = append(first, shot{at, task, path, "agent \"quoted\" " + fmt.Sprint(i%3)})
		}
		one := recorded(t, tasks, limit, first)
		var again []shot
		var r trace.Record
		for from := one.From(0); from.Next(&r) == nil; {
			e := one.Event(&r)
			i := slices.IndexFunc(tasks, func(task imds.Task) bool { return task.Source.String() == e.Task })
			if i < 0 {
				t.Fatalf("task %s is unknown", e.Task)
			}
			path := e.Path
			if e.Cut {
				path = "/v2/credentials/" + tasks[i].CredentialsID
				if e.Path == "/v1/credentials" {
					path = "/v1/credentials?id=" + tasks[i].CredentialsID
				}
			}
			again = append(again, shot{e.T, &tasks[i], path, e.Headers["User-Agent"]})
		}
		two := recorded(t, tasks, limit, again)
		if one.Len() != two.Len() || one.Len() < 300 {
			t.Fatalf("got %d requests and then %d", one.Len(), two.Len())
		}
		if a, b := buckets(one), buckets(two); !reflect.DeepEqual(a, b) {
			t.Errorf("got %v and then %v", a, b)
		}
	})
}

// shot is a request at a time.
type shot struct {
	at          time.Duration
	task        *imds.Task
	path, agent string
}

// recorded sends requests to a mock of its own and imports its audit log.
func recorded(t *testing.T, tasks []imds.Task, limit throttle.Limit, shots []shot) *trace.Tape {
	t.Helper()
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	var log bytes.Buffer
	mock := imds.New(imds.Config{Tasks: tasks, Endpoint: throttle.New(throttle.Config{Groups: 1, Limits: []throttle.Limit{limit}}), ECS: imds.ECSConfig{Audit: &log}})
	start := time.Now()
	for _, s := range shots {
		time.Sleep(time.Until(start.Add(s.at)))
		r := httptest.NewRequest("GET", s.path, nil)
		r.RemoteAddr = s.task.Source.String() + ":1024"
		r.Header.Set("User-Agent", s.agent)
		mock.ServeHTTP(httptest.NewRecorder(), r)
	}
	name := filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(name, log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{Evidence: evidence.Options{By: evidence.ByAddress, Limit: &limit, NoInferred: true}}
	tape, sum, err := Import([]string{name}, o)
	if err != nil || sum.Counts.Unreadable > 0 {
		t.Fatal(err, sum)
	}
	t.Cleanup(func() { _ = tape.Close() })
	return tape
}

// buckets are the requests of each task and path, in their order.
func buckets(tape *trace.Tape) map[string][]string {
	all := make(map[string][]string)
	var r trace.Record
	for from := tape.From(0); from.Next(&r) == nil; {
		e := tape.Event(&r)
		key := e.Task + " " + e.Path
		all[key] = append(all[key], fmt.Sprintf("%v %d %v", e.T.Truncate(time.Second), e.Status, e.Headers))
	}
	return all
}
