package imds

import (
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
)

// TestProtection is a task's day: each row is a request after the row before.
func TestProtection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		s := New(Config{Tasks: []Task{task, Identify(1, 0, "app", 1)}, Began: time.Now()})
		target := "/api/" + task.EndpointID + "/task-protection/v1/state"
		is := func(enabled, date string) string {
			return `{"protection":{"ExpirationDate":` + date + `,"ProtectionEnabled":` + enabled + `,"TaskArn":"` + task.ARN + `"}}`
		}
		off := is("false", "null")
		const undecoded = `{"error":{"Code":"InvalidParameterException","Message":"UpdateTaskProtection: failed to decode request"}}`
		fieldless := `{"error":{"Arn":"` + task.ARN + `","Code":"InvalidParameterException","Message":"Invalid request: does not contain 'ProtectionEnabled' field"}}`
		for i, test := range []struct {
			after  time.Duration
			body   string // "" is a GET
			status int
			want   string
		}{
			{0, "", 200, off},
			{0, `{"ProtectionEnabled":true,"ExpiresInMinutes":60}`, 200, is("true", `"2000-01-01T01:00:00Z"`)},
			{time.Hour - 1, "", 200, is("true", `"2000-01-01T01:00:00Z"`)},
			{1, "", 200, off},
			{0, `{"protectionenabled":true} trailing`, 200, is("true", `"2000-01-01T03:00:00Z"`)},
			{0, `{"ProtectionEnabled":true,"ExpiresInMinutes":2880}`, 200, is("true", `"2000-01-03T01:00:00Z"`)},
			{0, `{"ProtectionEnabled":true,"ExpiresInMinutes":0}`, 400, "expiresInMinutes must be between 1 and 2880"},
			{0, `{"ProtectionEnabled":true,"ExpiresInMinutes":2881}`, 400, "InvalidParameterException"},
			{0, `{"ExpiresInMinutes":1}`, 400, fieldless},
			{0, `{"ProtectionEnabled":null}`, 400, fieldless},
			{0, `{}`, 400, fieldless},
			{0, `{"Unknown":1}`, 400, undecoded},
			{0, `{"ProtectionEnabled":"true"}`, 400, undecoded},
			{0, `{"ProtectionEnabled":true,"ExpiresInMinutes":1.5}`, 400, undecoded},
			{0, ` `, 400, undecoded},
			{0, `[`, 400, undecoded},
			{0, `{"ProtectionEnabled":` + strings.Repeat(" ", maxBody) + `true}`, 400, undecoded},
			{0, "", 200, is("true", `"2000-01-03T01:00:00Z"`)},
			{0, `{"ProtectionEnabled":false,"ExpiresInMinutes":9}`, 200, off},
			{0, "", 200, off},
		} {
			time.Sleep(test.after)
			w := send(s, "GET", target)
			if test.body != "" {
				w = send(s, "PUT", target, body(test.body))
			}
			got := w.Body.String()
			if w.Code != test.status || got != test.want && !strings.Contains(strings.ToLower(got), strings.ToLower(test.want)) {
				t.Errorf("row %d: got %d %s, want %d %s", i+1, w.Code, got, test.status, test.want)
			}
		}
		if w := send(s, "PUT", "/api/unknown/task-protection/v1/state", body(`{`)); w.Body.String() != undecoded {
			t.Errorf("got %s, want the body to be looked at before the task", w.Body)
		}
		for _, method := range []string{"POST", "DELETE", "HEAD", "PATCH"} {
			w := send(s, method, target)
			if w.Code != 405 || w.Body.Len() != 0 || w.Header().Get("Allow") != "" || w.Header().Get("Content-Type") != "" {
				t.Errorf("%s: got %d %v %s, want 405 and nothing", method, w.Code, w.Header(), w.Body)
			}
		}
	})
}

func TestProtectionRefused(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	bare := task
	bare.CredentialsID = ""
	denied := `{"error":{"Arn":"` + task.ARN + `","Code":"AccessDeniedException","Message":"Invalid Request: no task IAM role credentials available for task"}}`
	for _, test := range []struct {
		name   string
		config Config
		status int
		want   string
	}{
		{"no role", Config{Tasks: []Task{bare}}, 403, denied},
		{"after a restart", Config{Tasks: []Task{task}, ECS: ECSConfig{PendingFor: time.Hour}}, 403, denied},
		{"no service", Config{Tasks: []Task{task}, ECS: ECSConfig{Standalone: true}}, 200, `{"failure":{"Arn":"` + task.ARN + `","Detail":null,"Reason":"TASK_NOT_VALID"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(test.config)
			target := "/api/" + task.EndpointID + "/task-protection/v1/state"
			for _, w := range []*httptest.ResponseRecorder{send(s, "GET", target), send(s, "PUT", target, body(`{"ProtectionEnabled":true}`))} {
				if w.Code != test.status || w.Body.String() != test.want {
					t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.want)
				}
			}
		})
	}
}

// TestSlowBody: a body that does not come is given up on after the read timeout
// of the real server, whoever would have read it, and whether its length was
// told or not. The connection goes with it.
func TestSlowBody(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	protection := "PUT /api/" + task.EndpointID + "/task-protection/v1/state"
	for _, test := range []struct {
		name    string
		service service.Service
		request string
		body    string // how it is announced, and what comes of it
		want    string
	}{
		{"protection", service.ECS, protection, "Content-Length: 50\r\n\r\n", "400"},
		{"protection, half a body", service.ECS, protection, "Content-Length: 50\r\n\r\n{\"Protection", "400"},
		{"protection, chunked", service.ECS, protection, "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "400"},
		{"protection of nobody", service.ECS, "PUT /api/unknown/task-protection/v1/state", "Content-Length: 50\r\n\r\n", "400"},
		{"metadata", service.ECS, "POST /v4/" + task.EndpointID, "Content-Length: 50\r\n\r\n", "200"},
		{"metadata, chunked", service.ECS, "POST /v4/" + task.EndpointID, "Transfer-Encoding: chunked\r\n\r\n", "200"},
		{"ahead of the limiter", service.ECS, "POST //v4", "Content-Length: 50\r\n\r\n", "301"},
		{"instance", service.IMDS, "PUT /latest/meta-data/", "Content-Length: 50\r\n\r\n", "403"},
		{"pod", service.PodIdentity, "POST /v1/credentials", "Content-Length: 50\r\n\r\n", "400"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newMemoryListener()
				server := Server(New(Config{Service: test.service, Tasks: []Task{task}}))
				var wg sync.WaitGroup
				wg.Go(func() { _ = server.Serve(l) })
				conn, err := l.dial(t.Context(), &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				wg.Go(func() { _, _ = io.WriteString(conn, test.request+" HTTP/1.1\r\nHost: localhost\r\n"+test.body) })
				answer, _ := io.ReadAll(conn)
				// Behind an answer net/http waits half a second before it closes.
				if took, want := time.Since(began), patience[test.service]; took < want || took > want+time.Second {
					t.Errorf("got the end after %v, want %v", took, want)
				}
				if !strings.HasPrefix(string(answer), "HTTP/1.1 "+test.want+" ") {
					t.Errorf("got %q, want status %s", answer, test.want)
				}
				_ = conn.Close()
				_ = server.Close()
				wg.Wait()
			})
		})
	}
}

// TestPendingFor: after a restart the credentials come later than the rest.
func TestPendingFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		s := New(Config{Tasks: []Task{task}, Registered: []string{"traced"}, Began: time.Now(), ECS: ECSConfig{PendingFor: time.Minute}})
		statuses := func() (all [5]int) {
			for i, target := range []string{
				"/v2/credentials/" + task.CredentialsID, "/v1/credentials?id=traced", "/v2/credentials/unknown", "/v2/credentials/", "/v4/" + task.EndpointID,
			} {
				all[i] = send(s, "GET", target).Code
			}
			return all
		}
		if got, want := statuses(), [5]int{503, 503, 400, 400, 200}; got != want {
			t.Errorf("at the start: got %v, want %v", got, want)
		}
		time.Sleep(time.Minute)
		if got, want := statuses(), [5]int{200, 200, 400, 400, 200}; got != want {
			t.Errorf("a minute later: got %v, want %v", got, want)
		}
	})
}
