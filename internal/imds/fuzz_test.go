package imds

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRoutes asks for any path in any way: there is always a valid answer, it
// is what Answer says, and a redirect leads to a path that is not redirected.
func FuzzRoutes(f *testing.F) {
	task := Identify(1, 0, "app", 0)
	s := NewECS(Config{Tasks: []Task{task}, Registered: []string{"traced"}, Pending: []string{pendingID}})
	for _, target := range []string{
		"/", "", "*", "//", "/..", "/v2/credentials/", "/v2/credentials/traced", "/v2/credentials/" + pendingID,
		"/v1/credentials?id=traced", "/v1/credentials?id=%zz&id=a;b", "/v2/credentials/" + task.CredentialsID,
		"/v4/" + task.EndpointID, "/v4/traced/task/stats", "/v4/%ff%00%0a", "/v4//task", "/v4/a%2fb", "/v4/<&>", "http://host/v4/x", "A:0",
	} {
		f.Add("GET", target, "192.0.2.1:1")
	}
	f.Add("HEAD", "/v4/traced", "[::1]:1")
	f.Add("", "/v4/traced", "pipe")
	f.Fuzz(func(t *testing.T, method, target, remote string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			if got := s.Answer(method, target); got.Status != 400 {
				t.Fatalf("%q: got %+v for what is no request, want status 400", target, got)
			}
			return
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, &http.Request{Method: method, URL: u, RemoteAddr: remote, Header: http.Header{}})

		want := s.Answer(method, target)
		if w.Code != want.Status {
			t.Fatalf("%s %q: got %d, want %d as Answer says", method, target, w.Code, want.Status)
		}
		body, kind := w.Body.Bytes(), w.Header().Get("Content-Type")
		switch w.Code {
		case 200, 400, 503:
			if kind != "application/json" || !json.Valid(body) {
				t.Fatalf("%s %q: got %s %q, want JSON", method, target, kind, body)
			}
		case 404:
			object := json.Valid(body)
			if method != http.MethodHead && object != (want.Body == ErrorJSON) || object != (kind == "application/json") {
				t.Fatalf("%s %q: got %s %q, want %+v", method, target, kind, body, want)
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
