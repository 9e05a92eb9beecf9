package imds

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tenement/internal/service"
)

// FuzzInstance asks an instance for anything in any way: there is always one
// of the answers that there are, in its form, it is what Answer says but for
// what the headers are about, and no token is let in that was not issued.
func FuzzInstance(f *testing.F) {
	h := onInstance(Instance{Role: role, UserData: []byte("#!/bin/sh\n")})
	required := onInstance(Instance{Role: role, TokensRequired: true})
	issued := token(f, h, "21600")
	for _, target := range []string{
		"/", "//", "*", "/latest", "/latest/", "/1.0/meta-data/", "/latest/user-data", "/latest/user-data/", "/latest/dynamic",
		"/latest/meta-data/iam/info", "/latest/meta-data/iam/security-credentials", "/latest/meta-data/iam/security-credentials/", "/latest/meta-data/public-keys/0/",
		"/latest/meta-data/iam/security-credentials/" + role, "/latest//meta-data/%0a", "/latest/api/token/", "/2021-03-23/api/token", "http://h/latest",
	} {
		f.Add("GET", target, issued, true, "60", false)
		f.Add("HEAD", target, "", false, "", false)
		f.Add("PUT", target, "x", true, "0", true)
	}
	f.Add("PUT", "/latest/api/token", "", false, "21600", false)
	f.Add("PUT", "/latest/api/token", "", false, "60", true)
	f.Add("OPTIONS", "/latest/api/token", "", true, "-1", false)
	f.Add("POST", "/latest/", strings.Repeat("A", tokenLength), true, "9999999999", false)
	f.Fuzz(func(t *testing.T, method, target, session string, shown bool, ttl string, forwarded bool) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := &http.Request{Method: method, URL: u, Header: http.Header{service.TokenTTLHeader: {ttl}}, Host: "host", RemoteAddr: remote}
		if shown {
			r.Header[service.TokenHeader] = []string{session}
		}
		if forwarded {
			r.Header["X-Forwarded-For"] = []string{"192.0.2.9"}
		}
		for _, s := range []*Handler{h, required} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			want := s.Answer(method, target)
			reads := want.Session != NoSession
			left, known := s.surface.(*ec2).mint.check(s.surface.(*ec2).began.Add(s.Elapsed()), session)
			known = known && left > 0
			switch _, fine := parseTTL(ttl); {
			case strings.Contains(target, service.Role):
				return // stands for something in Answer only
			case forwarded && (want.Token || reads && shown):
				want.Status = 403
			case want.Token && !fine:
				want.Status = 400
			case reads && shown && !known, reads && !shown && s == required:
				want.Status = 401
			}
			if w.Code != want.Status {
				t.Fatalf("%s %q: got %d, want %d", method, target, w.Code, want.Status)
			}
			page := strings.HasSuffix(w.Body.String(), "</html>\n")
			switch w.Code {
			case 200:
				if want.Token && len(w.Body.String()) != tokenLength {
					t.Fatalf("got token %q, want %d characters", w.Body, tokenLength)
				}
			case 401:
				if w.Body.Len() > 0 {
					t.Fatalf("%s %q: got %q, want no body", method, target, w.Body)
				}
			case 400, 404:
				if !page {
					t.Fatalf("%s %q: got %d %q, want a page", method, target, w.Code, w.Body)
				}
			case 403:
				if !page && w.Body.Len() > 0 {
					t.Fatalf("%s %q: got %q, want a page or nothing", method, target, w.Body)
				}
			case 405:
				if w.Header().Get("Allow") == "" || w.Body.Len() > 0 {
					t.Fatalf("%s %q: got %v %q, want the methods and no body", method, target, w.Header(), w.Body)
				}
			default:
				t.Fatalf("%s %q: got status %d", method, target, w.Code)
			}
			if w.Header().Get("Server") != "EC2ws" || w.Header().Get("Connection") != "close" {
				t.Fatalf("%s %q: got %v, want the headers of every answer", method, target, w.Header())
			}
		}
	})
}
