package imds

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// auditFile is what an audit log was written to.
type auditFile struct {
	mu    sync.Mutex
	lines []string
}

func (f *auditFile) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = append(f.lines, strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

// take is the lines since the last take.
func (f *auditFile) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	lines := f.lines
	f.lines = nil
	return lines
}

// TestAuditEntries compares whole lines, at the instant where bubbles begin.
func TestAuditEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		var audit auditFile
		s := New(Config{
			Endpoint: throttle.New(throttle.Config{
				Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1, Scope: throttle.IPPathScope}},
				Slots:  1, Groups: 1,
			}),
			Tasks: []Task{task}, ECS: ECSConfig{Audit: &audit},
		})
		const instance = "arn:aws:ecs:us-west-2:111122223333:container-instance/default/"
		credentials := "/v2/credentials/" + task.CredentialsID
		for _, test := range []struct{ name, target, from, agent, want string }{
			{"served", credentials, remote, "a b", `200 192.0.2.1:1234 "/v2/credentials" "a b" ` + task.ARN + ` GetCredentials 2 default ` + instance},
			{"served, execution role", "/v2/credentials/" + task.ExecutionID, remote, "", `200 192.0.2.1:1234 "/v2/credentials" "" ` + task.ARN + ` GetCredentialsExecutionRole 2 default ` + instance},
			{"refused", credentials, remote, "", `429 192.0.2.1:1234 "/v2/credentials" "" - `},
			{"unknown", "/v1/credentials?id=secret", remote, `q"q`, `400 192.0.2.1:1234 "/v1/credentials" "q"q" - `},
			{"no source", "/v2/credentials/", "", "", `400 - "/v2/credentials" "" - `},
			{"metadata", "/v4/" + task.EndpointID, remote, "", ""},
			{"metadata refused", "/v4/" + task.EndpointID + "?x=1", remote, "", `429 192.0.2.1:1234 "/v4/` + task.EndpointID + `" "" - `},
			{"decoded", "/a%20b", remote, "", ""},
			{"decoded, refused", "/a%20b", remote, "", `429 192.0.2.1:1234 "/a b" "" - `},
			{"line feed", "/a%0Ab", remote, "", ""},
			{"line feed again", "/a%0Ab", remote, "", ""},
			{"carriage return", "/a%0Db", remote, "", ""},
			{"carriage return, refused", "/a%0db", remote, "", `429 192.0.2.1:1234 "/a%0Db" "" - `},
			{"redirect", "//a", remote, "", ""},
		} {
			r := httptest.NewRequest("GET", test.target, nil)
			r.RemoteAddr = test.from
			if r.Header.Del("User-Agent"); test.agent != "" {
				r.Header.Set("User-Agent", test.agent)
			}
			s.ServeHTTP(httptest.NewRecorder(), r)
			got := strings.Join(audit.take(), "\n")
			if test.want == "" {
				if got != "" {
					t.Errorf("%s: got %q, want nothing", test.name, got)
				}
				continue
			}
			want := "2000-01-01T00:00:00Z " + test.want
			if strings.HasSuffix(want, instance) {
				if rest, ok := strings.CutPrefix(got, want); !ok || len(rest) != 32 {
					t.Errorf("%s: got %q, want %q and an ID", test.name, got, want)
				}
			} else if got != want {
				t.Errorf("%s: got %q, want %q", test.name, got, want)
			}
		}
	})
}

// TestAuditImports: `trace import` reads back what clients asked for, request
// by request, however many asked at once.
func TestAuditImports(t *testing.T) {
	const clients, requests = 8, 60
	tasks := make([]Task, 4)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot, tasks[i].Source = i, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
	}
	var mu sync.Mutex
	var file bytes.Buffer
	s := New(Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 10, Scope: throttle.IPPathScope}},
			Slots:  len(tasks), Groups: 1,
		}),
		Tasks: tasks, ECS: ECSConfig{Audit: &file},
	})
	type entry struct {
		task, path, agent string
		status            int
	}
	want := make(map[entry]int)
	var wg sync.WaitGroup
	for n := range clients {
		task := tasks[n%len(tasks)]
		wg.Go(func() {
			for i := range requests {
				target := []string{
					"/v2/credentials/" + task.CredentialsID, "/v1/credentials?id=" + task.CredentialsID,
					"/v4/" + task.EndpointID + "/task", "/v3/" + task.EndpointID + "/a%20b%22%ff%0D", "/v2/credentials/nope",
				}[i%5]
				r := httptest.NewRequest("GET", target, nil)
				r.RemoteAddr = fmt.Sprintf("%v:%d", task.Source, 1000+i)
				agent := fmt.Sprintf(`agent/%d "quoted" %d`, n, i)
				r.Header.Set("User-Agent", agent)
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusTooManyRequests && !strings.Contains(r.URL.Path, "/credentials") {
					continue
				}
				path := r.URL.EscapedPath()
				if strings.HasPrefix(path, service.CredentialsV2) {
					path = service.CutCredentials
				}
				path = strings.Replace(path, "%ff", "%FF", 1) // the log has it unescaped
				mu.Lock()
				want[entry{task.Source.String(), path, agent, w.Code}]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	read, err := recording.NewReader(bytes.NewReader(file.Bytes()), "audit", recording.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[entry]int)
	var e recording.Entry
	for _, err = read.Next(&e); err == nil; _, err = read.Next(&e) {
		got[entry{e.Addr, e.Path, e.Agent, e.Status}]++
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %d kinds of entry, want the %d that were asked for: %v, want %v", len(got), len(want), got, want)
	}
	for _, secret := range []string{tasks[0].CredentialsID, "not-a-real", "ASIA"} {
		if bytes.Contains(file.Bytes(), []byte(secret)) {
			t.Errorf("got %q in the log, want no credentials and none of their IDs", secret)
		}
	}
}

// BenchmarkAudit is what the audit log adds to a request for credentials.
func BenchmarkAudit(b *testing.B) {
	task := Identify(1, 0, "app", 0)
	for _, one := range []struct {
		name  string
		audit io.Writer
	}{{"without", nil}, {"with", io.Discard}} {
		b.Run(one.name, func(b *testing.B) {
			s := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Audit: one.audit}})
			r := httptest.NewRequest("GET", "/v2/credentials/"+task.CredentialsID, nil)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				w := &silent{header: make(http.Header)}
				for pb.Next() {
					s.ServeHTTP(w, r)
				}
			})
		})
	}
}
