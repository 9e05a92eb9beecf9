package imds

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"tenement/internal/service"
)

// FuzzRoutes asks for any path in any way: there is always a valid answer, it
// is what Answer says, a redirect leads to a path that is not redirected, and
// what goes into the audit log is one line, without an ID of credentials.
func FuzzRoutes(f *testing.F) {
	task := Identify(1, 0, "app", 0)
	task.Source = netip.MustParseAddr("192.0.2.1")
	var audit auditFile
	s := New(Config{
		Tasks: []Task{task}, Registered: []string{"traced"},
		ECS: ECSConfig{Audit: &audit, Associations: []Association{{"eia", "dev1", []byte("{}")}}},
	})
	docker := dockerID(containerKey(s.surface.(*ecs).keys, &task))
	for _, target := range []string{
		"/", "", "*", "//", "/..", "/v2/credentials/", "/v2/credentials/traced",
		"/v1/credentials?id=traced", "/v1/credentials?id=%zz&id=a;b", "/v2/credentials/" + task.CredentialsID,
		"/v4/" + task.EndpointID, "/v4/traced/task/stats", "/v4/%ff%00%0a", "/v4//task", "/v4/a%2fb", "/v4/<&>", "http://host/v4/x", "A:0",
	} {
		f.Add("GET", target, "192.0.2.1:1", "")
	}
	for _, target := range []string{
		"/v2/metadata", "/v2/metadata/", "/v2/metadata/" + docker, "/v2/metadataWithTags", "/v2/stats/", "/v2/stats/" + docker,
		"/v3/traced", "/v3/x", "/v3/x/stats", "/v3/traced/taskWithTags", "/v4/traced/associations/eia", "/v4/traced/associations/eia/",
		"/v3/traced/associations/eia/dev1", "/v3/traced/associations//dev1", "/api/traced/task-protection/v1/state", "/v2/credentials/%0a",
	} {
		f.Add("GET", target, "192.0.2.1:1", "")
		f.Add("GET", target, "192.0.2.2:1", "")
	}
	f.Add("HEAD", "/v4/traced", "[::1]:1", "")
	f.Add("", "/v4/traced", "pipe", "")
	f.Add("PUT", "/api/traced/task-protection/v1/state", "", `{"ProtectionEnabled":true,"ExpiresInMinutes":60}`)
	f.Add("PUT", "/api/x/task-protection/v1/state", "", "")
	f.Add("DELETE", "/api/traced/task-protection/v1/state", "", "{")
	f.Fuzz(func(t *testing.T, method, target, remote, content string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			if got := s.Answer(method, target); got.Status != 400 {
				t.Fatalf("%q: got %+v for what is no request, want status 400", target, got)
			}
			return
		}
		w := httptest.NewRecorder()
		audit.take()
		agent := strings.NewReplacer("\r", "", "\n", "").Replace(content) // as net/http lets through
		s.ServeHTTP(w, &http.Request{
			Method: method, URL: u, RemoteAddr: remote, Header: http.Header{"User-Agent": {agent}},
			Body: io.NopCloser(strings.NewReader(content)),
		})
		for _, line := range audit.take() {
			if strings.ContainsAny(line, "\r\n") && !strings.ContainsAny(remote, "\r\n") || !strings.Contains(content+remote, task.CredentialsID) && strings.Contains(line, task.CredentialsID) {
				t.Fatalf("%s %q: got %q in the audit log, want one line without the credentials' ID", method, target, line)
			}
		}

		want := s.Answer(method, target)
		switch {
		case strings.HasPrefix(u.Path, "/v2/") && sourceOf(remote) != task.Source && want.Status == 200 && w.Code == 400:
			want = Answer{Status: 400, Limited: true, Body: ErrorJSON} // a stranger, whom Answer does not ask as
		case strings.HasSuffix(u.Path, service.OfProtection) && method == http.MethodPut && content != "":
			want.Status = w.Code // the body counts
		}
		if w.Code != want.Status {
			t.Fatalf("%s %q: got %d, want %d as Answer says", method, target, w.Code, want.Status)
		}
		body, kind := w.Body.Bytes(), w.Header().Get("Content-Type")
		switch w.Code {
		case 200, 400, 403, 500, 503:
			if kind != "application/json" || !json.Valid(body) {
				t.Fatalf("%s %q: got %s %q, want JSON", method, target, kind, body)
			}
		case 404:
			object := json.Valid(body)
			if method != http.MethodHead && object != (want.Body == ErrorJSON) || object != (kind == "application/json") {
				t.Fatalf("%s %q: got %s %q, want %+v", method, target, kind, body, want)
			}
		case 405:
			if len(body) != 0 {
				t.Fatalf("%s %q: got %q, want no body", method, target, body)
			}
		case 301:
			to, err := url.Parse(w.Header().Get("Location"))
			if err != nil {
				t.Fatalf("%s %q: %v", method, target, err)
			}
			if to.Opaque != "" {
				return // such as "a:b", which has no path: the agent redirects it to itself, too
			}
			if !strings.HasPrefix(to.Path, "/") || clean(to.Path) != to.Path {
				t.Fatalf("%s %q: got a redirect to %q, want a clean path", method, target, to.Path)
			}
		default:
			t.Fatalf("%s %q: got status %d", method, target, w.Code)
		}
	})
}
